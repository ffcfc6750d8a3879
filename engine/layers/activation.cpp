// The names of activations, in one table.
#include "engine/layers/activation.h"

#include "parsers/message.h"

namespace nightjar {
namespace {

struct NamedActivation {
  std::string_view name;
  Activation value;
};

constexpr NamedActivation activations[] = {
    {"elu", Activation::elu},         {"gelu", Activation::gelu},   {"hard_mish", Activation::hard_mish},
    {"hardtan", Activation::hardtan}, {"leaky", Activation::leaky}, {"lhtan", Activation::lhtan},
    {"linear", Activation::linear},   {"loggy", Activation::loggy}, {"logistic", Activation::logistic},
    {"mish", Activation::mish},       {"plse", Activation::plse},   {"ramp", Activation::ramp},
    {"relie", Activation::relie},     {"relu", Activation::relu},   {"relu6", Activation::relu6},
    {"revleaky", Activation::leaky},  {"selu", Activation::selu},   {"stair", Activation::stair},
    {"swish", Activation::swish},     {"tanh", Activation::tanh},
};

struct NamedNormalization {
  std::string_view name;
  ops::NormalizeChannels::Kind value;
};

constexpr NamedNormalization normalizations[] = {
    {"normalize_channels", ops::NormalizeChannels::Kind::relu},
    {"normalize_channels_softmax", ops::NormalizeChannels::Kind::softmax},
    {"normalize_channels_softmax_maxval", ops::NormalizeChannels::Kind::softmax_maxval},
};

std::string known_names() {
  std::string names;
  for (const auto& [name, value] : activations) names += std::string(name) + ", ";
  for (const auto& [name, value] : normalizations) names += std::string(name) + ", ";
  names.resize(names.size() - 2);
  return names;
}

}  // namespace

Activation read_activation(LayerBuilder& layer, Activation fallback) {
  if (!layer.options.has("activation")) return fallback;
  const std::string found = layer.options.text("activation", {});
  for (const auto& [name, value] : activations)
    if (name == found) return value;
  layer.refuse("activation",
               read_channel_normalization(layer)
                   ? "activation=" + found + " is for [convolutional] only"
                   : "activation=" + printable(found) + " is unknown; known are " + known_names());
  return fallback;
}

std::optional<ops::NormalizeChannels::Kind> read_channel_normalization(LayerBuilder& layer) {
  const std::string found = layer.options.text("activation", {});
  for (const auto& [name, value] : normalizations)
    if (name == found) return value;
  return std::nullopt;
}

}  // namespace nightjar
