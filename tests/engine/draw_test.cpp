// What can be said of a drawn picture without looking at it.
#include "engine/image/draw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <thread>

#include "engine/image/canvas.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

const DrawOptions own_letters{Typeface::own()};  // the same on every machine

Image grey_picture(int width, int height, int channels = 3) {
  return {width, height, channels, std::vector<std::uint8_t>(std::size_t(width) * height * channels, 128)};
}

std::array<int, 3> pixel(const Image& picture, int x, int y) {
  const std::uint8_t* p = &picture.pixels[(std::size_t(y) * picture.width + x) * picture.channels];
  return {p[0], p[1], p[2]};
}

// Pixels that are not as grey_picture made them, inside of a rectangle.
int painted(const Image& picture, Rect rect) {
  int count = 0;
  for (int y = rect.top; y < rect.bottom; ++y) {
    for (int x = rect.left; x < rect.right; ++x) count += pixel(picture, x, y) != std::array{128, 128, 128};
  }
  return count;
}

Detection box(float x, float y, float w, float h, int class_id = 0, float probability = .9f) {
  return {x, y, w, h, 1, {{class_id, probability}}};
}

const std::vector<std::string> names{"cat", "dog", "dont_show"};

}  // namespace

TEST_CASE("A frame lies on the edges of its box, the tag above it, and nothing inside") {
  Image picture = grey_picture(400, 400);
  draw_boxes(picture, {box(.5f, .5f, .5f, .5f)}, names, own_letters);
  const auto colour = pixel(picture, 200, 100);
  CHECK(colour != std::array{128, 128, 128});
  CHECK(pixel(picture, 99, 200) == colour);
  CHECK(pixel(picture, 300, 200) == colour);
  CHECK(pixel(picture, 200, 300) == colour);
  CHECK(painted(picture, {110, 110, 290, 290}) == 0);
  CHECK(painted(picture, {100, 84, 150, 98}) == 50 * 14);
  CHECK(painted(picture, {0, 0, 400, 70}) == 0);
}

TEST_CASE("A name stands out from its tag, whatever the colour of its class") {
  const auto luminance = [](const std::array<int, 3>& c) -> double {
    return Colour{static_cast<std::uint8_t>(c[0]), static_cast<std::uint8_t>(c[1]),
                  static_cast<std::uint8_t>(c[2])}
        .luminance();
  };
  for (int class_id = 0; class_id < 60; ++class_id) {
    Image picture = grey_picture(400, 400);
    draw_boxes(picture, {box(.5f, .5f, .5f, .5f, class_id)}, {}, own_letters);
    const double tag = luminance(pixel(picture, 200, 100));
    double most = 0;
    for (int y = 84; y < 98; ++y)
      for (int x = 100; x < 150; ++x) most = std::max(most, std::abs(luminance(pixel(picture, x, y)) - tag));
    INFO("class " << class_id << ", luminance " << tag);
    CHECK(most >= 120);  // of at most 128 where black or white is as far away as it can be
  }
}

TEST_CASE("A class has one colour, neighbours different ones") {
  std::vector<std::array<int, 3>> colours;
  for (const int class_id : {0, 1, 0}) {
    Image picture = grey_picture(400, 400);
    draw_boxes(picture, {box(.5f, .5f, .5f, .5f, class_id)}, names, own_letters);
    colours.push_back(pixel(picture, 300, 200));
  }
  CHECK(colours[0] == colours[2]);
  CHECK(colours[0] != colours[1]);
}

TEST_CASE("Tags of boxes on the same place do not hide each other") {
  // A tag is one colour apart from its text; count pixels of each class's pure colour in two pictures.
  const auto tag_area = [](const Boxes& boxes, const std::array<int, 3>& colour) {
    Image picture = grey_picture(600, 600);
    draw_boxes(picture, boxes, names, own_letters);
    int count = 0;
    for (int y = 0; y < 600; ++y) {
      for (int x = 0; x < 600; ++x) count += pixel(picture, x, y) == colour;
    }
    return count;
  };
  const Detection cat = box(.5f, .5f, .4f, .4f, 0, .9f), dog = box(.5f, .5f, .4f, .4f, 1, .8f);
  Image alone = grey_picture(600, 600);
  draw_boxes(alone, {dog}, names, own_letters);
  const auto dog_colour = pixel(alone, 420, 300);
  // The cat's frame lies on the dog's: what remains of the dog's colour is its whole tag.
  const int frame_area = 2 * (243 + 237) * 3;
  CHECK(tag_area({cat, dog}, dog_colour) > (tag_area({dog}, dog_colour) - frame_area) * 9 / 10);
}

