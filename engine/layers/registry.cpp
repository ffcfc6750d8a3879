// Section type -> layer.
#include "engine/layers/registry.h"

#include <algorithm>

namespace nightjar {
namespace {

#define NIGHTJAR_LAYER_ADDRESS(name) &name##_layer,
constexpr const LayerType* types[] = {NIGHTJAR_LAYERS(NIGHTJAR_LAYER_ADDRESS)};
#undef NIGHTJAR_LAYER_ADDRESS

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::span<const LayerType* const> layer_types() {
  return types;
}

const LayerType* find_layer_type(std::string_view section_type) {
  const auto named = [&](const LayerType* type) {
    return type->name == section_type || contains(type->aliases, section_type);
  };
  const auto* const found = std::find_if(std::begin(types), std::end(types), named);
  return found == std::end(types) ? nullptr : *found;
}

}  // namespace nightjar
