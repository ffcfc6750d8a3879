// Raw inputs, the layers' values, boxes of them, and suppression by itself.
#include <cmath>

#include "tests/c/red_network.h"

using namespace nightjar::testing;

namespace {

Owned<nightjar_context> context_of(const nightjar_model* model, int batch) {
  return made<nightjar_context>([&](nightjar_context** out, nightjar_error** error) {
    return nightjar_context_create(model, batch, 1, out, error);
  });
}

// Planar, with the first pixel of a cell red.
std::vector<float> raw_input(int column, int row) {
  std::vector<float> values(3 * 32 * 32);
  values[static_cast<std::size_t>(row * 8 * 32 + column * 8)] = 1;
  return values;
}

std::vector<float> two_inputs() {
  std::vector<float> inputs = raw_input(1, 0);
  const std::vector<float> second = raw_input(2, 3);
  inputs.insert(inputs.end(), second.begin(), second.end());
  return inputs;
}

float logistic(double x) {
  return static_cast<float>(1 / (1 + std::exp(-x)));
}

}  // namespace

TEST_CASE("the heads' values of each image of a batch, with their shape") {
  const auto model = red_model();
  const auto context = context_of(model.get(), 3);
  REQUIRE(nightjar_context_forward(context.get(), two_inputs().data(), 2, nullptr) == NIGHTJAR_OK);
  for (const int layer : {1, -1}) {  // the network ends in its head
    const float *first = nullptr, *second = nullptr;
    nightjar_shape shape;
    REQUIRE(nightjar_context_layer(context.get(), layer, 0, &first, &shape, nullptr) == NIGHTJAR_OK);
    REQUIRE(nightjar_context_layer(context.get(), layer, 1, &second, nullptr, nullptr) == NIGHTJAR_OK);
    CHECK((shape.channels == 7 && shape.height == 4 && shape.width == 4));
    const int objectness = 4 * 16;
    CHECK(first[objectness + 1] == Approx(logistic(10)));
    CHECK(first[objectness + 14] == Approx(logistic(-10)));
    CHECK(second[objectness + 14] == Approx(logistic(10)));
  }
}

TEST_CASE("values stay where they are while others are asked for") {
  const auto model = red_model();
  const auto context = context_of(model.get(), 2);
  REQUIRE(nightjar_context_forward(context.get(), two_inputs().data(), 2, nullptr) == NIGHTJAR_OK);
  const float *first = nullptr, *other = nullptr, *again = nullptr;
  REQUIRE(nightjar_context_layer(context.get(), 1, 0, &first, nullptr, nullptr) == NIGHTJAR_OK);
  REQUIRE(nightjar_context_layer(context.get(), 1, 1, &other, nullptr, nullptr) == NIGHTJAR_OK);
  REQUIRE(nightjar_context_layer(context.get(), 1, 0, &again, nullptr, nullptr) == NIGHTJAR_OK);
  CHECK(first == again);
  CHECK(first != other);
}

TEST_CASE("layers that are observed are kept, too") {
  const auto model = red_model();
  const auto context = context_of(model.get(), 2);
  const float* values = nullptr;
  REQUIRE(nightjar_context_forward(context.get(), two_inputs().data(), 2, nullptr) == NIGHTJAR_OK);
  CHECK(nightjar_context_layer(context.get(), 0, 0, &values, nullptr, nullptr) == NIGHTJAR_USAGE);
  const std::int32_t layer = 0;
  REQUIRE(nightjar_context_observe(context.get(), &layer, 1, nullptr) == NIGHTJAR_OK);
  REQUIRE(nightjar_context_forward(context.get(), two_inputs().data(), 2, nullptr) == NIGHTJAR_OK);
  REQUIRE(nightjar_context_layer(context.get(), 0, 1, &values, nullptr, nullptr) == NIGHTJAR_OK);
  CHECK(values[4 * 16 + 14] == Approx(10));  // what the head's logistic is yet to be taken of
  REQUIRE(nightjar_context_observe(context.get(), nullptr, 0, nullptr) == NIGHTJAR_OK);
  REQUIRE(nightjar_context_forward(context.get(), two_inputs().data(), 2, nullptr) == NIGHTJAR_OK);
  CHECK(nightjar_context_layer(context.get(), 0, 1, &values, nullptr, nullptr) == NIGHTJAR_USAGE);
  const std::int32_t none = 2;
  CHECK(nightjar_context_observe(context.get(), &none, 1, nullptr) == NIGHTJAR_USAGE);
}

TEST_CASE("images that did not run have no values") {
  const auto model = red_model();
  const auto context = context_of(model.get(), 3);
  const float* values = nullptr;
  CHECK(nightjar_context_layer(context.get(), 1, 0, &values, nullptr, nullptr) == NIGHTJAR_USAGE);
  REQUIRE(nightjar_context_forward(context.get(), two_inputs().data(), 2, nullptr) == NIGHTJAR_OK);
  CHECK(nightjar_context_layer(context.get(), 1, 2, &values, nullptr, nullptr) == NIGHTJAR_USAGE);
  CHECK(nightjar_context_forward(context.get(), two_inputs().data(), 4, nullptr) == NIGHTJAR_USAGE);
  CHECK(nightjar_context_forward(context.get(), nullptr, 1, nullptr) == NIGHTJAR_USAGE);
}

TEST_CASE("boxes of raw inputs are those of the pictures that they were made from") {
  const auto model = red_model();
  const auto context = context_of(model.get(), 2);
  REQUIRE(nightjar_context_forward(context.get(), two_inputs().data(), 2, nullptr) == NIGHTJAR_OK);
  const nightjar_size sizes[] = {{320, 320}, {32, 32}};
  const auto found = made<nightjar_detections>([&](nightjar_detections** out, nightjar_error** error) {
    return nightjar_context_boxes(context.get(), sizes, nullptr, out, error);
  });
  REQUIRE(nightjar_detections_count(found.get()) == 2);
  const float* boxes = nightjar_detections_boxes(found.get());
  CHECK((boxes[0] == Approx(40) && boxes[2] == Approx(200)));  // cell (1, 0), ten times as large
  CHECK((boxes[4] == Approx(12) && boxes[5] == Approx(20)));   // cell (2, 3)
}

TEST_CASE("suppression keeps the most probable of boxes that overlap, and drops what has no confidence") {
  // Two that overlap by 1/3, one far away, one like the first without confidence.
  const float boxes[] = {10, 10, 10, 10, 15, 10, 10, 10, 90, 90, 10, 10, 10, 10, 10, 10};
  const float confidences[] = {.5f, .9f, .3f, 0};
  std::uint8_t keep[4];
  REQUIRE(nightjar_suppress(boxes, confidences, 4, .3f, keep, nullptr) == NIGHTJAR_OK);
  CHECK((keep[0] == 0 && keep[1] == 1 && keep[2] == 1 && keep[3] == 0));
  REQUIRE(nightjar_suppress(boxes, confidences, 4, .4f, keep, nullptr) == NIGHTJAR_OK);
  CHECK((keep[0] == 1 && keep[1] == 1 && keep[2] == 1 && keep[3] == 0));
  CHECK(nightjar_suppress(nullptr, confidences, 4, .4f, keep, nullptr) == NIGHTJAR_USAGE);
}
