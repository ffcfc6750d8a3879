// The threads of one block, run in turns on one processor: a thread runs until it waits at a barrier or for
// the other lanes of its warp.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/simt/fiber.h"

namespace simt {

// What a kernel did that it must not.
struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A line of a kernel's source. std::source_location, which clang 14 does not know with GCC 12's library.
struct Where {
  const char* file = "";
  int line = 0;
  static Where current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};
std::string to_string(Where where);

struct Index3 {
  unsigned x = 1, y = 1, z = 1;
};

// A copy from global to shared memory under way.
struct PendingCopy {
  std::byte* to;
  const std::byte* from;
  int bytes, zeros;  // copied, and zeroed after them
};

struct Thread {
  enum class State { ready, at_barrier, in_warp, done };
  Index3 index{0, 0, 0};
  int number = 0;  // in the block
  State state = State::ready;
  Where where;                                       // it waits
  std::vector<std::vector<PendingCopy>> copies{{}};  // committed groups, then the open one
  Fiber fiber;

  int warp() const { return number / 32; }
  int lane() const { return number % 32; }
};

// Lanes meeting for one operation.
struct Warp {
  static constexpr int slot = 64;  // bytes a lane brings or takes
  std::uint32_t epoch = 1;         // __syncwarp calls
  std::uint32_t arrived = 0, expected = 0;
  Where where;
  alignas(16) std::byte in[32][slot], out[32][slot];
};

// Shared memory with, for each pair of bytes, who touched it last.
class SharedMemory {
 public:
  void start_block(int bytes);
  void pass_barrier() { ++epoch_; }
  std::byte* data() { return bytes_.data(); }
  void read(const std::byte* p, int bytes, const Thread& thread, std::uint32_t warp_epoch);
  void write(const std::byte* p, int bytes, const Thread& thread, std::uint32_t warp_epoch);

 private:
  // Thread numbers, or:
  static constexpr std::uint16_t nobody = 0xffff, several = 0xfffe;
  struct Cell {
    std::uint32_t write_epoch = 0, write_warp_epoch = 0, read_epoch = 0, read_warp_epoch = 0;
    std::uint16_t writer = nobody, reader = nobody;
    std::uint16_t reader_warp = nobody;  // of several readers
  };
  Cell* cells(const std::byte* p, int bytes, int& count);

  std::vector<std::byte> bytes_;
  std::vector<Cell> cells_;
  std::uint32_t epoch_ = 1, first_epoch_ = 1;  // barriers so far, and when the block started
};

class Block {
 public:
  // Runs body() in each thread. Throws Violation.
  void run(Index3 index, Index3 size, Index3 grid, int shared_bytes, const std::function<void()>& body);

  void barrier(Where where);
  // Waits for the lanes of `mask`; the last to come calls compute(in, out) on their slots.
  void meet(std::uint32_t mask, Where where, const void* in, int in_bytes, void* out, int out_bytes,
            const std::function<void(Warp&)>& compute);

  Thread& thread() { return *running_; }
  Warp& warp() { return warps_[static_cast<std::size_t>(running_->warp())]; }
  SharedMemory& shared() { return shared_; }
  int shared_bytes() const { return shared_bytes_; }
  Index3 index, size, grid;

 private:
  void wait(Thread::State state, Where where);
  void run_warp(std::size_t warp);
  void release_barrier();
  [[noreturn]] void report_stuck() const;

  std::vector<Thread> threads_;  // never fewer than `count_`
  std::size_t count_ = 0;
  std::vector<Warp> warps_;
  SharedMemory shared_;
  int shared_bytes_ = 0;
  Thread* running_ = nullptr;
  const std::function<void()>* body_ = nullptr;
  std::exception_ptr error_;
};

// The block that is running.
Block& block();

}  // namespace simt
