// A network small enough to know what it answers: its input is 32x32, its one head has a cell for every 8x8
// pixels, and each cell whose first pixel is red holds a box of 16x16 pixels of class 0 (98 %), centred in
// the cell.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "apps/c/nightjar_c.h"
#include "tests/catch.h"

namespace nightjar::testing {

inline const std::string red_cfg =
    "[net]\nwidth=32\nheight=32\nchannels=3\n"
    "[convolutional]\nfilters=7\nsize=1\nstride=8\nactivation=linear\n"
    "[yolo]\nmask=0\nanchors=16,16\nclasses=2\nnum=1\n";

// A header, biases, and a 7x3 matrix for x, y, w, h, objectness, red, other.
inline std::string red_weights() {
  const std::int32_t version[] = {0, 2, 5};
  const std::int64_t seen = 0;
  const float biases[] = {0, 0, 0, 0, -10, 4, -4};
  float matrix[21] = {};
  matrix[12] = 20, matrix[13] = matrix[14] = -20;
  std::string bytes;
  const auto add = [&](const auto& values) {
    bytes.append(reinterpret_cast<const char*>(&values), sizeof values);
  };
  add(version), add(seen), add(biases), add(matrix);
  return bytes;
}

struct Free {
  void operator()(nightjar_model* p) const { nightjar_model_free(p); }
  void operator()(nightjar_context* p) const { nightjar_context_free(p); }
  void operator()(nightjar_detections* p) const { nightjar_detections_free(p); }
  void operator()(nightjar_scores* p) const { nightjar_scores_free(p); }
  void operator()(nightjar_image* p) const { nightjar_image_free(p); }
  void operator()(nightjar_stream* p) const { nightjar_stream_free(p); }
  void operator()(nightjar_streamed* p) const { nightjar_streamed_free(p); }
  void operator()(nightjar_error* p) const { nightjar_error_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

// The handle that make(handle, error) writes, which has to go well.
template <class T, class Make>
Owned<T> made(Make make) {
  T* handle = nullptr;
  nightjar_error* error = nullptr;
  const nightjar_status status = make(&handle, &error);
  const Owned<nightjar_error> freed(error);
  INFO(status << ": " << (error ? nightjar_error_message(error) : ""));
  REQUIRE(status == NIGHTJAR_OK);
  return Owned<T>(handle);
}

// The error that it ends in.
template <class Work>
Owned<nightjar_error> failure(Work work) {
  nightjar_error* error = nullptr;
  const nightjar_status status = work(&error);
  REQUIRE(status != NIGHTJAR_OK);
  REQUIRE(error);
  CHECK(nightjar_error_status(error) == status);
  return Owned<nightjar_error>(error);
}

inline nightjar_source in_memory(const std::string& bytes, const char* name) {
  return {name, bytes.data(), bytes.size()};
}

inline Owned<nightjar_model> load_from_memory(const std::string& cfg, const std::string& weights,
                                              const nightjar_model_options* options = nullptr) {
  const nightjar_source a = in_memory(cfg, "a.cfg"), b = in_memory(weights, "a.weights");
  return made<nightjar_model>([&](nightjar_model** model, nightjar_error** error) {
    return nightjar_model_load_from(&a, &b, options, model, error);
  });
}

inline Owned<nightjar_model> red_model() {
  return load_from_memory(red_cfg, red_weights());
}

// 32x32 black pixels, RGB, of which that of a cell is red.
struct RedPicture {
  std::vector<std::uint8_t> pixels = std::vector<std::uint8_t>(32 * 32 * 3);
  nightjar_picture picture;

  RedPicture(int column, int row) {
    pixels[static_cast<std::size_t>((row * 8 * 32 + column * 8) * 3)] = 255;
    nightjar_picture_init_hwc(&picture, pixels.data(), NIGHTJAR_U8, 32, 32, 3);
  }
};

inline Owned<nightjar_detections> detect(const nightjar_model* model, const nightjar_picture& picture,
                                         const nightjar_detect_options* options = nullptr) {
  return made<nightjar_detections>([&](nightjar_detections** found, nightjar_error** error) {
    return nightjar_model_detect(model, &picture, 1, 1, options, found, error);
  });
}

// Whether there is just one box, 16x16 pixels, in the middle of a cell.
inline bool is_box_of_cell(const nightjar_detections* found, int column, int row) {
  if (nightjar_detections_count(found) != 1) return false;
  const float* box = nightjar_detections_boxes(found);
  const float x = static_cast<float>(column) * 8 + 4, y = static_cast<float>(row) * 8 + 4;
  return box[0] == Approx(x - 8) && box[1] == Approx(y - 8) && box[2] == Approx(x + 8) &&
         box[3] == Approx(y + 8);
}

}  // namespace nightjar::testing
