// Rewrites of the graph that change its cost and not its meaning. Each is a function graph -> graph.
#pragma once

#include "engine/graph.h"

namespace nightjar {

// A sum of weights, then BatchNorm: a FoldBatchNorm computes weights and biases from the parameters of both,
// before the first run where these are fixed.
Graph fold_batchnorm(Graph graph);

// An operation that can activate what it stores, then Activate.
Graph fuse_activation(Graph graph);

// An operation that can add a tensor in its store, then Add of two of one shape. What it wrote before exists
// no more: its layer_output becomes -1.
Graph fuse_shortcut(Graph graph);

// Parameters may change between runs: they stay in memory, and what is packed of them is packed again.
Graph vary_parameters(Graph graph);

struct PassOptions {
  bool fuse = true;  // false keeps every layer's own output
  bool vary_parameters = false;
};

struct Pass {
  const char* name;
  Graph (*run)(Graph);
  bool (*wanted)(const PassOptions&);
};
inline constexpr Pass passes[] = {
    {"vary_parameters", vary_parameters, [](const PassOptions& o) { return o.vary_parameters; }},
    {"fold_batchnorm", fold_batchnorm, [](const PassOptions&) { return true; }},
    {"fuse_activation", fuse_activation, [](const PassOptions&) { return true; }},
    {"fuse_shortcut", fuse_shortcut, [](const PassOptions& o) { return o.fuse; }},
};

// Those that are wanted, in order; each is verified.
Graph run_passes(Graph graph, const PassOptions& options = {});

}  // namespace nightjar
