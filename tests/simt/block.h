// The threads of one block, run in turns on one processor: a thread runs until it waits at a barrier or for
// the other lanes of its warp.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
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

// A product of a warpgroup under way (hopper.h).
struct Product {
  float* sums;
  int columns;
  bool half_type, add;
  std::uint64_t a, b;
  int number;  // of the thread's, from 1
};
struct Operands {
  int product = 0;  // whose; 0: none
  float a[64][16], b[256][16];
};

// A barrier in shared memory that counts arrivals and bytes: of its phase, and how many phases ended.
struct CountingBarrier {
  int arrivals, pending, bytes, phases;
};
struct NamedBarrier {
  int arrived = 0, generation = 0;
};

struct Thread {
  enum class State { ready, at_barrier, in_warp, polling, done };
  Index3 index{0, 0, 0};
  int number = 0;  // in the block
  State state = State::ready;
  Where where;                                       // it waits
  std::vector<std::vector<PendingCopy>> copies{{}};  // committed groups, then the open one
  std::vector<std::vector<Product>> products{{}};    // likewise
  std::map<float*, std::vector<float>> sums;         // of products under way
  int made = 0;                                      // products
  std::vector<std::function<void()>> stores;         // that the copy engine has not read yet
  std::function<bool()> ready;                       // what a polling thread waits for
  bool waited = false;                               // for the kernel before
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
  // Whose accesses those are that follow; `warp` is the thread's.
  void take_turn(const Thread& thread, const Warp& warp);
  // Bytes that lie in one chunk of 16, as aligned packs do.
  void read(const std::byte* p, int bytes) {
    if (!is_reread(p)) first_read(p, bytes);
  }
  void write(const std::byte* p, int bytes);
  // Written by the copy engine, for all who wait for it.
  void deliver(const std::byte* p, int bytes);

 private:
  // Thread numbers, or:
  static constexpr std::uint16_t nobody = 0xffff, several = 0xfffe;
  struct Cell {
    std::uint32_t write_epoch = 0, write_warp_epoch = 0, read_epoch = 0, read_warp_epoch = 0;
    std::uint16_t writer = nobody, reader = nobody;
    std::uint16_t reader_warp = nobody;  // of several readers
  };
  // Of 16 bytes: that lanes of one warp, or of several, have read all of them. Nobody could write there
  // since, so who reads them once more has nothing to look at, and changes nothing.
  struct Reading {
    std::uint32_t epoch = 0, warp_epoch = 0;
    std::uint16_t warp = nobody;
  };
  static constexpr int chunk_bytes = 16;
  Cell* cells(const std::byte* p, int bytes, int& count);
  std::size_t chunk(const std::byte* p) const {
    return static_cast<std::size_t>(p - bytes_.data()) / chunk_bytes;
  }
  bool is_reread(const std::byte* p) const {
    const Reading& last = readings_[chunk(p)];
    return last.epoch == epoch_ &&
           (last.warp == several || (last.warp == warp_ && last.warp_epoch == *warp_epoch_));
  }
  void first_read(const std::byte* p, int bytes);
  void note_reading(const std::byte* p, const Cell* first);

  std::vector<std::byte> bytes_;
  std::vector<Cell> cells_;
  std::vector<Reading> readings_;
  std::uint16_t number_ = nobody, warp_ = nobody;  // of the thread whose turn it is
  const std::uint32_t* warp_epoch_ = nullptr;
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

  // The thread goes on when `ready` holds, after which shared memory is as after a barrier.
  void poll(Where where, std::function<bool()> ready);
  // Throws where a kernel that may start early does something before it waited for the one before it.
  void check_waited(const char* what);

  Thread& thread() { return *running_; }
  Warp& warp() { return warps_[static_cast<std::size_t>(running_->warp())]; }
  SharedMemory& shared() { return shared_; }
  int shared_bytes() const { return shared_bytes_; }
  Index3 index, size, grid;
  bool early = false;  // the kernel may start before the one before it has ended
  std::map<std::uint32_t, CountingBarrier> barriers;  // by address
  NamedBarrier named[16];
  std::vector<std::function<void()>> engine;  // copies to shared memory under way
  std::map<int, Operands> operands;           // of a warpgroup's products

 private:
  void take_turn(Thread& thread);
  void wait(Thread::State state, Where where);
  bool run_warp(std::size_t warp);
  bool run_engine();
  void end_stores();
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

// The block that is running, one a thread of the host.
extern constinit thread_local Block* running_block;
Block& first_block();
inline Block& block() {
  return running_block ? *running_block : first_block();
}

}  // namespace simt
