// The loss of YOLOv3's reimplementations (kernels/reference/losses/giou_focal_loss.cpp).
#include "kernels/cuda/losses/predictions.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/losses/focal.h"
#include "kernels/ops/losses/giou_focal_loss.h"

namespace nightjar::cuda {
namespace {

struct GiouFocalRule : RuleOfCentres {
  Shape shape, network;
  Global<const float> anchors, mask;
  int anchor_count, slots, classes;
  double ignore_thresh;

  NIGHTJAR_DEVICE int number_of(int slot) const { return static_cast<int>(mask[slot]); }
  NIGHTJAR_DEVICE CentredBox box_of(const Prediction& p) const {
    const CentredBox a = anchor_of(anchors, number_of(p.slot), network);
    return {(p.column + sigmoid(p.value(0))) / shape.w, (p.row + sigmoid(p.value(1))) / shape.h,
            exp(p.value(2)) * a.w, exp(p.value(3)) * a.h};
  }

  NIGHTJAR_DEVICE std::uint32_t slots_of(const HeadView&, int, const Truth& truth) const {
    const int best = nearest_anchor(anchors, anchor_count, network, truth.box).anchor;
    for (int slot = 0; slot < slots; ++slot)
      if (number_of(slot) == best) return 1u << slot;
    return 0;
  }

  // Of several truths on a prediction the last counts.
  NIGHTJAR_DEVICE void learn(Prediction& p, const Truths& truths) const {
    const int count = truths.count();
    const CentredBox own = box_of(p);
    int target = -1;
    bool ignored = false;
    for (int i = 0; i < count; ++i) {
      const Truth truth = truths.at(i);
      if (p.is_trained_on(truth)) target = i;
      ignored = ignored || !(iou_of(own, truth.box) < ignore_thresh);
    }
    const double logit = p.objectness(), objectness = sigmoid(logit);
    if (target >= 0) {
      train(p, truths.at(target), objectness);
    } else if (!ignored) {
      want_objectness(p, focal(logit, objectness, 0), 1);
    }
    p.add_prediction(objectness);
  }

  NIGHTJAR_DEVICE static void tell(Prediction& p, LossParts::Part part, double loss) {
    p.add(part, loss);
    p.add(LossParts::sum, loss);
  }
  NIGHTJAR_DEVICE static void want_objectness(Prediction& p, const EntropyTerm& term, double weight) {
    p.objectness_delta -= weight * term.gradient;
    tell(p, LossParts::of_objectness, weight * term.loss);
  }

  NIGHTJAR_DEVICE void train(Prediction& p, const Truth& truth, double objectness) const {
    train_box(p, truth, objectness);
    want_objectness(p, focal(p.objectness(), objectness, 1), truth.weight);
    double loss = 0;
    for (int c = 0; c < classes; ++c) {
      const double logit = p.probability(c);
      const EntropyTerm term = cross_entropy(logit, sigmoid(logit), c == truth.class_id);
      p.want_class(c, -truth.weight * term.gradient);
      loss += truth.weight * term.loss;
    }
    tell(p, LossParts::of_classes, loss);
  }

  // By the box, then by what the head read of it.
  NIGHTJAR_DEVICE void train_box(Prediction& p, const Truth& truth, double objectness) const {
    const CentredBox own = box_of(p);
    const double weight = (2 - truth.box.w * truth.box.h) * truth.weight;
    const BoxSlope slope = slope_of_giou(own, truth.box);
    const double inner[] = {of_centre(p, 0, shape.w), of_centre(p, 1, shape.h), own.w, own.h};
    for (int i = 0; i < 4; ++i) p.box_delta[i] += weight * slope.by[i] * inner[i];
    tell(p, LossParts::of_boxes, weight * (1 - overlap_of(own, truth.box, Overlap::giou)));
    p.add_pair(iou_of(own, truth.box), objectness, sigmoid(p.probability(truth.class_id)));
  }
  NIGHTJAR_DEVICE static double of_centre(const Prediction& p, int entry, int cells) {
    const double s = sigmoid(p.value(entry));
    return s * (1 - s) / cells;
  }
};

struct GiouFocalLoss : PredictionLoss<ops::GiouFocalLoss, GiouFocalRule, GiouFocalLoss> {
  static constexpr const char* name = "giou_focal_loss";

  static int slots(const Op& op) { return static_cast<int>(op.mask.size()); }
  static std::vector<float> tables(const Op& op) {
    std::vector<float> all = op.anchors;
    all.insert(all.end(), op.mask.begin(), op.mask.end());
    return all;
  }
  static GiouFocalRule rule(const Op& op, const Call& call) {
    const auto* tables = call.packed_as<float>();
    return {{},
            op.shape,
            op.network,
            tables,
            tables + op.anchors.size(),
            static_cast<int>(op.anchors.size()) / 2,
            slots(op),
            op.classes,
            op.ignore_thresh};
  }
};

}  // namespace

const CudaKernel giou_focal_loss = cuda_kernel<GiouFocalLoss>();

}  // namespace nightjar::cuda
