// fit_image against the formula of docs/darknet-format.md section 7.3, evaluated pixel by pixel;
// map_to_picture against 7.4.
#include "engine/image/fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <random>

#include "kernels/cpu/kernel_set.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

Image random_picture(int width, int height, int channels, unsigned seed) {
  std::mt19937 random(seed);
  Image picture{width, height, channels, {}};
  picture.pixels.resize(std::size_t(width) * height * channels);
  for (auto& value : picture.pixels) value = static_cast<std::uint8_t>(random());
  return picture;
}

struct Input {
  std::vector<float> values;
  Tensor tensor;

  explicit Input(Shape shape, int batch = 1, int halo = 0) {
    const int row = shape.w + 2 * halo, plane = row * (shape.h + 2 * halo);
    values.assign(std::size_t(batch) * shape.c * plane, -7.f);
    tensor = {values.data() + halo * row + halo, shape, batch, 1, halo, 1, row, plane,
              std::ptrdiff_t{plane} * shape.c};
  }
};

// One resized value in double; positions are computed in float, as Darknet does, because truncation depends
// on it.
double resized(const Image& picture, int c, int y, int x, int height, int width) {
  const auto split = [](int at, int in, int out) {
    const float position = out > 1 ? at * (static_cast<float>(in - 1) / (out - 1)) : 0;
    return std::pair{static_cast<int>(position), position - std::floor(static_cast<double>(position))};
  };
  const auto value = [&](int row, int column) {
    row = std::min(row, picture.height - 1);
    column = std::min(column, picture.width - 1);
    return picture.pixels[(std::size_t(row) * picture.width + column) * picture.channels + c] / 255.;
  };
  const auto [row, down] = split(y, picture.height, height);
  auto [column, right] = split(x, picture.width, width);
  if (x == width - 1 || picture.width == 1) column = picture.width - 1, right = 0;
  const double upper = (1 - right) * value(row, column) + right * value(row, column + 1);
  const double lower = (1 - right) * value(row + 1, column) + right * value(row + 1, column + 1);
  return (1 - down) * upper + (y == height - 1 ? 0 : down * lower);  // Darknet's last row has no second tap
}

double worst_difference(const Image& picture, const Tensor& input, int left, int top, int width, int height) {
  double worst = 0;
  for (int c = 0; c < picture.channels; ++c) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const double expected = resized(picture, c, y, x, height, width);
        worst = std::max(worst, std::abs(*input.at(0, c, top + y, left + x) - expected));
      }
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("Stretching follows the align-corners formula for any pair of sizes") {
  struct Case {
    int width, height, out_width, out_height;
  };
  const auto c =
      GENERATE(Case{100, 167, 320, 320}, Case{773, 512, 416, 416}, Case{5, 4, 64, 33}, Case{64, 48, 7, 5},
               Case{1, 9, 8, 8}, Case{9, 1, 8, 8}, Case{1, 1, 4, 4}, Case{30, 20, 1, 1}, Case{2, 2, 2, 2});
  const int channels = GENERATE(1, 3);
  const Image picture = random_picture(c.width, c.height, channels, 1);
  Input input({channels, c.out_height, c.out_width});
  fit_image(picture, Fit::stretch, input.tensor, 0);
  CHECK(worst_difference(picture, input.tensor, 0, 0, c.out_width, c.out_height) < 1e-6);
}

TEST_CASE("The last row is nearly black where Darknet's is") {
  // 319 * (99 / 319.f) is just below 99: row 98 counts with almost nothing, and row 99 is not asked.
  const Image picture{1, 100, 1, std::vector<std::uint8_t>(100, 255)};
  Input input({1, 320, 1});
  fit_image(picture, Fit::stretch, input.tensor, 0);
  CHECK(*input.tensor.at(0, 0, 318, 0) == Approx(1));
  CHECK(*input.tensor.at(0, 0, 319, 0) < 1e-4);
}

TEST_CASE("A picture of the network's size is copied exactly") {
  const Image picture = random_picture(33, 21, 3, 2);
  Input input({3, 21, 33});
  const Fit fit = GENERATE(Fit::stretch, Fit::letterbox);
  fit_image(picture, fit, input.tensor, 0);
  for (int i = 0; i < 33 * 21 * 3; ++i) {
    CHECK(*input.tensor.at(0, i % 3, i / 3 / 33, i / 3 % 33) == picture.pixels[i] / 255.f);
  }
}

