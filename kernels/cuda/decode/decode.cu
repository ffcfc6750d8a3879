// A thread looks at the objectness of one cell and slot; the lanes of a warp then write the few survivors
// together. Objectness is one value of 85, so a warp touches a sector of 32 bytes for each: at batch 1 of
// YOLOv3-416 340 KB, a fifth of what reading the heads whole, and coalesced, would.
//
// grid.y counts the heads, grid.x blocks of the largest one; blocks behind a smaller head's end leave at
// once.
#include "kernels/cuda/decode/decode.h"

#include <algorithm>

#include "kernels/cuda/activation.cuh"
#include "kernels/cuda/eltwise/each_pack.cuh"

namespace nightjar::cuda {
namespace {

constexpr int threads = 128;
constexpr int max_heads = 8;  // of one launch: 2.3 of the 4 KB that its arguments may take

template <class T>
struct HeadArguments {
  YoloBoxes boxes;
  View<const T> head;
  int h, w, count;  // cells of all images times slots
  Divider by_slots, by_row, by_height;
  Global<unsigned> survivors;
  Global<int> indices;
  Global<float> rows;
  unsigned capacity;
};

template <class T>
struct DecodeArguments {
  HeadArguments<T> heads[max_heads];
  float threshold;
};
static_assert(sizeof(DecodeArguments<float>) <= 4096);

template <class T>
NIGHTJAR_DEVICE float probability(const HeadArguments<T>& a, int cell, int channel) {
  const float value = to_float(a.head.at(cell, channel)[0]);
  return a.boxes.new_coords ? value : logistic(value);
}

// One of x, y, w, h (`which`), relative to the network's input.
template <class T>
NIGHTJAR_DEVICE float coordinate(const HeadArguments<T>& a, int cell, int slot, int which) {
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
NIGHTJAR_DEVICE void write_row(const HeadArguments<T>& a, int index, float objectness, unsigned row,
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
__global__ void __launch_bounds__(threads) decode_yolo_kernel(const DecodeArguments<T> all) {
  const HeadArguments<T>& a = all.heads[blockIdx.y];
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int index = static_cast<int>(blockIdx.x) * threads + static_cast<int>(threadIdx.x);
  float objectness = 0.f;
  bool survives = false;
  if (index < a.count) {
    int slot;
    const int cell = a.by_slots.divide(index, slot);
    objectness = probability(a, cell, slot * row_floats(a.boxes.classes) + 4);
    survives = objectness > all.threshold;
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

template <class T>
HeadArguments<T> arguments(const RawHead& head) {
  const Shape& shape = head.values.shape;
  return {head.boxes,
          view<const T>(head.values),
          shape.h,
          shape.w,
          static_cast<int>(head.values.pixels()) * head.boxes.slots,
          Divider(head.boxes.slots),
          Divider(shape.w),
          Divider(shape.h),
          head.survivors.count,
          head.survivors.indices,
          head.survivors.rows,
          head.survivors.capacity};
}

Status decode_together(std::span<const RawHead> heads, float threshold, Stream stream) {
  return with_type(heads[0].values.type, [&](auto type) {
    using T = decltype(type);
    DecodeArguments<T> all{};
    all.threshold = threshold;
    int most = 0;
    for (std::size_t i = 0; i < heads.size(); ++i) {
      all.heads[i] = arguments<T>(heads[i]);
      most = std::max(most, all.heads[i].count);
    }
    const dim3 grid(ceil_div(most, threads), static_cast<unsigned>(heads.size()));
    return launch(decode_yolo_kernel<T>, {grid, dim3(threads)}, stream, all);
  });
}

}  // namespace

Status decode_yolo(std::span<const RawHead> heads, float threshold, Stream stream) {
  Status status = 0;
  while (!heads.empty() && status == 0) {
    std::size_t together = 1;
    while (together < std::min<std::size_t>(heads.size(), max_heads) &&
           heads[together].values.type == heads[0].values.type) {
      ++together;
    }
    status = decode_together(heads.first(together), threshold, stream);
    heads = heads.subspan(together);
  }
  return status;
}

}  // namespace nightjar::cuda
