// What can be said of a drawn picture without looking at it, and that encoded files are what they claim to
// be.
#include "engine/image/draw.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "engine/image/canvas.h"
#include "engine/image/font.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

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
  draw_boxes(picture, {box(.5f, .5f, .5f, .5f)}, names);
  const auto colour = pixel(picture, 200, 100);
  CHECK(colour != std::array{128, 128, 128});
  CHECK(pixel(picture, 99, 200) == colour);
  CHECK(pixel(picture, 300, 200) == colour);
  CHECK(pixel(picture, 200, 300) == colour);
  CHECK(painted(picture, {110, 110, 290, 290}) == 0);
  CHECK(painted(picture, {100, 84, 150, 98}) == 50 * 14);
  CHECK(painted(picture, {0, 0, 400, 70}) == 0);
}

TEST_CASE("A class has one colour, neighbours different ones") {
  std::vector<std::array<int, 3>> colours;
  for (const int class_id : {0, 1, 0}) {
    Image picture = grey_picture(400, 400);
    draw_boxes(picture, {box(.5f, .5f, .5f, .5f, class_id)}, names);
    colours.push_back(pixel(picture, 300, 200));
  }
  CHECK(colours[0] == colours[2]);
  CHECK(colours[0] != colours[1]);
}

TEST_CASE("Tags of boxes on the same place do not hide each other") {
  // A tag is one colour apart from its text; count pixels of each class's pure colour in two pictures.
  const auto tag_area = [](const Boxes& boxes, const std::array<int, 3>& colour) {
    Image picture = grey_picture(600, 600);
    draw_boxes(picture, boxes, names);
    int count = 0;
    for (int y = 0; y < 600; ++y) {
      for (int x = 0; x < 600; ++x) count += pixel(picture, x, y) == colour;
    }
    return count;
  };
  const Detection cat = box(.5f, .5f, .4f, .4f, 0, .9f), dog = box(.5f, .5f, .4f, .4f, 1, .8f);
  Image alone = grey_picture(600, 600);
  draw_boxes(alone, {dog}, names);
  const auto dog_colour = pixel(alone, 420, 300);
  // The cat's frame lies on the dog's: what remains of the dog's colour is its whole tag.
  const int frame_area = 2 * (243 + 237) * 3;
  CHECK(tag_area({cat, dog}, dog_colour) > (tag_area({dog}, dog_colour) - frame_area) * 9 / 10);
}

TEST_CASE("Where every place hides as much, a tag takes the first") {
  // A picture as high as a tag has room for two: the third hides all of one or all of the other.
  const int width = 300, height = static_cast<int>(std::lround(cap_height * .75f)) + 2 * 3 + 1;
  const auto colours_of = [&](const std::vector<int>& classes) {
    Image picture = grey_picture(width, height);
    Boxes boxes;
    for (const int class_id : classes) boxes.push_back(box(.5f, .5f, 1, 1, class_id));
    draw_boxes(picture, boxes, {"aa", "aa", "aa"});
    return std::pair(pixel(picture, 2, height / 2), pixel(picture, width - 3, height / 2));
  };
  const auto colour = [&](int class_id) { return colours_of({class_id}).first; };
  CHECK(colours_of({1, 0}) == std::pair(colour(0), colour(1)));  // of equals the last comes first
  CHECK(colours_of({2, 1, 0}) == std::pair(colour(2), colour(1)));
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
      draw_boxes(picture, boxes, names);
      CHECK(picture.pixels.size() == std::size_t(width) * height * channels);
    }
  }
}

TEST_CASE("A box over the edge stays closed, with its tag inside") {
  Image picture = grey_picture(400, 400);
  draw_boxes(picture, {box(0, 0, .5f, .5f)}, names);
  CHECK(painted(picture, {0, 0, 100, 1}) == 100);
  CHECK(painted(picture, {0, 0, 1, 100}) == 100);
  CHECK(painted(picture, {10, 4, 40, 14}) == 30 * 10);
}

TEST_CASE("Classes that are not to be shown are not drawn") {
  Image picture = grey_picture(100, 100);
  draw_boxes(picture, {box(.5f, .5f, .5f, .5f, 2)}, names);
  CHECK(painted(picture, {0, 0, 100, 100}) == 0);
}

TEST_CASE("Every printable character has a shape of its own, inside the line") {
  std::vector<std::vector<float>> shapes;
  for (char c = '!'; c <= '~'; ++c) {
    const auto glyphs = set_text(std::string(1, c));
    REQUIRE(glyphs.size() == 1);
    CHECK(!glyphs[0]->segments.empty());
    std::vector<float> shape;
    for (const Segment& s : glyphs[0]->segments) {
      shape.insert(shape.end(), {s.x0, s.y0, s.x1, s.y1});
      CHECK(std::min({s.x0, s.x1, s.y0, s.y1}) >= 0);
      CHECK(std::max(s.x0, s.x1) <= glyphs[0]->width);
      CHECK(std::max(s.y0, s.y1) <= cap_height + descent);
    }
    CHECK(std::find(shapes.begin(), shapes.end(), shape) == shapes.end());
    shapes.push_back(shape);
  }
  CHECK(set_text(" ")[0]->segments.empty());
}

TEST_CASE("Text is set a character at a time, also where it is no ASCII") {
  CHECK(set_text("").empty());
  CHECK(set_text("caf\xc3\xa9").size() == 4);
  CHECK(set_text("\xff\xfe\x1b").size() == 3);
  CHECK(set_text("\xc3\xa9")[0] == set_text("\x07")[0]);
  CHECK(text_width("ii", 1) < text_width("mm", 1));
  CHECK(text_width("", 1) == 0);
}

TEST_CASE("The extension decides the format") {
  const Image picture = grey_picture(5, 4, GENERATE(1, 3));
  const auto begins = [&](const char* file, const char* magic) {
    const std::string bytes = encode_image(picture, file);
    return bytes.size() > 50 && bytes.starts_with(magic);
  };
  CHECK(begins("a.png", "\x89PNG\r\n\x1a\n"));
  CHECK(begins("a.jpg", "\xff\xd8\xff"));
  CHECK(begins("a.b/c.JPEG", "\xff\xd8\xff"));
  CHECK(begins("a.bmp", "BM"));
  CHECK(begins("a", "\x89PNG"));
  CHECK(begins("a.gif", "\x89PNG"));
}

TEST_CASE("A file holds the pixels it was made from") {
  // A PNG says size and colour type in front; BMP rows are easier to read back, bottom row first, blue first.
  Image picture = grey_picture(4, 2);
  picture.pixels[0] = 10, picture.pixels[1] = 20, picture.pixels[2] = 30;
  const std::string bmp = encode_image(picture, "x.bmp");
  const auto byte = [&](std::size_t i) { return static_cast<int>(static_cast<unsigned char>(bmp[i])); };
  const std::size_t first = byte(10), top_row = first + 12;
  CHECK(std::array{byte(top_row), byte(top_row + 1), byte(top_row + 2)} == std::array{30, 20, 10});
  const std::string png = encode_image(picture, "x.png");
  CHECK(png.substr(12, 14) == std::string("IHDR\0\0\0\4\0\0\0\2\x8\x2", 14));
}
