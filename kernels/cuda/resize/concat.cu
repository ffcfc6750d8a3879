// What is left of a route that could not be done by addressing: each slice is copied to its channels, a
// launch each, of which there may be any number.
#include "kernels/ops/concat.h"

#include "kernels/cuda/manifest.h"
#include "kernels/cuda/resize/copy.cuh"

namespace nightjar::cuda {
namespace {

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

  static int slices(const Op& op) { return static_cast<int>(op.slices.size()); }
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return accepts_all(in, slices(op), out);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2) + 2. * (slices(op) - 1);
  }
  static Status prepare(const Op&, const Call&, Prepared&) { return 0; }
  static Status launch(const Op& op, const Call& call, const Prepared&) {
    int first = 0;
    Status status = 0;
    for (int i = 0; i < slices(op) && status == 0; ++i) {
      const Op::Slice& part = op.slices[static_cast<std::size_t>(i)];
      PreparedCopy copy;
      status = prepare_copy(slice(call.in[i], part.first, part.channels),
                            slice(call.out(), first, part.channels), copy);
      if (status == 0) status = copy.start(call.stream);
      first += part.channels;
    }
    return status;
  }
};

}  // namespace

const CudaKernel concat = cuda_kernel<Concat>();

}  // namespace nightjar::cuda
