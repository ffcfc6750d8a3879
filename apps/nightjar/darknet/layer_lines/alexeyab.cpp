// The forms are those of make_*_layer() and parse_*() in AlexeyAB's src/*_layer.c and src/parser.c.
#include "apps/nightjar/darknet/layer_lines/layer.h"
#include "engine/format_line.h"

namespace nightjar {
namespace {

std::string shapes(const DarknetLayer& layer) {
  return shape_text(layer.info.input) + " -> " + shape_text(layer.info.output);
}

std::string with_billions(DarknetLayer& layer) {
  return shapes(layer) + format(" %5.3f BF\n", billions(layer));
}

std::string convolutional(DarknetLayer& layer) {
  const bool xnor = layer.integer("xnor", 0) != 0;
  const char* name = xnor && layer.integer("bin_output", 0)    ? "convXB"
                     : xnor                                    ? "convX "
                     : layer.options.has("share_index")        ? "convS "
                     : layer.integer("assisted_excitation", 0) ? "convAE"
                                                               : "conv  ";
  const int groups = layer.integer("groups", 1), filters = layer.info.output.c, size = layer.size();
  const int dilation = size == 1 ? 1 : layer.integer("dilation", 1);
  const int x = layer.stride("stride_x"), y = layer.stride("stride_y");
  return name + (groups > 1 ? format("%5d/%4d ", filters, groups) : format("%5d      ", filters)) +
         (x != y         ? format("%2dx%2d/%2dx%2d ", size, size, x, y)
          : dilation > 1 ? format("%2d x%2d/%2d(%1d)", size, size, x, dilation)
                         : format("%2d x%2d/%2d   ", size, size, x)) +
         with_billions(layer);
}

std::string pool(DarknetLayer& layer) {
  const int size = layer.size(), x = layer.stride("stride_x"), y = layer.stride("stride_y");
  const char* name = layer.is("maxpool") ? "max" : "avg";
  if (layer.integer("maxpool_depth", 0))
    return format("max-depth         %2dx%2d/%2d   ", size, size, x) + with_billions(layer);
  return (x == y ? format("%s               %2dx%2d/%2d   ", name, size, size, x)
                 : format("%s              %2dx%2d/%2dx%2d ", name, size, size, x, y)) +
         with_billions(layer);
}

std::string avgpool(DarknetLayer& layer) {
  return "avg                          " + shape_text(layer.info.input) +
         format(" ->   %4d\n", layer.info.input.c);
}

std::string route(DarknetLayer& layer) {
  const std::vector<int> sources = layer.sources("layers");
  std::string line = "route ";
  for (const int source : sources) line += format(" %d", source);
  line += sources.size() > 3 ? " \t    " : sources.size() > 1 ? " \t            " : " \t\t            ";
  const int groups = layer.integer("groups", 1);
  return line + "           " + (groups > 1 ? format("%d/%d", layer.integer("group_id", 0), groups) : "   ") +
         " -> " + shape_text(layer.info.output) + " \n";
}

std::string shortcut(DarknetLayer& layer) {
  const std::string type = layer.options.text("weights_type", "none"),
                    normalised = layer.options.text("weights_normalization", "none");
  std::string line = "Shortcut Layer: ", others;
  for (const int source : layer.sources("from")) {
    line += format("%d, ", source);
    const Shape &in = layer.info.output, &other = layer.at(source).output;
    if (!(in == other)) others += " (" + shape_text(in) + ") + (" + shape_text(other) + ") \n";
  }
  return line +
         format(" wt = %d, wn = %d, outputs:",
                type == "none"          ? 0
                : type == "per_channel" ? 2
                                        : 1,
                normalised == "none"      ? 0
                : normalised == "softmax" ? 2
                                          : 1) +
         shape_text(layer.info.output) + format(" %5.3f BF\n", billions(layer)) + others;
}

std::string upsample(DarknetLayer& layer) {
  return format("upsample                %2dx  ", layer.integer("stride", 2)) + shapes(layer) + '\n';
}

std::string reorg(DarknetLayer& layer) {
  return format(layer.is("reorg") ? "reorg_old              /%2d  %s   ->  %s\n"
                                  : "reorg                    /%2d %s -> %s\n",
                layer.integer("stride", 1), shape_text(layer.info.input).c_str(),
                shape_text(layer.info.output).c_str());
}

// The names that loss and place have as words, and as numbers of its enumerations.
int iou_loss_number(const std::string& loss) {
  return loss == "giou" ? 1 : loss == "mse" ? 2 : loss == "diou" ? 3 : loss == "ciou" ? 4 : 0;
}
int point_number(const std::string& point) {
  return point == "left_top" ? 2 : point == "right_bottom" ? 4 : 1;
}

std::string yolo(DarknetLayer& layer) {
  CfgOptions& options = layer.options;
  const std::string loss = options.text("iou_loss", "mse");
  const std::string norms =
      format("iou loss: %s (%d), iou_norm: %2.2f, obj_norm: %2.2f, cls_norm: %2.2f, delta_norm: %2.2f, ",
             loss.c_str(), iou_loss_number(loss), options.real("iou_normalizer", .75f),
             options.real("obj_normalizer", 1), options.real("cls_normalizer", 1),
             options.real("delta_normalizer", 1));
  const float scale = options.real("scale_x_y", 1);
  if (layer.is("yolo")) return "yolo\n[yolo] params: " + norms + format("scale_x_y: %2.2f\n", scale);
  return "[Gaussian_yolo] " + norms +
         format("scale: %2.2f, point: %d\n", scale, point_number(options.text("yolo_point", "center")));
}

std::string dropout(DarknetLayer& layer) {
  const int n = values(layer.info.output);
  return format("dropout    p = %.3f        %4d  ->   %4d\n", layer.options.real("probability", .2f), n, n);
}

std::string scale(DarknetLayer& layer) {
  return format("scale Layer: %d\n", layer.sources("from").front());
}

constexpr LayerLine lines[] = {
    {"avgpool", avgpool},      {"convolutional", convolutional},
    {"dropout", dropout},      {"Gaussian_yolo", yolo},
    {"local_avgpool", pool},   {"maxpool", pool},
    {"reorg", reorg},          {"reorg3d", reorg},
    {"route", route},          {"sam", scale},
    {"scale_channels", scale}, {"shortcut", shortcut},
    {"upsample", upsample},    {"yolo", yolo},
};

}  // namespace

std::span<const LayerLine> alexeyab_lines() {
  return lines;
}

}  // namespace nightjar
