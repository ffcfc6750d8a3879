// Images: planar floats that the caller frees.
#include <algorithm>
#include <cstdlib>

#include "apps/libdarknet/network.h"

namespace nightjar::darknet {
namespace {

std::size_t plane(const image& im) {
  return std::size_t(im.w) * im.h;
}

image fitted(const image& im, int w, int h, std::int32_t fit) {
  if (!im.data || w < 1 || h < 1) return {};
  image made = make_image(w, h, im.c);
  if (!made.data) return {};
  nightjar_picture picture;
  nightjar_picture_init_chw(&picture, im.data, NIGHTJAR_FLOAT, im.w, im.h, im.c);
  const bool fits = went_well(
      [&](nightjar_error** error) { return nightjar_picture_fit(&picture, fit, w, h, made.data, error); });
  if (fits) return made;
  free_image(made);
  return {};
}

// Bytes, interleaved.
void copy_bytes(const unsigned char* from, image& to) {
  for (std::size_t i = 0; i < plane(to); ++i) {
    for (int c = 0; c < to.c; ++c) to.data[c * plane(to) + i] = static_cast<float>(*from++) / 255.f;
  }
}

}  // namespace

image decoded(const nightjar_source& source) {
  nightjar_decode_options options;
  nightjar_decode_options_init(&options);
  options.decoder = NIGHTJAR_STB;
  options.upright = 0;
  nightjar_image* made = nullptr;
  const bool is_read = went_well(
      [&](nightjar_error** error) { return nightjar_image_decode(&source, &options, &made, error); });
  if (!is_read) return {};
  const Owned<nightjar_image> owned(made);
  const nightjar_picture& picture = *nightjar_image_picture(made);
  image im = make_image(picture.width, picture.height, picture.channels);
  if (im.data) copy_bytes(static_cast<const unsigned char*>(picture.pixels), im);
  return im;
}

}  // namespace nightjar::darknet

using namespace nightjar::darknet;

image make_image(int w, int h, int c) {
  if (w < 1 || h < 1 || c < 1) return {};
  image im{w, h, c, nullptr};
  im.data = static_cast<float*>(std::calloc(plane(im) * static_cast<std::size_t>(c), sizeof(float)));
  return im;
}

void free_image(image im) {
  std::free(im.data);
}

image load_image_color(char* filename, int w, int h) {
  const image im = decoded({filename, nullptr, 0});
  if (!im.data || w < 1 || h < 1 || (im.w == w && im.h == h)) return im;
  const image resized = resize_image(im, w, h);
  free_image(im);
  return resized;
}

image letterbox_image(image im, int w, int h) {
  return fitted(im, w, h, NIGHTJAR_FIT_LETTERBOX);
}

image resize_image(image im, int w, int h) {
  return fitted(im, w, h, NIGHTJAR_FIT_STRETCH);
}

void rgbgr_image(image im) {
  if (!im.data || im.c < 3) return;
  std::swap_ranges(im.data, im.data + plane(im), im.data + 2 * plane(im));
}

#ifndef DARKNET_OF_PJREDDIE
void copy_image_from_bytes(image im, char* pdata) {
  if (im.data && pdata) copy_bytes(reinterpret_cast<const unsigned char*>(pdata), im);
}
#endif
