// Many pictures through a model: the same boxes as one by one, in order, whatever fails on the way.
#include "engine/stream.h"

#include <atomic>
#include <new>
#include <numeric>
#include <set>
#include <thread>

#include "tests/catch.h"
#include "tests/engine/text_model.h"

using namespace nightjar;
using nightjar::testing::TextModel;

namespace {

const std::string cfg =
    "[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\nstride=2\npad=1\n"
    "activation=leaky\n[convolutional]\nfilters=14\nsize=1\nstride=4\nactivation=linear\n"
    "[yolo]\nmask=0,1\nanchors=8,8,16,16\nclasses=2\nnum=2\n";

DetectOptions all_boxes() {
  DetectOptions options;
  options.threshold = 2e-4f;  // made-up weights are unsure
  return options;
}

Image picture(int number) {
  Image image{24 + number % 5, 20 + number % 7, 3, {}};
  for (int i = 0; i < image.width * image.height * 3; ++i)
    image.pixels.push_back(static_cast<std::uint8_t>(i * (number + 3) + number));
  return image;
}

bool equal(const Boxes& a, const Boxes& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Detection& p, const Detection& q) {
    return p.x == q.x && p.y == q.y && p.w == q.w && p.h == q.h && p.classes.size() == q.classes.size() &&
           p.classes[0].probability == q.classes[0].probability;
  });
}

// What the pictures of a stream do and see.
struct Scene {
  std::set<int> unreadable;
  int bad_finish = -1, bad_delivery = -1, no_memory = -1;
  std::atomic<int> loaded{0}, finished{0};
  std::vector<int> delivered, skipped;  // in order
  std::vector<Boxes> boxes;
  int most_ahead = 0;
};

class Numbered : public StreamedPicture {
 public:
  Numbered(int number, Scene& scene) : number_(number), scene_(scene) {}
  Result<Image> load() override {
    ++scene_.loaded;
    if (number_ == scene_.no_memory) throw std::bad_alloc();
    if (scene_.unreadable.contains(number_))
      return Error{Failure::malformed, "picture " + std::to_string(number_)};
    if (number_ % 3 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));  // it is overtaken
    return picture(number_);
  }
  Result<void> finish(Detected detected) override {
    ++scene_.finished;
    if (number_ == scene_.bad_finish) return Error{Failure::cannot_write, "finish"};
    detected_ = std::move(detected);
    return {};
  }
  Result<void> deliver() override {
    scene_.most_ahead =
        std::max(scene_.most_ahead, scene_.loaded - static_cast<int>(scene_.delivered.size()));
    if (number_ == scene_.bad_delivery) return Error{Failure::cannot_write, "deliver"};
    CHECK(detected_.picture.width == picture(number_).width);
    scene_.delivered.push_back(number_);
    scene_.boxes.push_back(detected_.boxes);
    return {};
  }
  Result<void> skip(const Error& error) override {
    CHECK(error.message == "picture " + std::to_string(number_));
    scene_.skipped.push_back(number_);
    return {};
  }

 private:
  int number_;
  Scene& scene_;
  Detected detected_;
};

Result<void> run(const Model& model, Scene& scene, int pictures, const StreamOptions& options) {
  const auto next = [&, number = 0]() mutable -> std::unique_ptr<StreamedPicture> {
    if (number == pictures) return nullptr;
    return std::make_unique<Numbered>(number++, scene);
  };
  return model.detect_all(PictureSource(next), all_boxes(), options);
}

}  // namespace

TEST_CASE("a stream finds what is found one by one, in order, with any threads and batch") {
  const TextModel model(cfg);
  constexpr int pictures = 40;
  std::vector<Boxes> expected;
  std::size_t found = 0;
  for (int i = 0; i < pictures; ++i) {
    expected.push_back(*model->detect(picture(i), all_boxes()));
    found += expected.back().size();
  }
  REQUIRE(found > 0);
  for (const StreamOptions options :
       {StreamOptions{1, 1, 0}, {2, 1, 0}, {5, 1, 0}, {1, 4, 0}, {3, 7, 0}, {4, 1, 1}, {2, 64, 0}}) {
    INFO(options.threads << " threads, batch " << options.batch);
    Scene scene;
    REQUIRE(run(*model, scene, pictures, options));
    REQUIRE(scene.delivered.size() == pictures);
    for (int i = 0; i < pictures; ++i) {
      CHECK(scene.delivered[static_cast<std::size_t>(i)] == i);
      CHECK(equal(scene.boxes[static_cast<std::size_t>(i)], expected[static_cast<std::size_t>(i)]));
    }
    CHECK(scene.most_ahead <= (options.ahead ? options.ahead : options.threads * (1 + options.batch)));
  }
}

TEST_CASE("pictures are no sequence: a network that remembers forgets between them") {
  std::string remembering = cfg;
  remembering.insert(remembering.find("[convolutional]"), "[history]\nhistory_size=2\n");
  const TextModel model(remembering);
  REQUIRE(model->has_state());
  std::vector<Boxes> expected;
  for (int i = 0; i < 12; ++i) expected.push_back(*model->detect(picture(i), all_boxes()));
  Scene scene;
  REQUIRE(run(*model, scene, 12, {.threads = 1}));
  CHECK(std::equal(scene.boxes.begin(), scene.boxes.end(), expected.begin(), expected.end(), equal));
}

TEST_CASE("no pictures, and one") {
  const TextModel model(cfg);
  for (const int pictures : {0, 1}) {
    Scene scene;
    CHECK(run(*model, scene, pictures, {.threads = 3}));
    CHECK(scene.delivered.size() == static_cast<std::size_t>(pictures));
  }
}

