#include "tests/simt/stream.h"

#include <mutex>
#include <set>

#include "tests/simt/block.h"

namespace simt {

void start_kernel(nightjar::cuda::Stream stream, const void* kernel) {
  static std::mutex mutex;
  static std::set<const void*> loaded;
  const std::lock_guard lock(mutex);
  const bool first = loaded.insert(kernel).second;
  if (first && stream && stream->is_recording)
    throw Violation("a kernel starts for the first time in a recording");
}

}  // namespace simt
