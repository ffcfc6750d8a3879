// Recurrent layers: the order of their arrays in the weights file, and how they are lowered. What they
// compute is in values_test.cpp.
#include <algorithm>

#include "kernels/ops/activate.h"
#include "kernels/ops/blend.h"
#include "kernels/ops/clamp.h"
#include "kernels/ops/conv_xnor.h"
#include "tests/engine/cfg_graph.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

// The parts of the layer that have weights, in file order.
std::string parts_of(const Graph& graph) {
  std::string list;
  for (const Parameter& parameter : graph.parameters)
    if (parameter.name == "weights") list += (list.empty() ? "" : " ") + parameter.part;
  return list;
}

std::string parts_of(const std::string& layer, bool alexeyab) {
  BuildOptions options;
  options.alexeyab = alexeyab;
  return parts_of(graph_of("[net]\ninputs=5\n" + layer, options));
}

template <class Op>
int count(const Graph& graph) {
  return static_cast<int>(
      std::count_if(graph.nodes.begin(), graph.nodes.end(), [](const Node& n) { return n.op.is<Op>(); }));
}

// The nodes that write a state.
std::vector<const Node*> keepers(const Graph& graph) {
  std::vector<const Node*> nodes;
  for (const Node& node : graph.nodes)
    if (graph.values[node.outputs[0]].kind == Kind::state) nodes.push_back(&node);
  return nodes;
}

}  // namespace

TEST_CASE("lstm's and gru's matrices lie in either fork's order") {
  CHECK(parts_of("[lstm]\noutput=3\n", true) == "wf wi wg wo uf ui ug uo");
  CHECK(parts_of("[lstm]\noutput=3\n", false) == "wi wf wo wg ui uf uo ug");
  CHECK(parts_of("[gru]\noutput=3\n", true) == "uz ur uh wz wr wh");
  CHECK(parts_of("[gru]\noutput=3\n", false) == "wz wr wh uz ur uh");
}

TEST_CASE("each of lstm's matrices has the arrays of a connected layer") {
  const Graph graph = graph_of("[net]\ninputs=5\n[lstm]\noutput=3\nbatch_normalize=1\n");
  const std::string w = "biases:3 weights:9 scales:3 rolling_mean:3 rolling_variance:3",
                    u = "biases:3 weights:15 scales:3 rolling_mean:3 rolling_variance:3";
  CHECK(parameter_list(graph) == w + " " + w + " " + w + " " + w + " " + u + " " + u + " " + u + " " + u);
  CHECK(graph.shape(graph.output) == Shape{3, 1, 1});
  CHECK(keepers(graph).size() == 2);
}

TEST_CASE("gru's candidate is logistic unless tanh says otherwise") {
  const auto candidate = [](const std::string& keys) {
    const Graph graph = graph_of("[net]\ninputs=5\n[gru]\noutput=3\n" + keys);
    const Node& blend = *std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                      [](const Node& n) { return n.op.is<ops::Blend>(); });
    CHECK(blend.op.as<ops::Blend>()->rest);
    return graph.producer(blend.inputs[2]).op.as<ops::Activate>()->activation;
  };
  CHECK(candidate("") == Activation::logistic);
  CHECK(candidate("tanh=0\n") == Activation::logistic);
  CHECK(candidate("tanh=1\n") == Activation::tanh);
}

TEST_CASE("crnn is three convolutions, named by either fork") {
  for (const char* keys : {"hidden=4\noutput=2\n", "hidden_filters=4\noutput_filters=2\nsize=3\npad=1\n"}) {
    const Graph graph = graph_of(with_input(std::string("[crnn]\n") + keys));
    CHECK(parts_of(graph) == "input self output");
    CHECK(parameter_list(graph) == "biases:4 weights:108 biases:4 weights:144 biases:2 weights:72");
    CHECK(graph.shape(graph.output) == Shape{2, 8, 8});
    CHECK(count<ops::Conv>(graph) == 3);
  }
}

TEST_CASE("crnn and conv_lstm hand xnor on to their convolutions, which then have no groups") {
  for (const char* layer :
       {"[crnn]\nhidden=3\noutput=3\nxnor=1\ngroups=3\n", "[conv_lstm]\noutput=3\nxnor=1\n"}) {
    INFO(layer);
    const Graph graph = graph_of(with_input(layer));
    CHECK(count<ops::Conv>(graph) == 0);
    CHECK(count<ops::ConvXnor>(graph) >= 3);
    for (const Node& node : graph.nodes) {
      if (const auto* signs = node.op.as<ops::ConvXnor>()) CHECK(signs->conv.groups == 1);
    }
  }
}

