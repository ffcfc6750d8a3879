// A thread looks at the objectness of one cell and slot; the lanes of a warp then write the few survivors
// together.
#include "kernels/cuda/decode/decode.h"

#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/eltwise/each_pack.cuh"

namespace nightjar::cuda {
namespace {

constexpr int threads = 128;

template <class T>
struct DecodeArguments {
  YoloBoxes boxes;
  View<const T> head;
  int h, w, count;  // cells of all images times slots
  Divider by_slots, by_row, by_height;
  float threshold;
  Global<unsigned> survivors;
  Global<int> indices;
  Global<float> rows;
  unsigned capacity;
};

template <class T>
NIGHTJAR_DEVICE float probability(const DecodeArguments<T>& a, int cell, int channel) {
  const float value = to_float(a.head.at(cell, channel)[0]);
  return a.boxes.new_coords ? value : logistic(value);
}

// One of x, y, w, h (`which`), relative to the network's input.
template <class T>
NIGHTJAR_DEVICE float coordinate(const DecodeArguments<T>& a, int cell, int slot, int which) {
  const int first = slot * row_floats(a.boxes.classes);
  if (which < 2) {
    int x, y;
    a.by_height.divide(a.by_row.divide(cell, x), y);
    const float scale = a.boxes.scale_x_y;
    const float offset = probability(a, cell, first + which) * scale - .5f * (scale - 1.f);
    return which == 0 ? (static_cast<float>(x) + offset) / static_cast<float>(a.w)
                      : (static_cast<float>(y) + offset) / static_cast<float>(a.h);
  }
  const float value = to_float(a.head.at(cell, first + which)[0]);
  const float side = a.boxes.new_coords ? value * value * 4.f : expf(value);
  return side * a.boxes.anchors[2 * slot + which - 2] /
         static_cast<float>(which == 2 ? a.boxes.network_w : a.boxes.network_h);
}

// By all lanes: the first four a coordinate each, then the classes.
template <class T>
NIGHTJAR_DEVICE void write_row(const DecodeArguments<T>& a, int index, float objectness, unsigned row,
                               int lane) {
  int slot;
  const int cell = a.by_slots.divide(index, slot);
  const int row_size = row_floats(a.boxes.classes), first = slot * row_size;
  const Global<float> to = a.rows + static_cast<std::int64_t>(row) * row_size;
  if (lane < 4) to[lane] = coordinate(a, cell, slot, lane);
  if (lane == 4) {
    to[4] = objectness;
    a.indices[row] = index;
  }
  for (int i = 5 + lane; i < row_size; i += 32) to[i] = objectness * probability(a, cell, first + i);
}

template <class T>
__global__ void __launch_bounds__(threads) decode_yolo_kernel(const DecodeArguments<T> a) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int index = static_cast<int>(blockIdx.x) * threads + static_cast<int>(threadIdx.x);
  float objectness = 0.f;
  bool survives = false;
  if (index < a.count) {
    int slot;
    const int cell = a.by_slots.divide(index, slot);
    objectness = probability(a, cell, slot * row_floats(a.boxes.classes) + 4);
    survives = objectness > a.threshold;
  }
  unsigned left = __ballot_sync(~0u, survives);
  if (left == 0) return;
  unsigned row = 0;
  if (lane == 0) row = atomicAdd(a.survivors, static_cast<unsigned>(__popc(left)));
  row = __shfl_sync(~0u, row, 0);
  for (; left != 0 && row < a.capacity; left &= left - 1, ++row) {
    const int owner = __ffs(static_cast<int>(left)) - 1;
    const int its_index = __shfl_sync(~0u, index, owner);
    const float its_objectness = __shfl_sync(~0u, objectness, owner);
    write_row(a, its_index, its_objectness, row, lane);
  }
}

}  // namespace

Status decode_yolo(const YoloBoxes& boxes, const Tensor& head, float threshold, const Survivors& survivors,
                   Stream stream) {
  return with_type(head.type, [&](auto type) {
    using T = decltype(type);
    const int count = static_cast<int>(head.pixels()) * boxes.slots;
    const DecodeArguments<T> a{boxes,
                               view<const T>(head),
                               head.shape.h,
                               head.shape.w,
                               count,
                               Divider(boxes.slots),
                               Divider(head.shape.w),
                               Divider(head.shape.h),
                               threshold,
                               survivors.count,
                               survivors.indices,
                               survivors.rows,
                               survivors.capacity};
    return launch(decode_yolo_kernel<T>, {dim3(ceil_div(count, threads)), dim3(threads)}, stream, a);
  });
}

}  // namespace nightjar::cuda
