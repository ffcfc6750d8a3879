#include "engine/train/targets.h"

#include <algorithm>
#include <map>
#include <type_traits>
#include <utility>

#include "engine/backend.h"
#include "engine/image/fit.h"
#include "engine/model.h"
#include "engine/parameters.h"
#include "engine/passes/passes.h"
#include "engine/train/example_boxes.h"
#include "kernels/ops/losses/anchors.h"

namespace nightjar {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// What each head writes, and what it reads, by layer.
struct HeadValues {
  std::vector<float> raw, head;
};
using ValuesByLayer = std::map<int, HeadValues>;

// The network as it would detect.
Result<ValuesByLayer> run(Graph graph, const std::string& weights_file, const Image& picture, Fit fit,
                          const ModelOptions& options) {
  auto source = open_weights(weights_file, graph);
  if (!source) return source.error();
  const Graph planned = run_passes(std::move(graph), {});
  auto backend = cpu_backend(options);
  if (!backend) return backend.error();
  if (auto done = (*backend)->plan(planned); !done) return done.error();
  if (auto done = (*backend)->read_and_pack(std::move(*source)); !done) return done.error();
  auto executor = (*backend)->make_executor(1, options.threads);
  if (!executor) return executor.error();
  const PictureView view(picture);
  if (auto done = (*executor)->fit({&view, 1}, fit); !done) return done.error();
  ValuesByLayer all;
  const auto keep = [&](int value) -> Result<void> {
    for (const Head& head : planned.heads) {
      HeadValues& values = all[base(head).layer];
      if (value == base(head).value) return (*executor)->read(value, values.head);
      if (value != planned.producer(base(head).value).inputs[0]) continue;
      if (auto done = (*executor)->read(value, values.raw); !done) return done.error();
    }
    return {};
  };
  if (auto done = (*executor)->run(1, keep); !done) return done.error();
  return all;
}

// Every prediction its anchor, in the middle of its cell, and sure of everything.
HeadValues anchors_themselves(const Shape& shape, int planes, bool new_coords) {
  HeadValues values;
  values.raw.assign(static_cast<std::size_t>(shape.size()), 0.f);
  values.head = values.raw;
  for (int c = 0; c < shape.c; ++c) {
    const int entry = c % planes;
    const bool side = entry == 2 || entry == 3;
    const float value = entry > 3 ? 1 : side && !new_coords ? 0 : .5f;
    std::fill_n(values.head.begin() + c * shape.h * shape.w, shape.h * shape.w, value);
  }
  return values;
}

// Relative to the network's input.
std::vector<TrueBox> true_boxes(const std::vector<Truth>& truths, const FitArea::Rectangle& covered,
                                const Shape& network) {
  const auto w = static_cast<float>(network.w), h = static_cast<float>(network.h);
  const auto across = static_cast<float>(covered.width) / w, down = static_cast<float>(covered.height) / h;
  const auto left = static_cast<float>(covered.left) / w, top = static_cast<float>(covered.top) / h;
  std::vector<TrueBox> boxes;
  for (const Truth& truth : truths)
    boxes.push_back({left + truth.x * across, top + truth.y * down, truth.w * across, truth.h * down,
                     static_cast<float>(truth.class_id)});
  return boxes;
}

class Finder {
 public:
  Finder(const Graph& graph, const FitArea& area, std::vector<Truth> truths)
      : graph_(graph), truths_(std::move(truths)) {
    targets_.network = graph.input;
    targets_.covered = area.covered;
    targets_.warnings = graph.warnings;
  }

  Result<Targets> find(const ValuesByLayer& values) {
    for (const Training::Loss& loss : graph_.training->losses) {
      const Node& node = graph_.producer(loss.parts);
      const auto found = values.find(loss.layer);
      const HeadValues* known = found == values.end() ? nullptr : &found->second;
      Result<void> done;
      if (const auto* darknet = node.op.as<ops::YoloLoss>()) {
        done = add(*darknet, loss.layer, darknet->new_coords, known ? &known->head : nullptr);
      } else if (const auto* focal = node.op.as<ops::GiouFocalLoss>()) {
        done = add(*focal, loss.layer, false, known ? &known->raw : nullptr);
      } else {
        done = Error{Failure::usage, graph_.file + ": layer " + std::to_string(loss.layer) + " [" +
                                         graph_.layer_type[at(loss.layer)] +
                                         "] has a rule of its own; only those of [yolo] can be shown"};
      }
      if (!done) return done.error();
    }
    if (targets_.heads.empty())
      return Error{Failure::usage, graph_.file + ": there is no [yolo]; a network with one is needed"};
    return std::move(targets_);
  }

