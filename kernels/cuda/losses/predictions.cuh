// What the losses of detection heads share. A thread takes a prediction, an anchor slot of a cell, and does
// with it what all truths ask, in their order: nothing that a prediction learns depends on another one. In
// double as the definitions are, so that thresholds are met alike.
//
// A launch writes zeros where nothing is learnt, one lists the truths of each image in the workspace, one
// goes over the predictions, and one adds up what its blocks tell of the loss.
#pragma once

#include <algorithm>
#include <vector>

#include "kernels/cuda/losses/truth_view.cuh"
#include "kernels/ops/losses/anchors.h"

namespace nightjar::cuda {

// A truth of a class that there is: its cell, and a bit for each slot there that is trained on it.
struct Truth {
  CentredBox box;
  double weight;
  int class_id, row, column;
  std::uint32_t slots;
};
constexpr int max_slots = 32;

// Of one image, in the workspace: their number, then the fields of each, all as doubles.
struct Truths {
  static constexpr int fields = 9;
  static std::int64_t doubles(int boxes) { return 1 + std::int64_t{boxes} * fields; }
  Global<double> data;

  NIGHTJAR_DEVICE int count() const { return static_cast<int>(data[0]); }
  NIGHTJAR_DEVICE Truth at(int i) const {
    const Global<double> f = data + (1 + i * fields);
    Truth t;
    t.box.x = f[0], t.box.y = f[1], t.box.w = f[2], t.box.h = f[3];
    t.weight = f[4];
    t.class_id = static_cast<int>(f[5]), t.row = static_cast<int>(f[6]), t.column = static_cast<int>(f[7]);
    t.slots = static_cast<std::uint32_t>(f[8]);
    return t;
  }
  NIGHTJAR_DEVICE void put(int i, const Truth& t) const {
    const Global<double> f = data + (1 + i * fields);
    f[0] = t.box.x, f[1] = t.box.y, f[2] = t.box.w, f[3] = t.box.h;
    f[4] = t.weight;
    f[5] = t.class_id, f[6] = t.row, f[7] = t.column;
    f[8] = t.slots;
  }
};

// What a head says of an image.
struct HeadView {
  View<const float> values;
  Shape shape;
  int entries;  // of a slot: coordinates (x, y, w, h), objectness, classes

  NIGHTJAR_DEVICE double at(int n, int slot, int row, int column, int entry) const {
    const float value = values.at((n * shape.h + row) * shape.w + column, slot * entries + entry)[0];
    return value;
  }
};

// A prediction, and what it is to learn: deltas, which are minus gradients.
template <int coordinates>
class PredictionOf : public PartSums {
 public:
  int n, slot, row, column;
  double box_delta[coordinates] = {}, objectness_delta = 0;

  NIGHTJAR_DEVICE PredictionOf(const HeadView& head, View<float> gradient, int n_, int slot_, int row_,
                               int column_)
      : n(n_), slot(slot_), row(row_), column(column_), head_(head), gradient_(gradient) {}

  NIGHTJAR_DEVICE const HeadView& head() const { return head_; }
  NIGHTJAR_DEVICE double value(int entry) const { return head_.at(n, slot, row, column, entry); }
  NIGHTJAR_DEVICE double objectness() const { return value(coordinates); }
  NIGHTJAR_DEVICE double probability(int class_id) const { return value(coordinates + 1 + class_id); }
  NIGHTJAR_DEVICE bool is_trained_on(const Truth& truth) const {
    return truth.row == row && truth.column == column && (truth.slots >> slot & 1) != 0;
  }

  // Those of classes are kept where the gradient goes.
  NIGHTJAR_DEVICE double class_delta(int class_id) const {
    const float gradient = place(coordinates + 1 + class_id)[0];
    return -gradient;
  }
  NIGHTJAR_DEVICE void want_class(int class_id, double delta) {
    place(coordinates + 1 + class_id)[0] = static_cast<float>(-delta);
    has_classes_ = true;
  }

