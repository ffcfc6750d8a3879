// Pictures of the caller's as the engine sees them, and those that nightjar decodes.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "apps/c/nightjar_c.h"
#include "engine/image/fit.h"
#include "parsers/image.h"
#include "parsers/pixels.h"
#include "parsers/result.h"

struct nightjar_image {
  nightjar::Image image;
  nightjar_picture picture;  // of it
};

namespace nightjar::c {

// Errors: usage, for pictures without pixels and unknown kinds of them.
Result<PictureView> view_of(const nightjar_picture& picture);
Result<std::vector<PictureView>> views_of(const nightjar_picture* pictures, std::size_t count);

// A caller's choice; `usual` for NIGHTJAR_FIT_USUAL. Errors: usage, for another number.
Result<Fit> fit_of(std::int32_t fit, Fit usual);

std::unique_ptr<nightjar_image> own(Image image);
// A copy without gaps. Errors: usage, for what is not bytes.
Result<Image> copy_of(const nightjar_picture& picture);

struct DecodeChoice {
  int channels;
  ImageOptions options;
};
// `channels`: where the options leave them open.
Result<DecodeChoice> read_decode_options(const nightjar_decode_options* options, int channels);

}  // namespace nightjar::c
