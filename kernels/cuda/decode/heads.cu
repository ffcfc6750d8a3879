// What the layers of detection heads do to their inputs (docs/darknet-format.md section 6), in place of the
// CPU's: for those who want the head's values. Boxes come faster from the raw ones (decode.cu).
#include "kernels/cuda/eltwise/each_pack.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/heads/gaussian_head.h"
#include "kernels/ops/heads/region_head.h"
#include "kernels/ops/heads/yolo_head.h"

namespace nightjar::cuda {
namespace {

// What a plane of an anchor goes through: bits.
constexpr int as_logistic = 1, as_stretched = 2;
constexpr int max_leading = 9;

// The planes of an anchor are `leading` ones, each with its own rule, and classes with one.
template <class T>
struct HeadArguments {
  EachPack each;
  View<const T> in;
  View<T> out;
  Divider by_anchor;  // planes of an anchor
  int leading, leading_rules[max_leading], class_rule;
  float scale_x_y;
};

template <class T>
__global__ void __launch_bounds__(each_pack_threads) head_kernel(const HeadArguments<T> a) {
  int pixel, channel, plane;
  if (!own_pack<1>(a.each, pixel, channel)) return;
  a.by_anchor.divide(channel, plane);
  const int rule = plane < a.leading ? a.leading_rules[plane] : a.class_rule;
  float value = to_float(a.in.at(pixel, channel)[0]);
  if (rule & as_logistic) value = logistic(value);
  if (rule & as_stretched) value = value * a.scale_x_y - .5f * (a.scale_x_y - 1.f);
  a.out.at(pixel, channel)[0] = from_float<T>(value);
}

template <class T>
struct ClassArguments {
  View<const T> in;
  View<T> out;
  int cells, anchors, planes, first_class;
  Global<const int> bounds;  // where the groups begin among the classes, and the last one ends
  int groups;
};

// Softmax over one group of classes of one anchor of one cell: a thread each. Region heads are small.
template <class T>
__global__ void __launch_bounds__(each_pack_threads) class_softmax_kernel(const ClassArguments<T> a) {
  const int i = static_cast<int>(blockIdx.x) * each_pack_threads + static_cast<int>(threadIdx.x);
  if (i >= a.cells * a.anchors * a.groups) return;
  const int group = i % a.groups, anchor = i / a.groups % a.anchors, cell = i / a.groups / a.anchors;
  const int classes = anchor * a.planes + a.first_class;
  const int first = classes + a.bounds[group], last = classes + a.bounds[group + 1];
  float largest = -3.402823466e38f, sum = 0.f;
  for (int c = first; c < last; ++c) largest = fmaxf(largest, to_float(a.in.at(cell, c)[0]));
  for (int c = first; c < last; ++c) sum += expf(to_float(a.in.at(cell, c)[0]) - largest);
  for (int c = first; c < last; ++c) {
    a.out.at(cell, c)[0] = from_float<T>(expf(to_float(a.in.at(cell, c)[0]) - largest) / sum);
  }
}

struct Rules {
  int leading, of[max_leading], of_classes;
  int planes;
  float scale_x_y;
};

Rules rules_of(const ops::YoloHead& op) {
  const int each = op.new_coords ? 0 : as_logistic;
  return {5, {each | as_stretched, each | as_stretched, 0, 0, each}, each, 5 + op.classes, op.scale_x_y};
}
Rules rules_of(const ops::GaussianHead& op) {
  constexpr int centre = as_logistic | as_stretched, l = as_logistic;
  return {9, {centre, l, centre, l, 0, l, 0, l, l}, l, 9 + op.classes, op.scale_x_y};
}
Rules rules_of(const ops::RegionHead& op) {
  Rules rules{op.coords + 1, {as_logistic, as_logistic}, 0, op.coords + 1 + op.classes, 1.f};
  rules.of[op.coords] = as_logistic;
  if (op.activation == ops::RegionHead::Classes::logistic) rules.of_classes = as_logistic;
  return rules;
}

using HeadLaunch = OneLaunch<HeadArguments<float>>;

Status prepare_head(const Rules& rules, const Call& call, HeadLaunch::Prepared& prepared) {
  return with_type(call.out().type, [&](auto type) {
    using T = decltype(type);
    HeadArguments<T> a{};
    a.each = EachPack(call.out(), 1);
    a.in = view<const T>(call.in[0]);
    a.out = view<T>(call.out());
    a.by_anchor = Divider(rules.planes);
    a.leading = rules.leading;
    for (int i = 0; i < rules.leading; ++i) a.leading_rules[i] = rules.of[i];
    a.class_rule = rules.of_classes;
    a.scale_x_y = rules.scale_x_y;
    return prepared.prepare(head_kernel<T>, a.each.early_launch(), a);
  });
}

// O: ops::YoloHead or ops::GaussianHead.
template <class O>
struct CoordinateHead : HeadLaunch {
  using Op = O;
  static constexpr const char* name = std::is_same_v<O, ops::YoloHead> ? "yolo_head" : "gaussian_head";

