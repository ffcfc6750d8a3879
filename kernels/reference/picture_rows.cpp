// Fitting's two loops, as docs/darknet-format.md section 7.3 has them.
#include "kernels/reference/picture_rows.h"

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

}  // namespace

const PictureRows picture_rows{resize, blend};

}  // namespace nightjar::reference
