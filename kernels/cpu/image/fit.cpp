// A register of output columns at a time. Four bytes at a pixel's place hold all its channels, so a column is
// two gathered words, whatever the channels; a scalar loop reads each byte by itself, and looks each up in a
// table.
#include "kernels/cpu/image/distort.h"
#include "kernels/cpu/manifest.h"
#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

// v / 255, rounded as the division is, for whole v of 0 to 255: where that can be done, by a quotient and one
// step of Newton's, in a third of the time.
Vec over_255(Vec v) {
  if (!fma_rounds_once) return v / set(255.f);
  const Vec quotient = v * set(1 / 255.f);
  const Vec rest = fma(set(0.f) - quotient, set(255.f), v);
  return fma(rest, set(1 / 255.f), quotient);
}

float blended(float first, float second, float keep, float add) {
  const float kept = keep * first, added = add * second;
  return kept + added;
}

void resize(const std::uint8_t* row, int channels, const ColumnTaps& taps, int width, float* out) {
  int x = 0;
  for (; x + lanes <= width; x += lanes) {
    const Words first = gather_words(row, &taps.first[x]), second = gather_words(row, &taps.second[x]);
    const Vec keep = load(&taps.keep[x]), add = load(&taps.add[x]);
    for (int c = 0; c < channels; ++c) {
      const Vec kept = keep * over_255(byte_of(first, c)), added = add * over_255(byte_of(second, c));
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

void blend_rows(const float* first, const float* second, float keep, float add, float* out, int count) {
  int i = 0;
  for (; i + lanes <= count; i += lanes) {
    const Vec kept = set(keep) * load(first + i), added = set(add) * load(second + i);
    store(out + i, kept + added);
  }
  for (; i < count; ++i) out[i] = blended(first[i], second[i], keep, add);
}

}  // namespace

const PictureRows picture_rows{resize, blend_rows, distort};

}  // namespace nightjar::cpu::NIGHTJAR_ISA
