// From pictures to the network's input and from heads to boxes: the device's kernels beside the CPU's.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "engine/heads/head.h"
#include "engine/image/fit.h"
#include "kernels/cuda/decode/decode.h"
#include "kernels/cuda/image/image.h"
#include "kernels/ops/heads/yolo_head.h"
#include "tests/catch.h"
#include "tests/simt/device_case.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

Image noise(int width, int height, int channels) {
  Image image{width, height, channels, {}};
  std::mt19937 random(7);
  image.pixels.resize(static_cast<std::size_t>(width * height * channels));
  for (auto& v : image.pixels) v = static_cast<std::uint8_t>(random() % 256);
  return image;
}

Buffer upload(const Image& image) {
  Buffer buffer(image.pixels.size());
  std::copy(image.pixels.begin(), image.pixels.end(), static_cast<std::uint8_t*>(buffer.host()));
  buffer.upload();
  return buffer;
}

// A head of the given slots whose objectness passes rarely.
OwnedTensor make_head(Shape shape, int batch, int per_slot, float bias) {
  OwnedTensor head = make_tensor(shape, batch, 1, 0);
  fill(head, 3);
  for (int n = 0; n < batch; ++n)
    for (int c = 4; c < shape.c; c += per_slot)
      for (int i = 0; i < shape.h * shape.w; ++i)
        head.view.at(n, c, 0, 0)[i] = head.view.at(n, c, 0, 0)[i] * 4 + bias;
  return head;
}

// A height that Darknet resizes to `out` rows with an almost black last one: there (out - 1) * scale rounds
// to just below the last row of the picture, and the row after has no share.
int height_with_dark_last_row(int out) {
  for (int in = 2;; ++in) {
    const float scale = static_cast<float>(in - 1) / static_cast<float>(out - 1);
    if (static_cast<float>(out - 1) * scale < static_cast<float>(in - 1)) return in;
  }
}

struct Decoded {
  unsigned count;
  std::vector<int> indices;
  std::vector<std::vector<float>> rows;  // sorted by index

  bool operator==(const Decoded&) const = default;
};

// A head on the device, and room for what is found in it.
class DeviceHead {
 public:
  DeviceHead(const cuda::YoloBoxes& boxes, const Tensor& values, unsigned capacity)
      : boxes_(boxes),
        values_(values),
        row_(static_cast<std::size_t>(cuda::row_floats(boxes.classes))),
        capacity_(capacity),
        count_(4, 0),
        indices_(capacity * 4),
        rows_(capacity * row_ * 4) {}

  cuda::RawHead raw() const {
    return {boxes_,
            values_,
            {static_cast<unsigned*>(count_.data()), static_cast<int*>(indices_.data()),
             static_cast<float*>(rows_.data()), capacity_}};
  }

  Decoded download() const {
    for (const Buffer* buffer : {&count_, &indices_, &rows_}) buffer->download();
    const auto* index = static_cast<int*>(indices_.host());
    const auto* values = static_cast<float*>(rows_.host());
    Decoded d{*static_cast<unsigned*>(count_.host()), {}, {}};
    std::vector<std::size_t> order(std::min(d.count, capacity_));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return index[a] < index[b]; });
    for (const std::size_t i : order) {
      d.indices.push_back(index[i]);
      d.rows.emplace_back(values + i * row_, values + (i + 1) * row_);
    }
    return d;
  }

 private:
  cuda::YoloBoxes boxes_;
  Tensor values_;
  std::size_t row_;
  unsigned capacity_;
  Buffer count_, indices_, rows_;
};

Decoded decode_on_device(const cuda::YoloBoxes& boxes, const Tensor& values, float threshold,
                         unsigned capacity) {
  const DeviceHead head(boxes, values, capacity);
  const cuda::RawHead raw = head.raw();
  CHECK(cuda::decode_yolo({&raw, 1}, threshold, nullptr) == 0);
  return head.download();
}

}  // namespace

