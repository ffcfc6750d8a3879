#include "engine/passes/passes.h"

#include <utility>

namespace nightjar {

Graph run_passes(Graph graph, const PassOptions& options) {
  for (const Pass& pass : passes) {
    if (!pass.wanted(options)) continue;
    graph = pass.run(std::move(graph));
    verify(graph, pass.name);
  }
  return graph;
}

}  // namespace nightjar
