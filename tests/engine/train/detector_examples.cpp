// What is done to a picture is done to its truths: objects are found again where the example says they are.
#include <algorithm>
#include <cmath>

#include "engine/image/fit.h"
#include "engine/train/example.h"
#include "engine/train/example_boxes.h"
#include "engine/train/placement.h"
#include "tests/catch.h"
#include "tests/engine/train/drawn_set.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

constexpr Shape input{3, 96, 128};
constexpr Colour red{255, 0, 0}, green{0, 255, 0}, grey{100, 100, 100};

using Kept = std::vector<std::shared_ptr<const KeptPicture>>;

Kept kept(const std::vector<TrainingPicture>& pictures) {
  Kept all;
  for (const TrainingPicture& picture : pictures)
    all.push_back(std::make_shared<const KeptPicture>(with_mean(picture)));
  return all;
}

// The first example with this mix from number `from` on; moves `from` behind it.
Example example_of(const Kept& pictures, const Augmentation& augmentation, std::uint64_t& from, Mix mix,
                   int boxes = 10) {
  while (true) {
    Random random(11, from++);
    const Mixing mixing(augmentation, random);
    if (mixing.mix == mix) return make_detector_example(pictures, mixing, augmentation, random, input, boxes);
  }
}

float value_at(const Example& example, int c, int y, int x) {
  return example.picture[static_cast<std::size_t>((c * input.h + y) * input.w + x)];
}

// Red, or where `wanted` is 1 green, as no fill and no mixture with it is.
bool is_colour(const Example& example, int y, int x, std::size_t wanted) {
  const float its = value_at(example, static_cast<int>(wanted), y, x);
  return its > .75f && value_at(example, wanted == 0 ? 1 : 0, y, x) < .35f;
}

struct Found {
  int left = input.w, top = input.h, right = 0, bottom = 0, pixels = 0;
};

Found find(const Example& example, std::size_t colour, int left = 0, int top = 0, int right = input.w,
           int bottom = input.h) {
  Found found;
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      if (!is_colour(example, y, x, colour)) continue;
      found.left = std::min(found.left, x), found.right = std::max(found.right, x + 1);
      found.top = std::min(found.top, y), found.bottom = std::max(found.bottom, y + 1);
      ++found.pixels;
    }
  }
  return found;
}

// Whether the box has these edges, to within some pixels.
void check_place(const Detection& box, const Found& found) {
  constexpr float near = 2.5f;
  const auto w = static_cast<float>(input.w), h = static_cast<float>(input.h);
  CHECK(std::abs((box.x - box.w / 2) * w - static_cast<float>(found.left)) < near);
  CHECK(std::abs((box.x + box.w / 2) * w - static_cast<float>(found.right)) < near);
  CHECK(std::abs((box.y - box.h / 2) * h - static_cast<float>(found.top)) < near);
  CHECK(std::abs((box.y + box.h / 2) * h - static_cast<float>(found.bottom)) < near);
}

Augmentation far_moved() {
  Augmentation a;
  a.jitter = .45f, a.resize = 1.5f;
  a.flip_vertical = true;
  return a;
}

}  // namespace

TEST_CASE("Without changes an example is what the network is shown when it detects") {
  TrainingPicture drawn{plain_picture(50, 70, grey), {}};
  for (std::size_t i = 0; i < drawn.picture.pixels.size(); ++i)
    drawn.picture.pixels[i] = static_cast<std::uint8_t>(i * 37 % 256);
  Augmentation a;
  a.flip = false;
  std::uint64_t number = 0;
  const Example example = example_of(kept({drawn}), a, number, Mix::none);
  std::vector<float> fitted(example.picture.size());
  fit_image(drawn.picture, Fit::stretch, planar_tensor(fitted.data(), input), 0);
  CHECK(example.picture == fitted);
}

namespace {

// What becomes of two objects in many examples.
struct Fates {
  int gone = 0, beside = 0;
};

Fates follow_objects(const Augmentation& augmentation) {
  TrainingPicture drawn{plain_picture(160, 120, grey), {}};
  add_object(drawn, 20, 30, 60, 80, red, 3);
  add_object(drawn, 100, 70, 150, 110, green, 1);
  const Kept pictures = kept({drawn});
  Fates fates;
  std::uint64_t number = 0;
  while (number < 200) {
    const Example example = example_of(pictures, augmentation, number, Mix::none);
    const Boxes boxes = boxes_of(example);
    for (const auto& [colour, class_id] : {std::pair<std::size_t, int>{0, 3}, {1, 1}}) {
      const auto box = std::find_if(boxes.begin(), boxes.end(),
                                    [&](const Detection& b) { return b.classes[0].class_id == class_id; });
      const Found found = find(example, colour);
      INFO("example " << number << " class " << class_id);
      if (box == boxes.end()) {
        ++fates.gone;
        CHECK((found.pixels == 0 || found.right - found.left < 3 || found.bottom - found.top < 3));
      } else if (found.pixels > 0) {
        check_place(*box, found);
        CHECK(box->classes[0].probability == 1);
      }
    }
    fates.beside += find(example, 0).pixels == 0;
  }
  return fates;
}

}  // namespace

