// [route]: earlier layers, or a slice of each, one after the other along the channels.
#include <limits>
#include <utility>

#include "engine/layers/registry.h"
#include "kernels/ops/concat.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {"layers", "groups", "group_id", "stream", "wait_stream"};

struct Group {
  int count, id;
};

Group read_group(LayerBuilder& layer) {
  const int count = layer.options.integer("groups", 1, {.low = 1});
  return {count, layer.options.integer("group_id", 0, {.low = 0, .high = count - 1})};
}

// The slice of a source that the group takes. Refuses a source that does not fit the first one, or the
// groups.
ops::Concat::Slice slice_of(LayerBuilder& layer, int reference, Shape source, Shape first, Group group) {
  const std::string found = "layer " + std::to_string(reference) + " is " + describe(source);
  if (source.h != first.h || source.w != first.w)
    layer.refuse("layers",
                 found + " and the first is " + describe(first) + "; equal height and width are needed");
  if (source.c % group.count != 0)
    layer.refuse("groups", found + ", whose channels groups=" + std::to_string(group.count) +
                               " does not divide; a divisor is needed");
  const int channels = source.c / group.count;
  return {source, group.id * channels, channels};
}

void build(LayerBuilder& layer) {
  const std::vector<int> references = layer.options.integers("layers");
  if (references.empty()) return layer.refuse("layers", "layers is missing; expected earlier layers");
  const Group group = read_group(layer);
  std::vector<int> sources;
  ops::Concat concat;
  std::int64_t channels = 0;
  for (const int reference : references) {
    sources.push_back(layer.source("layers", reference));
    const Shape shape = layer.shape(sources.back());
    concat.slices.push_back(slice_of(layer, reference, shape, layer.shape(sources[0]), group));
    channels += concat.slices.back().channels;
  }
  if (sources.size() == 1 && group.count == 1) return layer.forward(sources[0]);
  if (channels > std::numeric_limits<int>::max())
    return layer.refuse("layers",
                        "the sources have " + std::to_string(channels) + " channels; fewer are needed");
  layer.emit(std::move(concat), std::move(sources));
}

}  // namespace

const LayerType route_layer{"route", {}, keys, build};

}  // namespace nightjar
