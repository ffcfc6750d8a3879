// [net], unknown keys, size limits, and what verify() holds a graph to.
#include <algorithm>
#include <limits>

#include "tests/engine/cfg_graph.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

// The error a cfg text is refused with, which must be there.
Error error_of(const std::string& text, const BuildOptions& options = {}) {
  const Result<Graph> graph = try_graph(text, options);
  REQUIRE_FALSE(graph);
  return graph.error();
}

bool begins_with(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

}  // namespace

TEST_CASE("the network's input comes from [net], or from the caller") {
  const std::string text = "[network]\nwidth=32\nheight=16\nchannels=3\nletter_box=1\n[empty]\n";
  const Graph graph = graph_of(text);
  CHECK(graph.file == "x.cfg");
  CHECK(graph.input == Shape{3, 16, 32});
  CHECK(graph.letterbox);
  CHECK(graph.values[Graph::input_value].kind == Kind::input);
  BuildOptions options;
  options.width = 64;
  CHECK(graph_of(text, options).input == Shape{3, 16, 64});
  options.height = 48;
  CHECK(graph_of("[net]\nchannels=1\n[empty]\n", options).input == Shape{1, 48, 64});
}

TEST_CASE("a [net] without a size, or with an impossible one") {
  CHECK(error_of("[net]\nwidth=8\nheight=8\n[empty]\n").message ==
        "x.cfg:1: [net]: channels is missing; a whole number of at least 1 is needed");
  for (const char* bad : {"0", "-1", "8.5", "1e3", "0x10", "nan", "99999999999"}) {
    INFO(bad);
    const Error error = error_of("[net]\nchannels=3\nheight=8\nwidth=" + std::string(bad) + "\n[empty]\n");
    CHECK(error.kind == Failure::malformed);
    CHECK(begins_with(error.message, "x.cfg:4: [net]: "));
  }
  CHECK(begins_with(error_of("[net]\ninputs=0\n[empty]\n").message, "x.cfg:2: [net]: "));
}

TEST_CASE("a size that is no multiple of 32 matters only where shapes differ") {
  const std::string layers = "[maxpool]\nstride=2\n[upsample]\n[route]\nlayers=-1,-3\n";
  CHECK(refusal(with_input("[empty]\n" + layers, 3, 6, 10)).empty());
  CHECK(begins_with(refusal(with_input("[empty]\n" + layers, 3, 7, 10)),
                    "x.cfg:10: layer 3 [route]: layer -3 is 3x7x10 and the first is 3x8x10"));
}

TEST_CASE("batch, subdivisions and what else concerns training are not looked at") {
  CHECK(graph_of(with_input("[empty]\n") + "").warnings.empty());
  const Graph graph = graph_of(
      "[net]\nbatch=-1\nsubdivisions=0\ntime_steps=99999999999\nsteps=1,2\nscales=.1\n"
      "width=8\nheight=8\nchannels=3\n[dropout]\nprobability=x\n");
  CHECK(graph.warnings.empty());
  CHECK(graph.values[graph.output].producer == -1);
}

TEST_CASE("unknown keys are warned about, and refused when strict") {
  const std::string text = with_input("[empty]\n[yolo]\nclasses=7\nbeta1=.6\n", 12) + "\n";
  const Graph graph = graph_of("[net]\nmax_epochs=300\n" + text.substr(6));
  CHECK(graph.warnings == std::vector<std::string>{"x.cfg:2: unknown key 'max_epochs' in [net]; ignored",
                                                   "x.cfg:9: unknown key 'beta1' in [yolo]; ignored"});
  BuildOptions strict;
  strict.strict = true;
  CHECK(refusal(text, strict) == "x.cfg:8: unknown key 'beta1' in [yolo]; it must be left out");
}

TEST_CASE("what the parser warned about stays with the graph") {
  const Graph graph = graph_of(with_input("[upsample]\nstride=1\nstride=2\n"));
  CHECK(graph.warnings.size() == 1);
  CHECK(last_shape(graph) == Shape{3, 8, 8});
}