TEST_CASE("Boxes follow their objects through cuts, zooms and flips") {
  const Fates fates = follow_objects(far_moved());
  INFO(fates.gone << " boxes gone");
  CHECK((fates.gone > 5 && fates.gone < 200));
  CHECK(fates.beside < 100);
}

TEST_CASE("Boxes follow their objects through a zoom to anywhere") {
  Augmentation a;
  a.least_zoom = .6f, a.greatest_zoom = 2.5f, a.stretch = 1.3f;
  const Fates fates = follow_objects(a);
  INFO(fates.gone << " boxes gone");
  CHECK((fates.gone > 5 && fates.gone < 200));
  a.greatest_zoom = 1, a.stretch = 1;
  CHECK(follow_objects(a).gone == 0);  // the whole picture shows
}

TEST_CASE("A zoom's part lies within the picture, or the picture within it, as often near as far") {
  Augmentation a;
  a.least_zoom = .5f, a.greatest_zoom = 2, a.stretch = 1.2f;
  int nearer = 0;
  for (std::uint64_t number = 0; number < 1000; ++number) {
    Random random(3, number);
    const Placement placement = place_picture(a, PlacementShares(a, random), 200, 100, input);
    const FitArea::Rectangle& from = placement.from;
    INFO(from.left << ' ' << from.top << ' ' << from.width << ' ' << from.height);
    const float zoom = 200.f / static_cast<float>(from.width),
                other = 100.f / static_cast<float>(from.height);
    CHECK((std::abs(zoom / other - 1) < .25f && zoom * other > .24f && zoom * other < 4.1f));
    CHECK((from.left >= std::min(0, 200 - from.width) && from.left <= std::max(0, 200 - from.width)));
    CHECK((from.top >= std::min(0, 100 - from.height) && from.top <= std::max(0, 100 - from.height)));
    nearer += zoom * other > 1;
  }
  CHECK((nearer > 450 && nearer < 550));
}

TEST_CASE("Beside the picture lies its mean colour, or grey where it is letterboxed") {
  TrainingPicture drawn{plain_picture(100, 100, {200, 100, 50}), {}};
  Augmentation a;
  a.letter_box = true;
  std::uint64_t number = 0;
  const Example boxed = example_of(kept({drawn}), a, number, Mix::none);
  CHECK(value_at(boxed, 0, 50, 2) == .5f);
  CHECK(value_at(boxed, 0, 50, 60) == Approx(200. / 255));
  a.letter_box = false, a.resize = .5f;
  const Example zoomed = example_of(kept({drawn}), a, number, Mix::none);
  for (int c = 0; c < 3; ++c)
    CHECK(value_at(zoomed, c, 0, 0) == Approx((c == 0 ? 200 : c == 1 ? 100 : 50) / 255.));
}

TEST_CASE("A letterboxed picture keeps its ratio") {
  TrainingPicture drawn{plain_picture(100, 200, grey), {}};
  add_object(drawn, 30, 90, 70, 130, red);
  Augmentation a;
  a.letter_box = true;
  std::uint64_t number = 0;
  const Example example = example_of(kept({drawn}), a, number, Mix::none);
  const Found found = find(example, 0);
  CHECK(found.right - found.left == Approx(found.bottom - found.top).margin(2));
  check_place(boxes_of(example).at(0), found);
}

TEST_CASE("Mixed pictures are their mean, and their boxes count half") {
  TrainingPicture first{plain_picture(128, 96, {200, 0, 0}), {}},
      second{plain_picture(128, 96, {0, 100, 0}), {}};
  add_object(first, 10, 10, 40, 40, {200, 0, 0}, 0);
  add_object(second, 60, 20, 100, 70, {0, 100, 0}, 1);
  Augmentation a;
  a.flip = false;
  a.mix = Mix::mixup;
  std::uint64_t number = 0;
  const Example example = example_of(kept({first, second}), a, number, Mix::mixup);
  CHECK(value_at(example, 0, 20, 20) == Approx(100. / 255));
  CHECK(value_at(example, 1, 20, 20) == Approx(50. / 255));
  const Boxes boxes = boxes_of(example);
  REQUIRE(boxes.size() == 2);
  for (int i = 0; i < 2; ++i) {
    const ClassScore& its = boxes[static_cast<std::size_t>(i)].classes[0];
    CHECK(its.class_id == i);
    CHECK(its.probability == .5f);
  }
  CHECK(boxes_of(example_of(kept({first}), a, number, Mix::none)).at(0).classes[0].probability == 1);
}

