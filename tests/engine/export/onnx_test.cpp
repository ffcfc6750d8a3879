// What stands in an ONNX file, without a runtime: its fields, names, weights, and what is refused. What it
// computes is tests/engine/export/test_operations.py's and its neighbours'.
#include "engine/export/onnx.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "engine/passes/passes.h"
#include "kernels/ops/quantise.h"
#include "tests/engine/cfg_graph.h"
#include "tests/engine/export/onnx_fields.h"

using namespace nightjar;
using namespace nightjar::test;
using testing::Fields;

namespace {

using Texts = std::vector<std::string>;

// Value i of the weights file is i.
class Counting : public ParameterSource {
 public:
  Result<void> read(const Graph& graph, int index, std::span<float> values) const override {
    const std::int64_t offset = graph.parameters[static_cast<std::size_t>(index)].offset;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(offset) + float(i);
    return {};
  }
};

class Infinite : public ParameterSource {
 public:
  Result<void> read(const Graph&, int, std::span<float> values) const override {
    std::fill(values.begin(), values.end(), std::numeric_limits<float>::infinity());
    return {};
  }
};

Fields model_of(const Graph& graph, const OnnxOptions& options = {}) {
  const Counting source;
  const auto message = onnx_model(graph, source, options);
  INFO((message ? std::string() : message.error().message));
  REQUIRE(message);
  return Fields(testing::written(*message));
}

Fields onnx_graph_of(const std::string& layers, const OnnxOptions& options = {}) {
  return model_of(graph_of(with_input(layers)), options).message(7);
}

Texts names(const std::vector<Fields>& messages, int field) {
  Texts all;
  for (const Fields& message : messages) all.push_back(message.text(field));
  return all;
}

// The sides of a ValueInfoProto: numbers, or a name.
Texts sides(const Fields& info) {
  Texts all;
  for (const Fields& side : info.message(2).message(1).message(2).messages(1)) {
    const auto numbers = side.integers(1);
    all.push_back(numbers.empty() ? side.text(2) : std::to_string(numbers[0]));
  }
  return all;
}

// The values of an initializer.
std::vector<float> floats(const Fields& graph, const std::string& name) {
  for (const Fields& tensor : graph.messages(5)) {
    if (tensor.text(8) != name) continue;
    const std::string raw = tensor.text(9);
    std::vector<float> values(raw.size() / sizeof(float));
    std::memcpy(values.data(), raw.data(), raw.size());
    return values;
  }
  FAIL("no constant " << name);
  return {};
}

std::string refused(const Graph& graph, Failure kind, const OnnxOptions& options = {}) {
  const Counting source;
  const auto message = onnx_model(graph, source, options);
  REQUIRE_FALSE(message);
  CHECK(message.error().kind == kind);
  CHECK(message.error().message.find('\n') == std::string::npos);
  return message.error().message;
}

void check_contains(const std::string& text, const std::string& part) {
  INFO("expected: " << part << "\nfound: " << text);
  CHECK(text.find(part) != std::string::npos);
}

const std::string conv = "[convolutional]\nbatch_normalize=1\nfilters=2\nsize=1\nactivation=leaky\n";
const std::string yolo =
    "[convolutional]\nfilters=21\nsize=1\nactivation=linear\n"
    "[yolo]\nclasses=2\nmask=0,2,1\nnum=3\nanchors=1,2, 3,4, 5.5,6\n";

}  // namespace

TEST_CASE("the model says who made it and which operators it needs") {
  const Fields model = model_of(graph_of(with_input("[avgpool]\n")));
  CHECK(model.integers(1) == std::vector<std::int64_t>{7});
  CHECK(model.text(2) == "nightjar");
  CHECK(model.message(8).integers(2) == std::vector<std::int64_t>{13});
  CHECK(model.message(7).text(2) == "darknet");
}