TEST_CASE("Letterboxing keeps the ratio and pads with grey") {
  // 768x576 into 416x416: 416 x 312 at (0, 52). 500x700 into 416x320: 228 x 320 at (94, 0).
  struct Case {
    int width, height, out_width, out_height, left, top, new_width, new_height;
  };
  const auto c =
      GENERATE(Case{768, 576, 416, 416, 0, 52, 416, 312}, Case{500, 700, 416, 320, 94, 0, 228, 320},
               Case{500, 334, 416, 416, 0, 69, 416, 277}, Case{16000, 1, 32, 32, 0, 15, 32, 1});
  const Image picture = random_picture(c.width, c.height, 3, 3);
  Input input({3, c.out_height, c.out_width});
  fit_image(picture, Fit::letterbox, input.tensor, 0);
  CHECK(worst_difference(picture, input.tensor, c.left, c.top, c.new_width, c.new_height) < 1e-6);
  for (int y = 0; y < c.out_height; ++y) {
    for (int x = 0; x < c.out_width; ++x) {
      const bool inside = x >= c.left && x < c.left + c.new_width && y >= c.top && y < c.top + c.new_height;
      if (!inside) REQUIRE(*input.tensor.at(0, 2, y, x) == .5f);
    }
  }
}

namespace {

// The values of a fitted picture against those of `part`, a picture of its own, resized to width x height,
// from (skip_x, skip_y) on, with the edge's beyond the edges.
double worst_difference_of_part(const Image& part, const Tensor& input, int width, int height, int skip_x,
                                int skip_y) {
  double worst = 0;
  for (int c = 0; c < part.channels; ++c) {
    for (int y = 0; y < input.shape.h; ++y) {
      for (int x = 0; x < input.shape.w; ++x) {
        const int row = std::clamp(y + skip_y, 0, height - 1), column = std::clamp(x + skip_x, 0, width - 1);
        const double expected = resized(part, c, row, column, height, width);
        worst = std::max(worst, std::abs(*input.at(0, c, y, x) - expected));
      }
    }
  }
  return worst;
}

Image part_of(const Image& picture, int left, int top, int width, int height) {
  Image part{width, height, picture.channels, {}};
  for (int y = 0; y < height; ++y) {
    const auto row = picture.pixels.begin() + ((top + y) * picture.width + left) * picture.channels;
    part.pixels.insert(part.pixels.end(), row, row + width * picture.channels);
  }
  return part;
}

}  // namespace

TEST_CASE("Cropping makes the shorter side as long as the input is wide, and takes the middle") {
  struct Case {
    int width, height, out_width, out_height, new_width, new_height, skip_x, skip_y;
  };
  const auto c = GENERATE(Case{40, 30, 24, 24, 32, 24, 4, 0},   // wide
                          Case{31, 50, 24, 24, 24, 38, 0, 7},   // high
                          Case{24, 24, 24, 24, 24, 24, 0, 0},   // as it is
                          Case{40, 30, 32, 16, 42, 32, 5, 8},   // an input that is wider than high
                          Case{40, 30, 16, 32, 21, 16, 2, -8},  // one that is higher: edges repeat
                          Case{3, 200, 8, 8, 8, 533, 0, 262});
  const int channels = GENERATE(1, 3);
  const Image picture = random_picture(c.width, c.height, channels, 6);
  Input input({channels, c.out_height, c.out_width});
  fit_image(picture, Fit::crop, input.tensor, 0);
  CHECK(worst_difference_of_part(picture, input.tensor, c.new_width, c.new_height, c.skip_x, c.skip_y) <
        1e-6);
}

TEST_CASE("The largest square in the middle is stretched") {
  struct Case {
    int width, height, out_width, out_height, left, top, side;
  };
  const auto c = GENERATE(Case{40, 30, 24, 24, 5, 0, 30}, Case{31, 50, 16, 32, 0, 9, 31},
                          Case{7, 7, 9, 9, 0, 0, 7}, Case{100, 1, 4, 4, 49, 0, 1});
  const Image picture = random_picture(c.width, c.height, 3, 7);
  Input input({3, c.out_height, c.out_width});
  fit_image(picture, Fit::square, input.tensor, 0);
  const Image part = part_of(picture, c.left, c.top, c.side, c.side);
  CHECK(worst_difference_of_part(part, input.tensor, c.out_width, c.out_height, 0, 0) < 1e-6);
}

TEST_CASE("Only the image asked for is written, and no halo") {
  const Image picture = random_picture(10, 8, 3, 4);
  Input input({3, 6, 5}, 3, 2);
  fit_image(picture, Fit::letterbox, input.tensor, 1);
  std::ptrdiff_t written = 0;
  for (const float value : input.values) written += value != -7.f;
  CHECK(written == 3 * 6 * 5);
  CHECK(*input.tensor.at(0, 2, 5, 4) == -7.f);
  CHECK(*input.tensor.at(2, 0, 0, 0) == -7.f);
}

