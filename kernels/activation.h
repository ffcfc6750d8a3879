// The activations, which act on one value at a time (docs/darknet-format.md section 4.1). A new one is a
// struct here and its line in the list.
//
// `define` is what it means, and `slope` its derivative: of the output where `by_output` says that it is
// enough, so that the input need not be kept, else of the input. `of` computes it in single precision, and
// `slope_of` the derivative where training spends time on it, written once for the registers of a CPU
// (kernels/cpu/simd/math.h) and the numbers of a GPU (kernels/cuda/activation.cuh); both bring + - *,
// like(2.f, x) for a constant, divide, max, min, greater, select, exp, expm1, tanh, logistic and floor as far
// as the formulas here use them. `cost` says how a CPU computes it: `store` in registers on the way to
// memory, `pass` in registers in a pass of its own, `rare` value by value by its definition, because no
// official network spends time there.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "kernels/tensor.h"

#if defined(__CUDACC__)
#define NIGHTJAR_FORMULA __host__ __device__ __forceinline__
#else
#define NIGHTJAR_FORMULA NIGHTJAR_INLINE
#endif

namespace nightjar {

#define NIGHTJAR_ACTIVATIONS(ACTIVATION) \
  ACTIVATION(linear, Linear)             \
  ACTIVATION(leaky, Leaky)               \
  ACTIVATION(logistic, Logistic)         \
  ACTIVATION(loggy, Loggy)               \
  ACTIVATION(relu, Relu)                 \
  ACTIVATION(relu6, Relu6)               \
  ACTIVATION(relie, Relie)               \
  ACTIVATION(ramp, Ramp)                 \
  ACTIVATION(elu, Elu)                   \
  ACTIVATION(selu, Selu)                 \
  ACTIVATION(tanh, Tanh)                 \
  ACTIVATION(plse, Plse)                 \
  ACTIVATION(hardtan, Hardtan)           \
  ACTIVATION(lhtan, Lhtan)               \
  ACTIVATION(stair, Stair)               \
  ACTIVATION(swish, Swish)               \
  ACTIVATION(mish, Mish)                 \
  ACTIVATION(hard_mish, HardMish)        \
  ACTIVATION(gelu, Gelu)

enum class Activation : std::uint8_t {
#define NIGHTJAR_ACTIVATION_ENUM(name, type) name,
  NIGHTJAR_ACTIVATIONS(NIGHTJAR_ACTIVATION_ENUM)
#undef NIGHTJAR_ACTIVATION_ENUM
};

// As Darknet's cfgs spell them.
inline constexpr const char* activation_names[] = {
#define NIGHTJAR_ACTIVATION_NAME(name, type) #name,
    NIGHTJAR_ACTIVATIONS(NIGHTJAR_ACTIVATION_NAME)
#undef NIGHTJAR_ACTIVATION_NAME
};
inline constexpr int activation_count = sizeof activation_names / sizeof *activation_names;
inline const char* name_of(Activation activation) {
  return activation_names[static_cast<int>(activation)];
}

namespace activations {

enum class Cost : std::uint8_t { store, pass, rare };

struct Linear {
  static constexpr Cost cost = Cost::store;
  static constexpr bool by_output = true;
  static double define(double x) { return x; }
  NIGHTJAR_FORMULA static double slope(double /*y*/) { return 1; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return x;
  }
  template <class V>
  NIGHTJAR_FORMULA static V slope_of(V y) {
    return like(1.f, y);
  }
};

struct Leaky {
  static constexpr Cost cost = Cost::store;
  static constexpr bool by_output = true;
  static double define(double x) { return x > 0 ? x : .1 * x; }
  NIGHTJAR_FORMULA static double slope(double y) { return y > 0 ? 1 : .1; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return max(x, x * like(.1f, x));
  }
  template <class V>
  NIGHTJAR_FORMULA static V slope_of(V y) {
    return select(greater(y, like(0.f, y)), like(1.f, y), like(.1f, y));
  }
};

struct Logistic {
  static constexpr Cost cost = Cost::pass;
  static constexpr bool by_output = true;
  NIGHTJAR_FORMULA static double define(double x) { return 1 / (1 + std::exp(-x)); }
  NIGHTJAR_FORMULA static double slope(double y) { return y * (1 - y); }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return logistic(x);
  }
  template <class V>
  NIGHTJAR_FORMULA static V slope_of(V y) {
    return y * (like(1.f, y) - y);
  }
};

struct Loggy {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = true;
  static double define(double x) { return 2 * Logistic::define(x) - 1; }
  NIGHTJAR_FORMULA static double slope(double y) { return (1 + y) * (1 - y) / 2; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return like(2.f, x) * logistic(x) - like(1.f, x);
  }
};

struct Relu {
  static constexpr Cost cost = Cost::store;
  static constexpr bool by_output = true;
  static double define(double x) { return x < 0 ? 0 : x; }
  NIGHTJAR_FORMULA static double slope(double y) { return y > 0 ? 1 : 0; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return max(x, like(0.f, x));
  }
  template <class V>
  NIGHTJAR_FORMULA static V slope_of(V y) {
    return select(greater(y, like(0.f, y)), like(1.f, y), like(0.f, y));
  }
};

struct Relu6 {
  static constexpr Cost cost = Cost::pass;
  static constexpr bool by_output = true;
  static double define(double x) { return std::clamp(x, 0., 6.); }
  NIGHTJAR_FORMULA static double slope(double y) { return y > 0 && y < 6 ? 1 : 0; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return min(max(x, like(0.f, x)), like(6.f, x));
  }
  template <class V>
  NIGHTJAR_FORMULA static V slope_of(V y) {
    const V zero = like(0.f, y), inside = select(greater(like(6.f, y), y), like(1.f, y), zero);
    return select(greater(y, zero), inside, zero);
  }
};

struct Relie {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = true;
  static double define(double x) { return x > 0 ? x : .01 * x; }
  NIGHTJAR_FORMULA static double slope(double y) { return y > 0 ? 1 : .01; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return max(x, like(.01f, x) * x);
  }
};

struct Ramp {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = true;
  static double define(double x) { return Relu::define(x) + .1 * x; }
  NIGHTJAR_FORMULA static double slope(double y) { return y > 0 ? 1.1 : .1; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return max(x, like(0.f, x)) + like(.1f, x) * x;
  }
};

struct Elu {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = true;
  static double define(double x) { return x >= 0 ? x : std::expm1(x); }
  NIGHTJAR_FORMULA static double slope(double y) { return y >= 0 ? 1 : y + 1; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return select(greater(like(0.f, x), x), expm1(x), x);
  }
};

struct Selu {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = true;
  static double define(double x) { return 1.0507 * (x >= 0 ? x : 1.6732 * std::expm1(x)); }
  NIGHTJAR_FORMULA static double slope(double y) { return y >= 0 ? 1.0507 : y + 1.0507 * 1.6732; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return like(1.0507f, x) * select(greater(like(0.f, x), x), like(1.6732f, x) * expm1(x), x);
  }
};

struct Tanh {
  static constexpr Cost cost = Cost::pass;
  static constexpr bool by_output = true;
  static double define(double x) { return std::tanh(x); }
  NIGHTJAR_FORMULA static double slope(double y) { return 1 - y * y; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return tanh(x);
  }
  template <class V>
  NIGHTJAR_FORMULA static V slope_of(V y) {
    return like(1.f, y) - y * y;
  }
};

struct Plse {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = true;
  static double define(double x) {
    if (x < -4) return .01 * (x + 4);
    return x > 4 ? .01 * (x - 4) + 1 : .125 * x + .5;
  }
  NIGHTJAR_FORMULA static double slope(double y) { return y < 0 || y > 1 ? .01 : .125; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    const V four = like(4.f, x), slope = like(.01f, x);
    const V low = slope * (x + four), high = slope * (x - four) + like(1.f, x);
    const V middle = like(.125f, x) * x + like(.5f, x);
    return select(greater(x, four), high, select(greater(like(-4.f, x), x), low, middle));
  }
};

struct Hardtan {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = true;
  static double define(double x) { return std::clamp(x, -1., 1.); }
  NIGHTJAR_FORMULA static double slope(double y) { return y > -1 && y < 1 ? 1 : 0; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return min(max(x, like(-1.f, x)), like(1.f, x));
  }
};

struct Lhtan {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = true;
  static double define(double x) {
    if (x < 0) return .001 * x;
    return x > 1 ? .001 * (x - 1) + 1 : x;
  }
  NIGHTJAR_FORMULA static double slope(double y) { return y > 0 && y < 1 ? 1 : .001; }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    const V zero = like(0.f, x), one = like(1.f, x), slope = like(.001f, x);
    return select(greater(x, one), slope * (x - one) + one, select(greater(zero, x), slope * x, x));
  }
};