TEST_CASE("an activation over the limit is refused before anything is allocated") {
  const Error error = error_of(with_input("[empty]\n", 3, 100000, 100000));
  CHECK(error.kind == Failure::too_large);
  CHECK(error.message ==
        "x.cfg:1: [net]: an output of 3x100000x100000 needs 120000000000 bytes; one may take 17179869184");
  const Error upsample = error_of(with_input("[upsample]\nstride=1048576\n"));
  CHECK(upsample.kind == Failure::too_large);
  CHECK(begins_with(upsample.message, "x.cfg:5: layer 0 [upsample]: an output of 3x8388608x8388608 needs "));
}

TEST_CASE("weights over the limit are refused, one by one and together") {
  const Error filters = error_of(with_input("[convolutional]\nfilters=2147483647\nsize=3\n"));
  CHECK(filters.kind == Failure::too_large);
  CHECK(begins_with(filters.message,
                    "x.cfg:5: layer 0 [convolutional]: weights of 231928233876 bytes, after 8589934588"));
  BuildOptions options;
  options.max_bytes = 4 * 3 * 64;
  const std::string conv = "[convolutional]\nfilters=1\nsize=8\nactivation=linear\n";
  CHECK(error_of(with_input(conv), options).kind == Failure::too_large);
  options.max_bytes += 4;
  CHECK(graph_of(with_input(conv), options).parameter_floats() == 193);
  const std::string next = "[connected]\nactivation=linear\n";
  CHECK(begins_with(error_of(with_input(conv + next), options).message,
                    "x.cfg:9: layer 1 [connected]: biases of 4 bytes"));
}

TEST_CASE("sizes that would wrap 32 and 64 bits are too large, not small") {
  BuildOptions boundless;
  boundless.max_bytes = std::numeric_limits<std::int64_t>::max();
  const auto kind = [&](const std::string& text, const BuildOptions& options) {
    return error_of(text, options).kind;
  };
  // 2^30 x 2^17 x 2^17 values are 2^64: none, if the product wrapped.
  const std::string wraps = with_input("[empty]\n", 1 << 30, 1 << 17, 1 << 17);
  CHECK(kind(wraps, {}) == Failure::too_large);
  CHECK(kind(wraps, boundless) == Failure::too_large);
  CHECK(kind(with_input("[empty]\n", 4, 1 << 16, 1 << 16), {}) == Failure::too_large);
  CHECK(kind(with_input("[upsample]\nstride=2147483647\n"), {}) == Failure::too_large);
  CHECK(kind(with_input("[convolutional]\npadding=32768\nsize=32768\nfilters=2147483647\n", 1), {}) ==
        Failure::too_large);
  CHECK(kind(with_input("[convolutional]\nfilters=2147483647\nsize=3\npad=1\n", 1 << 20, 3, 3), {}) ==
        Failure::too_large);
}

TEST_CASE("a chain of as many layers as a cfg may have") {
  std::string layers;
  for (int i = 0; i < 4096; ++i) layers += i == 0 ? "[empty]\n" : "[route]\nlayers=-1\n";
  const Graph graph = graph_of(with_input(layers));
  CHECK(graph.layer_output.size() == 4096);
  CHECK(graph.nodes.size() == 0);
}

TEST_CASE("every prefix of a cfg, and every byte of it replaced, is built or refused") {
  const std::string text = with_input(
      "[conv]\nbatch_normalize=1\nfilters=7\nsize=3\npad=1\nactivation=mish\n[maxpool]\nstride=2\n[upsample]"
      "\n"
      "[route]\nlayers=-1,0\ngroups=7\n[shortcut]\nfrom=-3\n[conv]\nfilters=7\n[yolo]\nclasses=2\nanchors=1,"
      "2\n");
  int built = 0;
  for (std::size_t end = 0; end <= text.size(); ++end) built += bool(try_graph(text.substr(0, end)));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const char replacement : {'0', '9', '-', ',', '\n', '[', '=', '\0'}) {
      std::string changed = text;
      changed[at] = replacement;
      if (const auto graph = try_graph(changed)) built += fault_of(*graph).empty();
    }
  CHECK(built > 0);
}

TEST_CASE("a filter of more weights than can be counted is refused") {
  CHECK(begins_with(
      refusal(with_input("[convolutional]\nsize=32768\npadding=32768\n")),
      "x.cfg:6: layer 0 [convolutional]: size=32768 over 3 channels makes 3221225472 weights a filter"));
}

