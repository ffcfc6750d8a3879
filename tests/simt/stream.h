// Streams of the emulated device: what is enqueued runs when somebody waits for it, not before, so that a
// missing wait shows.
#pragma once

#include <functional>
#include <vector>

#include "kernels/cuda/kernel.h"

namespace simt {

using Queue = std::vector<std::function<void()>>;

}  // namespace simt

struct CUstream_st {
  int device = 0;
  simt::Queue pending;
  bool is_recording = false;
  simt::Queue recorded;  // since the recording began
};

namespace simt {

// In the order of the stream; at once on none.
inline void enqueue(nightjar::cuda::Stream stream, std::function<void()> work) {
  if (!stream) return work();
  (stream->is_recording ? stream->recorded : stream->pending).push_back(std::move(work));
}

// Of each of its blocks, from now on.
void allow_shared_memory(const void* kernel, int bytes);

// A kernel is loaded when it first starts, which must not be in a recording; more shared memory than any
// launch may have must have been allowed. Throws Violation.
void start_kernel(nightjar::cuda::Stream stream, const void* kernel, int shared_bytes);

}  // namespace simt
