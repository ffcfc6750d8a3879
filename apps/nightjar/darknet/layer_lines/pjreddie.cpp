// The forms are those of make_*_layer() in pjreddie's src/*_layer.c.
#include "apps/nightjar/darknet/layer_lines/layer.h"
#include "engine/format_line.h"

namespace nightjar {
namespace {

std::string shapes(const DarknetLayer& layer) {
  return shape_text(layer.info.input) + "   ->  " + shape_text(layer.info.output);
}

std::string convolutional(DarknetLayer& layer) {
  const int size = layer.size();
  return format("conv  %5d %2d x%2d /%2d  ", layer.info.output.c, size, size, layer.integer("stride", 1)) +
         shapes(layer) + format("  %5.3f BFLOPs\n", billions(layer));
}

std::string maxpool(DarknetLayer& layer) {
  return format("max          %d x %d / %d  ", layer.size(), layer.size(), layer.integer("stride", 1)) +
         shapes(layer) + '\n';
}

std::string avgpool(DarknetLayer& layer) {
  return "avg                     " + shape_text(layer.info.input) +
         format("   ->  %4d\n", layer.info.input.c);
}

std::string route(DarknetLayer& layer) {
  std::string line = "route ";
  for (const int source : layer.sources("layers")) line += format(" %d", source);
  return line + '\n';
}

std::string shortcut(DarknetLayer& layer) {
  const int source = layer.sources("from").front();
  return format("res  %3d                ", source) + shape_text(layer.at(source).output) + "   ->  " +
         shape_text(layer.info.output) + '\n';
}

std::string upsample(DarknetLayer& layer) {
  return format("upsample           %2dx  ", layer.integer("stride", 2)) + shapes(layer) + '\n';
}

std::string reorg(DarknetLayer& layer) {
  return format("reorg              /%2d  ", layer.integer("stride", 1)) + shapes(layer) + '\n';
}

std::string yolo(DarknetLayer&) {
  return "yolo\n";
}

std::string dropout(DarknetLayer& layer) {
  const int n = values(layer.info.output);
  return format("dropout       p = %.2f               %4d  ->  %4d\n", layer.options.real("probability", .5f),
                n, n);
}

constexpr LayerLine lines[] = {
    {"avgpool", avgpool},   {"convolutional", convolutional},
    {"dropout", dropout},   {"maxpool", maxpool},
    {"reorg", reorg},       {"route", route},
    {"shortcut", shortcut}, {"upsample", upsample},
    {"yolo", yolo},
};

}  // namespace

std::span<const LayerLine> pjreddie_lines() {
  return lines;
}

}  // namespace nightjar
