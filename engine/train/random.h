// Random numbers that are the same on every machine, in streams of their own: the numbers of an example do
// not depend on how many others were drawn before.
#pragma once

#include <cstdint>

namespace nightjar {

// SplitMix64 (Steele, Lea, Flood 2014), started at a place that the seed, a number, and what the stream is
// for decide together.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t number, std::uint64_t purpose = 0)
      : state_(mixed(mixed(mixed(seed) + number) + purpose)) {}

  std::uint64_t next() { return mixed(state_ += golden); }
  // At least 0, below 1.
  float share() { return static_cast<float>(next() >> 40) * 0x1p-24f; }
  float between(float low, float high) { return low + share() * (high - low); }
  bool coin() { return next() >> 63; }
  // 0 to count - 1.
  int below(int count) {
    return static_cast<int>(((next() >> 32) * static_cast<std::uint64_t>(count)) >> 32);
  }
  // From 1 / most to most, either side of 1 as often.
  float factor(float most) {
    const float more = between(1, most);
    return coin() ? more : 1 / more;
  }
  // Of mean 0 and deviation 1, to within 3.5: the sum of four even shares.
  float normal() {
    const std::uint64_t bits = next();
    std::int32_t sum = -2 * 0xffff;
    for (int part = 0; part < 4; ++part) sum += static_cast<std::int32_t>(bits >> 16 * part & 0xffff);
    return static_cast<float>(sum) * (1.7320508f / 0x1p16f);
  }

 private:
  static constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;

  static constexpr std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  std::uint64_t state_;
};

}  // namespace nightjar
