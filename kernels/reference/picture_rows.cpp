// Fitting's two loops, as docs/darknet-format.md section 7.3 has them, and that of colours, as section 12.6.
#include "kernels/reference/picture_rows.h"

#include <algorithm>

namespace nightjar::reference {
namespace {

void resize(const std::uint8_t* row, int channels, const ColumnTaps& taps, int width, float* out) {
  for (int c = 0; c < channels; ++c) {
    for (int x = 0; x < width; ++x) {
      const float first = static_cast<float>(row[taps.first[x] + c]) / 255.f;
      const float second = static_cast<float>(row[taps.second[x] + c]) / 255.f;
      const float kept = taps.keep[x] * first, added = taps.add[x] * second;
      *out++ = kept + added;
    }
  }
}

void blend(const float* first, const float* second, float keep, float add, float* out, int count) {
  for (int i = 0; i < count; ++i) {
    const float kept = keep * first[i], added = add * second[i];
    out[i] = kept + added;
  }
}

// In sixths of a turn from red, not yet brought into 0 to 6.
float hue_of(float red, float green, float blue, float value, float chroma) {
  if (chroma == 0) return 0;
  if (value == red) return (green - blue) / chroma;
  if (value == green) return 2 + (blue - red) / chroma;
  return 4 + (red - green) / chroma;
}

float colour(float first, float hue, float value, float chroma) {
  float k = first + hue;
  if (k > 6) k = k - 6;
  const float share = std::max(0.f, std::min(std::min(k, 4 - k), 1.f));
  const float less = chroma * share;
  return std::clamp(value - less, 0.f, 1.f);
}

void distort(float* red, float* green, float* blue, int count, const ColourChange& change) {
  const float more_chroma = change.saturation * change.exposure, turn = change.hue * 6;
  for (int i = 0; i < count; ++i) {
    const float value = std::max(std::max(red[i], green[i]), blue[i]);
    const float chroma = value - std::min(std::min(red[i], green[i]), blue[i]);
    float hue = hue_of(red[i], green[i], blue[i], value, chroma) + turn;
    if (hue > 6) hue = hue - 6;
    if (hue < 0) hue = hue + 6;
    const float new_value = value * change.exposure, new_chroma = chroma * more_chroma;
    red[i] = colour(5, hue, new_value, new_chroma);
    green[i] = colour(3, hue, new_value, new_chroma);
    blue[i] = colour(1, hue, new_value, new_chroma);
  }
}

}  // namespace

const PictureRows picture_rows{resize, blend, distort};

}  // namespace nightjar::reference
