// Memory between guards, by which a write beside it shows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace nightjar::testing {

// Starts at a whole cache line, as the engine's memory does; ends where the guard begins.
class GuardedMemory {
 public:
  explicit GuardedMemory(std::int64_t bytes, unsigned char fill = 0)
      : bytes_(bytes), memory_(static_cast<std::size_t>(line + guard() + bytes + guard()), mark) {
    const auto start = reinterpret_cast<std::uintptr_t>(memory_.data());
    data_ = memory_.data() + guard() + (line - start % line) % line;
    refill(fill);
  }
  GuardedMemory(GuardedMemory&&) = default;
  GuardedMemory& operator=(GuardedMemory&&) = default;

  void* data() const { return data_; }
  std::int64_t bytes() const { return bytes_; }
  void refill(unsigned char fill) { std::fill_n(data_, bytes_, fill); }

  bool guards_intact() const {
    const auto marked = [](const unsigned char* begin, const unsigned char* end) {
      return std::all_of(begin, end, [](unsigned char byte) { return byte == mark; });
    };
    return marked(memory_.data(), data_) && marked(data_ + bytes_, memory_.data() + memory_.size());
  }

 private:
  static constexpr int line = 64;
  static constexpr unsigned char mark = 0xff;  // floats of it are NaN: what is read there shows, too

  // A kernel that goes one image, or one block of a few images, too far still hits it. Whole cache lines.
  std::int64_t guard() const {
    return std::clamp(bytes_, std::int64_t{4} << 10, std::int64_t{1} << 20) / line * line;
  }

  std::int64_t bytes_;
  std::vector<unsigned char> memory_;
  unsigned char* data_;
};

}  // namespace nightjar::testing
