// The forms are those of each fork's make_*_layer() and parse_*() (src/*_layer.c, src/parser.c). Layers that
// are rare have a plain line of shapes.
#include "apps/nightjar/darknet_layers.h"

#include <algorithm>
#include <iterator>

#include "engine/format_line.h"

namespace nightjar {
namespace {

struct Layer {
  int number;
  const LayerInfo& info;
  CfgOptions options;
  const std::vector<LayerInfo>& all;

  const LayerInfo& at(int layer) const { return all[static_cast<std::size_t>(layer)]; }
  bool is(const char* type) const { return info.type == type; }
  int integer(const char* key, int otherwise) { return options.integer(key, otherwise); }
  int stride(const char* key) {
    const int stride = integer(key, 0);
    return stride > 0 ? stride : integer("stride", 1);
  }
  // A pooling's window is as wide as its step where nothing is said.
  int size() { return integer("size", is("convolutional") ? 1 : integer("stride", 1)); }
  // The numbers of the layers that a key names.
  std::vector<int> sources(const char* key) {
    std::vector<int> layers = options.integers(key);
    for (int& layer : layers) layer += layer < 0 ? number : 0;
    return layers;
  }
};

std::string shape(const Shape& s) {
  return format("%4d x%4d x%4d", s.w, s.h, s.c);
}

int values(const Shape& s) {
  return static_cast<int>(s.size());
}

// Billions of operations as AlexeyAB's counts them, poolings and sums included.
double billions(Layer& layer) {
  const Shape &in = layer.info.input, &out = layer.info.output;
  const double size = layer.size();
  if (layer.is("convolutional")) {
    const double weights = in.c / layer.integer("groups", 1) * double(out.c) * size * size;
    return 2 * weights * out.h * out.w / (layer.integer("xnor", 0) ? 32e9 : 1e9);
  }
  if (layer.is("maxpool") || layer.is("local_avgpool")) return size * size * in.c * out.h * out.w / 1e9;
  if (!layer.is("shortcut")) return 0;
  const bool weighted = layer.options.text("weights_type", "none") != "none";
  return double(out.size()) * double(layer.sources("from").size()) * (weighted ? 2 : 1) / 1e9;
}

using Line = std::string (*)(Layer& layer);

// AlexeyAB's.
namespace alexeyab {

std::string shapes(const Layer& layer) {
  return shape(layer.info.input) + " -> " + shape(layer.info.output);
}

std::string with_billions(Layer& layer) {
  return shapes(layer) + format(" %5.3f BF\n", billions(layer));
}

std::string convolutional(Layer& layer) {
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

std::string pool(Layer& layer) {
  const int size = layer.size(), x = layer.stride("stride_x"), y = layer.stride("stride_y");
  const char* name = layer.is("maxpool") ? "max" : "avg";
  if (layer.integer("maxpool_depth", 0))
    return format("max-depth         %2dx%2d/%2d   ", size, size, x) + with_billions(layer);
  return (x == y ? format("%s               %2dx%2d/%2d   ", name, size, size, x)
                 : format("%s              %2dx%2d/%2dx%2d ", name, size, size, x, y)) +
         with_billions(layer);
}

std::string avgpool(Layer& layer) {
  return "avg                          " + shape(layer.info.input) +
         format(" ->   %4d\n", layer.info.input.c);
}

std::string route(Layer& layer) {
  const std::vector<int> sources = layer.sources("layers");
  std::string line = "route ";
  for (const int source : sources) line += format(" %d", source);
  line += sources.size() > 3 ? " \t    " : sources.size() > 1 ? " \t            " : " \t\t            ";
  const int groups = layer.integer("groups", 1);
  return line + "           " + (groups > 1 ? format("%d/%d", layer.integer("group_id", 0), groups) : "   ") +
         " -> " + shape(layer.info.output) + " \n";
}

std::string shortcut(Layer& layer) {
  const std::string type = layer.options.text("weights_type", "none"),
                    normalised = layer.options.text("weights_normalization", "none");
  std::string line = "Shortcut Layer: ", others;
  for (const int source : layer.sources("from")) {
    line += format("%d, ", source);
    const Shape &in = layer.info.output, &other = layer.at(source).output;
    if (!(in == other)) others += " (" + shape(in) + ") + (" + shape(other) + ") \n";
  }
  return line +
         format(" wt = %d, wn = %d, outputs:",
                type == "none"          ? 0
                : type == "per_channel" ? 2
                                        : 1,
                normalised == "none"      ? 0
                : normalised == "softmax" ? 2
                                          : 1) +
         shape(layer.info.output) + format(" %5.3f BF\n", billions(layer)) + others;
}

std::string upsample(Layer& layer) {
  return format("upsample                %2dx  ", layer.integer("stride", 2)) + shapes(layer) + '\n';
}

std::string reorg(Layer& layer) {
  return format(layer.is("reorg") ? "reorg_old              /%2d  %s   ->  %s\n"
                                  : "reorg                    /%2d %s -> %s\n",
                layer.integer("stride", 1), shape(layer.info.input).c_str(),
                shape(layer.info.output).c_str());
}

// The names that loss and place have as words, and as numbers of its enumerations.
int iou_loss_number(const std::string& loss) {
  return loss == "giou" ? 1 : loss == "mse" ? 2 : loss == "diou" ? 3 : loss == "ciou" ? 4 : 0;
}
int point_number(const std::string& point) {
  return point == "left_top" ? 2 : point == "right_bottom" ? 4 : 1;
}

std::string yolo(Layer& layer) {
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

std::string dropout(Layer& layer) {
  const int n = values(layer.info.output);
  return format("dropout    p = %.3f        %4d  ->   %4d\n", layer.options.real("probability", .2f), n, n);
}

std::string scale(Layer& layer) {
  return format("scale Layer: %d\n", layer.sources("from").front());
}

}  // namespace alexeyab

// pjreddie's.
namespace pjreddie {

std::string shapes(const Layer& layer) {
  return shape(layer.info.input) + "   ->  " + shape(layer.info.output);
}

std::string convolutional(Layer& layer) {
  const int size = layer.size();
  return format("conv  %5d %2d x%2d /%2d  ", layer.info.output.c, size, size, layer.integer("stride", 1)) +
         shapes(layer) + format("  %5.3f BFLOPs\n", billions(layer));
}

std::string maxpool(Layer& layer) {
  return format("max          %d x %d / %d  ", layer.size(), layer.size(), layer.integer("stride", 1)) +
         shapes(layer) + '\n';
}

std::string avgpool(Layer& layer) {
  return "avg                     " + shape(layer.info.input) + format("   ->  %4d\n", layer.info.input.c);
}

std::string route(Layer& layer) {
  std::string line = "route ";
  for (const int source : layer.sources("layers")) line += format(" %d", source);
  return line + '\n';
}

std::string shortcut(Layer& layer) {
  const int source = layer.sources("from").front();
  return format("res  %3d                ", source) + shape(layer.at(source).output) + "   ->  " +
         shape(layer.info.output) + '\n';
}

std::string upsample(Layer& layer) {
  return format("upsample           %2dx  ", layer.integer("stride", 2)) + shapes(layer) + '\n';
}

std::string reorg(Layer& layer) {
  return format("reorg              /%2d  ", layer.integer("stride", 1)) + shapes(layer) + '\n';
}

std::string yolo(Layer&) {
  return "yolo\n";
}

std::string dropout(Layer& layer) {
  const int n = values(layer.info.output);
  return format("dropout       p = %.2f               %4d  ->  %4d\n", layer.options.real("probability", .5f),
                n, n);
}

}  // namespace pjreddie

std::string region(Layer&) {
  return "detection\n";
}

std::string connected(Layer& layer) {
  return format("connected                            %4d  ->  %4d\n", values(layer.info.input),
                values(layer.info.output));
}

std::string softmax(Layer& layer) {
  return format("softmax                                        %4d\n", values(layer.info.output));
}

std::string cost(Layer& layer) {
  return format("cost                                           %4d\n", values(layer.info.output));
}

std::string batchnorm(Layer& layer) {
  const Shape& s = layer.info.output;
  return format("Batch Normalization Layer: %d x %d x %d image\n", s.w, s.h, s.c);
}

// A layer that only one fork has stands in the other's list as in that of its own.
struct Row {
  std::string_view type;
  Line alexeyab, pjreddie;
};
constexpr Row rows[] = {
    {"avgpool", alexeyab::avgpool, pjreddie::avgpool},
    {"batchnorm", batchnorm, batchnorm},
    {"connected", connected, connected},
    {"convolutional", alexeyab::convolutional, pjreddie::convolutional},
    {"cost", cost, cost},
    {"dropout", alexeyab::dropout, pjreddie::dropout},
    {"Gaussian_yolo", alexeyab::yolo, alexeyab::yolo},
    {"local_avgpool", alexeyab::pool, alexeyab::pool},
    {"maxpool", alexeyab::pool, pjreddie::maxpool},
    {"region", region, region},
    {"reorg", alexeyab::reorg, pjreddie::reorg},
    {"reorg3d", alexeyab::reorg, alexeyab::reorg},
    {"route", alexeyab::route, pjreddie::route},
    {"sam", alexeyab::scale, alexeyab::scale},
    {"scale_channels", alexeyab::scale, alexeyab::scale},
    {"shortcut", alexeyab::shortcut, pjreddie::shortcut},
    {"softmax", softmax, softmax},
    {"upsample", alexeyab::upsample, pjreddie::upsample},
    {"yolo", alexeyab::yolo, pjreddie::yolo},
};

std::string line_of(Layer& layer, Compat fork) {
  const auto row =
      std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return r.type == layer.info.type; });
  if (row == std::end(rows)) return layer.info.type + ' ' + alexeyab::shapes(layer) + '\n';
  return (fork == Compat::pjreddie ? row->pjreddie : row->alexeyab)(layer);
}

// AlexeyAB's mean is over the layers that read a grid, in whole numbers.
bool counts_in_mean(const LayerInfo& info) {
  return info.type != "dropout" && info.type != "cost" && info.input.w > 1 && info.input.h > 1;
}

}  // namespace

std::string darknet_layer_lines(const Cfg& cfg, const std::vector<LayerInfo>& layers, Compat fork) {
  const bool pjreddies = fork == Compat::pjreddie;
  std::string lines = pjreddies ? "layer     filters    size              input                output\n"
                                : "   layer   filters  size/strd(dil)      input                output\n";
  float total = 0;
  std::int64_t outputs = 0;
  int counted = 0, number = 0;
  for (const LayerInfo& info : layers) {
    Layer layer{number, info, CfgOptions(cfg.file, cfg.sections[static_cast<std::size_t>(number) + 1]),
                layers};
    lines += format(pjreddies ? "%5d " : "%4d ", number++) + line_of(layer, fork);
    total += static_cast<float>(billions(layer));
    outputs += counts_in_mean(info) ? info.output.size() : 0;
    counted += counts_in_mean(info);
  }
  if (pjreddies) return lines;
  return lines + format("Total BFLOPS %5.3f \navg_outputs = %d \n", total,
                        static_cast<int>(outputs / std::max(1, counted)));
}

}  // namespace nightjar
