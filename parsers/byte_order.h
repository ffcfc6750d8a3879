// Numbers out of bytes, whatever the machine's own byte order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nightjar {

// The unsigned number in `width` bytes (1 to 8) from `at`; the caller has checked that they are there.
inline std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

inline std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = width; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace nightjar