TEST_CASE("pictures that cannot be read are skipped in their place") {
  const TextModel model(cfg);
  Scene scene;
  scene.unreadable = {0, 5, 6, 19};
  REQUIRE(run(*model, scene, 20, {.threads = 3, .batch = 2}));
  CHECK(scene.skipped == std::vector<int>{0, 5, 6, 19});
  CHECK(scene.delivered.size() == 16);
  CHECK(std::is_sorted(scene.delivered.begin(), scene.delivered.end()));
}

TEST_CASE("what cannot be written ends the stream after all that came before it") {
  const TextModel model(cfg);
  for (const int threads : {1, 3}) {
    Scene finish;
    finish.bad_finish = 10;
    const auto unfinished = run(*model, finish, 1000, {.threads = threads});
    REQUIRE_FALSE(unfinished);
    CHECK(unfinished.error().message == "finish");
    CHECK(finish.delivered.size() == 10);
    CHECK(finish.loaded < 100);

    Scene delivery;
    delivery.bad_delivery = 10;
    const auto undelivered = run(*model, delivery, 1000, {.threads = threads});
    REQUIRE_FALSE(undelivered);
    CHECK(undelivered.error().message == "deliver");
    CHECK(delivery.delivered.size() == 10);
  }
}

TEST_CASE("a thread without memory ends the stream with an error") {
  const TextModel model(cfg);
  Scene scene;
  scene.no_memory = 7;
  const auto done = run(*model, scene, 1000, {.threads = 3});
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == Failure::too_large);
}

TEST_CASE("frames that are there already") {
  const TextModel model(cfg);
  int given = 0, taken = 0;
  const auto next = [&]() -> std::optional<Image> {
    return given == 25 ? std::nullopt : std::optional(picture(given++));
  };
  const auto done = [&](Detected detected) -> Result<void> {
    CHECK(detected.picture.pixels == picture(taken).pixels);
    CHECK(equal(detected.boxes, *model->detect(picture(taken), all_boxes())));
    if (++taken == 20) return Error{Failure::usage, "enough"};
    return {};
  };
  const auto end = model->detect_all(next, done, all_boxes(), {.threads = 2});
  REQUIRE_FALSE(end);
  CHECK(end.error().message == "enough");
  CHECK(taken == 20);
  CHECK_FALSE(model->detect_all(next, done, {}, {.batch = 0}));
}

namespace {

class Shown : public StreamedPicture {
 public:
  Shown(int number, std::vector<std::vector<float>>& scores) : number_(number), scores_(scores) {}
  Result<Image> load() override { return picture(number_); }
  Result<void> finish(Detected detected) override {
    CHECK(detected.boxes.empty());
    CHECK(detected.picture.pixels == picture(number_).pixels);
    scores_of_it_ = std::move(detected.scores);
    return {};
  }
  Result<void> deliver() override {
    scores_.push_back(std::move(scores_of_it_));
    return {};
  }
  Result<void> skip(const Error& error) override { return error; }

 private:
  int number_;
  std::vector<std::vector<float>>& scores_;
  std::vector<float> scores_of_it_;
};

}  // namespace

TEST_CASE("a classifier's stream says what is said one by one") {
  const TextModel model(
      "[net]\nwidth=16\nheight=12\nchannels=3\n[convolutional]\nfilters=5\nsize=3\npad=1\nactivation=leaky\n"
      "[avgpool]\n[softmax]\n[cost]\n");
  CHECK(model->output() == Shape{5, 1, 1});
  CHECK_FALSE(model->has_class_tree());
  constexpr int pictures = 20;
  for (const Fit fit : {Fit::crop, Fit::square, Fit::letterbox}) {
    std::vector<std::vector<float>> expected;
    for (int i = 0; i < pictures; ++i) {
      expected.push_back(*model->classify(picture(i), {.fit = fit}));
      CHECK(std::accumulate(expected.back().begin(), expected.back().end(), 0.) == Approx(1));
    }
    CHECK(expected[0] != expected[1]);
    for (const StreamOptions options : {StreamOptions{1, 1, 0}, {3, 1, 0}, {2, 6, 0}}) {
      std::vector<std::vector<float>> scores;
      const auto next = [&, number = 0]() mutable -> std::unique_ptr<StreamedPicture> {
        if (number == pictures) return nullptr;
        return std::make_unique<Shown>(number++, scores);
      };
      REQUIRE(model->classify_all(next, {.fit = fit}, options));
      CHECK(scores == expected);
    }
  }
}

TEST_CASE("who finds boxes classifies nothing") {
  const TextModel model(cfg);
  const auto scores = model->classify(picture(1));
  REQUIRE_FALSE(scores);
  CHECK(scores.error().kind == Failure::usage);
}

TEST_CASE("boxes are chosen by class and number, and carry names") {
  const TextModel model(cfg);
  const Boxes all = *model->detect(picture(1), all_boxes());
  REQUIRE(all.size() > 2);
  DetectOptions options = all_boxes();
  options.classes = {1};
  const Boxes of_a_class = *model->detect(picture(1), options);
  CHECK(!of_a_class.empty());
  for (const Detection& box : of_a_class)
    for (const ClassScore& score : box.classes) CHECK(score.class_id == 1);
  options = all_boxes();
  options.max_detections = 2;
  const Boxes best = *model->detect(picture(1), options);
  REQUIRE(best.size() == 2);
  int better = 0;  // than the worse of the two
  const float worse = std::min(best[0].classes[0].probability, best[1].classes[0].probability);
  for (const Detection& box : all) better += box.classes[0].probability > worse;
  CHECK(better <= 1);
  options = all_boxes();
  options.agnostic_nms = true;
  options.nms = .1f;
  DetectOptions by_class = all_boxes();
  by_class.nms = .1f;
  CHECK(model->detect(picture(1), options)->size() < model->detect(picture(1), by_class)->size());
}