TEST_CASE("verify holds a graph to its own rules") {
  const Graph good = graph_of(with_input("[conv]\nfilters=7\nactivation=linear\n[yolo]\nclasses=2\n"));
  const auto fault = [&](auto&& damage) {
    Graph graph = good;
    damage(graph);
    return fault_of(graph);
  };
  // Values: 0 the input, 1 biases, 2 weights, 3 the sums, 4 the head.
  CHECK(fault([](Graph&) {}) == "");
  CHECK(fault([](Graph& g) { g.nodes.pop_back(); }) == "value 4: is written by a node that is not there");
  CHECK(fault([](Graph& g) { g.input.c = 4; }) == "value 0 is not the input");
  CHECK(fault([](Graph& g) { g.nodes[1].inputs = {4}; }) ==
        "node 1 (yolo head): reads value 4 before it is written");
  CHECK(fault([](Graph& g) { g.nodes[1].inputs = {-1}; }) ==
        "node 1 (yolo head): reads a value that is not there");
  CHECK(fault([](Graph& g) { g.nodes[1].inputs = {0}; }) ==
        "node 1 (yolo head): reads raw as 3x8x8; its operation as 7x8x8");
  CHECK(fault([](Graph& g) { g.nodes[0].inputs.pop_back(); }) ==
        "node 0 (conv 1x1): reads 2 values, and its operation 3");
  CHECK(fault([](Graph& g) { g.values[3].shape.h = 9; }) ==
        "node 0 (conv 1x1): writes sums as 7x9x8; its operation as 7x8x8");
  CHECK(fault([](Graph& g) { g.values[3].type = Type::i8; }) ==
        "node 0 (conv 1x1): writes sums as 7x8x8 i8 * 1.000000; its operation as 7x8x8");
  CHECK(fault([](Graph& g) { g.values[3].per_image = false; }) ==
        "node 0 (conv 1x1): writes sums as 7x8x8 for all images; its operation as 7x8x8");
  CHECK(fault([](Graph& g) { g.values[1].per_image = true; }) == "value 1: is a parameter, and per image");
  CHECK(fault([](Graph& g) { g.nodes[0].phase = Phase::update; }) ==
        "node 1 (yolo head): runs before an update before it");
  CHECK(fault([](Graph& g) { std::swap(g.nodes[0].inputs[1], g.nodes[0].inputs[2]); }) ==
        "node 0 (conv 1x1): reads weights as 7x1x1 for all images; its operation as 7x3x1 for all images");
  CHECK(fault([](Graph& g) { g.values[3].producer = 1; }) ==
        "node 0 (conv 1x1): writes a value of another node");
  CHECK(fault([](Graph& g) { g.parameters[1].offset = 0; }) ==
        "parameter 1 does not follow the one before it");
  CHECK(fault([](Graph& g) { g.parameters[1].value = 1; }) == "parameter 1 is not its value's");
  CHECK(fault([](Graph& g) { g.layer_output[0] = 5; }) == "a layer's output is not there");
  CHECK(fault([](Graph& g) { g.layer_output[0] = -1; }) == "");  // as a pass leaves it
  CHECK(fault([](Graph& g) { g.layer_type.pop_back(); }) == "layers without a type");
  CHECK(fault([](Graph& g) { g.output = -1; }) == "the output is not there");
  CHECK(fault([](Graph& g) { base(g.heads[0]).value = 3; }) == "the head of layer 1 is no result");
}

TEST_CASE("a state is read before it is written, and not after") {
  Graph graph = graph_of("[net]\ninputs=3\n[rnn]\noutput=2\nhidden=2\nactivation=linear\n");
  const auto copies = [](const Node& node) { return node.op.is<ops::Copy>(); };
  const auto copy = std::find_if(graph.nodes.begin(), graph.nodes.end(), copies);
  REQUIRE(copy != graph.nodes.end());
  const int state = copy->outputs[0];
  CHECK(graph.values[state].kind == Kind::state);
  graph.nodes.back().inputs[0] = state;  // the output's matrix, which runs after it
  CHECK(fault_of(graph).find("reads value " + std::to_string(state) + " after it was written") !=
        std::string::npos);
}
