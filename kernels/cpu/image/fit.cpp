// A register of output columns at a time. Four bytes at a pixel's place hold all its channels, so a column is
// two gathered words, whatever the channels; a scalar loop reads each byte by itself, and looks each up in a
// table.
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/pixels.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

float blended(float first, float second, float keep, float add) {
  const float kept = keep * first, added = add * second;
  return kept + added;
}

void resize(const std::uint8_t* row, int channels, const ColumnTaps& taps, int width, float* out) {
  int x = 0;
  for (; x + lanes <= width; x += lanes) {
    const Pixels first = load_pixels(row, &taps.first[x]), second = load_pixels(row, &taps.second[x]);
    const Vec keep = load(&taps.keep[x]), add = load(&taps.add[x]);
    for (int c = 0; c < channels; ++c) {
      const Vec kept = keep * unit(first, c), added = add * unit(second, c);
      store(out + std::ptrdiff_t{c} * width + x, kept + added);
    }
  }
  for (; x < width; ++x) {
    for (int c = 0; c < channels; ++c) {
      const float first = static_cast<float>(row[taps.first[x] + c]) / 255.f;
      const float second = static_cast<float>(row[taps.second[x] + c]) / 255.f;
      out[std::ptrdiff_t{c} * width + x] = blended(first, second, taps.keep[x], taps.add[x]);
    }
  }
}

void blend(const float* first, const float* second, float keep, float add, float* out, int count) {
  int i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Vec kept = set(keep) * load(first + i), added = set(add) * load(second + i);
    store(out + i, kept + added);
  }
  for (; i < count; ++i) out[i] = blended(first[i], second[i], keep, add);
}

}  // namespace

const PictureRows picture_rows{resize, blend};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
