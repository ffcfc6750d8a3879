// One thread for each pack of neighbouring channels of a tensor: the shape of every kernel that is bound by
// memory. Consecutive threads take consecutive packs, so that a warp reads and writes whole lines.
#pragma once

#include <algorithm>

#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/device.cuh"

namespace nightjar::cuda {

constexpr int each_pack_threads = 256;

struct EachPack {
  int count = 0;     // packs of all pixels
  Divider by_pixel;  // packs in a pixel

  EachPack() = default;
  EachPack(const Tensor& t, int width) {
    const int packs = ceil_div(t.shape.c, width);
    count = static_cast<int>(t.pixels()) * packs;
    by_pixel = Divider(packs);
  }
  Launch launch() const { return {dim3(ceil_div(count, each_pack_threads)), dim3(each_pack_threads)}; }
  // For kernels whose threads all ask for their pack before anything else: that waits for the kernel before.
  Launch early_launch() const {
    Launch shape = launch();
    shape.early = true;
    return shape;
  }
};

// False if there is nothing left for this thread.
template <int width>
NIGHTJAR_DEVICE bool own_pack(const EachPack& each, int& pixel, int& channel) {
  let_next_grid_start();
  wait_for_previous_grid();
  const int i = static_cast<int>(blockIdx.x) * each_pack_threads + static_cast<int>(threadIdx.x);
  if (i >= each.count) return false;
  pixel = each.by_pixel.divide(i, channel);
  channel *= width;
  return true;
}

// A tensor as kernels take it.
template <class T>
struct View {
  Global<T> data;
  int pixel;  // stride in elements
  NIGHTJAR_DEVICE Global<T> at(int number, int channel) const { return data + (number * pixel + channel); }
};
template <class T>
View<T> view(const Tensor& t) {
  return {static_cast<T*>(t.data), t.pixel};
}

// Whether the inputs and the first outputs of a call can be read and written `width` elements at a time.
inline bool all_in_packs(const nightjar::Call& call, int outputs, int width) {
  const auto is_in_packs = [&](const Tensor& t) { return in_packs(t, width) && aligned(t.data); };
  return std::all_of(call.in, call.in + call.inputs, is_in_packs) &&
         std::all_of(call.outs, call.outs + outputs, is_in_packs);
}

// Calls f(width constant) with the widest pack that all tensors of a call, of T, allow: 16 bytes or one
// element.
template <class T, class F>
Status with_packs_of(const nightjar::Call& call, int outputs, F f) {
  constexpr int width = 16 / sizeof(T);
  return all_in_packs(call, outputs, width) ? f(std::integral_constant<int, width>{})
                                            : f(std::integral_constant<int, 1>{});
}
template <class T, class F>
Status with_packs_of(const nightjar::Call& call, F f) {
  return with_packs_of<T>(call, 1, f);
}
// The same, with the type that they are of: f(T{}, width constant).
template <class F>
Status with_packs(const nightjar::Call& call, F f) {
  return with_type(call.out().type, [&](auto type) {
    return with_packs_of<decltype(type)>(call, [&](auto width) { return f(type, width); });
  });
}

// Bytes over bandwidth (4 TB/s), plus a launch: an estimate, which ranks candidates.
inline double copy_microseconds(const Tensor& out, int tensors) {
  return 2 + double(out.pixels()) * out.shape.c * bytes_of(out.type) * tensors / 4e6;
}

}  // namespace nightjar::cuda
