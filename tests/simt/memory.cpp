#include "tests/simt/memory.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <utility>

namespace {

// Begin and end of a Buffer.
using Range = std::pair<const std::byte*, const std::byte*>;

std::mutex mutex;
std::map<const std::byte*, const std::byte*> ranges;
std::atomic<unsigned> removals{0};  // what a thread remembers of the ranges holds until the next one

Range range_around(const std::byte* p) {
  const std::lock_guard lock(mutex);
  auto after = ranges.upper_bound(p);
  if (after == ranges.begin()) throw simt::Violation("access to no memory of the device");
  return *--after;
}

}  // namespace

namespace nightjar::testing {

Buffer::Buffer(std::size_t bytes, int fill)
    : memory_(bytes + 256, static_cast<std::byte>(fill)), bytes_(bytes) {
  const auto at = reinterpret_cast<std::uintptr_t>(memory_.data());
  host_ = device_ = memory_.data() + ((at + 255) / 256 * 256 - at);
  const std::lock_guard lock(mutex);
  ranges[device_] = device_ + bytes;
}

Buffer::Buffer(Buffer&& other) noexcept
    : memory_(std::move(other.memory_)),
      host_(other.host_),
      device_(std::exchange(other.device_, nullptr)),
      bytes_(other.bytes_) {}

Buffer::~Buffer() {
  if (!device_) return;
  const std::lock_guard lock(mutex);
  ranges.erase(device_);
  ++removals;
}

void Buffer::upload() const {}
void Buffer::download() const {}

std::optional<cuda::Device> test_device() {
  return cuda::Device{90, 132};
}

}  // namespace nightjar::testing

namespace simt {

void check_global(const void* pointer, std::size_t bytes, std::size_t alignment) {
  // Where the thread's last accesses were: a kernel goes back and forth between a few buffers.
  thread_local std::array<Range, 4> recent{};
  thread_local unsigned known_removals = 0, next = 0;
  if (const unsigned now = removals.load(std::memory_order_acquire); now != known_removals) {
    recent = {};
    known_removals = now;
  }
  const auto* p = static_cast<const std::byte*>(pointer);
  const auto inside = [&](const Range& r) { return p >= r.first && p + bytes <= r.second; };
  if (!std::any_of(recent.begin(), recent.end(), inside)) {
    const Range range = range_around(p);
    if (!inside(range)) {
      throw Violation("access " + std::to_string(p - range.first) + " bytes into a buffer of " +
                      std::to_string(range.second - range.first));
    }
    recent[next++ % recent.size()] = range;
  }
  if (reinterpret_cast<std::uintptr_t>(p) % alignment != 0) throw Violation("a global access is not aligned");
}

}  // namespace simt
