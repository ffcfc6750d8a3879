// Pictures in, boxes or classes out: of models and contexts, one by one, in batches, by many threads.
#include <cmath>
#include <map>
#include <numeric>
#include <thread>

#include "tests/c/red_network.h"

using namespace nightjar::testing;

namespace {

nightjar_detect_options defaults() {
  nightjar_detect_options options;
  nightjar_detect_options_init(&options);
  return options;
}

const std::string classifier_cfg =
    "[net]\nwidth=8\nheight=8\nchannels=3\n"
    "[convolutional]\nfilters=4\nsize=1\nactivation=linear\n[avgpool]\n[softmax]\n";

Owned<nightjar_model> classifier() {
  nightjar_model_options options;
  nightjar_model_options_init(&options);
  options.synthesise = 1;
  return load_from_memory(classifier_cfg, "", &options);
}

}  // namespace

TEST_CASE("a box in every format") {
  const auto model = red_model();
  // 64 x 32: letterboxed to 32 x 16, whose rows begin at 8. A red area of 16 x 16 pixels at (16, 0) fills
  // cell (1, 1).
  std::vector<std::uint8_t> pixels(64 * 32 * 3);
  for (int y = 0; y < 16; ++y) {
    for (int x = 16; x < 32; ++x) pixels[static_cast<std::size_t>((y * 64 + x) * 3)] = 255;
  }
  nightjar_picture picture;
  nightjar_picture_init_hwc(&picture, pixels.data(), NIGHTJAR_U8, 64, 32, 3);
  const std::map<int, std::vector<float>> expected{{NIGHTJAR_XYXY, {8, -8, 40, 24}},
                                                   {NIGHTJAR_CXCYWH, {24, 8, 32, 32}},
                                                   {NIGHTJAR_XYXY_RELATIVE, {.125, -.25, .625, .75}},
                                                   {NIGHTJAR_CXCYWH_RELATIVE, {.375, .25, .5, 1}}};
  for (const auto& [format, box] : expected) {
    nightjar_detect_options options = defaults();
    options.box_format = format;
    const auto found = detect(model.get(), picture, &options);
    REQUIRE(nightjar_detections_count(found.get()) == 1);
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(nightjar_detections_boxes(found.get())[i] == Approx(box[i]).margin(1e-5));
  }
}

TEST_CASE("confidence, class, objectness and all classes of a box") {
  const auto model = red_model();
  const RedPicture picture(1, 1);
  nightjar_detect_options options = defaults();
  options.threshold = 1e-3f;
  const auto found = detect(model.get(), picture.picture, &options);
  REQUIRE(is_box_of_cell(found.get(), 1, 1));
  const auto logistic = [](double x) { return 1 / (1 + std::exp(-x)); };
  const double objectness = logistic(10), red = objectness * logistic(4), other = objectness * logistic(-4);
  CHECK(nightjar_detections_confidences(found.get())[0] == Approx(red));
  CHECK(nightjar_detections_class_ids(found.get())[0] == 0);
  CHECK(nightjar_detections_objectness(found.get())[0] == Approx(objectness));
  REQUIRE(nightjar_detections_score_offsets(found.get())[1] == 2);
  CHECK(nightjar_detections_score_class_ids(found.get())[1] == 1);
  CHECK(nightjar_detections_scores(found.get())[1] == Approx(other));
}

TEST_CASE("only the classes that are looked for") {
  const auto model = red_model();
  const RedPicture picture(1, 1);
  nightjar_detect_options options = defaults();
  options.threshold = 1e-3f;
  const std::int32_t wanted[] = {1};
  options.classes = wanted, options.class_count = 1;
  const auto found = detect(model.get(), picture.picture, &options);
  REQUIRE(nightjar_detections_count(found.get()) == 1);
  CHECK(nightjar_detections_class_ids(found.get())[0] == 1);
}

TEST_CASE("objects of no class are there for who suppresses himself") {
  const auto model = red_model();
  const RedPicture picture(1, 1);
  nightjar_detect_options options = defaults();
  options.threshold = .99f;  // objectness is above it, and no class
  CHECK(nightjar_detections_count(detect(model.get(), picture.picture, &options).get()) == 0);
  options.every_object = 1;
  const auto found = detect(model.get(), picture.picture, &options);
  REQUIRE(is_box_of_cell(found.get(), 1, 1));
  CHECK(nightjar_detections_class_ids(found.get())[0] == -1);
  CHECK(nightjar_detections_confidences(found.get())[0] == 0);
  CHECK(nightjar_detections_score_offsets(found.get())[1] == 0);
}

