#include "apps/nightjar/bench/peak.h"

#include <algorithm>

namespace nightjar {

void PeakMeter::settle(double least) {
  constexpr int most_times = 5;
  for (int i = 0; i < most_times && best() > 0 && !(steady() && best() >= least); i++) measure();
}

double PeakMeter::best() const {
  return found_.empty() ? 0 : *std::max_element(found_.begin(), found_.end());
}

bool PeakMeter::steady() const {
  constexpr double close = .97;
  const double enough = close * best();
  return std::count_if(found_.begin(), found_.end(), [&](double one) { return one >= enough; }) > 1;
}

}  // namespace nightjar