// Stairs of height 1 every 2, with a ramp on every odd step.
struct Stair {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = true;
  static double define(double x) {
    const double n = std::floor(x), half = std::floor(x / 2);
    return std::fmod(n, 2) == 0 ? half : (x - n) + half;
  }
  NIGHTJAR_FORMULA static double slope(double y) { return std::floor(y) == y ? 0 : 1; }
  // The odd steps are those on which n is more than twice `half`.
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    const V n = floor(x), half = floor(x * like(.5f, x));
    return select(greater(n, half + half), (x - n) + half, half);
  }
};

struct Swish {
  static constexpr Cost cost = Cost::pass;
  static constexpr bool by_output = false;
  static double define(double x) { return x * Logistic::define(x); }
  NIGHTJAR_FORMULA static double slope(double x) {
    const double s = Logistic::define(x);
    return s + x * s * (1 - s);
  }
  // Below the range of exp() the logistic may stay just above 0; the factor must stop there, too.
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return max(x, like(-87.f, x)) * logistic(x);
  }
  template <class V>
  NIGHTJAR_FORMULA static V slope_of(V x) {
    const V s = logistic(x);
    return s + max(x, like(-87.f, x)) * s * (like(1.f, x) - s);
  }
};

// x tanh(softplus(x)) [Misra 2019, "Mish: A Self Regularized Non-Monotonic Activation Function"].
struct Mish {
  static constexpr Cost cost = Cost::pass;
  static constexpr bool by_output = false;
  static double define(double x) { return x * std::tanh(std::log1p(std::exp(x))); }
  NIGHTJAR_FORMULA static double slope(double x) {
    const double t = std::tanh(std::log1p(std::exp(x)));
    return t + x * (1 - t * t) * Logistic::define(x);
  }
  // x n / (n + 2) with n = e^x (e^x + 2): one exp, no log, no cancellation. Above 20 it is x.
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    const V e = exp(min(x, like(20.f, x)));
    const V n = e * (e + like(2.f, x));
    return max(x, like(-87.f, x)) * divide(n, n + like(2.f, x));
  }
  template <class V>
  NIGHTJAR_FORMULA static V slope_of(V x) {
    const V e = exp(min(x, like(20.f, x)));
    const V n = e * (e + like(2.f, x)), t = divide(n, n + like(2.f, x));
    return t + max(x, like(-87.f, x)) * (like(1.f, x) - t * t) * logistic(x);
  }
};

