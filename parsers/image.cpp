// Guarded pictures -> pixels, through stb_image with memory of our own.
#include "parsers/image.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "parsers/image_guard.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr int max_side = 16384;
constexpr std::size_t max_file_bytes = std::size_t{256} << 20;

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
#define STBI_MAX_DIMENSIONS 16384
#define STBI_MALLOC(size) nightjar::decoder_malloc(size)
#define STBI_REALLOC(block, size) nightjar::decoder_realloc(block, size)
#define STBI_FREE(block) nightjar::decoder_free(block)
#include <stb_image.h>

namespace nightjar {
namespace {

static_assert(max_side == STBI_MAX_DIMENSIONS);

// The most that decoding a sound picture takes: 16-bit RGBA, interlaced, needs 24 bytes a pixel with its
// inflated rows growing by doubling, a progressive CMYK JPEG 15 on blocks of up to 32 pixels a side;
// compressed data is copied, and doubles as it grows.
std::size_t decoding_bytes(const PictureInfo& info) {
  const auto padded = [](std::int64_t side) { return static_cast<std::size_t>(side) + 64; };
  return (std::size_t{1} << 20) + 4 * info.bytes + 32 * padded(info.width) * padded(info.height);
}

}  // namespace

Result<Image> parse_image(std::string_view bytes, const std::string& file, int channels, ImageLimits limits) {
  assert(channels == 1 || channels == 3);
  if (bytes.size() > max_file_bytes) {
    return too_large(file, std::to_string(bytes.size()) + " bytes; a picture of at most " +
                               std::to_string(max_file_bytes) + " is needed");
  }
  const Result<PictureInfo> info = inspect_picture(bytes, file);
  if (!info) return info.error();
  const std::string size = std::to_string(info->width) + "x" + std::to_string(info->height);
  const std::int64_t side = std::min(limits.max_side, max_side);
  if (info->width > side || info->height > side || info->width * info->height > limits.max_pixels) {
    return too_large(file, size + " pixels; at most " + std::to_string(side) + " a side and " +
                               std::to_string(limits.max_pixels) + " in all are needed");
  }

  decoder_memory = {decoding_bytes(*info), false};
  int width = 0, height = 0, stored_channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(bytes.data()), static_cast<int>(info->bytes),
                            &width, &height, &stored_channels, channels),
      decoder_free);
  if (!pixels && decoder_memory.exhausted) {
    return too_large(
        file, "decoding its " + size + " pixels takes more memory than there is or than they can need");
  }
  if (!pixels || width != info->width || height != info->height) {
    return malformed(file, "damaged " + std::string(info->format) + ", " +
                               (pixels ? "two sizes" : stbi_failure_reason()) + "; a whole one is needed");
  }
  const std::size_t count = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  Image image{width, height, channels, {}};
  image.pixels.assign(pixels.get(), pixels.get() + count * static_cast<std::size_t>(channels));
  return image;
}

}  // namespace nightjar
