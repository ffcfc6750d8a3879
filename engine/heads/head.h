// A detection head: what the values of one layer mean, and how they become boxes. A new kind is a pair of
// files beside these and its name in the variant; without its base or its decode() this does not compile, and
// without its keys its layer does not.
#pragma once

#include <variant>

#include "engine/heads/detection.h"
#include "engine/heads/gaussian.h"
#include "engine/heads/region.h"
#include "engine/heads/yolo.h"

namespace nightjar {

using Head = std::variant<YoloHead, GaussianHead, RegionHead, DetectionHead>;

inline const HeadBase& base(const Head& head) {
  return std::visit([](const HeadBase& kind) -> const HeadBase& { return kind; }, head);
}
inline HeadBase& base(Head& head) {
  return std::visit([](HeadBase& kind) -> HeadBase& { return kind; }, head);
}

// How many classes its boxes may have: those of the class map, where there is one.
inline int classes_of(const Head& head) {
  const auto* region = std::get_if<RegionHead>(&head);
  const bool mapped = region && !region->class_map.empty();
  return mapped ? static_cast<int>(region->class_map.size()) : base(head).classes;
}

// Appends the boxes of image `n` of the batch whose objectness and at least one class pass the threshold (of
// [detection] the class alone), cell by cell in rows, anchors inside. `values` are the head's, after its
// activations, in any block size. x, y, w, h are relative to the network's input. NaN never passes.
inline void decode(const Head& head, const Tensor& values, int n, Shape network, const DecodeOptions& options,
                   Boxes& boxes) {
  std::visit([&](const auto& kind) { kind.decode(values, n, network, options, boxes); }, head);
}

}  // namespace nightjar
