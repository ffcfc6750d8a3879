// Cfg -> Graph: every section handed to its layer (engine/layers), in order.
#pragma once

#include "engine/graph.h"
#include "engine/layers/build_options.h"
#include "parsers/cfg.h"

namespace nightjar {

Result<Graph> build_graph(const Cfg& cfg, const BuildOptions& options = {});

}  // namespace nightjar
