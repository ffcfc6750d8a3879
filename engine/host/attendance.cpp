#include "engine/host/attendance.h"

#include <algorithm>
#include <cmath>

namespace nightjar {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What counts as lately, and how much of it may be lost. Two or three time slices: one alone is what any
// machine does to anybody now and then.
constexpr milliseconds lately{80}, tolerated{10};
constexpr seconds longest_absence{8};
// Who stayed that long without a fault is forgiven all earlier ones.
constexpr seconds proof{4};

}  // namespace

void Attendance::hold_up(Clock::duration waited, Clock::time_point now) {
  const double faded = std::exp(-std::chrono::duration<double>(now - counted_) / lately);
  held_up_ = waited + std::chrono::duration_cast<Clock::duration>(held_up_ * faded);
  counted_ = now;
  if (held_up_ < tolerated) return;
  if (now - came_back_ > proof) absence_ = shortest_absence;
  present_ = false;
  due_ = now + absence_;
  absence_ = std::min<Clock::duration>(2 * absence_, longest_absence);
  held_up_ = {};
}

void Attendance::come_back(Clock::time_point now) {
  present_ = true;
  came_back_ = now;
}

}  // namespace nightjar