  // Darknet's parts: what is wanted, squared. Returns what of it is not of boxes.
  NIGHTJAR_DEVICE double add_squares(int classes) {
    double of_classes = 0;
    for (int i = 0; i < coordinates; ++i) add(LossParts::of_boxes, box_delta[i] * box_delta[i]);
    for (int c = 0; has_classes_ && c < classes; ++c) of_classes += class_delta(c) * class_delta(c);
    add(LossParts::of_objectness, objectness_delta * objectness_delta);
    add(LossParts::of_classes, of_classes);
    add_prediction(objectness());
    return objectness_delta * objectness_delta + of_classes;
  }

  NIGHTJAR_DEVICE void store() const {
    for (int i = 0; i < coordinates; ++i) place(i)[0] = static_cast<float>(-box_delta[i]);
    place(coordinates)[0] = static_cast<float>(-objectness_delta);
  }

 private:
  NIGHTJAR_DEVICE Global<float> place(int entry) const {
    return gradient_.at((n * head_.shape.h + row) * head_.shape.w + column, slot * head_.entries + entry);
  }

  const HeadView& head_;
  View<float> gradient_;
  bool has_classes_ = false;
};

using Prediction = PredictionOf<4>;

// `Rule` says what is learnt, of predictions of so many `coordinates`:
//   CentredBox placed(const CentredBox& truth) const    // where the centre is of the cell that it trains
//   std::uint32_t slots_of(const HeadView&, int n, const Truth&) const    // of the truth's cell, a bit each
//   void learn(PredictionOf<coordinates>&, const Truths&) const
struct RuleOfCentres {
  static constexpr int coordinates = 4;
  NIGHTJAR_DEVICE static CentredBox placed(const CentredBox& truth) { return truth; }
};

template <class Rule>
struct LossArguments {
  Rule rule;
  HeadView head;
  TruthView truth;
  View<float> gradient, parts;
  Global<double> truths, sums;  // (image, ...); (image, block, part)
  int slots, truth_doubles;

  NIGHTJAR_DEVICE Truths truths_of(int n) const {
    return {truths + static_cast<std::int64_t>(n) * truth_doubles};
  }
};

// A block an image, a thread a truth: the first without a width ends them.
template <class Rule>
__global__ void __launch_bounds__(loss_threads) list_truths_kernel(const LossArguments<Rule> a) {
  const int n = static_cast<int>(blockIdx.x);
  const Truths list = a.truths_of(n);
  const TruthView& truth = a.truth;
  for (int box = static_cast<int>(threadIdx.x); box <= truth.boxes; box += loss_threads) {
    int before = 0, i = 0;
    for (; i < box && !truth.is_end(n, i); ++i) before += truth.has_class(n, i);
    if (box == truth.boxes) list.data[0] = before;
    if (i < box || box == truth.boxes || truth.is_end(n, box) || !truth.has_class(n, box)) continue;
    Truth t;
    t.box = truth.box_of(n, box);
    t.weight = truth.field(n, box, 5);
    t.class_id = truth.class_of(n, box);
    const CentredBox at = a.rule.placed(t.box);
    t.row = cell_of(at.y, a.head.shape.h), t.column = cell_of(at.x, a.head.shape.w);
    t.slots = a.rule.slots_of(a.head, n, t);
    list.put(before, t);
  }
}

template <class Rule>
__global__ void __launch_bounds__(loss_threads) learn_kernel(const LossArguments<Rule> a) {
  const int thread = static_cast<int>(threadIdx.x), n = static_cast<int>(blockIdx.y);
  const int i = static_cast<int>(blockIdx.x) * loss_threads + thread;
  const int cell = i / a.slots, row = cell / a.head.shape.w;
  PredictionOf<Rule::coordinates> p(a.head, a.gradient, n, i % a.slots, row, cell % a.head.shape.w);
  if (row < a.head.shape.h) {
    a.rule.learn(p, a.truths_of(n));
    p.store();
  }
  const double total = sum_over_block(p);
  if (thread >= LossParts::count) return;
  a.sums[(n * static_cast<int>(gridDim.x) + static_cast<int>(blockIdx.x)) * LossParts::count + thread] =
      total;
}

struct TotalArguments {
  Global<const double> sums;
  View<float> parts;
  int blocks;
};

static __global__ void add_up_parts_kernel(const TotalArguments a) {
  const int n = static_cast<int>(blockIdx.x), part = static_cast<int>(threadIdx.x);
  double total = 0;
  for (int block = 0; block < a.blocks; ++block)
    total += a.sums[(n * a.blocks + block) * LossParts::count + part];
  a.parts.at(n, part)[0] = static_cast<float>(total);
}

struct FillArguments {
  EachPack each;
  View<float> out;
};
static __global__ void __launch_bounds__(each_pack_threads) clear_gradient_kernel(const FillArguments a) {
  int pixel, channel;
  if (own_pack<1>(a.each, pixel, channel)) a.out.at(pixel, channel)[0] = 0.f;
}

// The parts of a loss' kernel but for its rule. A loss K has
//   static int slots(const Op&)
//   static Rule rule(const Op&, const Call&)
//   static const auto& head_of(const Op&): shape, classes and boxes; that is the operation, where it does not
//   say tables(const Op&): floats that its rule reads, as a vector
template <class O, class R, class K>
struct PredictionLoss : CudaKernelDefaults {
  using Op = O;
  struct Prepared {
    PreparedLaunch<sizeof(FillArguments)> clear;
    PreparedLaunch<sizeof(LossArguments<R>)> list, learn;
    PreparedLaunch<sizeof(TotalArguments)> total;
  };

