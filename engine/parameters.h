// Where the values of a graph's parameters come from: a .weights file, or thin air.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "engine/graph.h"
#include "engine/source.h"
#include "parsers/result.h"

namespace nightjar {

class ParameterSource {
 public:
  virtual ~ParameterSource() = default;
  // Writes parameter `index` of the graph, `values.size()` floats, as the file stores them. May be called by
  // several threads at once.
  virtual Result<void> read(const Graph& graph, int index, std::span<float> values) const = 0;
  // Said by who goes on reading when loading has ended: bytes that a caller lent for it are copied.
  virtual void outlive_source() {}
};

// A .weights file. Opening checks that it is a regular file, its header, and that its size is just what the
// graph's parameters need; a shorter file that ends between two layers is named as the training cutoff it is.
// Errors: cannot_read, malformed.
Result<std::unique_ptr<ParameterSource>> open_weights(const Source& source, const Graph& graph);

// One that may end with any layer, as a file that training starts from does.
struct HeldWeights {
  std::unique_ptr<ParameterSource> source;
  std::uint64_t seen = 0;  // pictures, that it was trained on
  std::size_t arrays = 0;  // of the graph's parameters, that it has
};
// Errors: as open_weights(), but for such a cut.
Result<HeldWeights> open_held_weights(const std::string& path, const Graph& graph);

// Values made up from a seed, scaled so that activations keep their size from layer to layer; objectness and
// classes come out low, as in a trained network. For timing and comparing without weights.
std::unique_ptr<ParameterSource> synthesise(unsigned seed);

}  // namespace nightjar