TEST_CASE("pictures are fitted on the device as on the CPU") {
  if (!has_device()) return;
  struct Size {
    int width, height, channels;
  };
  const Size dark{20, height_with_dark_last_row(32), 3};
  for (const Size s :
       {Size{40, 30, 3}, Size{17, 51, 3}, Size{1, 1, 3}, Size{200, 9, 1}, Size{31, 31, 3}, dark}) {
    const Image image = noise(s.width, s.height, s.channels);
    const Buffer pixels = upload(image);
    for (const Fit fit : {Fit::stretch, Fit::crop, Fit::square}) {
      const OwnedTensor expected = [&] {
        OwnedTensor t = make_tensor({s.channels, 32, 48}, 2, 1, 0, .25f);
        fit_image(image, fit, t.view, 1);
        return t;
      }();
      const DeviceTensor input =
          to_device(make_tensor({s.channels, 32, 48}, 2, 1, 0, .25f).view, {Type::f32, 1});
      const cuda::Picture picture{static_cast<const std::uint8_t*>(pixels.data()), s.width, s.height,
                                  s.channels};
      CHECK(cuda::fit_picture(picture, fitted_area(fit, s.width, s.height, 48, 32), input.view, 1, nullptr) ==
            0);
      CHECK(planar(from_device(input).view) == planar(expected.view));
    }
  }
}

TEST_CASE("a letterboxed picture has grey around it") {
  if (!has_device()) return;
  const Image image = noise(60, 20, 3);
  const Buffer pixels = upload(image);
  OwnedTensor expected = make_tensor({3, 32, 48}, 1, 1, 0);
  fit_image(image, Fit::letterbox, expected.view, 0);  // 48 x 16, in the middle
  const DeviceTensor input = to_device(make_tensor({3, 32, 48}, 1, 1, 0).view, {});
  const cuda::Picture picture{static_cast<const std::uint8_t*>(pixels.data()), 60, 20, 3};
  CHECK(cuda::fit_picture(picture, fitted_area(Fit::letterbox, 60, 20, 48, 32), input.view, 0, nullptr) == 0);
  CHECK(planar(from_device(input).view) == planar(expected.view));
}

TEST_CASE("the dark last row of some letterboxed pictures is dark on the device too") {
  if (!has_device()) return;
  const int height = height_with_dark_last_row(24);  // 24 rows of 48 columns, in the middle of 32
  const Image white{2 * height, height, 1,
                    std::vector<std::uint8_t>(static_cast<std::size_t>(2 * height * height), 255)};
  const Buffer pixels = upload(white);
  OwnedTensor expected = make_tensor({1, 32, 48}, 1, 1, 0);
  fit_image(white, Fit::letterbox, expected.view, 0);
  CHECK(*expected.view.at(0, 0, 26, 20) == Approx(1));
  CHECK(*expected.view.at(0, 0, 27, 20) < .1f);
  const DeviceTensor input = to_device(make_tensor({1, 32, 48}, 1, 1, 0).view, {});
  const cuda::Picture picture{static_cast<const std::uint8_t*>(pixels.data()), white.width, height, 1};
  CHECK(cuda::fit_picture(picture, fitted_area(Fit::letterbox, white.width, height, 48, 32), input.view, 0,
                          nullptr) == 0);
  CHECK(planar(from_device(input).view) == planar(expected.view));
}

TEST_CASE("layouts are changed both ways") {
  if (!has_device()) return;
  OwnedTensor values = make_tensor({5, 3, 7}, 2, 1, 0);
  fill(values, 1);
  const std::vector<float> flat = planar(values.view);
  const Buffer from(flat.size() * 4), back(flat.size() * 4);
  std::copy(flat.begin(), flat.end(), static_cast<float*>(from.host()));
  from.upload();
  const DeviceTensor tensor = to_device(make_tensor({5, 3, 7}, 2, 1, 0).view, {Type::f32, 2});
  CHECK(cuda::from_planar(static_cast<float*>(from.data()), tensor.view, nullptr) == 0);
  CHECK(planar(from_device(tensor).view) == flat);
  CHECK(cuda::to_planar(tensor.view, static_cast<float*>(back.data()), nullptr) == 0);
  back.download();
  CHECK(std::equal(flat.begin(), flat.end(), static_cast<float*>(back.host())));
}

