// A layer as the Darknets' lines about it are made: its section of the cfg and its shapes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/nightjar.h"
#include "parsers/cfg.h"

namespace nightjar {

struct DarknetLayer {
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

std::string shape_text(const Shape& s);  // " 416 x 416 x   3": width, height, channels
int values(const Shape& s);

// Billions of operations as AlexeyAB's counts them, poolings and sums included.
double billions(DarknetLayer& layer);

// What stands behind a layer's number, line ends included.
struct LayerLine {
  std::string_view type;
  std::string (*line)(DarknetLayer& layer);
};
std::span<const LayerLine> alexeyab_lines();
std::span<const LayerLine> pjreddie_lines();
std::span<const LayerLine> shared_lines();  // of which both have the same

}  // namespace nightjar