TEST_CASE("conv_lstm's convolutions: peepholes first, one on the state with a bottleneck") {
  const auto parts = [](const std::string& keys) {
    return parts_of(graph_of(with_input("[conv_lstm]\noutput=3\n" + keys)));
  };
  CHECK(parts("") == "wf wi wg wo uf ui ug uo");
  CHECK(parts("peephole=1\n") == "vf vi vo wf wi wg wo uf ui ug uo");
  CHECK(parts("bottleneck=1\n") == "wf uf ui ug uo");
  CHECK(parts("bottleneck=1\npeephole=1\n") == "vf vi vo wf uf ui ug uo");
}

TEST_CASE("conv_lstm's bottleneck reads state and input") {
  const Graph graph = graph_of(with_input("[conv_lstm]\noutput=3\nbottleneck=1\nbatch_normalize=1\n"));
  CHECK(graph.parameters[4].count == 3 * 6 * 9);
  CHECK(graph.parameters[9].count == 3 * 3 * 9);
  CHECK(graph.nodes[0].op.is<ops::Concat>());
  CHECK(graph.values[graph.nodes[0].inputs[0]].kind == Kind::state);
  CHECK(graph.nodes[0].inputs[1] == Graph::input_value);
}

TEST_CASE("conv_lstm's cell is limited to 32 where nothing else is said") {
  const auto limit = [](const std::string& keys) {
    const Graph graph = graph_of(with_input("[conv_lstm]\n" + keys));
    const std::vector<const Node*> nodes = keepers(graph);
    REQUIRE(nodes.size() == 2);
    const auto* clamp = nodes[0]->op.as<ops::Clamp>();
    return clamp ? clamp->limit : 0;
  };
  CHECK(limit("") == 32);
  CHECK(limit("state_constrain=5\n") == 5);
  CHECK(limit("state_constrain=0\n") == 0);
  // Times the steps of the sequences that it learns.
  const std::string layer = "[conv_lstm]\n[cost]\n";
  BuildOptions learn;
  learn.learn = true;
  const Graph graph = graph_of("[net]\ntime_steps=3\nchannels=3\nheight=8\nwidth=8\n" + layer, learn);
  CHECK(keepers(graph)[0]->op.as<ops::Clamp>()->limit == 96);
}

TEST_CASE("rnn's matrix on the state has an activation of its own where logistic says so") {
  const auto activations = [](const std::string& keys) {
    std::vector<Activation> list;
    for (const Node& node : graph_of("[net]\ninputs=3\n[rnn]\noutput=2\nactivation=tanh\n" + keys).nodes)
      if (const auto* activate = node.op.as<ops::Activate>()) list.push_back(activate->activation);
    std::sort(list.begin(), list.end());
    return list;
  };
  const auto sorted = [](std::vector<Activation> list) {
    std::sort(list.begin(), list.end());
    return list;
  };
  CHECK(activations("") == std::vector{Activation::tanh, Activation::tanh, Activation::tanh});
  CHECK(activations("logistic=1\n") == sorted({Activation::tanh, Activation::logistic, Activation::tanh}));
  CHECK(activations("logistic=2\n") == sorted({Activation::tanh, Activation::loggy, Activation::tanh}));
}

TEST_CASE("a history may have as many channels as can be counted, and then has too many bytes") {
  const std::string found = refusal(with_input("[history]\nhistory_size=2147483647\n", 1));
  INFO(found);
  CHECK(found.find("an output of 2147483647x8x8 needs") != std::string::npos);
}

TEST_CASE("history has no weights, and none of one is the input itself") {
  const Graph graph = graph_of(with_input("[history]\n"));
  CHECK(graph.parameters.empty());
  CHECK(graph.shape(graph.output) == Shape{12, 8, 8});
  const Graph one = graph_of(with_input("[history]\nhistory_size=1\n"));
  CHECK(one.nodes.empty());
  CHECK_FALSE(has_state(one));
}

TEST_CASE("a temperature from outside replaces that of each softmax") {
  const std::string cfg = "[net]\ninputs=5\n[softmax]\ntemperature=3\n";
  CHECK(last_op<ops::Softmax>(graph_of(cfg)).temperature == 3);
  BuildOptions options;
  options.temperature = .5f;
  CHECK(last_op<ops::Softmax>(graph_of(cfg, options)).temperature == .5f);
}
