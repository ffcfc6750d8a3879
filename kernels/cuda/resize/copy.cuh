// Values from one place to another of the same shape and type, whatever the strides.
#pragma once

#include "kernels/cuda/eltwise/each_pack.cuh"

namespace nightjar::cuda {

template <class T>
struct CopyArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
};
using PreparedCopy = PreparedLaunch<sizeof(CopyArguments<float>)>;

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads) copy_kernel(const CopyArguments<T> a) {
  int pixel, channel;
  if (!own_pack<width>(a.each, pixel, channel)) return;
  store<width>(a.out.at(pixel, channel), load<width>(a.in.at(pixel, channel)));
}

inline Status prepare_copy(const Tensor& from, const Tensor& to, PreparedCopy& prepared) {
  return with_packs({&from, 1, &to, nullptr}, [&](auto type, auto width) {
    using T = decltype(type);
    const CopyArguments<T> a{EachPack(to, width), view<const T>(from), view<T>(to)};
    return prepared.prepare(copy_kernel<T, width.value>, a.each.early_launch(), a);
  });
}

}  // namespace nightjar::cuda
