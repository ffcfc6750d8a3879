// JPEG, PNG and BMP through stb_image, with memory of our own. It needs nothing that may be missing, and its
// pixels are Darknet's.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "parsers/decoders/decoders.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

// What stb_image may allocate for one picture. Memory is zeroed, for it does not write all that it reads; the
// budget stops what inflates to more than the header said.
struct DecoderMemory {
  std::size_t left = 0;
  bool exhausted = false;
};
thread_local DecoderMemory decoder_memory;

// In front of each block, so that it can be given back and moved.
struct alignas(std::max_align_t) BlockHeader {
  std::size_t size;
};

void decoder_free(void* block) {
  if (!block) return;
  BlockHeader* header = static_cast<BlockHeader*>(block) - 1;
  decoder_memory.left += header->size;
  std::free(header);
}

void* decoder_malloc(std::size_t size) {
  BlockHeader* header = nullptr;
  if (size <= decoder_memory.left)
    header = static_cast<BlockHeader*>(std::calloc(1, sizeof(BlockHeader) + size));
  if (!header) {
    decoder_memory.exhausted = true;
    return nullptr;
  }
  decoder_memory.left -= size;
  header->size = size;
  return header + 1;
}

void* decoder_realloc(void* block, std::size_t size) {
  void* moved = decoder_malloc(size);
  if (!moved || !block) return moved;
  std::memcpy(moved, block, std::min(size, (static_cast<BlockHeader*>(block) - 1)->size));
  decoder_free(block);
  return moved;
}

}  // namespace
}  // namespace nightjar

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_BMP
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_MAX_DIMENSIONS 16384  // max_decoded_side
#define STBI_MALLOC(size) nightjar::decoder_malloc(size)
#define STBI_REALLOC(block, size) nightjar::decoder_realloc(block, size)
#define STBI_FREE(block) nightjar::decoder_free(block)
#include <stb_image.h>

namespace nightjar {
namespace {

static_assert(max_decoded_side == STBI_MAX_DIMENSIONS);

// The most that decoding a sound picture takes: 16-bit RGBA, interlaced, needs 24 bytes a pixel with its
// inflated rows growing by doubling, a progressive CMYK JPEG 15 on blocks of up to 32 pixels a side;
// compressed data is copied, and doubles as it grows.
std::size_t decoding_bytes(const PictureInfo& info) {
  const auto padded = [](std::int64_t side) { return static_cast<std::size_t>(side) + 64; };
  return (std::size_t{1} << 20) + 4 * info.bytes + 32 * padded(info.width) * padded(info.height);
}

}  // namespace

Result<Image> decode_by_stb(std::string_view bytes, const PictureInfo& info, int channels,
                            const std::string& file) {
  decoder_memory = {decoding_bytes(info), false};
  stbi__g_failure_reason = nullptr;  // of an earlier picture; some failures give none
  int width = 0, height = 0, stored_channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(bytes.data()), static_cast<int>(bytes.size()),
                            &width, &height, &stored_channels, channels),
      decoder_free);
  if (!pixels && decoder_memory.exhausted) {
    return too_large(file, "decoding its " + std::to_string(info.width) + "x" + std::to_string(info.height) +
                               " pixels takes more memory than there is or than they can need");
  }
  if (!pixels || width != info.width || height != info.height) {
    const char* reason = pixels ? "two sizes" : stbi_failure_reason();
    return malformed(file, "damaged " + std::string(info.format) + ", " +
                               (reason ? reason : "data that cannot be decoded") + "; a whole one is needed");
  }
  const std::size_t count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  Image image{width, height, channels, {}};
  image.pixels.assign(pixels.get(), pixels.get() + count * static_cast<std::size_t>(channels));
  return image;
}

}  // namespace nightjar
