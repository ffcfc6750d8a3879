// Values from one place to another of the same shape, whatever the strides and types.
#pragma once

#include "kernels/cuda/eltwise/each_pack.cuh"

namespace nightjar::cuda {

template <class From, class To>
struct CopyArguments {
  EachPack each;
  View<const From> in;
  View<To> out;
};
using PreparedCopy = PreparedLaunch<sizeof(CopyArguments<float, float>)>;

// As it is, where the types are the same.
template <class To, class From>
NIGHTJAR_DEVICE To converted(From x) {
  if constexpr (std::is_same_v<To, From>) {
    return x;
  } else {
    return from_float<To>(to_float(x));
  }
}

template <class From, class To, int width>
__global__ void __launch_bounds__(each_pack_threads) copy_kernel(const CopyArguments<From, To> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  const Pack<From, width> values = load<width>(a.in.at(pixel, channel));
  Pack<To, width> copies;
#pragma unroll
  for (int i = 0; i < width; ++i) copies.v[i] = converted<To>(values.v[i]);
  store<width>(a.out.at(pixel, channel), copies);
}

inline Status prepare_copy(const Tensor& from, const Tensor& to, PreparedCopy& prepared) {
  return with_type(from.type, [&](auto read) {
    return with_type(to.type, [&](auto written) {
      using From = decltype(read);
      using To = decltype(written);
      // Of the wider type 16 bytes at once.
      using Wide = std::conditional_t<sizeof(From) < sizeof(To), To, From>;
      return with_packs_of<Wide>({&from, 1, &to, nullptr}, [&](auto width) {
        const CopyArguments<From, To> a{EachPack(to, width), view<const From>(from), view<To>(to)};
        return prepared.prepare(copy_kernel<From, To, width.value>, a.each.early_launch(), a);
      });
    });
  });
}

}  // namespace nightjar::cuda
