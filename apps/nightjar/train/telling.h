// How a training goes, in a line.
#pragma once

#include <string>

#include "apps/nightjar/train/log.h"

namespace nightjar {

// The updates since the last line, taken together.
class Stretch {
 public:
  void add(const LogEntry& entry);
  int updates() const { return updates_; }
  // "update 120 of 1000, epoch 4.7: loss 3.21, rate .002; layer 15: IoU 0.61, ...", and begins anew.
  std::string line(const LogEntry& last, int updates);

 private:
  int updates_ = 0, images_ = 0;
  double loss_ = 0, seconds_ = 0;
  std::vector<LossReport> layers_;
};

}  // namespace nightjar
