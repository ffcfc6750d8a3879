// Random numbers that are the same on every machine, in streams of their own: the numbers of an example do
// not depend on how many others were drawn before.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "kernels/split_mix.h"

namespace nightjar {

// SplitMix64, started at a place that the seed, a number, and what the stream is for decide together.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t number, std::uint64_t purpose = 0)
      : state_(split_mix::mixed(split_mix::mixed(split_mix::mixed(seed) + number) + purpose)) {}

  std::uint64_t next() { return split_mix::mixed(state_ += split_mix::growth); }
  // At least 0, below 1.
  float share() { return split_mix::share(next()); }
  float between(float low, float high) { return low + share() * (high - low); }
  bool coin() { return next() >> 63; }
  // 0 to count - 1.
  int below(int count) {
    return static_cast<int>(((next() >> 32) * static_cast<std::uint64_t>(count)) >> 32);
  }
  // Any order as often [Fisher & Yates 1938, Durstenfeld 1964].
  template <class T>
  void shuffle(std::vector<T>& all) {
    for (std::size_t i = all.size(); i > 1; --i)
      std::swap(all[i - 1], all[static_cast<std::size_t>(below(static_cast<int>(i)))]);
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
  std::uint64_t state_;
};

}  // namespace nightjar
