// What is left of a route that could not be done by addressing: each slice is copied to its channels.
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
  static constexpr int max_slices = 32;  // the networks we ship have at most 6
  struct Prepared {
    PreparedCopy copies[max_slices];
  };

  static int slices(const Op& op) { return static_cast<int>(op.slices.size()); }
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return slices(op) <= max_slices && accepts_all(in, slices(op), out);
  }
  static double microseconds(const Op& op, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2) + 2. * (slices(op) - 1);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    int first = 0;
    Status status = 0;
    for (int i = 0; i < slices(op) && status == 0; ++i) {
      const Op::Slice& part = op.slices[static_cast<std::size_t>(i)];
      status = prepare_copy(slice(call.in[i], part.first, part.channels),
                            slice(call.out(), first, part.channels), prepared.copies[i]);
      first += part.channels;
    }
    return status;
  }
  static Status launch(const Op& op, const Call& call, const Prepared& prepared) {
    Status status = 0;
    for (int i = 0; i < slices(op) && status == 0; ++i) status = prepared.copies[i].start(call.stream);
    return status;
  }
};

}  // namespace

const CudaKernel concat = cuda_kernel<Concat>();

}  // namespace nightjar::cuda