struct HardMish {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = false;
  static double define(double x) {
    if (x > 0) return x;
    return x <= -2 ? 0 : x * x / 2 + x;
  }
  NIGHTJAR_FORMULA static double slope(double x) {
    if (x > 0) return 1;
    return x <= -2 ? 0 : x + 1;
  }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    const V bend = x * x * like(.5f, x) + x, zero = like(0.f, x);
    return select(greater(x, zero), x, select(greater(x, like(-2.f, x)), bend, zero));
  }
};

// By tanh, as Darknet does [Hendrycks & Gimpel 2016, section 2].
struct Gelu {
  static constexpr Cost cost = Cost::rare;
  static constexpr bool by_output = false;
  static double define(double x) { return .5 * x * (1 + std::tanh(.797885 * x + .035677 * x * x * x)); }
  NIGHTJAR_FORMULA static double slope(double x) {
    const double t = std::tanh(.797885 * x + .035677 * x * x * x);
    return .5 * (1 + t) + .5 * x * (1 - t * t) * (.797885 + 3 * .035677 * x * x);
  }
  template <class V>
  NIGHTJAR_FORMULA static V of(V x) {
    return like(.5f, x) * x * (like(1.f, x) + tanh(like(.797885f, x) * x + like(.035677f, x) * x * x * x));
  }
};

}  // namespace activations

// Whether the slope is a function of the output.
constexpr bool has_slope_by_output(Activation activation) {
  switch (activation) {
#define NIGHTJAR_BY_OUTPUT(name, type) \
  case Activation::name:               \
    return activations::type::by_output;
    NIGHTJAR_ACTIVATIONS(NIGHTJAR_BY_OUTPUT)
#undef NIGHTJAR_BY_OUTPUT
  }
  return false;  // no such activation
}

}  // namespace nightjar
