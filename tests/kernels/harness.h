// Made-up data for an operation, and what its definition makes of it.
#pragma once

#include <array>
#include <vector>

#include "kernels/kernel.h"
#include "tests/kernels/guarded_memory.h"
#include "tests/relative_error.h"

namespace nightjar::testing {

// How elements lie in memory (kernels/tensor.h).
struct Layout {
  int block = 1;
  int halo = 0;
  bool by_pixel = false;  // with a gap behind each pixel's channels
};
// Without memory.
Tensor describe(const Value& value, int batch, const Layout& layout);

// Halo, padding lanes and gaps are zeros.
struct OwnedTensor {
  GuardedMemory memory;
  Tensor view;
};
OwnedTensor make_tensor(const Value& value, int batch, const Layout& layout = {});
OwnedTensor make_tensor(Shape shape, int batch, int block, int halo, float fill = 0);
std::vector<Tensor> views(const std::vector<OwnedTensor>& tensors);
// Image n of each as a batch of one; what is there once for all images stays.
std::vector<Tensor> image_of(const std::vector<OwnedTensor>& tensors, int n);

// Pseudo-random elements, of which the first images' do not depend on the batch.
void fill(OwnedTensor& t, unsigned seed);
// To an element of the same type and shape in another layout.
void copy_elements(const Tensor& from, const Tensor& to);
// The elements as they are stored, in the order (n, c, h, w); of several tensors (n, tensor, c, h, w).
std::vector<float> planar(const Tensor& t);
std::vector<float> planar(const std::vector<OwnedTensor>& tensors);

// What the operation reads, planar: the data of `batch` images; the weights.
std::vector<OwnedTensor> make_data(const Op& op, int batch);
std::vector<OwnedTensor> make_weights(const Op& op);
// As pack() takes them: null behind the last.
std::array<const void*, max_weights + 1> pointers_to(const std::vector<OwnedTensor>& weights);

// What the operation's definition makes of them, planar.
std::vector<OwnedTensor> define(const Op& op, std::vector<Tensor> data,
                                const std::vector<OwnedTensor>& weights);

}  // namespace nightjar::testing
