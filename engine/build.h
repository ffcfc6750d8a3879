// Cfg -> Graph: every section handed to its layer (engine/layers), in order.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/graph.h"
#include "parsers/cfg.h"
#include "parsers/lists.h"

namespace nightjar {

struct BuildOptions {
  int width = 0, height = 0;                        // replace [net] width and height where not 0
  bool strict = false;                              // an unknown key is an error, not a warning
  std::optional<ClassTree> tree;                    // for tree=; a path inside a cfg is never opened
  std::optional<std::vector<int>> class_map;        // for map=
  std::int64_t max_bytes = std::int64_t{16} << 30;  // of weights and of any one activation
};

Result<Graph> build_graph(const Cfg& cfg, const BuildOptions& options = {});

}  // namespace nightjar
