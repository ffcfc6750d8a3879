// Darknet's loss of [detection] (kernels/reference/losses/detection_loss.cpp). A block takes an image, a
// thread cells of it: a cell has one truth at most, the first whose centre is in it.
#include "kernels/ops/losses/detection_loss.h"

#include "kernels/cuda/losses/truth_view.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/cuda/vector/flat.cuh"
#include "kernels/ops/losses/anchors.h"

namespace nightjar::cuda {
namespace {

struct DetectionArguments {
  FlatView<const float> values;
  TruthView truth;
  Global<const float> seen, key;
  FlatView<float> gradient;
  View<float> parts;
  int side, classes, slots, who;
  bool square_root, rescore, forced, random;
  double coord_scale, object_scale, noobject_scale, class_scale;

  NIGHTJAR_DEVICE int cells() const { return side * side; }
  // Where in the vector.
  NIGHTJAR_DEVICE int class_at(int cell, int class_id) const { return cell * classes + class_id; }
  NIGHTJAR_DEVICE int confidence_at(int cell, int slot) const {
    return cells() * classes + cell * slots + slot;
  }
  NIGHTJAR_DEVICE int box_at(int cell, int slot) const {
    return cells() * (classes + slots) + 4 * (cell * slots + slot);
  }
};

// A cell of an image, and what it is to learn: deltas, which are minus gradients, go where the gradient goes.
class DetectionCell {
 public:
  NIGHTJAR_DEVICE DetectionCell(const DetectionArguments& a, PartSums& parts, int n, int cell)
      : a_(a), parts_(parts), n_(n), cell_(cell), row_(cell / a.side), column_(cell % a.side) {}

  NIGHTJAR_DEVICE void learn() {
    const int truth = first_truth();
    const int trained = truth < 0 ? -1 : slot_of(a_.truth.box_of(n_, truth));
    for (int slot = 0; slot < a_.slots; ++slot) {
      parts_.add_prediction(value(a_.confidence_at(cell_, slot)));
      if (slot != trained) want_nothing(slot);
    }
    if (truth >= 0) {
      train(trained, a_.truth.box_of(n_, truth), a_.truth.class_of(n_, truth));
    } else {
      for (int c = 0; c < a_.classes; ++c) put(a_.class_at(cell_, c), 0);
    }
  }

 private:
  NIGHTJAR_DEVICE double value(int at) const {
    const float value = a_.values.at(n_, at)[0];
    return value;
  }
  NIGHTJAR_DEVICE void put(int at, double delta) const {
    a_.gradient.at(n_, at)[0] = static_cast<float>(-delta);
  }
  NIGHTJAR_DEVICE void want(LossParts::Part part, int at, double target, double scale) {
    const double delta = scale * (target - value(at));
    put(at, delta);
    parts_.add(part, delta * delta);
    parts_.add(LossParts::sum, delta * delta);
  }

  // Of those of a class that there is; -1: none.
  NIGHTJAR_DEVICE int first_truth() const {
    for (int i = 0; i < a_.truth.boxes && !a_.truth.is_end(n_, i); ++i) {
      const CentredBox box = a_.truth.box_of(n_, i);
      const bool is_here = cell_of(box.y, a_.side) == row_ && cell_of(box.x, a_.side) == column_;
      if (is_here && a_.truth.has_class(n_, i)) return i;
    }
    return -1;
  }

  NIGHTJAR_DEVICE double side_of(double v) const { return a_.square_root ? v * v : v; }
  NIGHTJAR_DEVICE CentredBox box_of(int slot) const {
    const int at = a_.box_at(cell_, slot);
    return {(column_ + value(at)) / a_.side, (row_ + value(at + 1)) / a_.side, side_of(value(at + 2)),
            side_of(value(at + 3))};
  }

