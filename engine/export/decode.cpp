// The formulas are those of engine/heads/. Class trees differ: a row has the probability of each class, its
// own times its ancestors', and not the one class that a Darknet picks by them.
#include "engine/export/decode.h"

#include <algorithm>

namespace nightjar {
namespace {

// Centres relative to the input, of offsets from the corners of the cells.
OnnxTensor place_centres(const OnnxTensor& offsets, int h, int w) {
  std::vector<float> corners;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) corners.insert(corners.end(), {static_cast<float>(x), static_cast<float>(y)});
  }
  OnnxGraph& onnx = *offsets.graph;
  const float sides[] = {static_cast<float>(w), static_cast<float>(h)};
  return (offsets + onnx.numbers({1, std::int64_t{h} * w, 1, 2}, corners)) / onnx.numbers({2}, sides);
}

// A head's values as (batch, cells, slots, entries), and its constants.
struct Grid {
  const AnchorHead& head;
  OnnxTensor entries;
  Shape shape;

  std::int64_t rows() const { return std::int64_t{shape.h} * shape.w * head.slots(); }
  OnnxGraph& onnx() const { return *entries.graph; }
  std::vector<OnnxTensor> split(const Int64s& counts) const { return onnx().split(entries, 3, counts); }
  OnnxTensor place(const OnnxTensor& offsets) const { return place_centres(offsets, shape.h, shape.w); }
};

// Sides of the anchors relative to the input, `unit` being the input's in what they are measured in.
OnnxTensor anchor_sides(const Grid& grid, Shape unit, float factor = 1) {
  std::vector<float> sides;
  for (std::size_t i = 0; i < grid.head.anchors.size(); ++i)
    sides.push_back(factor * grid.head.anchors[i] / static_cast<float>(i % 2 == 0 ? unit.w : unit.h));
  return grid.onnx().numbers({1, 1, grid.head.slots(), 2}, sides);
}

OnnxTensor exponential(const OnnxTensor& x) {
  return x.graph->add("Exp", {x});
}

DecodedRows rows_of(std::int64_t rows, const OnnxTensor& centres, const OnnxTensor& sides,
                    const OnnxTensor& scores, std::int64_t classes) {
  return {reshape(concat({centres, sides}, 3), {0, rows, 4}), reshape(scores, {0, rows, classes}), rows,
          classes};
}

DecodedRows decode(const YoloHead& head, const Grid& grid, Shape network) {
  const auto parts = grid.split({2, 2, 1, head.classes});
  const OnnxTensor sides = head.new_coords ? parts[1] * parts[1] * anchor_sides(grid, network, 4)
                                           : exponential(parts[1]) * anchor_sides(grid, network);
  return rows_of(grid.rows(), grid.place(parts[0]), sides, parts[2] * parts[3], head.classes);
}

// x, sigma x, y, sigma y, w, sigma w, h, sigma h, objectness, classes.
DecodedRows decode(const GaussianHead& head, const Grid& grid, Shape network) {
  using Point = GaussianHead::Point;
  const auto parts = grid.split({1, 1, 1, 1, 1, 1, 1, 1, 1, head.classes});
  const OnnxTensor sides = exponential(concat({parts[4], parts[6]}, 3)) * anchor_sides(grid, network);
  OnnxTensor centres = grid.place(concat({parts[0], parts[2]}, 3));
  if (head.point != Point::center) centres = centres + sides * (head.point == Point::left_top ? .5f : -.5f);
  const OnnxTensor certainty = (parts[1] + parts[3] + parts[5] + parts[7]) * -.25f + 1;
  return rows_of(grid.rows(), centres, sides, parts[8] * parts[9] * certainty, head.classes);
}

int depth_of(const ClassTree& tree) {
  std::vector<int> depths;
  for (const int parent : tree.parent)
    depths.push_back(parent < 0 ? 0 : depths[static_cast<std::size_t>(parent)] + 1);
  return *std::max_element(depths.begin(), depths.end());
}