TEST_CASE("a node, byte by byte") {
  const Fields graph = onnx_graph_of("[avgpool]\n");
  const Texts nodes = graph.bytes(1);
  REQUIRE(nodes.size() == 1);
  CHECK(nodes[0] ==
        "\x0a\x05input\x12\x0b"
        "avgpool_000\x1a\x0b"
        "avgpool_000\x22\x11GlobalAveragePool");
  const Texts outputs = graph.bytes(12);
  REQUIRE(outputs.size() == 1);
  CHECK(outputs[0] == std::string("\x0a\x0b"
                                  "avgpool_000\x12\x16\x0a\x14\x08\x01\x12\x10"
                                  "\x0a\x02\x08\x01\x0a\x02\x08\x03\x0a\x02\x08\x01\x0a\x02\x08\x01"));
}

TEST_CASE("nodes and tensors are called by their layers") {
  const Fields graph = onnx_graph_of(conv + "[dropout]\n[shortcut]\nfrom=-2\nactivation=linear\n" + yolo);
  CHECK(names(graph.messages(1), 3) == Texts{"convolutional_000_Conv", "convolutional_000_BatchNormalization",
                                             "convolutional_000", "shortcut_002", "convolutional_003",
                                             "yolo_004_Reshape", "yolo_004_Split", "yolo_004_Sigmoid",
                                             "yolo_004_Sigmoid_2", "yolo_004_Concat", "yolo_004"});
  CHECK(names(graph.messages(11), 1) == Texts{"input"});
  CHECK(names(graph.messages(12), 1) == Texts{"yolo_004"});
  CHECK(names(graph.messages(13), 1) == Texts{"convolutional_000", "shortcut_002", "convolutional_003"});
}

TEST_CASE("weights are those of the file, under their layers' names") {
  const Fields graph = onnx_graph_of(conv);
  CHECK(floats(graph, "convolutional_000_biases") == std::vector<float>{0, 1});
  CHECK(floats(graph, "convolutional_000_scales") == std::vector<float>{2, 3});
  CHECK(floats(graph, "convolutional_000_rolling_mean") == std::vector<float>{4, 5});
  CHECK(floats(graph, "convolutional_000_rolling_variance") == std::vector<float>{6, 7});
  CHECK(floats(graph, "convolutional_000_weights") == std::vector<float>{8, 9, 10, 11, 12, 13});
  const Fields normalisation = graph.messages(1)[1];
  CHECK(normalisation.bytes(1) == Texts{"convolutional_000_Conv", "convolutional_000_scales",
                                        "convolutional_000_biases", "convolutional_000_rolling_mean",
                                        "convolutional_000_rolling_variance"});
}

TEST_CASE("flipped weights are turned as for running") {
  const Fields graph = onnx_graph_of("[convolutional]\nfilters=2\nflipped=1\nactivation=linear\n");
  CHECK(floats(graph, "convolutional_000_weights") == std::vector<float>{2, 4, 6, 3, 5, 7});
}

TEST_CASE("what nodes compute of weights is a constant") {
  const Fields graph = model_of(fold_batchnorm(graph_of(with_input(conv)))).message(7);
  CHECK(names(graph.messages(1), 4) == Texts{"Conv", "LeakyRelu"});
  const double first = 2 / std::sqrt(6 + 1e-5), second = 3 / std::sqrt(7 + 1e-5);  // scales, variances
  const std::vector<float> weights = floats(graph, "convolutional_000_folded_weights");
  REQUIRE(weights.size() == 6);
  for (int i = 0; i < 6; ++i) CHECK(weights[i] == Approx((8 + i) * (i < 3 ? first : second)));
  const std::vector<float> biases = floats(graph, "convolutional_000_folded_biases");
  REQUIRE(biases.size() == 2);
  CHECK(biases[0] == Approx(0 - 4 * first));
  CHECK(biases[1] == Approx(1 - 5 * second));
}

TEST_CASE("shared weights are there once") {
  const std::string same = "[convolutional]\nfilters=3\nsize=1\nactivation=linear\n";
  const Fields graph = onnx_graph_of(same + same + "share_index=0\n");
  CHECK(names(graph.messages(5), 8) == Texts{"convolutional_000_weights", "convolutional_000_biases"});
  CHECK(graph.messages(1)[1].bytes(1) ==
        Texts{"convolutional_000", "convolutional_000_weights", "convolutional_000_biases"});
}

