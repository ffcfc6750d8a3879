// The layer graph: what a cfg means, as operations on tensors, before anything is decided about how to run
// it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/heads/head.h"
#include "kernels/ops.h"

namespace nightjar {

// An array of the .weights file, in file order. Its values are read when a plan is prepared, not before.
struct Parameter {
  int layer;                // Darknet's layer number
  std::string name;         // "biases", "scales", "rolling_mean", "rolling_variance", "weights"
  std::int64_t count;       // floats
  std::int64_t offset = 0;  // floats from the start of the body
  // flipped=1 stores the matrix transposed: rows x cols as the kernels want it lies as cols x rows in the
  // file.
  std::int64_t transposed_rows = 0, transposed_cols = 0;
};

// One operation. A Darknet layer becomes one or several nodes; the last one is its output.
struct Node {
  Op op;
  std::vector<int> inputs;      // node numbers, all smaller than this node's
  Shape shape;                  // of the output
  int layer = -1;               // the Darknet layer it came from; -1 is the input
  std::vector<int> parameters;  // indices into Graph::parameters, in the order that kernels/ops.h states
};

struct Graph {
  std::string file;                     // the cfg's name, for messages
  Shape input;                          // (channels, height, width) of the network
  bool letterbox = false;               // [net] letter_box
  std::vector<Node> nodes;              // node 0 is the input; inputs always come before their readers
  std::vector<Parameter> parameters;    // in file order
  std::vector<int> layer_output;        // layer number -> node
  std::vector<std::string> layer_type;  // layer number -> section name as Darknet spells it
  std::vector<Head> heads;              // in cfg order
  int output = 0;                       // node of the network's output: the last layer that is not a cost
  std::vector<std::string> warnings;

  std::int64_t parameter_floats() const;
};

// Counts what Darknet's layer table counts: 2 * multiplies of one node, in operations.
std::int64_t flops(const Node& node);

// True if every node reads only earlier nodes, shapes agree with the operations, and outputs and heads exist.
// An assertion for the passes; a failure is a mistake of ours, never of the user's.
bool verify(const Graph& graph);

}  // namespace nightjar