  NIGHTJAR_DEVICE void want_nothing(int slot) {
    want(LossParts::of_objectness, a_.confidence_at(cell_, slot), 0, a_.noobject_scale);
    for (int i = 0; i < 4; ++i) put(a_.box_at(cell_, slot) + i, 0);
  }
  NIGHTJAR_DEVICE void train(int slot, const CentredBox& truth, int class_id) {
    for (int c = 0; c < a_.classes; ++c)
      want(LossParts::of_classes, a_.class_at(cell_, c), c == class_id, a_.class_scale);
    const double iou = iou_of(box_of(slot), truth);
    const int confidence = a_.confidence_at(cell_, slot);
    parts_.add_pair(iou, value(confidence), value(a_.class_at(cell_, class_id)));
    want(LossParts::of_objectness, confidence, a_.rescore ? iou : 1, a_.object_scale);
    const double w = a_.square_root ? sqrt(truth.w) : truth.w, h = a_.square_root ? sqrt(truth.h) : truth.h;
    const double wanted[] = {truth.x * a_.side - column_, truth.y * a_.side - row_, w, h};
    for (int i = 0; i < 4; ++i)
      want(LossParts::of_boxes, a_.box_at(cell_, slot) + i, wanted[i], a_.coord_scale);
  }

  NIGHTJAR_DEVICE int slot_of(const CentredBox& truth) const {
    if (a_.random && a_.seen[0] < ops::DetectionLoss::wandering) {
      float key[DrawKey::count];
      for (int i = 0; i < DrawKey::count; ++i) key[i] = a_.key[i];
      const auto number = static_cast<std::uint64_t>(n_) * a_.cells() + cell_;
      return static_cast<int>(Draw(key, a_.who).uniform(number) * static_cast<float>(a_.slots));
    }
    if (a_.forced) return truth.w * truth.h < .1 && a_.slots > 1 ? 1 : 0;
    return best_slot(truth);
  }
  // By the overlap; where none overlaps, by how far it is off.
  NIGHTJAR_DEVICE int best_slot(const CentredBox& truth) const {
    int best = 0;
    double most = 0, least = 20;
    for (int slot = 0; slot < a_.slots; ++slot) {
      const CentredBox box = box_of(slot);
      const double iou = iou_of(box, truth);
      const double off =
          hypot(hypot(box.x - truth.x, box.y - truth.y), hypot(box.w - truth.w, box.h - truth.h));
      if (iou > most) {
        most = iou, best = slot;
      } else if (most == 0 && off < least) {
        least = off, best = slot;
      }
    }
    return best;
  }

  const DetectionArguments& a_;
  PartSums& parts_;
  int n_, cell_, row_, column_;
};

__global__ void __launch_bounds__(loss_threads) detection_loss_kernel(const DetectionArguments a) {
  const int thread = static_cast<int>(threadIdx.x), n = static_cast<int>(blockIdx.x);
  PartSums parts;
  for (int cell = thread; cell < a.cells(); cell += loss_threads) DetectionCell(a, parts, n, cell).learn();
  const double total = sum_over_block(parts);
  if (thread < LossParts::count) a.parts.at(n, thread)[0] = static_cast<float>(total);
}

struct DetectionLoss : OneLaunch<DetectionArguments> {
  using Op = ops::DetectionLoss;
  static constexpr const char* name = "detection_loss";

  static bool accepts(const Op& op, const Tensor* in, const Tensor* outs) {
    return accepts_operands(op, in, outs);
  }
  static double microseconds(const Op&, const Tensor& out, const Device&) {
    return 6 + copy_microseconds(out, 2);
  }
  static Status prepare(const Op& op, const Call& call, Prepared& prepared) {
    const auto once = [&](int i) { return static_cast<const float*>(call.in[i].data); };
    const DetectionArguments a{FlatView<const float>(call.in[0]),
                               {view<const float>(call.in[1]), op.boxes, op.classes},
                               once(2),
                               once(3),
                               FlatView<float>(call.outs[0]),
                               view<float>(call.outs[1]),
                               op.side,
                               op.classes,
                               op.slots,
                               op.who,
                               op.square_root,
                               op.rescore,
                               op.forced,
                               op.random,
                               op.coord_scale,
                               op.object_scale,
                               op.noobject_scale,
                               op.class_scale};
    const Launch shape{dim3(call.out().batch), dim3(loss_threads), part_sums_bytes};
    return prepared.prepare(detection_loss_kernel, shape, a);
  }
};

}  // namespace

const CudaKernel detection_loss = cuda_kernel<DetectionLoss>();

}  // namespace nightjar::cuda
