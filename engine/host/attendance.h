// Whether a worker is worth waiting for.
#pragma once

#include <chrono>

namespace nightjar {

// A loop ends when its last range does, and the system may put a worker aside in the middle of one: where
// another process wants the core, for milliseconds, again and again. One thread less is then faster than
// waiting. Who holds loops up for more than an eighth of the time sits out, and is tried again after a
// while, which doubles each time that it disappoints: what trying costs stays below a fiftieth.
class Attendance {
 public:
  using Clock = std::chrono::steady_clock;

  bool present() const { return present_; }
  // When one who sits out is due.
  Clock::time_point due() const { return due_; }

  // At `now` a loop had waited for this worker alone, for `waited`.
  void hold_up(Clock::duration waited, Clock::time_point now);
  void come_back(Clock::time_point now);

 private:
  bool present_ = true;
  Clock::duration held_up_{};  // lately: an exponentially weighted sum
  Clock::time_point counted_{}, came_back_{}, due_{};
  Clock::duration absence_ = shortest_absence;

  static constexpr Clock::duration shortest_absence = std::chrono::milliseconds(500);
};

}  // namespace nightjar
