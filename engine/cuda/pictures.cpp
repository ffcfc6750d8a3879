#include "engine/cuda/pictures.h"

#include <cstring>
#include <utility>

#include "engine/cuda/errors.h"
#include "engine/cuda/uploads.h"
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

const StagedPicture* Pictures::staged(std::size_t picture) const {
  return picture < current_.size() ? current_[picture].get() : nullptr;
}

Result<void> Pictures::make_room(std::span<const PictureView> pictures, const Gpu& gpu) {
  std::int64_t bytes = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i)
    if (!staged(i)) bytes += aligned_size(size_of(pictures[i]));
  return pixels_.reserve(bytes, gpu);
}

Result<void> Pictures::fit(std::span<const PictureView> pictures, Fit fit, const Tensor& input,
                           const Gpu& gpu, Stream stream) {
  constexpr auto doing = "copying pictures";
  // The pictures before these may still be on their way.
  if (auto done = check(wait(stream), gpu, doing); !done) return done;
  current_ = std::exchange(next_, {});
  if (auto done = make_room(pictures, gpu); !done) return done;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const PictureView& picture = pictures[i];
    const std::byte* pixels = pixels_.device() + first;
    Status status = 0;
    if (const auto* uploaded = static_cast<const UploadedPicture*>(staged(i))) {
      pixels = uploaded->pixels();
      status = uploaded->wait_on(stream);
    } else {
      pack(picture, pixels_.host() + first);
      status = pixels_.upload(first, size_of(picture), stream);
      first += aligned_size(size_of(picture));
    }
    if (status == 0) status = enqueue_fit(picture, pixels, fit, input, static_cast<int>(i), stream);
    if (auto done = check(status, gpu, doing); !done) return done;
  }
  return {};
}

}  // namespace nightjar::cuda
