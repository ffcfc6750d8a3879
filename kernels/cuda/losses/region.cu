// Darknet's loss of [region] (kernels/reference/losses/region_loss.cpp), in its order: later rules replace
// what earlier ones wanted.
#include "kernels/cuda/losses/predictions.cuh"
#include "kernels/cuda/manifest.h"
#include "kernels/ops/losses/region_loss.h"

namespace nightjar::cuda {
namespace {

struct RegionRule : RuleOfCentres {
  Shape shape;
  Global<const float> anchors, parents, group_sizes, seen;  // of a class tree, by class and by group
  int slots, classes, groups;                               // groups: 0: no tree
  bool pjreddie, rescore, bias_match;
  double thresh, coord_scale, object_scale, noobject_scale, class_scale;

  NIGHTJAR_DEVICE CentredBox anchor(int slot) const { return anchor_of(anchors, slot, shape); }
  NIGHTJAR_DEVICE CentredBox box_at(const HeadView& head, int n, int slot, int row, int column) const {
    const auto value = [&](int entry) { return head.at(n, slot, row, column, entry); };
    const CentredBox a = anchor(slot);
    return {(column + value(0)) / shape.w, (row + value(1)) / shape.h, exp(value(2)) * a.w,
            exp(value(3)) * a.h};
  }
  // Of a value that went through a logistic: pjreddie leaves it out.
  NIGHTJAR_DEVICE double slope(double v) const { return pjreddie ? 1 : v * (1 - v); }

  NIGHTJAR_DEVICE std::uint32_t slots_of(const HeadView& head, int n, const Truth& truth) const {
    const CentredBox form{0, 0, truth.box.w, truth.box.h};
    int best = 0;
    double most = 0;
    for (int slot = 0; slot < slots; ++slot) {
      CentredBox own = bias_match ? anchor(slot) : box_at(head, n, slot, truth.row, truth.column);
      own.x = own.y = 0;
      const double iou = iou_of(own, form);
      if (iou > most) most = iou, best = slot;
    }
    return 1u << best;
  }

  NIGHTJAR_DEVICE void learn(Prediction& p, const Truths& truths) const {
    const int count = truths.count();
    const CentredBox own = box_at(p.head(), p.n, p.slot, p.row, p.column);
    double best = 0;
    for (int i = 0; i < count; ++i) best = overlaps::greater(best, iou_of(own, truths.at(i).box));
    if (!(best > thresh)) want_objectness(p, 0, noobject_scale);
    if (seen[0] < ops::RegionLoss::settling) {
      const CentredBox a = anchor(p.slot);
      want_box(p, {(p.column + .5) / shape.w, (p.row + .5) / shape.h, a.w, a.h}, .01);
    }
    for (int i = 0; i < count; ++i) {
      const Truth truth = truths.at(i);
      if (p.is_trained_on(truth)) train(p, truth, iou_of(own, truth.box));
    }
    const double others = p.add_squares(classes);
    p.add(LossParts::sum, others + p.sum_of(LossParts::of_boxes));
  }

  NIGHTJAR_DEVICE void train(Prediction& p, const Truth& truth, double iou) const {
    p.add_pair(iou, p.objectness(), p.probability(truth.class_id));
    const double weight = pjreddie ? 2 - truth.box.w * truth.box.h : 1;
    want_box(p, truth.box, coord_scale * weight);
    want_objectness(p, rescore ? iou : 1, object_scale);
    want_classes(p, truth.class_id);
  }

  NIGHTJAR_DEVICE void want_objectness(Prediction& p, double target, double scale) const {
    p.objectness_delta = scale * (target - p.objectness()) * slope(p.objectness());
  }
  NIGHTJAR_DEVICE void want_box(Prediction& p, const CentredBox& box, double scale) const {
    const CentredBox a = anchor(p.slot);
    const double x = p.value(0), y = p.value(1);
    p.box_delta[0] = scale * (box.x * shape.w - p.column - x) * slope(x);
    p.box_delta[1] = scale * (box.y * shape.h - p.row - y) * slope(y);
    p.box_delta[2] = scale * (log(box.w / a.w) - p.value(2));
    p.box_delta[3] = scale * (log(box.h / a.h) - p.value(3));
  }

  // Of a tree: each class on the way to the root, among its siblings.
  NIGHTJAR_DEVICE void want_classes(Prediction& p, int class_id) const {
    if (groups == 0) return want_among(p, class_id, 0, classes);
    for (; class_id >= 0; class_id = static_cast<int>(parents[class_id])) {
      int first = 0;
      for (int group = 0; group < groups; ++group) {
        const int size = static_cast<int>(group_sizes[group]);
        if (class_id < first + size) {
          want_among(p, class_id, first, size);
          break;
        }
        first += size;
      }
    }
  }
  NIGHTJAR_DEVICE void want_among(Prediction& p, int class_id, int first, int count) const {
    for (int c = first; c < first + count; ++c)
      p.want_class(c, class_scale * ((c == class_id) - p.probability(c)));
  }
};

struct RegionLoss : PredictionLoss<ops::RegionLoss, RegionRule, RegionLoss> {
  static constexpr const char* name = "region_loss";

  static int slots(const Op& op) { return op.slots(); }
  static std::vector<float> tables(const Op& op) {
    std::vector<float> all = op.anchors;
    all.insert(all.end(), op.parent.begin(), op.parent.end());
    all.insert(all.end(), op.group_sizes.begin(), op.group_sizes.end());
    return all;
  }
  static RegionRule rule(const Op& op, const Call& call) {
    const auto* tables = call.packed_as<float>();
    RegionRule r{};
    r.shape = op.shape;
    r.anchors = tables;
    r.parents = tables + op.anchors.size();
    r.group_sizes = tables + op.anchors.size() + op.parent.size();
    r.seen = static_cast<const float*>(call.in[2].data);
    r.slots = slots(op), r.classes = op.classes;
    r.groups = op.parent.empty() ? 0 : static_cast<int>(op.group_sizes.size());
    r.pjreddie = op.pjreddie, r.rescore = op.rescore, r.bias_match = op.bias_match;
    r.thresh = op.thresh;
    r.coord_scale = op.coord_scale, r.object_scale = op.object_scale;
    r.noobject_scale = op.noobject_scale, r.class_scale = op.class_scale;
    return r;
  }
};

}  // namespace

const CudaKernel region_loss = cuda_kernel<RegionLoss>();

}  // namespace nightjar::cuda
