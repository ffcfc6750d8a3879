// A classifier's pictures, and the shares of their classes.
#include <algorithm>
#include <numeric>

#include "engine/train/example.h"
#include "tests/catch.h"
#include "tests/engine/train/drawn_set.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

constexpr Shape input{3, 40, 40};

// Picture i is of class i, and all of brightness 60 i + 10.
std::vector<std::shared_ptr<const KeptPicture>> pictures_of_classes(int count) {
  std::vector<std::shared_ptr<const KeptPicture>> all;
  for (int i = 0; i < count; ++i) {
    const auto bright = static_cast<std::uint8_t>(60 * i + 10);
    TrainingPicture drawn{plain_picture(90, 70, {bright, bright, bright}), {}};
    Truth truth;
    truth.class_id = i;
    drawn.truths.push_back(truth);
    all.push_back(std::make_shared<const KeptPicture>(with_mean(drawn)));
  }
  return all;
}

Augmentation of_classifier(Mix mix) {
  Augmentation a;
  a.classifies = true;
  a.mix = mix;
  return a;
}

// The first example from number `from` on that is so mixed.
Example example_of(int pictures, const Augmentation& augmentation, std::uint64_t& from, Mix mix) {
  while (true) {
    Random random(5, from++);
    const Mixing mixing(augmentation, random);
    if (mixing.mix == mix)
      return make_classifier_example(pictures_of_classes(pictures), mixing, augmentation, random, input, 4);
  }
}

// How much of the picture has class i's brightness.
std::vector<float> shares_seen(const Example& example) {
  std::vector<float> shares(4);
  for (const float value : example.picture) {
    for (int i = 0; i < 4; ++i)
      shares[static_cast<std::size_t>(i)] += std::abs(value * 255 - static_cast<float>(60 * i + 10)) < 1;
  }
  for (float& share : shares) share /= static_cast<float>(input.size());
  return shares;
}

void check_near(const std::vector<float>& found, const std::vector<float>& wanted) {
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) CHECK(found[i] == Approx(wanted[i]).margin(1e-5));
}

}  // namespace

TEST_CASE("A picture of one class says so, smoothed where that is asked for") {
  std::uint64_t number = 0;
  Augmentation a = of_classifier(Mix::none);
  check_near(example_of(1, a, number, Mix::none).truth, {1, 0, 0, 0});
  a.label_smooth_eps = .3f;
  check_near(example_of(1, a, number, Mix::none).truth, {.7f, .1f, .1f, .1f});
}

TEST_CASE("Classes have the shares that can be seen of them") {
  for (const auto& [mix, pictures] : {std::pair{Mix::cutmix, 2}, {Mix::mosaic, 4}}) {
    std::uint64_t number = 0;
    for (int i = 0; i < 10; ++i) {
      const Example example = example_of(pictures, of_classifier(mix), number, mix);
      check_near(example.truth, shares_seen(example));
    }
  }
}

TEST_CASE("Two classes in one picture have a half each") {
  std::uint64_t number = 0;
  const Example example = example_of(2, of_classifier(Mix::mixup), number, Mix::mixup);
  check_near(example.truth, {.5f, .5f, 0, 0});
  CHECK(example.picture[0] * 255 == Approx(40));
}

TEST_CASE("A square that is not turned, as wide as the picture, is the picture") {
  TrainingPicture drawn{plain_picture(40, 40, {0, 0, 0}), {}};
  for (std::size_t i = 0; i < drawn.picture.pixels.size(); ++i)
    drawn.picture.pixels[i] = static_cast<std::uint8_t>(i * 11 % 251);
  const auto kept = std::make_shared<const KeptPicture>(with_mean(drawn));
  Augmentation a = of_classifier(Mix::none);
  a.greatest_side = 1;
  const auto shown = [&](bool flip) {
    a.flip = flip;
    Random random(1, 4);
    const Mixing mixing(a, random);
    return make_classifier_example({&kept, 1}, mixing, a, random, input, 4).picture;
  };
  const std::vector<float> straight = shown(false);
  for (std::size_t i = 0; i < 1600; ++i)
    CHECK(straight[i] == Approx(drawn.picture.pixels[3 * i] / 255.).margin(1e-6));
}

TEST_CASE("Beyond the edges of a turned picture it is black") {
  Augmentation a = of_classifier(Mix::none);
  a.angle = 45, a.greatest_side = 1;
  int black = 0;
  for (std::uint64_t number = 0; number < 10;) black += example_of(1, a, number, Mix::none).picture[0] == 0;
  CHECK(black > 2);
}
