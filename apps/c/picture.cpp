#include "apps/c/picture.h"

#include <string>
#include <utility>

#include "apps/c/error.h"
#include "apps/c/options.h"
#include "apps/c/source.h"
#include "engine/host/files.h"

namespace nightjar::c {
namespace {

Error wrong_choice(const char* what, std::int32_t value) {
  return {Failure::usage, std::string("a picture's ") + what + " is " + std::to_string(value) +
                              ", which is none of those that nightjar_c.h names"};
}

std::ptrdiff_t bytes_of(std::int32_t element) {
  return element == NIGHTJAR_FLOAT ? std::ptrdiff_t{sizeof(float)} : 1;
}

void init(nightjar_picture& picture, const void* pixels, std::int32_t element, std::int32_t width,
          std::int32_t height, std::int32_t channels) {
  picture = {pixels, width, height, channels, element, NIGHTJAR_RGB, 0, 0, 0};
}

nightjar_decode_options decode_defaults() {
  const ImageOptions usual;
  return {sizeof(nightjar_decode_options), 0, usual.max_side, usual.max_pixels, NIGHTJAR_FASTEST, 1};
}

}  // namespace

Result<PictureView> view_of(const nightjar_picture& picture) {
  if (!picture.pixels) return Error{Failure::usage, "a picture at no address; its pixels are needed"};
  if (picture.element != NIGHTJAR_U8 && picture.element != NIGHTJAR_FLOAT)
    return wrong_choice("element", picture.element);
  if (picture.order != NIGHTJAR_RGB && picture.order != NIGHTJAR_BGR)
    return wrong_choice("order", picture.order);
  PictureView view;
  view.first = static_cast<const std::byte*>(picture.pixels);
  view.width = picture.width, view.height = picture.height, view.channels = picture.channels;
  view.element = picture.element == NIGHTJAR_U8 ? PictureView::Element::byte : PictureView::Element::real;
  view.row = picture.row_stride, view.column = picture.column_stride, view.channel = picture.channel_stride;
  if (picture.order == NIGHTJAR_BGR && picture.channels == 3) {
    view.first += 2 * view.channel;
    view.channel = -view.channel;
  }
  if (auto fits = check_view(view); !fits) return fits.error();
  return view;
}

Result<std::vector<PictureView>> views_of(const nightjar_picture* pictures, std::size_t count) {
  if (!pictures && count > 0) return Error{Failure::usage, std::to_string(count) + " pictures at no address"};
  std::vector<PictureView> views;
  for (const nightjar_picture& picture : std::span(pictures, count)) {
    auto view = view_of(picture);
    if (!view) return view.error();
    views.push_back(*view);
  }
  return views;
}

Result<Fit> fit_of(std::int32_t fit, Fit usual) {
  switch (fit) {
    case NIGHTJAR_FIT_USUAL:
      return usual;
    case NIGHTJAR_FIT_LETTERBOX:
      return Fit::letterbox;
    case NIGHTJAR_FIT_STRETCH:
      return Fit::stretch;
    case NIGHTJAR_FIT_CROP:
      return Fit::crop;
    case NIGHTJAR_FIT_SQUARE:
      return Fit::square;
    default:
      return wrong_choice("fit", fit);
  }
}

std::unique_ptr<nightjar_image> own(Image image) {
  auto made = std::make_unique<nightjar_image>(nightjar_image{std::move(image), {}});
  const Image& kept = made->image;
  nightjar_picture_init_hwc(&made->picture, kept.pixels.data(), NIGHTJAR_U8, kept.width, kept.height,
                            kept.channels);
  return made;
}

Result<Image> copy_of(const nightjar_picture& picture) {
  const auto view = view_of(picture);
  if (!view) return view.error();
  if (view->element != PictureView::Element::byte)
    return Error{Failure::usage, "a picture of floats; a stream takes bytes, and a context takes both"};
  Image image{view->width, view->height, view->channels, {}};
  const std::size_t row = static_cast<std::size_t>(view->width) * view->channels;
  image.pixels.resize(row * view->height);
  std::uint8_t* to = image.pixels.data();
  for (int y = 0; y < view->height; ++y) {
    for (int x = 0; x < view->width; ++x) {
      for (int c = 0; c < view->channels; ++c) *to++ = static_cast<std::uint8_t>(*view->at(x, y, c));
    }
  }
  return image;
}

Result<DecodeChoice> read_decode_options(const nightjar_decode_options* given, int channels) {
  const auto options = read_options(given, decode_defaults());
  if (!options) return options.error();
  if (options->channels != 0) channels = options->channels;
  if (channels != 1 && channels != 3) return wrong_choice("channels", channels);
  if (options->decoder != NIGHTJAR_FASTEST && options->decoder != NIGHTJAR_STB)
    return wrong_choice("decoder", options->decoder);
  return DecodeChoice{channels,
                      {.max_side = options->max_side,
                       .max_pixels = options->max_pixels,
                       .decoder = options->decoder == NIGHTJAR_STB ? Decoder::stb : Decoder::fastest,
                       .upright = options->upright != 0}};
}

}  // namespace nightjar::c

using namespace nightjar;

void nightjar_picture_init_hwc(nightjar_picture* picture, const void* pixels, int32_t element, int32_t width,
                               int32_t height, int32_t channels) {
  c::init(*picture, pixels, element, width, height, channels);
  picture->channel_stride = c::bytes_of(element);
  picture->column_stride = picture->channel_stride * channels;
  picture->row_stride = picture->column_stride * width;
}

void nightjar_picture_init_chw(nightjar_picture* picture, const void* pixels, int32_t element, int32_t width,
                               int32_t height, int32_t channels) {
  c::init(*picture, pixels, element, width, height, channels);
  picture->column_stride = c::bytes_of(element);
  picture->row_stride = picture->column_stride * width;
  picture->channel_stride = picture->row_stride * height;
}

void nightjar_decode_options_init_sized(nightjar_decode_options* options, size_t struct_size) {
  c::write_options(c::decode_defaults(), options, struct_size);
}

nightjar_status nightjar_image_decode(const nightjar_source* source, const nightjar_decode_options* options,
                                      nightjar_image** image, nightjar_error** error) {
  const char* name = source ? source->file : nullptr;
  return c::making(image, error, {name}, [&]() -> Result<std::unique_ptr<nightjar_image>> {
    const auto choice = c::read_decode_options(options, 3);
    if (!choice) return choice.error();
    const auto from = c::source_of(source, "picture");
    if (!from) return from.error();
    const auto bytes = read_source(*from, max_picture_bytes);
    if (!bytes) return bytes.error();
    auto decoded = parse_image(*bytes, from->file, choice->channels, choice->options);
    if (!decoded) return decoded.error();
    return c::own(std::move(*decoded));
  });
}

const nightjar_picture* nightjar_image_picture(const nightjar_image* image) {
  return &image->picture;
}

void nightjar_image_free(nightjar_image* image) {
  delete image;
}

nightjar_status nightjar_picture_fit(const nightjar_picture* picture, int32_t fit, int32_t width,
                                     int32_t height, float* values, nightjar_error** error) {
  return c::guarded(error, [&]() -> Result<void> {
    const auto views = c::views_of(picture, 1);
    if (!views) return views.error();
    const auto how = c::fit_of(fit, Fit::letterbox);
    if (!how) return how.error();
    if (width < 1 || height < 1 || !values)
      return Error{Failure::usage, "nothing to fit a picture into; a width, a height and room are needed"};
    const PictureView& view = views->front();
    fit_image(view, *how, planar_tensor(values, {view.channels, height, width}), 0);
    return {};
  });
}
