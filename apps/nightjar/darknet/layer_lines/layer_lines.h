// A network's layers in the words of the Darknets, which list them on stderr when they load a network.
#pragma once

#include <string>
#include <vector>

#include "apps/nightjar/detection.h"
#include "engine/nightjar.h"
#include "parsers/cfg.h"

namespace nightjar {

// A heading, a line or more for each layer, and of AlexeyAB's the totals. `layers` are those of the cfg.
std::string darknet_layer_lines(const Cfg& cfg, const std::vector<LayerInfo>& layers, Compat fork);

}  // namespace nightjar
