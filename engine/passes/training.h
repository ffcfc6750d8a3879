// What makes a graph that was built to learn (BuildOptions::learn) one that does.
#pragma once

#include "engine/graph.h"
#include "parsers/result.h"

namespace nightjar {

// Appends the nodes that compute the gradients of all parameters that are trained; Training::trained says
// where their sums are. Where sequences have several steps, gradients go back through what a step hands to
// the next. Errors: usage, for a layer without a gradient in front of which something learns.
Result<Graph> differentiate(Graph graph);

// Of a differentiated graph, that halves can hold what flows back in it: losses are computed in floats, and
// their gradients are multiplied by a scale (Training::loss_scale), which follows how large they get.
Graph scale_losses(Graph graph);

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

// Of a graph whose sequences have several steps, after all other passes: says which nodes walk. What does not
// depend on the step before is computed for all steps at once.
Graph walk_steps(Graph graph);

}  // namespace nightjar
