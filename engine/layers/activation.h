// Activations by the names that cfgs give them (docs/darknet-format.md section 4.1).
#pragma once

#include <optional>

#include "engine/layers/layer.h"
#include "kernels/ops/normalize_channels.h"

namespace nightjar {

// Reads `activation`, or what another key calls one. Refuses an unknown name, and those that look at all
// channels of a pixel.
Activation read_activation(LayerBuilder& layer, Activation fallback, std::string_view key = "activation");

// What it asks for if it is one of those that normalise over the channels.
std::optional<ops::NormalizeChannels::Form> read_channel_normalization(LayerBuilder& layer,
                                                                       std::string_view key = "activation");

}  // namespace nightjar
