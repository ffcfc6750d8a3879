// Who holds loops up sits out, for longer each time, and comes back.
#include "engine/host/attendance.h"

#include "tests/catch.h"

using namespace nightjar;
using namespace std::chrono_literals;

namespace {

// Loops of a millisecond from `now` on, each held up by `waited`, until the worker sits out or `most` are
// over.
int loops_until_absent(Attendance& worker, Attendance::Clock::time_point& now,
                       Attendance::Clock::duration waited, int most) {
  int loops = 0;
  for (; worker.present() && loops < most; ++loops) {
    now += 1ms + waited;
    worker.hold_up(waited, now);
  }
  return loops;
}

}  // namespace

TEST_CASE("one time slice is forgiven, several in a row are not") {
  Attendance worker;
  Attendance::Clock::time_point now{};
  now += 100s;
  CHECK(loops_until_absent(worker, now, 4ms, 100) == 3);

  Attendance unlucky;
  for (int second = 0; second < 100; ++second) {
    now += 1s;
    unlucky.hold_up(4ms, now);
  }
  CHECK(unlucky.present());
}

TEST_CASE("being tried costs less than a fiftieth, however long the machine stays busy") {
  Attendance worker;
  Attendance::Clock::time_point now{};
  now += 100s;
  const auto began = now;
  Attendance::Clock::duration lost{};
  while (now - began < 120s) {
    const auto before = now;
    loops_until_absent(worker, now, 4ms, 100);
    if (worker.present()) FAIL("never sits out");
    lost += now - before;
    now = worker.due();
    worker.come_back(now);
  }
  CHECK(lost < 120s / 50);
  CHECK(worker.due() - now <= 8s);  // and it is tried again and again
}

TEST_CASE("who did well for some seconds starts from nothing") {
  Attendance worker;
  Attendance::Clock::time_point now{};
  now += 100s;
  for (int i = 0; i < 6; ++i) {
    loops_until_absent(worker, now, 4ms, 100);
    now = worker.due();
    worker.come_back(now);
  }
  now += 10s;
  loops_until_absent(worker, now, 4ms, 100);
  CHECK(worker.due() - now == 500ms);
}