TEST_CASE("Where every place hides a tag, the surest is seen") {
  // A picture as high as a tag has room for two: the third would hide all of one or all of the other.
  const int width = 2400, height = 15;
  const auto colours_of = [&](const std::vector<int>& classes) {
    Image picture = grey_picture(width, height);
    Boxes boxes;
    for (const int class_id : classes) boxes.push_back(box(.5f, .5f, 1, 1, class_id));
    draw_boxes(picture, boxes, {"aa", "aa", "aa"}, own_letters);
    return std::pair(pixel(picture, 2, height / 2), pixel(picture, width - 3, height / 2));
  };
  const auto colour = [&](int class_id) { return colours_of({class_id}).first; };
  CHECK(colours_of({1, 0}) == std::pair(colour(0), colour(1)));  // of equals the last comes first
  CHECK(colours_of({2, 1, 0}) == std::pair(colour(0), colour(1)));
}

TEST_CASE("Any box may be drawn on any picture") {
  const float most = std::numeric_limits<float>::infinity();
  const Boxes boxes{box(0, 0, .5f, .5f),         box(1, 1, .5f, .5f),
                    box(.5f, .5f, 3, 3),         box(5, 5, .1f, .1f),
                    box(.5f, .5f, 0, 0),         box(.5f, .5f, most, 1),
                    box(-most, 0, 1, 1),         box(.5f, .5f, 1e30f, 1e30f),
                    box(.5f, .5f, .1f, .1f, 99), box(.3f, .3f, .3f, .3f, 1, 1.f)};
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 300}, {300, 1}, {7, 5}, {320, 240}}) {
    for (const int channels : {1, 3}) {
      Image picture = grey_picture(width, height, channels);
      draw_boxes(picture, boxes, names, own_letters);
      CHECK(picture.pixels.size() == std::size_t(width) * height * channels);
    }
  }
}

TEST_CASE("A box over the edge stays closed, with its tag in the picture") {
  Image picture = grey_picture(400, 400);
  draw_boxes(picture, {box(0, 0, .5f, .5f)}, names, own_letters);
  CHECK(painted(picture, {0, 0, 100, 1}) == 100);
  CHECK(painted(picture, {0, 0, 1, 100}) == 100);
  CHECK(painted(picture, {4, 4, 96, 96}) == 0);  // a small object is left to be seen
  CHECK(painted(picture, {10, 102, 40, 114}) == 30 * 12);
  picture = grey_picture(400, 400);
  draw_boxes(picture, {box(0, 0, 1, 1)}, names, own_letters);
  CHECK(painted(picture, {10, 4, 40, 14}) == 30 * 10);  // of a large one little is hidden
}

TEST_CASE("Classes that are not to be shown are not drawn") {
  Image picture = grey_picture(100, 100);
  draw_boxes(picture, {box(.5f, .5f, .5f, .5f, 2)}, names, own_letters);
  CHECK(painted(picture, {0, 0, 100, 100}) == 0);
}

TEST_CASE("Small boxes have thin frames and small tags") {
  const auto drawn = [](float side) {
    Image picture = grey_picture(1000, 1000);
    draw_boxes(picture, {box(.5f, .5f, side, side)}, names, own_letters);
    const int edge = static_cast<int>(1000 * (.5f - side / 2));
    int frame = 0, tag = 0;
    while (pixel(picture, edge + 2, edge + frame) != std::array{128, 128, 128}) ++frame;  // down through it
    while (pixel(picture, edge + 2, edge - 8 - tag) != std::array{128, 128, 128}) ++tag;
    return std::pair(frame, tag);
  };
  const auto [large_frame, large_tag] = drawn(.5f);
  const auto [small_frame, small_tag] = drawn(.02f);
  CHECK(large_frame > small_frame);
  CHECK(small_tag > 8);
  CHECK(large_tag > 3 * small_tag / 2);
}

// Boxes of `side` pixels, so many pixels from each other's left edges and tops, on a picture of stripes one
// pixel wide.
struct Crowd {
  static constexpr int size = 480;
  Image picture{size, size, 3, {}};
  Boxes boxes;
  std::vector<Rect> objects;  // what lies inside of the frames

