// What makes a graph that was built to learn (BuildOptions::learn) one that does.
#pragma once

#include "engine/graph.h"
#include "parsers/result.h"

namespace nightjar {

// Appends the nodes that compute the gradients of all parameters that are trained; Training::trained says
// where their sums are. Errors: usage, for a layer without a gradient in front of which something learns.
Result<Graph> differentiate(Graph graph);

// How parameters follow their gradients. Each is an operation of kernels/ops/updates.
enum class Optimiser : std::uint8_t { sgd, adam, adamw };

struct UpdateOptions {
  Optimiser optimiser = Optimiser::sgd;
  float longest_gradient = 0;  // the norm that the mean gradient is clipped at; 0: it is not
  bool averages = false;       // of parameters are kept: Training::averages
};

// Appends, in the phase `update`, what changes each trained parameter by the sum of its gradients, and clears
// that.
Graph add_updates(Graph graph, const UpdateOptions& options);

}  // namespace nightjar
