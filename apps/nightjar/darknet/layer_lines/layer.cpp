#include "apps/nightjar/darknet/layer_lines/layer.h"

#include "engine/format_line.h"

namespace nightjar {

std::string shape_text(const Shape& s) {
  return format("%4d x%4d x%4d", s.w, s.h, s.c);
}

int values(const Shape& s) {
  return static_cast<int>(s.size());
}

double billions(DarknetLayer& layer) {
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

namespace {

std::string region(DarknetLayer&) {
  return "detection\n";
}

std::string connected(DarknetLayer& layer) {
  return format("connected                            %4d  ->  %4d\n", values(layer.info.input),
                values(layer.info.output));
}

std::string softmax(DarknetLayer& layer) {
  return format("softmax                                        %4d\n", values(layer.info.output));
}

std::string cost(DarknetLayer& layer) {
  return format("cost                                           %4d\n", values(layer.info.output));
}

std::string batchnorm(DarknetLayer& layer) {
  const Shape& s = layer.info.output;
  return format("Batch Normalization Layer: %d x %d x %d image\n", s.w, s.h, s.c);
}

constexpr LayerLine lines[] = {
    {"batchnorm", batchnorm}, {"connected", connected}, {"cost", cost},
    {"region", region},       {"softmax", softmax},
};

}  // namespace

std::span<const LayerLine> shared_lines() {
  return lines;
}

}  // namespace nightjar
