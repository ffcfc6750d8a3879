// The CPU's peak, on a machine that others may be busy on.
#pragma once

#include <functional>
#include <vector>

namespace nightjar {

class PeakMeter {
 public:
  // `measure` returns GFLOP/s, too few where something takes the machine away; 0 where there is no peak.
  explicit PeakMeter(std::function<double()> measure) : measure_(std::move(measure)) {}

  void measure() { found_.push_back(measure_()); }
  // Measures again, a few times at most, until the two best agree and are no less than `least`.
  void settle(double least);

  double best() const;
  // Whether two measurements came to the best one, as nearly as those of a quiet machine do.
  bool steady() const;

 private:
  std::function<double()> measure_;
  std::vector<double> found_;
};

}  // namespace nightjar
