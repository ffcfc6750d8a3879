// The copy engine's maps for the emulator: what kernels/cuda/conv/tensor_map.cu asks the driver for.
#include "tests/simt/simt.h"

#include "kernels/cuda/conv/tensor_map.h"

namespace nightjar::cuda {

Status encode_picture(const ops::Conv& op, const Tensor& in, TensorBox box, CUtensorMap& map) {
  const wgmma_index::Im2colBox corners = wgmma_index::im2col_box(op);
  const std::int64_t pixel = in.pixel * bytes_of(in.type);
  map = {.data = static_cast<std::byte*>(in.data),
         .element_bytes = static_cast<int>(bytes_of(in.type)),
         .row_bytes = box.row_bytes,
         .rows = box.rows,
         .im2col = true,
         .sizes = {in.shape.c, in.shape.w, in.shape.h, in.batch},
         .strides = {bytes_of(in.type), pixel, pixel * in.shape.w, pixel * in.shape.w * in.shape.h},
         .lower = corners.lower,
         .upper = corners.upper,
         .step_x = op.stride_x,
         .step_y = op.stride_y};
  return 0;
}

Status encode_matrix(const Matrix& m, TensorBox box, CUtensorMap& map) {
  map = {.data = static_cast<std::byte*>(const_cast<void*>(m.data)),
         .element_bytes = static_cast<int>(bytes_of(m.type)),
         .row_bytes = box.row_bytes,
         .rows = box.rows,
         .sizes = {m.columns, m.rows, 1, 1},
         .strides = {bytes_of(m.type), std::int64_t{m.stride} * bytes_of(m.type)}};
  return 0;
}

}  // namespace nightjar::cuda
