// The layer graph: what a cfg means, as operations on values, before anything is decided about how to run it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/heads/head.h"
#include "kernels/ops/op.h"
#include "parsers/lists.h"

namespace nightjar {

// An array of the .weights file, in file order. It is read when a plan is loaded, not before.
struct Parameter {
  int value = -1;           // in Graph::values
  int layer = 0;            // Darknet's layer number
  std::string part;         // of a layer that consists of several: "self"
  std::string name;         // "biases", "scales", "rolling_mean", "rolling_variance", "weights"
  std::int64_t count = 0;   // floats
  std::int64_t offset = 0;  // floats from the start of the body
  // A matrix that the file holds transposed: rows x cols as the kernels want it lies as cols x rows in the
  // file. Its elements are runs of so many floats.
  std::int64_t transposed_rows = 0, transposed_cols = 0, transposed_run = 1;
  // What training from nothing begins with, where the name does not say it: evenly drawn values.
  struct Start {
    float mean, deviation;
  };
  std::optional<Start> start = {};
  bool trained = true;  // where its network is
  float rate = 1;       // of learning, that the network's is multiplied by
};

// "weights"; "self weights".
std::string name_of(const Parameter& parameter);

struct GraphValue : Value {
  int producer = -1;   // the node that writes it; -1: it comes from outside
  int parameter = -1;  // its array of the weights file
  bool fixed = true;   // of such an array: nobody changes it after loading
  int steps = 1;       // of what there is once: one for each of so many steps (Walk)
};

// One operation. A Darknet layer becomes one or several nodes. Nodes run in order: who reads a value that
// outlives a run reads what an earlier run wrote there, so all its readers come before the node that writes
// it.
//
// The nodes of the phase `update` come last. They run by themselves, after some runs of the others, and
// change parameters by what these left.
enum class Phase : std::uint8_t { run, update };

// How a node goes through the steps of sequences that are learned (Training::steps): through all images at
// once, or through those of a step at a time, the first or the last step first. Nodes side by side that walk
// alike take each step together.
enum class Walk : std::uint8_t { at_once, forward, backward };

struct Node {
  Op op;
  std::vector<int> inputs;   // values, as op.reads() lists them
  std::vector<int> outputs;  // values, as op.writes() lists them
  int layer = -1;            // the Darknet layer it came from
  Phase phase = Phase::run;
  Walk walk = Walk::at_once;
  // What it writes, a state, is what the next step on its way reads, if there is one. Of a node at once: what
  // it makes of the last step is what the first one of the next run reads.
  bool hands_on = false;
};

// What training adds to a graph, by value.
struct Training {
  // A parameter that is trained, and the state that its gradients are summed up in until the next update.
  struct Trained {
    int parameter, sum;
  };
  // A layer that ends in a loss: its parts, of each image (kernels/ops/losses). Where `prior` is not 0, the
  // layer before it is to start with small weights, and with biases that make objectness, the fifth of each
  // `fields` values, that.
  struct Loss {
    int parts, layer;
    float prior = 0;
    int fields = 0;
  };
  // Of a sequence, that a run learns: its images are the first elements of all sequences, then the second
  // ones, and so on.
  int steps = 1;
  int truth = -1;   // an input: what the pictures hold, as the losses read it; -1: no loss does
  int seen = -1;    // an input, once for all images: how many pictures were seen; -1: nobody asks
  int draw = -1;    // an input, once for all images: what random numbers are drawn by; -1: nobody draws
  int frozen = -1;  // the last layer that no gradient reaches, nor any before it
  int rates = -1;   // an input, once for all images: how far an update goes (kernels/ops/updates/rates.h)
  // A state, once for all images: by how much gradients are larger than they are
  // (kernels/ops/updates/loss_scale.h); -1: they are what they are.
  int loss_scale = -1;
  // A parameter that runs or updates change, and the state that is its running average.
  struct Average {
    int parameter, average;
  };
  std::vector<Loss> losses;
  std::vector<Trained> trained;
  std::vector<Average> averages;  // where they are asked for
};

struct Graph {
  static constexpr int input_value = 0;

  std::string file;                     // the cfg's name, for messages
  Shape input;                          // (channels, height, width) of the network
  bool letterbox = false;               // [net] letter_box
  std::vector<GraphValue> values;       // value 0 is the input
  std::vector<Node> nodes;              // in the order they run
  std::vector<Parameter> parameters;    // in file order
  std::vector<int> layer_output;        // layer number -> value; -1 where a pass left none
  std::vector<std::string> layer_type;  // layer number -> section name as Darknet spells it
  std::vector<Head> heads;              // in cfg order
  std::optional<ClassTree> class_tree;  // of the last [softmax], where its classes form one
  std::optional<Training> training;     // of a graph that was built to learn
  int output = input_value;             // value that the network ends in: the last layer that is not a cost
  std::vector<std::string> warnings;

  int add_value(const GraphValue& value);
  // Appends a node and the values that it writes; returns the first of these.
  int add_node(Op op, std::vector<int> inputs, int layer = -1);
  // Appends a node that writes values which are there already.
  void add_node_into(Op op, std::vector<int> inputs, std::vector<int> outputs, int layer = -1);

  // Sets who writes each value, after nodes have changed places: of several, the last.
  void find_producers();
  // The node that writes a value, which there must be.
  const Node& producer(int value) const;
  const Shape& shape(int value) const { return values[static_cast<std::size_t>(value)].shape; }
  std::int64_t parameter_floats() const;
};

// Whether it is a parameter computed from parameters, and none of the file.
bool is_derived(const GraphValue& value);

// Whether every run finds the same there: a fixed parameter, or what is computed from such alone.
bool is_constant(const Graph& graph, int value);

// The inputs of a node that an operation reads as tensors, or as weights.
std::vector<int> inputs_of(const Node& node, Role role);

// Behind the last of the nodes that walk together with this one.
int end_of_walk(const Graph& graph, int node);

// Whether it is what an image is remembered by from one run, or step, to the next.
bool is_memory(const GraphValue& value);

// Whether some value outlives a run by being written in it.
bool has_state(const Graph& graph);

// What does not hold together, in a few words; empty where all does: every node reads values that are there
// by then and have the shapes, types and scales that its operation was made for; outputs and heads exist.
std::string fault_of(const Graph& graph);

// An assertion that there is no fault: run after building and after each pass where assertions are on. A
// failure is a mistake of ours, never of the user's.
void verify(const Graph& graph, const char* after);

}  // namespace nightjar