TEST_CASE("Boxes go back to the picture they came from") {
  Boxes boxes(1);
  boxes[0].x = .5f, boxes[0].y = .25f, boxes[0].w = .5f, boxes[0].h = .3f;

  SECTION("stretched: as they are") {
    map_to_picture(boxes, Fit::stretch, 768, 576, {3, 416, 416});
    CHECK(boxes[0].y == .25f);
    CHECK(boxes[0].h == .3f);
  }
  SECTION("letterboxed, wide: 416 x 312 in 416 x 416") {
    map_to_picture(boxes, Fit::letterbox, 768, 576, {3, 416, 416});
    CHECK(boxes[0].x == Approx(.5));
    CHECK(boxes[0].y == Approx((.25 - .125) / .75));
    CHECK(boxes[0].w == Approx(.5));
    CHECK(boxes[0].h == Approx(.4));
  }
  SECTION("cropped: 640 x 480 at half its size, of which 40 columns and 8 rows are cut away on each side") {
    map_to_picture(boxes, Fit::crop, 640, 480, {3, 224, 240});
    CHECK(boxes[0].x == Approx((.5 * 240 + 40) * 2 / 640));
    CHECK(boxes[0].y == Approx((.25 * 224 + 8) * 2 / 480));
    CHECK(boxes[0].w == Approx(.5 * 240 * 2 / 640));
    CHECK(boxes[0].h == Approx(.3 * 224 * 2 / 480));
  }
  SECTION("of the square in the middle: 480 x 480 at (80, 0)") {
    map_to_picture(boxes, Fit::square, 640, 480, {3, 416, 208});
    CHECK(boxes[0].x == Approx((.5 * 480 + 80) / 640));
    CHECK(boxes[0].y == Approx(.25));
    CHECK(boxes[0].w == Approx(.5 * 480 / 640));
    CHECK(boxes[0].h == Approx(.3));
  }
  SECTION("letterboxed, odd padding: its exact half, 60.5") {
    map_to_picture(boxes, Fit::letterbox, 500, 700, {3, 416, 418});  // 297 x 416, padding 121
    CHECK(boxes[0].x == Approx((.5 - 60.5 / 418) / (297. / 418)));
    CHECK(boxes[0].w == Approx(.5 * 418 / 297));
    CHECK(boxes[0].y == Approx(.25));
  }
}

TEST_CASE("every instruction set fits alike, to the bit") {
  for (const int channels : {1, 3}) {
    // Widths around the registers' sizes; a picture of one column, whose last pixel is the last byte.
    for (const auto [width, height, out] :
         {std::array{640, 48, 416}, {37, 29, 1}, {1, 5, 9}, {15, 3, 17}, {700, 2, 31}, {33, 33, 33}}) {
      const Image picture = random_picture(width, height, channels, static_cast<unsigned>(width));
      Input expected({channels, 24, out});
      fit_image(picture, Fit::stretch, expected.tensor, 0, reference::picture_rows);
      for (const cpu::KernelSet& set : cpu::kernel_sets()) {
        INFO(set.isa << ", " << channels << " channels, " << width << " to " << out);
        Input fitted({channels, 24, out});
        fit_image(picture, Fit::stretch, fitted.tensor, 0, *set.picture_rows);
        CHECK(fitted.values == expected.values);
      }
    }
  }
}

TEST_CASE("each of the 256 values of a byte is itself over 255") {
  Image picture{256, 1, 1, {}};
  for (int i = 0; i < 256; ++i) picture.pixels.push_back(static_cast<std::uint8_t>(i));
  for (const cpu::KernelSet& set : cpu::kernel_sets()) {
    Input fitted({1, 1, 256});
    fit_image(picture, Fit::stretch, fitted.tensor, 0, *set.picture_rows);
    for (int i = 0; i < 256; ++i) CHECK(*fitted.tensor.at(0, 0, 0, i) == static_cast<float>(i) / 255.f);
  }
}

TEST_CASE("no loop reads past a picture, however narrow") {
  // Words of four bytes at the last pixels: of one column the rows before the last reach past the end, too.
  for (const int channels : {1, 3}) {
    for (const auto [width, height] : {std::array{1, 5}, {2, 3}, {1, 1}}) {
      const Image picture = random_picture(width, height, channels, 8);
      const auto exact = std::make_unique<std::uint8_t[]>(picture.pixels.size());  // a sanitizer sees its end
      std::copy(picture.pixels.begin(), picture.pixels.end(), exact.get());
      PictureView view(picture);
      view.first = reinterpret_cast<const std::byte*>(exact.get());
      Input expected({channels, 9, 40}), fitted({channels, 9, 40});
      fit_image(picture, Fit::stretch, expected.tensor, 0, reference::picture_rows);
      for (const cpu::KernelSet& set : cpu::kernel_sets()) {
        fit_image(view, Fit::stretch, fitted.tensor, 0, *set.picture_rows);
        CHECK(fitted.values == expected.values);
      }
    }
  }
}