TEST_CASE("a batch has each picture's boxes where the offsets say, whatever the size of batches") {
  const auto model = red_model();
  std::vector<RedPicture> red;
  for (int i = 0; i < 7; ++i) red.emplace_back(i % 4, i / 4);
  std::vector<nightjar_picture> pictures;
  for (RedPicture& picture : red) {
    picture.picture.pixels = picture.pixels.data();
    pictures.push_back(picture.picture);
  }
  pictures[3].pixels = pictures[0].pixels;
  for (const int batch : {1, 3, 16}) {
    const auto found = made<nightjar_detections>([&](nightjar_detections** out, nightjar_error** error) {
      return nightjar_model_detect(model.get(), pictures.data(), pictures.size(), batch, nullptr, out, error);
    });
    REQUIRE(nightjar_detections_pictures(found.get()) == 7);
    REQUIRE(nightjar_detections_count(found.get()) == 7);
    for (std::size_t i = 0; i < 7; ++i) {
      CHECK(nightjar_detections_offsets(found.get())[i] == i);
      const int column = i == 3 ? 0 : static_cast<int>(i) % 4, row = static_cast<int>(i) / 4;
      CHECK(nightjar_detections_boxes(found.get())[4 * i] == Approx(column * 8 - 4));
      CHECK(nightjar_detections_boxes(found.get())[4 * i + 1] == Approx(row * 8 - 4));
    }
  }
}

TEST_CASE("no pictures are no boxes") {
  const auto model = red_model();
  const auto found = made<nightjar_detections>([&](nightjar_detections** out, nightjar_error** error) {
    return nightjar_model_detect(model.get(), nullptr, 0, 4, nullptr, out, error);
  });
  CHECK(nightjar_detections_pictures(found.get()) == 0);
  CHECK(nightjar_detections_offsets(found.get())[0] == 0);
}

TEST_CASE("a model serves many threads, and its contexts outlive its handle") {
  auto model = red_model();
  std::vector<int> right(4);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      const RedPicture picture(t, 3 - t);
      for (int i = 0; i < 50; ++i) {
        nightjar_detections* found = nullptr;
        if (nightjar_model_detect(model.get(), &picture.picture, 1, 1, nullptr, &found, nullptr)) return;
        right[static_cast<std::size_t>(t)] += is_box_of_cell(found, t, 3 - t);
        nightjar_detections_free(found);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == std::vector<int>{50, 50, 50, 50});

  const auto context = made<nightjar_context>([&](nightjar_context** out, nightjar_error** error) {
    return nightjar_context_create(model.get(), 2, 1, out, error);
  });
  model.reset();
  const RedPicture picture(2, 2);
  const auto found = made<nightjar_detections>([&](nightjar_detections** out, nightjar_error** error) {
    return nightjar_context_detect(context.get(), &picture.picture, 1, nullptr, out, error);
  });
  CHECK(is_box_of_cell(found.get(), 2, 2));
}

TEST_CASE("a classifier's probabilities of each picture") {
  const auto model = classifier();
  std::vector<std::uint8_t> pixels(8 * 8 * 3 * 2);
  std::iota(pixels.begin(), pixels.end(), std::uint8_t{0});
  nightjar_picture pictures[2];
  nightjar_picture_init_hwc(&pictures[0], pixels.data(), NIGHTJAR_U8, 8, 8, 3);
  nightjar_picture_init_hwc(&pictures[1], pixels.data() + 8 * 8 * 3, NIGHTJAR_U8, 8, 8, 3);
  const auto of_model = made<nightjar_scores>([&](nightjar_scores** out, nightjar_error** error) {
    return nightjar_model_classify(model.get(), pictures, 2, 2, nullptr, out, error);
  });
  REQUIRE(nightjar_scores_pictures(of_model.get()) == 2);
  REQUIRE(nightjar_scores_classes(of_model.get()) == 4);
  const float* values = nightjar_scores_values(of_model.get());
  CHECK(std::accumulate(values, values + 4, 0.f) == Approx(1));
  CHECK(std::accumulate(values + 4, values + 8, 0.f) == Approx(1));
  const auto context = made<nightjar_context>([&](nightjar_context** out, nightjar_error** error) {
    return nightjar_context_create(model.get(), 1, 1, out, error);
  });
  const auto of_context = made<nightjar_scores>([&](nightjar_scores** out, nightjar_error** error) {
    return nightjar_context_classify(context.get(), pictures, 2, nullptr, out, error);
  });
  CHECK(std::equal(values, values + 8, nightjar_scores_values(of_context.get())));
}

TEST_CASE("boxes of a classifier, and classes of a detector, are not to be had") {
  const auto model = classifier();
  const RedPicture picture(0, 0);
  CHECK(nightjar_error_status(failure([&](nightjar_error** out) {
                                nightjar_detections* found = nullptr;
                                return nightjar_model_detect(model.get(), &picture.picture, 1, 1, nullptr,
                                                             &found, out);
                              }).get()) == NIGHTJAR_USAGE);
  const auto detector = red_model();
  CHECK(nightjar_error_status(failure([&](nightjar_error** out) {
                                nightjar_scores* scores = nullptr;
                                return nightjar_model_classify(detector.get(), &picture.picture, 1, 1,
                                                               nullptr, &scores, out);
                              }).get()) == NIGHTJAR_USAGE);
}
