// Any bytes as the beginning of a .weights file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "parsers/weights.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto header =
      nightjar::parse_weights_header({reinterpret_cast<const char*>(data), size}, "fuzz.weights");
  if (header && static_cast<std::size_t>(header->bytes) > size) std::abort();
  return 0;
}