TEST_CASE("a batch is a number or any") {
  const auto of_batch = [](int batch) { return onnx_graph_of("[avgpool]\n", {.batch = batch}); };
  CHECK(sides(of_batch(1).message(11)) == Texts{"1", "3", "8", "8"});
  CHECK(sides(of_batch(5).message(12)) == Texts{"5", "3", "1", "1"});
  CHECK(sides(of_batch(0).message(11)) == Texts{"batch", "3", "8", "8"});
}

TEST_CASE("a network that passes its input on has an output of its own") {
  const Fields graph = onnx_graph_of("[dropout]\n");
  CHECK(names(graph.messages(12), 1) == Texts{"output"});
  CHECK(names(graph.messages(1), 4) == Texts{"Identity"});
}

TEST_CASE("decoded heads are one table") {
  const std::string second = "[route]\nlayers=0\n[upsample]\n" + yolo;
  const Fields graph = onnx_graph_of(yolo + second, {.decode = true, .batch = 0});
  CHECK(names(graph.messages(12), 1) == Texts{"boxes", "scores"});
  const int rows = 3 * (8 * 8 + 16 * 16);
  CHECK(sides(graph.messages(12)[0]) == Texts{"batch", std::to_string(rows), "4"});
  CHECK(sides(graph.messages(12)[1]) == Texts{"batch", std::to_string(rows), "2"});
}

TEST_CASE("the metadata says what a decoder needs") {
  const Graph graph = graph_of(with_input(yolo + "nms_kind=diounms\nbeta_nms=.75\n"));
  Texts entries;
  for (const Fields& entry : model_of(graph, {.names = {"cat", "dog"}}).messages(14))
    entries.push_back(entry.text(1) + "=" + entry.text(2));
  CHECK(entries == Texts{"cfg=x.cfg", "input=3,8,8", "input_values=RGB in 0..1", "letter_box=0",
                         "classes=cat\ndog", "yolo_001.anchors=1,2,5.5,6,3,4", "yolo_001.anchors_in=pixels",
                         "yolo_001.classes=2", "yolo_001.nms_kind=diounms", "yolo_001.beta_nms=0.75",
                         "heads=yolo_001"});
}

TEST_CASE("what cannot be exported is refused by its name") {
  check_contains(refused(graph_of(with_input("[avgpool]\n[rnn]\noutput=2\n")), Failure::usage),
                 "x.cfg: layer 1 (rnn) keeps values from one run to the next");
  check_contains(refused(graph_of(with_input("[avgpool]\n")), Failure::usage, {.decode = true}),
                 "x.cfg: has no detection layer to decode");
  const std::string other = "[route]\nlayers=0\n[yolo]\nclasses=16\nmask=0\nnum=1\nanchors=1,2\n";
  check_contains(refused(graph_of(with_input(yolo + other)), Failure::usage, {.decode = true}),
                 "layer 3 (yolo) has 16 classes and the first head 2");
  Graph quantised = graph_of(with_input("[avgpool]\n"));
  quantised.add_node(ops::Quantise{{3, 1, 1}, 1.f}, {quantised.output}, 0);
  check_contains(refused(quantised, Failure::usage),
                 "x.cfg: layer 0 (avgpool): the operation Quantise cannot be exported");
}

TEST_CASE("what is larger than protobuf allows is refused before a weight is read") {
  const Graph graph = graph_of(with_input("[connected]\noutput=60000\n[connected]\noutput=10000\n"));
  check_contains(refused(graph, Failure::too_large), "x.cfg: 2446");
}

TEST_CASE("damaged weights are found while the file is written") {
  const Graph graph = graph_of(with_input(conv));
  const Infinite source;
  const auto message = onnx_model(graph, source, {});
  REQUIRE(message);
  const auto done = message->write([](std::string_view) -> Result<void> { return {}; });
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == Failure::malformed);
  check_contains(done.error().message, "hold NaN or infinity");
}
