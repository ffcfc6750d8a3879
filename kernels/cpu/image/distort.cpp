// A register of pixels at a time: what decides about a hue selects among three, and nothing jumps.
#include "kernels/cpu/image/distort.h"

#include "kernels/cpu/simd/partial.h"
#include "kernels/cpu/simd/vec.h"

namespace nightjar::cpu::NIGHTJAR_ISA {
namespace {

struct Pixels {
  Vec red, green, blue;
};

// In sixths of a turn from red, not yet brought into 0 to 6.
Vec hue_of(const Pixels& p, Vec value, Vec chroma) {
  const Vec divisor = select(greater(chroma, set(0.f)), chroma, set(1.f));
  const Mask not_red = greater(value, p.red), not_green = greater(value, p.green);
  const Vec by_red = (p.green - p.blue) / divisor, by_green = set(2.f) + (p.blue - p.red) / divisor,
            by_blue = set(4.f) + (p.red - p.green) / divisor;
  return select(not_red, select(not_green, by_blue, by_green), by_red);
}

Vec colour(float first, Vec hue, Vec value, Vec chroma) {
  Vec k = set(first) + hue;
  k = select(greater(k, set(6.f)), k - set(6.f), k);
  const Vec share = max(set(0.f), min(min(k, set(4.f) - k), set(1.f)));
  const Vec less = chroma * share;
  return min(max(value - less, set(0.f)), set(1.f));
}

Pixels changed(const Pixels& p, Vec turn, Vec exposure, Vec more_chroma) {
  const Vec value = max(max(p.red, p.green), p.blue);
  const Vec chroma = value - min(min(p.red, p.green), p.blue);
  Vec hue = hue_of(p, value, chroma) + turn;
  hue = select(greater(hue, set(6.f)), hue - set(6.f), hue);
  hue = select(greater(set(0.f), hue), hue + set(6.f), hue);
  const Vec new_value = value * exposure, new_chroma = chroma * more_chroma;
  return {colour(5, hue, new_value, new_chroma), colour(3, hue, new_value, new_chroma),
          colour(1, hue, new_value, new_chroma)};
}

}  // namespace

void distort(float* red, float* green, float* blue, int count, const ColourChange& change) {
  const Vec turn = set(change.hue * 6), exposure = set(change.exposure),
            more_chroma = set(change.saturation * change.exposure);
  for (int i = 0; i < count; i += lanes) {
    const int here = count - i < lanes ? count - i : lanes;
    const Pixels before{load_first(red + i, here, 0), load_first(green + i, here, 0),
                        load_first(blue + i, here, 0)};
    const Pixels after = changed(before, turn, exposure, more_chroma);
    store_first(red + i, after.red, here);
    store_first(green + i, after.green, here);
    store_first(blue + i, after.blue, here);
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
