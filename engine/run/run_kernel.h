// One kernel on one call: its phases one after the other, each over the pool.
#pragma once

#include "engine/run/thread_pool.h"
#include "kernels/kernel.h"

namespace nightjar {

// `scratch` holds `thread_floats` for each thread, at least what `work` asks for, and what all share behind
// them.
inline void run_kernel(const Kernel& kernel, const Op& op, const Call& call, const Work& work,
                       ThreadPool& pool, float* scratch, std::int64_t thread_floats) {
  float* shared = scratch + thread_floats * pool.threads();
  for (int phase = 0; phase < work.phases; ++phase) {
    pool.run(work.items[phase], [&](int begin, int end, int thread) {
      kernel.run(op, call, phase, begin, end, {scratch + thread_floats * thread, shared});
    });
  }
}

}  // namespace nightjar
