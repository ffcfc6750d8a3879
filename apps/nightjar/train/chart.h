// How a training goes, as a picture: the loss and the mean average precision over updates.
#pragma once

#include <string>
#include <vector>

#include "apps/nightjar/train/log.h"

namespace nightjar {

// An SVG document. `updates`: that there will be. `pace`: words about time, below the title.
std::string training_chart(const std::vector<LogPoint>& points, int updates, const std::string& name,
                           const std::string& pace);

}  // namespace nightjar
