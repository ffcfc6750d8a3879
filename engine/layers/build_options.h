// What a caller may decide about a network besides its cfg.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "parsers/lists.h"

namespace nightjar {

struct BuildOptions {
  int width = 0, height = 0;    // replace [net] width and height where not 0
  bool strict = false;          // an unknown key is an error, not a warning
  bool alexeyab = true;         // the order of [lstm]'s and [gru]'s weights is AlexeyAB's, else pjreddie's
  bool signed_padding = false;  // of xnor=1: cells outside count as -1, not as 0
  bool learn = false;           // what training needs is built, too: Graph::training
  std::optional<float> temperature;                 // replaces that of each [softmax]
  std::optional<ClassTree> tree;                    // for tree=; a path inside a cfg is never opened
  std::optional<std::vector<int>> class_map;        // for map=
  std::int64_t max_bytes = std::int64_t{16} << 30;  // of weights and of any one activation
};

}  // namespace nightjar
