// Random numbers that training draws: each a function of the seed, the run, who draws and its number, so that
// neither threads nor the order of things change one.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "kernels/split_mix.h"
#include "kernels/tensor.h"

namespace nightjar {

// What a run's numbers are made of, besides who draws. As a value: planar floats, once for all images.
struct DrawKey {
  std::uint64_t seed = 0, run = 0;  // `run`: no two of a training have the same

  static constexpr const char* operand = "draw";  // as which operations that draw read it

  static constexpr int count = 6;
  static constexpr Shape shape() { return {count, 1, 1}; }
  // A float holds 24 bits of a whole number.
  std::array<float, count> values() const {
    const auto part = [](std::uint64_t of, int number) {
      return static_cast<float>(of >> 24 * number & 0xffffff);
    };
    return {part(seed, 0), part(seed, 1), part(seed, 2), part(run, 0), part(run, 1), part(run, 2)};
  }
};

class Draw {
 public:
  // `key` as DrawKey's values lie; `who`: a number of its own for each that draws.
  NIGHTJAR_FORMULA Draw(const float* key, int who) : state_(after(static_cast<std::uint64_t>(who))) {
    for (int i = 0; i < DrawKey::count; ++i) state_ = after(state_ ^ bits_of(key[i]));
  }
  // From 0 to below 1, in steps of 2^-24.
  NIGHTJAR_FORMULA float uniform(std::uint64_t number) const {
    return split_mix::share(after(state_ + number * split_mix::growth));
  }

 private:
  NIGHTJAR_FORMULA static constexpr std::uint64_t after(std::uint64_t state) {
    return split_mix::mixed(state + split_mix::growth);
  }

  NIGHTJAR_FORMULA static std::uint32_t bits_of(float value) {
    std::uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
  }

  std::uint64_t state_;
};

}  // namespace nightjar
