// Streams of the emulated device: what is enqueued runs when somebody waits for it, not before, so that a
// missing wait shows.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "kernels/cuda/kernel.h"

namespace simt {

using Queue = std::vector<std::function<void()>>;

}  // namespace simt

// Several threads may use one, but for recordings.
struct CUstream_st {
  int device = 0;
  std::recursive_mutex mutex;  // of all that follows; a stream's work may make another one's run
  std::deque<std::function<void()>> pending;
  std::int64_t ended = 0;  // pieces of work
  bool is_recording = false;
  simt::Queue recorded;  // since the recording began
};

// All that was in a stream when it was marked.
struct CUevent_st {
  nightjar::cuda::Stream stream = nullptr;
  std::int64_t end = 0;  // so many pieces of work
};

namespace simt {

// In the order of the stream; at once on none.
void enqueue(nightjar::cuda::Stream stream, std::function<void()> work);
// How many pieces of work the stream was given so far.
std::int64_t given(nightjar::cuda::Stream stream);
// Runs what is pending, until so many have ended.
void run_until(nightjar::cuda::Stream stream, std::int64_t end);
// Forgets it.
void drop_pending(nightjar::cuda::Stream stream);

// Of each of its blocks, from now on.
void allow_shared_memory(const void* kernel, int bytes);

// A kernel is loaded when it first starts, which must not be in a recording; more shared memory than any
// launch may have must have been allowed. Throws Violation.
void start_kernel(nightjar::cuda::Stream stream, const void* kernel, int shared_bytes);

}  // namespace simt
