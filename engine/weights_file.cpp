// The .weights file as a source of parameters: read in place, piece by piece, never whole.
#include "engine/weights_file.h"

#include <algorithm>
#include <bit>
#include <string_view>

#include "engine/host/output_file.h"
#include "engine/parameters.h"

static_assert(std::endian::native == std::endian::little,
              ".weights files are little-endian and are read as they are");

namespace nightjar {
namespace {

class WeightsFile : public ParameterSource {
 public:
  explicit WeightsFile(OpenWeights weights) : weights_(std::move(weights)) {}

  Result<void> read(const Graph& graph, int index, std::span<float> values) const override {
    const Parameter& parameter = graph.parameters[static_cast<std::size_t>(index)];
    return weights_.file.read(std::as_writable_bytes(values),
                              weights_.header.bytes + parameter.offset * std::int64_t{sizeof(float)});
  }
  void outlive_source() override { weights_.file.outlive_source(); }

 private:
  OpenWeights weights_;
};

std::string layer_name(const Graph& graph, int layer) {
  return "layer " + std::to_string(layer) + " (" + graph.layer_type[static_cast<std::size_t>(layer)] + ")";
}

bool is_first_of_layer(const Graph& graph, const Parameter& parameter) {
  const Parameter* before = &parameter == graph.parameters.data() ? nullptr : &parameter - 1;
  return !before || before->layer != parameter.layer;
}

Error wrong_size(const std::string& file, const Graph& graph, std::int64_t bytes, std::int64_t header) {
  const std::int64_t needed = header + graph.parameter_floats() * std::int64_t{sizeof(float)};
  const std::string sizes =
      file + ": " + std::to_string(bytes) + " bytes, " + graph.file + " needs " + std::to_string(needed);
  if (bytes > needed) {
    return {Failure::malformed, sizes + ": " + std::to_string(bytes - needed) +
                                    " bytes are left over; does this file belong to another cfg?"};
  }
  for (const Parameter& parameter : graph.parameters) {
    const std::int64_t start = header + parameter.offset * std::int64_t{sizeof(float)};
    if (start + parameter.count * std::int64_t{sizeof(float)} <= bytes) continue;
    const bool boundary = start == bytes && is_first_of_layer(graph, parameter);
    if (boundary && bytes > header) {
      return {Failure::malformed,
              sizes + ": it ends before " + layer_name(graph, parameter.layer) +
                  ", as a cutoff file for training does; detecting needs the whole network's weights"};
    }
    return {Failure::malformed, sizes + ": it ends within the " + name_of(parameter) + " of " +
                                    layer_name(graph, parameter.layer) +
                                    "; was its download cut short, or does it belong to another cfg?"};
  }
  return {Failure::malformed, sizes};
}

}  // namespace

Result<OpenWeights> open_weights_file(const Source& source) {
  auto file = InputFile::open(source, "a .weights file");
  if (!file) return file.error();
  // A little more than the header, so that text can be told from weights.
  char first[512];
  const auto length = static_cast<std::size_t>(std::min<std::int64_t>(sizeof first, file->size()));
  if (auto done = file->read(std::as_writable_bytes(std::span(first, length)), 0); !done) return done.error();
  auto header = parse_weights_header(std::string_view(first, length), source.file);
  if (!header) return header.error();
  return OpenWeights{std::move(*file), *header};
}

Result<HeldWeights> open_held_weights(const std::string& path, const Graph& graph) {
  auto weights = open_weights_file(path);
  if (!weights) return weights.error();
  const WeightsHeader header = weights->header;
  const std::int64_t floats = (weights->file.size() - header.bytes) / std::int64_t{sizeof(float)};
  std::size_t arrays = 0;
  while (arrays < graph.parameters.size() &&
         graph.parameters[arrays].offset + graph.parameters[arrays].count <= floats)
    ++arrays;
  const bool whole = arrays == graph.parameters.size();
  const std::int64_t end = whole ? graph.parameter_floats() : graph.parameters[arrays].offset;
  const bool ends_a_layer = whole || arrays == 0 || is_first_of_layer(graph, graph.parameters[arrays]);
  if (!ends_a_layer || weights->file.size() != header.bytes + end * std::int64_t{sizeof(float)})
    return wrong_size(path, graph, weights->file.size(), header.bytes);
  return HeldWeights{std::make_unique<WeightsFile>(std::move(*weights)), header.seen, arrays};
}

Result<void> write_weights(const std::string& path, std::uint64_t seen,
                           const std::vector<std::vector<float>>& parameters) {
  auto file = OutputFile::open(path);
  if (!file) return file.error();
  if (auto done = file->write(format_weights_header({0, 2, 5, seen, weights_header_max_bytes})); !done)
    return done;
  for (const std::vector<float>& values : parameters) {
    const auto bytes = std::as_bytes(std::span(values));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (auto done = file->write(text); !done) return done;
  }
  return file->commit();
}

Result<std::unique_ptr<ParameterSource>> open_weights(const Source& source, const Graph& graph) {
  auto weights = open_weights_file(source);
  if (!weights) return weights.error();
  const int header = weights->header.bytes;
  const std::int64_t needed = header + graph.parameter_floats() * std::int64_t{sizeof(float)};
  if (weights->file.size() != needed) return wrong_size(source.file, graph, weights->file.size(), header);
  return std::unique_ptr<ParameterSource>(new WeightsFile(std::move(*weights)));
}

}  // namespace nightjar
