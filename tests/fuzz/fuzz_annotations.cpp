// Any bytes as Pascal VOC's and as COCO's labels.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "parsers/coco.h"
#include "parsers/voc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto voc = nightjar::parse_voc(bytes, "fuzz.xml")) {
    for (const auto& object : voc->objects) {
      if (object.name.empty() || object.right < object.left || object.bottom < object.top) std::abort();
    }
  }
  if (const auto coco = nightjar::parse_coco(bytes, "fuzz.json")) {
    for (const auto& annotation : coco->annotations) {
      if (!(annotation.width >= 0) || !(annotation.height >= 0) || !(annotation.area >= 0)) std::abort();
    }
  }
  return 0;
}