TEST_CASE("the device decodes the boxes that the CPU does") {
  if (!has_device()) return;
  constexpr int classes = 40, per_slot = 5 + classes, slots = 3;
  const Shape shape{slots * per_slot, 9, 7}, network{3, 288, 224};
  const float threshold = .3f;
  for (const bool new_coords : {false, true}) {
    for (const Type type : {Type::f32, Type::f16}) {
      const OwnedTensor head = make_head(shape, 2, per_slot, new_coords ? -1.f : -3.f);
      const DeviceTensor on_device = to_device(head.view, {type, 8});
      const OwnedTensor stored = from_device(on_device);

      const ops::YoloHead op{shape, slots, classes, 1.1f, new_coords};
      OwnedTensor activated = make_tensor(shape, 2, 1, 0);
      op.define({&stored.view, 1}, {&activated.view, 1});
      YoloHead description;
      description.classes = classes;
      description.anchors = {10, 13, 16, 30, 33, 23};
      description.new_coords = new_coords;

      cuda::YoloBoxes boxes;
      boxes.slots = slots, boxes.classes = classes;
      std::copy(description.anchors.begin(), description.anchors.end(), boxes.anchors);
      boxes.network_w = network.w, boxes.network_h = network.h;
      boxes.scale_x_y = op.scale_x_y, boxes.new_coords = new_coords;
      const Decoded decoded = decode_on_device(boxes, on_device.view, threshold, 1000);

      Boxes expected;
      for (int n = 0; n < 2; ++n)
        decode(description, activated.view, n, network, {threshold, .5f, true}, expected);
      std::erase_if(expected, [](const Detection& d) { return d.classes.empty(); });
      REQUIRE(expected.size() > 3);
      std::size_t next = 0;
      for (const std::vector<float>& row : decoded.rows) {
        const auto best = std::max_element(row.begin() + 5, row.end());
        if (!(*best > threshold)) continue;  // the CPU keeps no box without a class
        REQUIRE(next < expected.size());
        const Detection& box = expected[next++];
        CHECK(row[0] == Approx(box.x).margin(1e-5));
        CHECK(row[1] == Approx(box.y).margin(1e-5));
        CHECK(row[2] == Approx(box.w).epsilon(1e-5));
        CHECK(row[3] == Approx(box.h).epsilon(1e-5));
        CHECK(row[4] == Approx(box.objectness).epsilon(1e-5));
        CHECK(best - row.begin() - 5 == box.classes[0].class_id);
        CHECK(*best == Approx(box.classes[0].probability).epsilon(1e-5));
      }
      CHECK(next == expected.size());
    }
  }
}

TEST_CASE("survivors that do not fit are counted, not written") {
  if (!has_device()) return;
  constexpr int per_slot = 6;
  const OwnedTensor head = make_head({per_slot, 8, 8}, 1, per_slot, 9.f);  // all pass
  const DeviceTensor on_device = to_device(head.view, {});
  cuda::YoloBoxes boxes;
  boxes.slots = 1, boxes.classes = 1;
  boxes.anchors[0] = boxes.anchors[1] = 16;
  boxes.network_w = boxes.network_h = 64;
  const Decoded decoded = decode_on_device(boxes, on_device.view, .5f, 10);
  CHECK(decoded.count == 64);
  CHECK(decoded.rows.size() == 10);
}

TEST_CASE("heads of any sizes, types and number are decoded together as each alone") {
  if (!has_device()) return;
  constexpr int heads = 19;  // more than two launches take
  std::vector<DeviceTensor> values;
  std::vector<DeviceHead> together;
  std::vector<cuda::RawHead> raw;
  for (int i = 0; i < heads; ++i) {
    cuda::YoloBoxes boxes;
    boxes.slots = 1 + i % 3, boxes.classes = 2 + i;
    std::fill_n(boxes.anchors, 2 * boxes.slots, 8.f + static_cast<float>(i));
    boxes.network_w = boxes.network_h = 96;
    const int per_slot = 5 + boxes.classes;
    const Shape shape{boxes.slots * per_slot, 2 + i, 3 + 7 * (i % 4)};
    const Type type = i < 10 ? Type::f16 : Type::f32;
    values.push_back(to_device(make_head(shape, 2, per_slot, -2.f).view, {type, 8}));
    together.emplace_back(boxes, values.back().view, 1000);
    raw.push_back(together.back().raw());
  }
  CHECK(cuda::decode_yolo(raw, .3f, nullptr) == 0);
  for (std::size_t i = 0; i < heads; ++i) {
    INFO("head " << i);
    const Decoded alone = decode_on_device(raw[i].boxes, raw[i].values, .3f, 1000);
    CHECK(alone.count > 0);
    CHECK((together[i].download() == alone));
  }
}
