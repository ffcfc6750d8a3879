#include "engine/cuda/pictures.h"

#include <cstring>

#include "engine/cuda/errors.h"
#include "kernels/cuda/image/image.h"

namespace nightjar::cuda {
namespace {

std::int64_t size_of(const PictureView& picture) {
  return std::int64_t{picture.width} * picture.height * picture.channels;
}

// To where the channels of a pixel, pixels and rows follow each other without gaps.
void pack(const PictureView& picture, std::byte* to) {
  const std::ptrdiff_t pixel = picture.channels, row = pixel * picture.width;
  for (int y = 0; y < picture.height; ++y, to += row) {
    if (picture.channel == 1 && picture.column == pixel) {
      std::memcpy(to, picture.at(0, y, 0), static_cast<std::size_t>(row));
      continue;
    }
    for (int x = 0; x < picture.width; ++x) {
      for (int c = 0; c < picture.channels; ++c) to[x * pixel + c] = *picture.at(x, y, c);
    }
  }
}

Status enqueue_fit(const PictureView& picture, const std::byte* pixels, Fit fit, const Tensor& input, int n,
                   Stream stream) {
  const FitArea area = fitted_area(fit, picture.width, picture.height, input.shape.w, input.shape.h);
  const Picture on_device{reinterpret_cast<const std::uint8_t*>(pixels), picture.width, picture.height,
                          picture.channels};
  return fit_picture(on_device, area, input, n, stream);
}

}  // namespace

Result<void> Pictures::fit(std::span<const PictureView> pictures, Fit fit, const Tensor& input,
                           const Gpu& gpu, Stream stream) {
  std::int64_t bytes = 0;
  for (const PictureView& picture : pictures) bytes += aligned_size(size_of(picture));
  // The pictures before these may still be on their way.
  if (auto done = check(wait(stream), gpu, "copying pictures"); !done) return done;
  if (auto done = pixels_.reserve(bytes, gpu); !done) return done;
  std::int64_t first = 0;
  int n = 0;
  for (const PictureView& picture : pictures) {
    pack(picture, pixels_.host() + first);
    Status status = pixels_.upload(first, size_of(picture), stream);
    if (status == 0) status = enqueue_fit(picture, pixels_.device() + first, fit, input, n++, stream);
    if (auto done = check(status, gpu, "copying pictures"); !done) return done;
    first += aligned_size(size_of(picture));
  }
  return {};
}

}  // namespace nightjar::cuda
