// Darknet's loss of [detection]: a cell has one truth at most, the first whose centre is in it.
#include "kernels/ops/losses/detection_loss.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "kernels/reference/elements.h"
#include "kernels/reference/losses/predictions.h"

namespace nightjar {
namespace {

using Op = ops::DetectionLoss;
using reference::Truth;

// What an image's draws are made of.
struct Chance {
  bool wanders;
  Draw draw;
  int n;
};

class ImageLoss : PartSums {
 public:
  ImageLoss(const Op& op, const Tensor& values, int n)
      : op_(op), values_(values), n_(n), deltas_(static_cast<std::size_t>(op.shape.size()), 0.) {}

  void compute(const std::vector<Truth>& truths, const Chance& chance, const Tensor& gradient,
               const Tensor& parts) {
    std::vector<std::optional<Truth>> of_cell(static_cast<std::size_t>(op_.cells()));
    for (const Truth& truth : truths) {
      std::optional<Truth>& there = of_cell[static_cast<std::size_t>(cell_of(truth))];
      if (!there) there = truth;
    }
    for (int cell = 0; cell < op_.cells(); ++cell) {
      for (int slot = 0; slot < op_.slots; ++slot) want_no_object(cell, slot);
      if (const auto& truth = of_cell[static_cast<std::size_t>(cell)]) train(cell, *truth, chance);
    }
    store(gradient, parts);
  }

 private:
  int cell_of(const Truth& truth) const {
    return nightjar::cell_of(truth.y, op_.side) * op_.side + nightjar::cell_of(truth.x, op_.side);
  }

  // Where in the vector.
  std::int64_t class_at(int cell, int class_id) const { return std::int64_t{cell} * op_.classes + class_id; }
  std::int64_t confidence_at(int cell, int slot) const {
    return std::int64_t{op_.cells()} * op_.classes + std::int64_t{cell} * op_.slots + slot;
  }
  std::int64_t box_at(int cell, int slot) const {
    return std::int64_t{op_.cells()} * (op_.classes + op_.slots) +
           4 * (std::int64_t{cell} * op_.slots + slot);
  }
  double value(std::int64_t at) const { return *values_.flat(n_, at); }
  void want(std::int64_t at, double target, double scale) {
    deltas_[static_cast<std::size_t>(at)] = scale * (target - value(at));
  }

  double side_of(double v) const { return op_.square_root ? v * v : v; }
  CentredBox box_of(int cell, int slot) const {
    const std::int64_t at = box_at(cell, slot);
    return {(cell % op_.side + value(at)) / op_.side, (cell / op_.side + value(at + 1)) / op_.side,
            side_of(value(at + 2)), side_of(value(at + 3))};
  }

  void want_no_object(int cell, int slot) {
    const std::int64_t at = confidence_at(cell, slot);
    want(at, 0, op_.noobject_scale);
    add_prediction(value(at));
  }

  void train(int cell, const Truth& truth, const Chance& chance) {
    for (int c = 0; c < op_.classes; ++c) want(class_at(cell, c), c == truth.class_id, op_.class_scale);
    const int slot = slot_of(cell, truth, chance);
    const double iou = iou_of(box_of(cell, slot), truth);
    add_pair(iou, value(confidence_at(cell, slot)), value(class_at(cell, truth.class_id)));
    want(confidence_at(cell, slot), op_.rescore ? iou : 1, op_.object_scale);
    const auto side = [&](double v) { return op_.square_root ? std::sqrt(v) : v; };
    const double wanted[] = {truth.x * op_.side - cell % op_.side, truth.y * op_.side - cell / op_.side,
                             side(truth.w), side(truth.h)};
    for (int i = 0; i < 4; ++i) want(box_at(cell, slot) + i, wanted[i], op_.coord_scale);
  }

  int slot_of(int cell, const Truth& truth, const Chance& chance) const {
    if (op_.random && chance.wanders) {
      const std::int64_t number = std::int64_t{chance.n} * op_.cells() + cell;
      return static_cast<int>(chance.draw.uniform(static_cast<std::uint64_t>(number)) *
                              static_cast<float>(op_.slots));
    }
    if (op_.forced) return truth.w * truth.h < .1 ? std::min(1, op_.slots - 1) : 0;
    return best_slot(cell, truth);
  }

  // By the overlap; where none overlaps, by how far it is off.
  int best_slot(int cell, const Truth& truth) const {
    int best = 0;
    double most = 0, least = 20;
    for (int slot = 0; slot < op_.slots; ++slot) {
      const CentredBox box = box_of(cell, slot);
      const double iou = iou_of(box, truth);
      const double off = std::hypot(std::hypot(box.x - truth.x, box.y - truth.y),
                                    std::hypot(box.w - truth.w, box.h - truth.h));
      if (iou > most) {
        most = iou, best = slot;
      } else if (most == 0 && off < least) {
        least = off, best = slot;
      }
    }
    return best;
  }

  void store(const Tensor& gradient, const Tensor& parts) {
    for (std::int64_t i = 0; i < op_.shape.size(); ++i) {
      const double delta = deltas_[static_cast<std::size_t>(i)];
      const auto part = i < confidence_at(0, 0) ? LossParts::of_classes
                        : i < box_at(0, 0)      ? LossParts::of_objectness
                                                : LossParts::of_boxes;
      add(part, delta * delta);
      add(LossParts::sum, delta * delta);
      *gradient.flat(n_, i) = static_cast<float>(-delta);
    }
    PartSums::store(parts, n_);
  }

  const Op& op_;
  const Tensor& values_;
  int n_;
  std::vector<double> deltas_;
};

}  // namespace

void ops::DetectionLoss::define(Inputs ins, Outputs outs) const {
  const bool wanders = *reference::array(ins[2]) < wandering;
  const Draw draw(reference::array(ins[3]), who);
  for (int n = 0; n < ins[0].batch; ++n)
    ImageLoss(*this, ins[0], n)
        .compute(reference::truths_of(ins[1], n, classes), {wanders, draw, n}, outs[0], outs[1]);
}

}  // namespace nightjar
