// Numbers out of a font's tables, which are big-endian. What lies beyond the end reads as 0.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parsers/byte_order.h"

namespace nightjar {

inline bool holds(std::string_view table, std::size_t at, std::size_t count) {
  return at <= table.size() && count <= table.size() - at;
}

inline std::uint32_t unsigned_at(std::string_view table, std::size_t at, std::size_t width) {
  return holds(table, at, width) ? static_cast<std::uint32_t>(big_endian(table, at, width)) : 0;
}

inline std::uint16_t u16_at(std::string_view table, std::size_t at) {
  return static_cast<std::uint16_t>(unsigned_at(table, at, 2));
}

inline std::uint32_t u32_at(std::string_view table, std::size_t at) {
  return unsigned_at(table, at, 4);
}

// Reads on from byte to byte, and remembers if it ever came past the end.
class FontCursor {
 public:
  explicit FontCursor(std::string_view bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  bool at_end() const { return at_ == bytes_.size(); }
  unsigned u8() { return read(1); }
  unsigned u16() { return read(2); }
  int i8() { return static_cast<std::int8_t>(read(1)); }
  int i16() { return static_cast<std::int16_t>(read(2)); }
  std::int32_t i32() { return static_cast<std::int32_t>(read(4)); }
  void skip(std::size_t count) {
    failed_ |= !holds(bytes_, at_, count);
    at_ += std::min(count, bytes_.size() - at_);
  }

 private:
  std::uint32_t read(std::size_t width) {
    const std::uint32_t value = unsigned_at(bytes_, at_, width);
    skip(width);
    return value;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace nightjar
