// Activations by name.
#include "engine/layers/activation.h"

#include "parsers/message.h"

namespace nightjar {
namespace {

// The activation of that name; revleaky is leaky going forward.
std::optional<Activation> find_activation(std::string_view name) {
  if (name == "revleaky") return Activation::leaky;
  for (int i = 0; i < activation_count; ++i) {
    if (name == name_of(static_cast<Activation>(i))) return static_cast<Activation>(i);
  }
  return std::nullopt;
}

struct NamedNormalization {
  std::string_view name;
  ops::NormalizeChannels::Form value;
};

constexpr NamedNormalization normalizations[] = {
    {"normalize_channels", ops::NormalizeChannels::Form::relu},
    {"normalize_channels_softmax", ops::NormalizeChannels::Form::softmax},
    {"normalize_channels_softmax_maxval", ops::NormalizeChannels::Form::softmax_maxval},
};

std::string known_names() {
  std::string names;
  for (int i = 0; i < activation_count; ++i) {
    names.append(name_of(static_cast<Activation>(i))).append(", ");
  }
  for (const auto& [name, value] : normalizations) names += std::string(name) + ", ";
  names.resize(names.size() - 2);
  return names;
}

}  // namespace

Activation read_activation(LayerBuilder& layer, Activation fallback, std::string_view key) {
  if (!layer.options.has(key)) return fallback;
  const std::string found = layer.options.text(key, {}), set = std::string(key) + "=" + printable(found);
  if (const auto known = find_activation(found)) return *known;
  layer.refuse(key, read_channel_normalization(layer, key) ? set + " is for [convolutional] only"
                                                           : set + " is unknown; known are " + known_names());
  return fallback;
}

std::optional<ops::NormalizeChannels::Form> read_channel_normalization(LayerBuilder& layer,
                                                                       std::string_view key) {
  const std::string found = layer.options.text(key, {});
  for (const auto& [name, value] : normalizations)
    if (name == found) return value;
  return std::nullopt;
}

}  // namespace nightjar
