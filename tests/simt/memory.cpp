#include "tests/simt/memory.h"

#include <map>
#include <utility>

namespace {

// Begin -> end of every Buffer.
std::map<const std::byte*, const std::byte*>& ranges() {
  static std::map<const std::byte*, const std::byte*> all;
  return all;
}

}  // namespace

namespace nightjar::testing {

Buffer::Buffer(std::size_t bytes, int fill)
    : memory_(bytes + 256, static_cast<std::byte>(fill)), bytes_(bytes) {
  const auto at = reinterpret_cast<std::uintptr_t>(memory_.data());
  host_ = device_ = memory_.data() + ((at + 255) / 256 * 256 - at);
  ranges()[device_] = device_ + bytes;
}

Buffer::Buffer(Buffer&& other) noexcept
    : memory_(std::move(other.memory_)),
      host_(other.host_),
      device_(std::exchange(other.device_, nullptr)),
      bytes_(other.bytes_) {}

Buffer::~Buffer() {
  if (device_) ranges().erase(device_);
}

void Buffer::upload() const {}
void Buffer::download() const {}

std::optional<cuda::Device> test_device() {
  return cuda::Device{90, 132};
}

}  // namespace nightjar::testing

namespace simt {

void check_global(const void* pointer, std::size_t bytes, std::size_t alignment) {
  const auto* p = static_cast<const std::byte*>(pointer);
  thread_local const std::byte *begin = nullptr, *end = nullptr;  // where the last access was
  if (!(p >= begin && p + bytes <= end) || !ranges().contains(begin)) {
    auto after = ranges().upper_bound(p);
    if (after == ranges().begin()) throw Violation("access to no memory of the device");
    --after;
    begin = after->first, end = after->second;
    if (p + bytes > end) {
      throw Violation("access " + std::to_string(p - begin) + " bytes into a buffer of " +
                      std::to_string(end - begin));
    }
  }
  if (reinterpret_cast<std::uintptr_t>(p) % alignment != 0) throw Violation("a global access is not aligned");
}

}  // namespace simt
