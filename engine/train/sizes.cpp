#include "engine/train/sizes.h"

#include <algorithm>
#include <cmath>

#include "engine/train/random.h"

namespace nightjar {
namespace {

constexpr int period = 10, last = 100;
constexpr std::uint64_t sizes_purpose = 0x512e5;  // of a stream of random numbers

}  // namespace

Shape InputSizes::of(int update, const Shape& input) const {
  if (range == 1) return input;
  Random random(seed, static_cast<std::uint64_t>((update - 1) / period), sizes_purpose);
  const bool greatest = update <= period || update > updates - last;
  const float scale = greatest ? range : random.factor(range);
  const auto side = [&](int whole) {
    return std::max(step, static_cast<int>(
                              std::lround(scale * static_cast<float>(whole) / static_cast<float>(step) + 1)) *
                              step);
  };
  const Shape scaled{input.c, side(input.h), side(input.w)};
  const bool outgrown = scale < 1 && (scaled.h > input.h || scaled.w > input.w);
  return outgrown ? input : scaled;
}

Result<InputSizes> read_input_sizes(const Cfg& cfg) {
  CfgOptions net(cfg.file, cfg.sections.front()), head(cfg.file, cfg.sections.back());
  InputSizes sizes;
  sizes.step = net.integer("resize_step", sizes.step, {.low = 1, .high = 1 << 12});
  // [detection] means something else by it.
  const float random = cfg.sections.back().type == "detection" ? 0 : head.real("random", 0);
  if (random < 0) head.refuse("random", "random is below 0; 0, 1, or the greatest factor is needed");
  constexpr float usual = 1.4f;  // where random=1
  sizes.range = random == 0 ? 1 : random == 1 ? usual : std::max(random, 1 / random);
  for (const auto& error : {net.error(), head.error()})
    if (error) return *error;
  return sizes;
}

}  // namespace nightjar
