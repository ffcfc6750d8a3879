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

void enqueue(nightjar::cuda::Stream stream, std::function<void()> work) {
  if (!stream) return work();
  const std::lock_guard lock(stream->mutex);
  if (stream->is_recording)
    stream->recorded.push_back(std::move(work));
  else
    stream->pending.push_back(std::move(work));
}

std::int64_t given(nightjar::cuda::Stream stream) {
  const std::lock_guard lock(stream->mutex);
  return stream->ended + static_cast<std::int64_t>(stream->pending.size());
}

void run_until(nightjar::cuda::Stream stream, std::int64_t end) {
  const std::lock_guard lock(stream->mutex);
  while (stream->ended < end && !stream->pending.empty()) {
    const auto piece = std::move(stream->pending.front());
    stream->pending.pop_front();
    ++stream->ended;
    piece();
  }
}

void drop_pending(nightjar::cuda::Stream stream) {
  const std::lock_guard lock(stream->mutex);
  stream->ended += static_cast<std::int64_t>(stream->pending.size());
  stream->pending.clear();
}

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
