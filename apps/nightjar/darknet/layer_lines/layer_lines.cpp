// Layers that are rare have a plain line of shapes.
#include "apps/nightjar/darknet/layer_lines/layer_lines.h"

#include <algorithm>

#include "apps/nightjar/darknet/layer_lines/layer.h"
#include "engine/format_line.h"

namespace nightjar {
namespace {

const LayerLine* find(std::span<const LayerLine> lines, const std::string& type) {
  const auto found =
      std::find_if(lines.begin(), lines.end(), [&](const LayerLine& line) { return line.type == type; });
  return found == lines.end() ? nullptr : &*found;
}

// A layer that only AlexeyAB has stands in the other's list as in his.
std::string line_of(DarknetLayer& layer, Compat fork) {
  const std::string& type = layer.info.type;
  const LayerLine* line = fork == Compat::pjreddie ? find(pjreddie_lines(), type) : nullptr;
  if (!line) line = find(shared_lines(), type);
  if (!line) line = find(alexeyab_lines(), type);
  if (line) return line->line(layer);
  return type + ' ' + shape_text(layer.info.input) + " -> " + shape_text(layer.info.output) + '\n';
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
    DarknetLayer layer{number, info, CfgOptions(cfg.file, cfg.sections[static_cast<std::size_t>(number) + 1]),
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
