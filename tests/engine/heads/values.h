// Values of detection heads made by hand, and the boxes that were worked out of them on paper.
#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include "engine/heads/head.h"
#include "tests/catch.h"

namespace nightjar::test {

// Zeros in any layout; whatever is no value of image and channels (padding lanes, halo) would pass every
// threshold.
struct Values {
  std::vector<float> memory;
  Tensor tensor;

  explicit Values(Shape shape, int block = 1, int halo = 0, int batch = 1) {
    tensor.shape = shape;
    tensor.batch = batch;
    tensor.block = tensor.pixel = block;
    tensor.halo = halo;
    tensor.row = std::ptrdiff_t{block} * (shape.w + 2 * halo);
    tensor.plane = tensor.row * (shape.h + 2 * halo);
    tensor.image = tensor.plane * tensor.blocks();
    memory.assign(tensor.image * batch, 1e9f);
    tensor.data = memory.data() + halo * tensor.row + halo * block;
    for (int n = 0; n < batch; ++n) {
      for (int c = 0; c < shape.c; ++c) {
        for (int y = 0; y < shape.h; ++y) {
          for (int x = 0; x < shape.w; ++x) *tensor.at(n, c, y, x) = 0;
        }
      }
    }
  }

  void set(int first_channel, int y, int x, const std::vector<float>& values, int n = 0) {
    for (const float value : values) *tensor.at(n, first_channel++, y, x) = value;
  }
};

inline constexpr Shape network{3, 64, 96};
inline constexpr Shape grid{0, 2, 3};
inline const float ln2 = std::log(2.f);

// A head of two anchors, in pixels if nothing else is said.
template <class Kind>
Kind head_of(int classes, std::vector<float> anchors = {10, 20, 24, 16}) {
  Kind head;
  head.classes = classes;
  head.anchors = std::move(anchors);
  return head;
}

inline Values values_of(int per_slot, int block = 1, int halo = 0, int batch = 1) {
  return Values({2 * per_slot, grid.h, grid.w}, block, halo, batch);
}

inline Boxes decoded(const Head& head, const Values& values, const DecodeOptions& options = {}, int n = 0) {
  Boxes boxes;
  decode(head, values.tensor, n, network, options, boxes);
  return boxes;
}

inline void check_box(const Detection& box, double x, double y, double w, double h) {
  CHECK(box.x == Approx(x));
  CHECK(box.y == Approx(y));
  CHECK(box.w == Approx(w));
  CHECK(box.h == Approx(h));
}

inline void check_classes(const Detection& box, const std::vector<ClassScore>& expected) {
  REQUIRE(box.classes.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(box.classes[i].class_id == expected[i].class_id);
    CHECK(box.classes[i].probability == Approx(expected[i].probability));
  }
}

}  // namespace nightjar::test