  static bool accepts(const Op&, const Tensor* in, const Tensor& out) { return accepts_all(in, 1, out); }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return copy_microseconds(out, 2);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    return prepare_head(rules_of(op), call, prepared);
  }
};

struct RegionHead : CudaKernelDefaults {
  using Op = ops::RegionHead;
  static constexpr const char* name = "region_head";
  struct Prepared {
    HeadLaunch::Prepared head;
    PreparedLaunch<sizeof(ClassArguments<float>)> classes;  // where there are groups
  };

  static std::vector<int> groups(const Op& op) {
    if (op.activation == Op::Classes::softmax) return {op.classes};
    return op.activation == Op::Classes::tree ? op.group_sizes : std::vector<int>{};
  }
  static bool accepts(const Op& op, const Tensor* in, const Tensor& out) {
    return op.coords + 1 <= max_leading && accepts_all(in, 1, out);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return 2 + copy_microseconds(out, 4);
  }
  static std::int64_t packed_bytes(const Op& op) {
    return has_groups(op) ? std::int64_t{4} * static_cast<std::int64_t>(groups(op).size() + 1) : 0;
  }
  static void pack(const Op& op, Weights, void* packed) {
    if (!has_groups(op)) return;
    auto* to = static_cast<int*>(packed);
    *to = 0;
    for (const int size : groups(op)) to[1] = to[0] + size, ++to;
  }
  static bool has_groups(const Op& op) {
    return op.activation == Op::Classes::softmax ||
           (op.activation == Op::Classes::tree && !op.group_sizes.empty());
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const Status status = prepare_head(rules_of(op), call, prepared.head);
    if (status != 0 || !has_groups(op)) return status;
    return with_type(call.out().type, [&](auto type) {
      using T = decltype(type);
      const ClassArguments<T> a{view<const T>(call.in[0]),
                                view<T>(call.out()),
                                static_cast<int>(call.out().pixels()),
                                op.anchors,
                                op.coords + 1 + op.classes,
                                op.coords + 1,
                                call.packed_as<int>(),
                                static_cast<int>(groups(op).size())};
      const Launch shape{dim3(ceil_div(a.cells * a.anchors * a.groups, each_pack_threads)),
                         dim3(each_pack_threads)};
      return prepared.classes.prepare(class_softmax_kernel<T>, shape, a);
    });
  }
  static Status launch(const Op& op, const Call& call, const Prepared& prepared) {
    const Status status = prepared.head.start(call.stream);
    return status != 0 || !has_groups(op) ? status : prepared.classes.start(call.stream);
  }
};

}  // namespace

const CudaKernel yolo_head = cuda_kernel<CoordinateHead<ops::YoloHead>>();
const CudaKernel gaussian_head = cuda_kernel<CoordinateHead<ops::GaussianHead>>();
const CudaKernel region_head = cuda_kernel<RegionHead>();

}  // namespace nightjar::cuda