TEST_CASE("A mosaic has four pictures around a point, with their objects cut off there") {
  std::vector<TrainingPicture> drawn;
  for (int i = 0; i < 4; ++i) {
    TrainingPicture& picture = drawn.emplace_back(TrainingPicture{plain_picture(160, 120, grey), {}});
    add_object(picture, 15, 15, 145, 105, i % 3 == 0 ? red : green, i);
  }
  Augmentation a = far_moved();
  a.mix = Mix::mosaic;
  int whole = 0;
  std::uint64_t number = 0;
  while (number < 100) {
    const Example example = example_of(kept(drawn), a, number, Mix::mosaic);
    const Boxes boxes = boxes_of(example);
    whole += boxes.size() == 4;
    for (const Detection& box : boxes) {
      const auto w = static_cast<float>(input.w), h = static_cast<float>(input.h);
      const int left = static_cast<int>((box.x - box.w / 2) * w + .5f),
                right = static_cast<int>((box.x + box.w / 2) * w + .5f),
                top = static_cast<int>((box.y - box.h / 2) * h + .5f),
                bottom = static_cast<int>((box.y + box.h / 2) * h + .5f);
      const std::size_t colour = box.classes[0].class_id % 3 == 0 ? 0 : 1;
      INFO("example " << number << " class " << box.classes[0].class_id);
      const Found found = find(example, colour, left, top, right, bottom);
      // All of the box but its edges has the object's colour.
      CHECK(found.pixels >= (right - left - 4) * (bottom - top - 4));
    }
  }
  CHECK(whole > 20);
}

TEST_CASE(
    "What is crowded, difficult or hardly visible is left out, and boxes end where there is room for no "
    "more") {
  TrainingPicture drawn{plain_picture(128, 96, grey), {}};
  for (int i = 0; i < 5; ++i) add_object(drawn, 20 * i, 10, 20 * i + 10, 50, red, i);
  drawn.truths[1].crowd = true;
  drawn.truths[3].difficult = true;
  Augmentation a;
  a.flip = false;
  std::uint64_t number = 0;
  const auto classes = [&](int boxes) {
    std::vector<int> all;
    for (const Detection& box : boxes_of(example_of(kept({drawn}), a, number, Mix::none, boxes)))
      all.push_back(box.classes[0].class_id);
    std::sort(all.begin(), all.end());
    return all;
  };
  CHECK(classes(10) == std::vector{0, 2, 4});
  CHECK(classes(2).size() == 2);
  drawn.truths[0].x -= .06f;  // more than a half of it lies beside the picture
  CHECK(classes(10).size() == 3);
  a.least_visible = .6f;
  CHECK(classes(10) == std::vector{2, 4});
}

TEST_CASE("Blur leaves objects sharp where it is the background's, and noise is as strong as it says") {
  TrainingPicture drawn{plain_picture(128, 96, grey), {}};
  for (int x = 0; x < 128; x += 2) add_object(drawn, x, 0, x + 1, 96, {250, 250, 250});
  drawn.truths.clear();
  add_object(drawn, 40, 30, 80, 60, red);
  Augmentation a;
  a.flip = false;
  a.blur = 1;
  int blurred = 0;
  std::uint64_t number = 0;
  while (number < 30) {
    const Example example = example_of(kept({drawn}), a, number, Mix::none);
    blurred += std::abs(value_at(example, 1, 10, 20) - value_at(example, 1, 10, 21)) < .1f;
    const Found found = find(example, 0);
    CHECK((found.left == 40 && found.right == 80 && found.top == 30 && found.bottom == 60));
  }
  CHECK((blurred > 10 && blurred < 28));

  a.blur = 0, a.noise = .1f;
  double squares = 0;
  const Kept plain = kept({{plain_picture(128, 96, {128, 128, 128}), {}}});
  do {
    squares = 0;
    for (const float value : example_of(plain, a, number, Mix::none).picture)
      squares += std::pow(double{value} - 128. / 255, 2);
  } while (squares < 1);
  CHECK(std::sqrt(squares / static_cast<double>(input.size())) == Approx(.1).epsilon(.02));
}
