// usage: operation_models FOLDER
//
// Writes for each case that kernels are tried on an ONNX model of that operation alone, its input and what
// its definition makes of it: NNN.onnx, NNN.in.npy, NNN.out.npy, and the list of their names, cases.txt. What
// else the operation reads are constants of the model.
#include <cstdio>
#include <fstream>
#include <string>

#include "engine/export/onnx.h"
#include "engine/export/translation.h"
#include "parsers/npy.h"
#include "tests/kernels/harness.h"
#include "tests/kernels/op_cases.h"

using namespace nightjar;

namespace {

// The operands behind the first.
class Constants : public ParameterSource {
 public:
  std::vector<std::vector<float>> values;

  Result<void> read(const Graph&, int index, std::span<float> to) const override {
    const std::vector<float>& from = values[static_cast<std::size_t>(index)];
    std::copy(from.begin(), from.end(), to.begin());
    return {};
  }
};

// A network of one layer, which is the operation.
Graph graph_of(const Op& op) {
  const Operands operands = op.reads();
  Graph graph;
  graph.file = "case";
  graph.layer_type = {"case"};
  graph.input = operands[0].value.shape;
  graph.add_value({{.shape = graph.input, .kind = Kind::input}});
  std::vector<int> inputs{Graph::input_value};
  for (std::size_t i = 1; i < operands.size(); ++i) {
    const Shape& shape = operands[i].value.shape;
    GraphValue value{parameter_of(shape)};
    value.parameter = static_cast<int>(graph.parameters.size());
    inputs.push_back(graph.add_value(value));
    graph.parameters.push_back(
        {.value = inputs.back(), .part = {}, .name = "operand_" + std::to_string(i), .count = shape.size()});
  }
  graph.output = graph.add_node(op, inputs, 0);
  graph.layer_output = {graph.output};
  return graph;
}

void put(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

void put_npy(const std::string& path, const Tensor& t) {
  put(path, format_npy({{1, t.shape.c, t.shape.h, t.shape.w}, testing::planar(t)}));
}

bool write_case(const Op& op, const std::string& stem) {
  const auto data = testing::make_data(op, 1);
  const auto weights = testing::make_weights(op);
  Constants constants;
  for (std::size_t i = 1; i < data.size(); ++i) constants.values.push_back(testing::planar(data[i].view));
  for (const auto& weight : weights) constants.values.push_back(testing::planar(weight.view));
  const Graph graph = graph_of(op);
  const auto message = onnx_model(graph, constants, {});
  if (!message) return std::fprintf(stderr, "%s\n", message.error().message.c_str()), false;
  std::ofstream file(stem + ".onnx", std::ios::binary);
  const auto done = message->write([&](std::string_view bytes) -> Result<void> {
    file << bytes;
    return {};
  });
  put_npy(stem + ".in.npy", data[0].view);
  put_npy(stem + ".out.npy", testing::define(op, testing::views(data), weights)[0].view);
  return bool(done) && file.good();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]), 2;
  const std::string folder = argv[1];
  std::string names;
  int number = 0;
  for (const testing::OpCase& one : testing::op_cases()) {
    if (!has_translation(one.op.kind())) continue;
    char stem[32];
    std::snprintf(stem, sizeof stem, "%03d", number++);
    if (!write_case(one.op, folder + "/" + stem)) return 1;
    names += std::string(stem) + " " + one.name + "\n";
  }
  put(folder + "/cases.txt", names);
}
