#include "tests/simt/stream.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

#include "tests/simt/block.h"

namespace simt {
namespace {

std::mutex mutex;
std::set<const void*> loaded;
std::map<const void*, int> allowed;  // bytes of shared memory

}  // namespace

void allow_shared_memory(const void* kernel, int bytes) {
  const std::lock_guard lock(mutex);
  allowed[kernel] = bytes;
}

void start_kernel(nightjar::cuda::Stream stream, const void* kernel, int shared_bytes) {
  constexpr int without_asking = 48 << 10;
  const std::lock_guard lock(mutex);
  const bool first = loaded.insert(kernel).second;
  if (first && stream && stream->is_recording)
    throw Violation("a kernel starts for the first time in a recording");
  if (shared_bytes > std::max(without_asking, allowed[kernel]))
    throw Violation("a launch takes more shared memory than was asked for");
}

}  // namespace simt