  static const Op& head_of(const Op& op) { return op; }
  static int blocks(const Op& op) {
    return ceil_div(K::head_of(op).shape.h * K::head_of(op).shape.w * K::slots(op), loss_threads);
  }
  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return K::slots(op) <= max_slots && accepts_operands(op, in, outs);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return 6 + copy_microseconds(out, 3);
  }
  static std::int64_t packed_bytes(const Op& op) {
    return 4 * static_cast<std::int64_t>(K::tables(op).size());
  }
  static void pack(const Op& op, Weights, void* packed) {
    const std::vector<float> tables = K::tables(op);
    std::copy(tables.begin(), tables.end(), static_cast<float*>(packed));
  }
  static std::int64_t workspace_bytes(const Op& op, const Tensor& gradient, const Device&) {
    return workspace_zeros +
           8 * gradient.batch *
               (Truths::doubles(K::head_of(op).boxes) + std::int64_t{blocks(op)} * LossParts::count);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const Tensor& gradient = call.outs[0];
    LossArguments<R> a{};
    a.rule = K::rule(op, call);
    const auto& head = K::head_of(op);
    a.head = {view<const float>(call.in[0]), head.shape, R::coordinates + 1 + head.classes};
    a.truth = {view<const float>(call.in[1]), head.boxes, head.classes};
    a.gradient = view<float>(gradient);
    a.parts = view<float>(call.outs[1]);
    a.truth_doubles = static_cast<int>(Truths::doubles(K::head_of(op).boxes));
    auto* doubles = workspace_at<double>(call.workspace);
    a.truths = doubles;
    a.sums = doubles + gradient.batch * Truths::doubles(K::head_of(op).boxes);
    a.slots = K::slots(op);
    const FillArguments clear{EachPack(gradient, 1), a.gradient};
    Status status = prepared.clear.prepare(clear_gradient_kernel, clear.each.launch(), clear);
    if (status != 0) return status;
    status = prepared.list.prepare(list_truths_kernel<R>, {dim3(gradient.batch), dim3(loss_threads)}, a);
    if (status != 0) return status;
    const Launch predictions{dim3(blocks(op), gradient.batch), dim3(loss_threads), part_sums_bytes};
    status = prepared.learn.prepare(learn_kernel<R>, predictions, a);
    if (status != 0) return status;
    const TotalArguments total{a.sums, a.parts, blocks(op)};
    return prepared.total.prepare(add_up_parts_kernel, {dim3(gradient.batch), dim3(LossParts::count)}, total);
  }
  static Status launch(const Op&, const Call& call, const Prepared& prepared) {
    Status status = prepared.clear.start(call.stream);
    if (status == 0) status = prepared.list.start(call.stream);
    if (status == 0) status = prepared.learn.start(call.stream);
    return status != 0 ? status : prepared.total.start(call.stream);
  }
};

}  // namespace nightjar::cuda