 private:
  template <class Loss>
  Result<void> add(const Loss& loss, int layer, bool new_coords, const std::vector<float>* known) {
    for (const Truth& truth : truths_)
      if (truth.class_id >= loss.classes)
        return Error{Failure::malformed, "a label has class " + std::to_string(truth.class_id) + " and " +
                                             graph_.file + " has " + std::to_string(loss.classes) +
                                             " classes; 0.." + std::to_string(loss.classes - 1) + " exist"};
    const int boxes = std::max(static_cast<int>(truths_.size()), 1);
    std::vector<float> rows = truth_of(true_boxes(truths_, targets_.covered, graph_.input), boxes), own;
    if (!known) {
      HeadValues anchors = anchors_themselves(loss.shape, 5 + loss.classes, new_coords);
      own = std::is_same_v<Loss, ops::GiouFocalLoss> ? std::move(anchors.raw) : std::move(anchors.head);
    } else {
      own = *known;
    }
    const Tensor truth = planar_tensor(rows.data(), TrueBox::shape(boxes), 1);
    HeadTargets head{layer, loss.mask, assign(loss, planar_tensor(own.data(), loss.shape, 1), truth, 0)};
    if (targets_.heads.empty()) add_truths(loss.anchors, truth);
    targets_.heads.push_back(std::move(head));
    place_truths(truth);
    return {};
  }

  void add_truths(const std::vector<float>& anchors, const Tensor& truth) {
    targets_.anchors = anchors;
    for (int i = 0; i < static_cast<int>(truths_.size()); ++i) {
      const TrueBox box = TrueBox::at(truth, 0, i);
      const Nearest nearest = nearest_anchor(anchors, graph_.input, {box.x, box.y, box.w, box.h});
      targets_.truths.push_back({.truth = i, .anchor = nearest.anchor, .overlap = nearest.overlap});
    }
  }

  // In the head that was added last.
  void place_truths(const Tensor& truth) {
    const HeadTargets& head = targets_.heads.back();
    for (TruthTarget& target : targets_.truths) {
      const auto found = std::find(head.mask.begin(), head.mask.end(), target.anchor);
      if (found == head.mask.end() || target.head >= 0) continue;
      const TrueBox box = TrueBox::at(truth, 0, target.truth);
      target.head = static_cast<int>(targets_.heads.size()) - 1;
      target.slot = static_cast<int>(found - head.mask.begin());
      target.row = cell_of(box.y, head.assignment.shape.h);
      target.column = cell_of(box.x, head.assignment.shape.w);
      target.is_trained = head.assignment.at(target.slot, target.row, target.column) == target.truth;
    }
  }

  const Graph& graph_;
  std::vector<Truth> truths_;
  Targets targets_;
};

}  // namespace

Result<Targets> find_targets(const std::string& cfg_file, const std::string& weights_file,
                             const Image& picture, const std::vector<Truth>& truths,
                             const ModelOptions& options) {
  BuildOptions build = build_options(options);
  build.learn = true;
  const auto graph = read_graph(cfg_file, build);
  if (!graph) return graph.error();
  const Fit fit = graph->letterbox ? Fit::letterbox : Fit::stretch;
  ValuesByLayer values;
  if (!weights_file.empty()) {
    auto detecting = read_graph(cfg_file, build_options(options));
    if (!detecting) return detecting.error();
    auto known = run(std::move(*detecting), weights_file, picture, fit, options);
    if (!known) return known.error();
    values = std::move(*known);
  }
  const FitArea area = fitted_area(fit, picture.width, picture.height, graph->input.w, graph->input.h);
  return Finder(*graph, area, truths).find(values);
}

}  // namespace nightjar
