// What is left of a route that could not be done by addressing: each slice is copied to its channels.
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"

namespace nightjar::cuda {
namespace {

template <class T, int width>
__global__ void __launch_bounds__(each_pack_threads)
    copy_kernel(const EachPack each, const View<const T> in, const View<T> out) {
  int pixel, channel;
  if (!own_pack<width>(each, pixel, channel)) return;
  store<width>(out.at(pixel, channel), load<width>(in.at(pixel, channel)));
}

// `count` channels of `t` from `first`.
Tensor slice(const Tensor& t, int first, int count) {
  Tensor s = t;
  s.data = static_cast<unsigned char*>(t.data) + first * bytes_of(t.type);
  s.shape.c = count;
  return s;
}

struct Concat : CudaKernelDefaults {
  using Op = ops::Concat;
  static constexpr const char* name = "concat";

  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return accepts_all(in, static_cast<int>(op.slices.size()), out);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2) + 2. * double(op.slices.size() - 1);
  }
  static Status launch(const Op& op, const Call& call) {
    int first = 0;
    Status status = 0;
    for (std::size_t i = 0; i < op.slices.size() && status == 0; ++i) {
      const Op::Slice part = op.slices[i];
      const Tensor from = slice(call.in[i], part.first, part.channels),
                   to = slice(call.out, first, part.channels);
      Call copy = call;
      copy.in = &from, copy.inputs = 1, copy.out = to;
      status = with_packs(copy, [&](auto type, auto width) {
        using T = decltype(type);
        const EachPack each(to, width);
        return cuda::launch(copy_kernel<T, width.value>, each.launch(), call.stream, each,
                            view<const T>(from), view<T>(to));
      });
      first += part.channels;
    }
    return status;
  }
};

}  // namespace

const CudaKernel concat = cuda_kernel<Concat>();

}  // namespace nightjar::cuda