OnnxTensor gather_classes(const OnnxTensor& x, const Int64s& classes) {
  return x.graph->add("Gather", {x, x.graph->integers(classes)}, {{"axis", std::int64_t{3}}});
}

// Conditional -> absolute: each pass multiplies by the parents' of the pass before, of which the roots' is 1;
// after as many as the tree is deep nothing changes any more.
OnnxTensor multiply_by_ancestors(const ClassTree& tree, const OnnxTensor& conditional) {
  const auto classes = static_cast<std::int64_t>(tree.parent.size());
  Int64s parents;
  for (const int parent : tree.parent) parents.push_back(parent < 0 ? classes : parent);
  OnnxGraph& onnx = *conditional.graph;
  OnnxTensor absolute = conditional;
  for (int depth = depth_of(tree); depth > 0; --depth) {
    const OnnxTensor one_behind = onnx.add(
        "Pad", {absolute, onnx.integers({0, 0, 0, 0, 0, 0, 0, 1}), onnx.number(1)}, {{"mode", "constant"}});
    absolute = conditional * gather_classes(one_behind, parents);
  }
  return absolute;
}

DecodedRows decode(const RegionHead& head, const Grid& grid, Shape) {
  const auto parts = grid.split({2, 2, 1, head.classes});
  OnnxTensor objectness = parts[2], classes = parts[3];
  if (!head.tree.parent.empty()) classes = multiply_by_ancestors(head.tree, classes);
  if (!head.class_map.empty())
    classes = gather_classes(classes, Int64s(head.class_map.begin(), head.class_map.end()));
  if (head.class_fix) {  // objectness below one half counts as none
    OnnxGraph& onnx = grid.onnx();
    const OnnxTensor below = onnx.add("Less", {objectness, onnx.number(.5f)});
    objectness = onnx.add("Where", {below, onnx.number(0), objectness});
  }
  const OnnxTensor sides = exponential(parts[1]) * anchor_sides(grid, grid.shape);
  return rows_of(grid.rows(), grid.place(parts[0]), sides, objectness * classes, classes_of(head));
}

template <class Anchored>
DecodedRows decode_planes(const Anchored& head, const OnnxTensor& values, Shape shape, Shape network) {
  const std::int64_t cells = std::int64_t{shape.h} * shape.w;
  const OnnxTensor planes = reshape(values, {0, head.slots(), shape.c / head.slots(), cells});
  const OnnxTensor entries = values.graph->add("Transpose", {planes}, {{"perm", Int64s{0, 3, 1, 2}}});
  return decode(head, Grid{head, entries, shape}, network);
}

// The classes of every cell, the confidences of every cell's slots, their boxes: one vector.
DecodedRows decode_planes(const DetectionHead& head, const OnnxTensor& values, Shape, Shape) {
  OnnxGraph& onnx = *values.graph;
  const std::int64_t cells = std::int64_t{head.side} * head.side, slots = head.slots, rows = cells * slots;
  const OnnxTensor flat = onnx.add("Flatten", {values}, {{"axis", std::int64_t{1}}});
  const auto parts = onnx.split(flat, 1, {cells * head.classes, rows, rows * 4});
  const OnnxTensor scores =
      reshape(parts[0], {0, cells, 1, head.classes}) * reshape(parts[1], {0, cells, slots, 1});
  const auto boxes = onnx.split(reshape(parts[2], {0, cells, slots, 4}), 3, {2, 2});
  const OnnxTensor sides = head.square_root ? boxes[1] * boxes[1] : boxes[1];
  return rows_of(rows, place_centres(boxes[0], head.side, head.side), sides, scores, head.classes);
}

}  // namespace

DecodedRows decode_head(const Head& head, const OnnxTensor& values, Shape shape, Shape network) {
  return std::visit([&](const auto& kind) { return decode_planes(kind, values, shape, network); }, head);
}

}  // namespace nightjar