  Crowd(int side, int across, int down) {
    for (int i = 0; i < size * size; ++i) picture.pixels.insert(picture.pixels.end(), 3, i % 2 ? 200 : 60);
    for (int y = down; y + side + down <= size; y += down) {
      for (int x = across; x + side + across <= size; x += across) {
        const auto part = [](float pixels) { return pixels / size; };
        const float half = static_cast<float>(side) / 2;
        boxes.push_back(box(part(static_cast<float>(x) + half), part(static_cast<float>(y) + half),
                            part(static_cast<float>(side)), part(static_cast<float>(side)), (x + y) % 2,
                            .9f - .0001f * static_cast<float>(boxes.size())));
        objects.push_back(Rect{x, y, x + side, y + side}.grown(-3));
      }
    }
    draw_boxes(picture, boxes, names, own_letters);
  }

  // Of the objects' pixels, the part in which the stripes differ by `contrast` at least.
  double seen(int contrast) const {
    double all = 0, shown = 0;
    for (const Rect& object : objects) {
      for (int y = object.top; y < object.bottom; ++y) {
        for (int x = object.left; x + 1 < object.right; ++x, ++all) {
          const int difference = pixel(picture, x, y)[0] - pixel(picture, x + 1, y)[0];
          shown += difference * (x % 2 == size % 2 ? -1 : 1) >= contrast || std::abs(difference) >= contrast;
        }
      }
    }
    return shown / all;
  }
};

TEST_CASE("Where there is room beside small objects, no tag hides one") {
  CHECK(Crowd(24, 76, 76).seen(140) == 1);
  CHECK(Crowd(24, 120, 30).seen(140) == 1);  // above each lies another
  CHECK(Crowd(12, 120, 14).seen(140) == 1);
}

TEST_CASE("Where there is no room, small objects show through the tags") {
  const Crowd crowd(30, 34, 34);
  CHECK(crowd.seen(140) < .9);  // tags lie on them,
  CHECK(crowd.seen(60) > .8);   // and little but their letters hides what is beneath
}

TEST_CASE("A tag some way from its box is tied to it") {
  // A pile as wide as the picture: the tag of the box in its middle lies above or below it.
  Image picture = grey_picture(80, 400);
  Boxes pile;
  for (int i = -2; i <= 2; ++i)
    pile.push_back(box(.5f, .5f + .04f * static_cast<float>(i), .95f, .04f, 0, .5f));
  pile[2].classes = {{1, .9f}};
  draw_boxes(picture, pile, names, own_letters);
  const auto dog = pixel(picture, 20, 192),
             cat = pixel(picture, 20, 160);  // on the upper edges of two frames
  CHECK(dog != cat);
  const auto crosses = [&](int y) {
    int count = 0;
    for (int x = 0; x < 80; ++x) count += pixel(picture, x, y) == dog;
    return count == 1 || count == 2;
  };
  CHECK(crosses(184) != crosses(216));  // in the middle of the boxes above and below
}

TEST_CASE("Pictures that are drawn at the same time are as if they were drawn one by one") {
  const auto scene = [](int i) {
    Image picture = grey_picture(200 + 40 * (i % 4), 160 + 30 * (i % 3));
    const auto at = [&](int j) { return .2f + .06f * static_cast<float>((i + 3 * j) % 11); };
    return std::pair(std::move(picture), Boxes{box(at(0), at(1), .2f, .3f), box(at(2), at(3), .4f, .1f, 1),
                                               box(at(4), at(5), .05f, .05f)});
  };
  const std::vector<std::string> words{"a\xcc\x81\xd0\xb9 cat", "\xce\xb1 dog"};
  constexpr int pictures = 48, threads = 8;
  const DrawOptions shared{Typeface::own()}, alone{Typeface::own()};
  std::vector<Image> together(pictures), one_by_one;
  for (int i = 0; i < pictures; ++i) {
    auto [picture, boxes] = scene(i);
    draw_boxes(picture, boxes, words, alone);
    one_by_one.push_back(std::move(picture));
  }
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      for (int i = t; i < pictures; i += threads) {
        auto [picture, boxes] = scene(i);
        draw_boxes(picture, boxes, words, shared);
        together[static_cast<std::size_t>(i)] = std::move(picture);
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (std::size_t i = 0; i < pictures; ++i) CHECK(together[i].pixels == one_by_one[i].pixels);
}
