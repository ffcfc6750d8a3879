#include <utility>

#include "engine/passes/passes.h"

namespace nightjar {

Graph vary_parameters(Graph graph) {
  for (const Parameter& parameter : graph.parameters)
    graph.values[static_cast<std::size_t>(parameter.value)].fixed = false;
  return graph;
}

}  // namespace nightjar
