// The pool runs every item once, and nobody waits for one thread's share while another has nothing to do.
#include <atomic>
#include <chrono>
#include <numeric>

#include "engine/host/thread_pool.h"
#include "tests/catch.h"

using namespace nightjar;

TEST_CASE("every item runs once, whatever the number of threads and items") {
  for (const int threads : {1, 2, 3, 5}) {
    ThreadPool pool(threads);
    for (const int items : {0, 1, 2, 3, 7, 16, 100, 1001}) {
      INFO(threads << " threads, " << items << " items");
      std::vector<std::atomic<int>> runs(static_cast<std::size_t>(items));
      std::atomic<int> strangers{0};
      pool.run(items, [&](int begin, int end, int thread) {
        if (thread < 0 || thread >= pool.threads()) ++strangers;
        for (int i = begin; i < end; ++i) ++runs[static_cast<std::size_t>(i)];
      });
      int once = 0;
      for (const auto& count : runs) once += count == 1;
      CHECK(once == items);
      CHECK(strangers == 0);
    }
  }
}

TEST_CASE("loops follow one another, each after the last item of the one before") {
  ThreadPool pool(3);
  std::vector<int> values(1000, 0);
  for (int round = 1; round <= 200; ++round) {
    pool.run(1000, [&](int begin, int end, int) {
      for (int i = begin; i < end; ++i) values[static_cast<std::size_t>(i)] += round;
    });
    REQUIRE(std::accumulate(values.begin(), values.end(), 0) == 1000 * (round * (round + 1) / 2));
  }
}

TEST_CASE("who is done with its share takes from the others'") {
  ThreadPool pool(2);
  if (pool.threads() < 2) return;
  // Item 0 ends when the last item of its own thread's share has run: only another thread can have run it.
  constexpr int items = 64, last_of_first_share = items / 2 - 1;
  std::atomic<bool> taken{false};
  bool waited_in_vain = false;
  pool.run(items, [&](int begin, int end, int) {
    for (int i = begin; i < end; ++i) {
      if (i == last_of_first_share) taken = true;
      const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
      while (i == 0 && !taken && !waited_in_vain) waited_in_vain = std::chrono::steady_clock::now() > limit;
    }
  });
  CHECK(!waited_in_vain);
}

TEST_CASE("no more threads take part than the limit says") {
  ThreadPool pool(4);
  for (const int limit : {1, 2, 3, 4}) {
    pool.limit(limit);
    std::atomic<int> others{0}, items{0};
    for (int loop = 0; loop < 200; ++loop) {
      pool.run(64, [&](int begin, int end, int thread) {
        others += thread >= limit;
        items += end - begin;
      });
    }
    CHECK(others == 0);
    CHECK(items == 200 * 64);
  }
}

TEST_CASE("who holds loops up sits out, and is asked again") {
  using Clock = std::chrono::steady_clock;
  ThreadPool pool(2);
  if (pool.threads() < 2) return;
  std::atomic<int> ran{0};
  const auto loop = [&](std::chrono::milliseconds held_up) {
    pool.run(16, [&](int, int, int thread) {
      if (thread == 0) return std::this_thread::sleep_for(std::chrono::microseconds(100));
      ++ran;
      std::this_thread::sleep_for(held_up);
    });
  };
  const auto until = [&](std::chrono::seconds most, auto done) {
    for (const auto end = Clock::now() + most; !done() && Clock::now() < end;) {
      ran = 0;
      for (int i = 0; i < 5; ++i) loop(std::chrono::milliseconds(8));
    }
    return done();
  };
  CHECK(until(std::chrono::seconds(20), [&] { return ran == 0; }));
  CHECK(until(std::chrono::seconds(20), [&] { return ran > 0; }));
}
