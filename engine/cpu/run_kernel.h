// One kernel on one call: its phases one after the other, each over the pool.
#pragma once

#include "engine/host/memory.h"
#include "engine/host/thread_pool.h"
#include "kernels/cpu/kernel.h"

namespace nightjar::cpu {

// `scratch` holds `thread_bytes` for each thread, at least what `work` asks for, and what all share behind
// them.
inline void run_kernel(const CpuKernel& kernel, const Op& op, const Call& call, const void* prepared,
                       const Work& work, ThreadPool& pool, std::byte* scratch, std::int64_t thread_bytes) {
  std::byte* shared = scratch + thread_bytes * pool.threads();
  for (int phase = 0; phase < work.phases; ++phase) {
    pool.run(work.items[phase], [&](int begin, int end, int thread) {
      kernel.run(op, call, prepared, phase, begin, end, {scratch + thread_bytes * thread, shared});
    });
  }
}

// Bytes of scratch for `threads` of them.
inline std::int64_t scratch_bytes(const Work& work, int threads) {
  return whole_lines(work.thread_bytes) * threads + work.shared_bytes;
}

}  // namespace nightjar::cpu
