// Pixels wherever they lie: every layout of one picture gives the same values.
#include <cmath>
#include <fstream>
#include <iterator>

#include "tests/c/red_network.h"

using namespace nightjar::testing;

namespace {

constexpr int width = 37, height = 29, channels = 3;

std::uint8_t value(int x, int y, int c) {
  return static_cast<std::uint8_t>(x * 31 + y * 57 + c * 101 + x * y);
}

// What a network of 24 x 20 is given.
std::vector<float> fitted(const nightjar_picture& picture) {
  std::vector<float> values(channels * 20 * 24, -1.f);
  REQUIRE(nightjar_picture_fit(&picture, NIGHTJAR_FIT_STRETCH, 24, 20, values.data(), nullptr) ==
          NIGHTJAR_OK);
  return values;
}

// Pixels in a block of just the size that the strides need, in which everything else is `filler`: a read
// outside is seen by a sanitizer.
template <class T>
struct Block {
  std::vector<T> values;
  nightjar_picture picture;

  // Steps in elements; `first`: where (0, 0, 0) lies.
  Block(std::ptrdiff_t row, std::ptrdiff_t column, std::ptrdiff_t channel, T filler) {
    const auto reach = [](int count, std::ptrdiff_t step) { return (count - 1) * step; };
    std::ptrdiff_t low = 0, high = 0;
    for (const auto span : {reach(height, row), reach(width, column), reach(channels, channel)})
      (span < 0 ? low : high) += span;
    values.assign(static_cast<std::size_t>(high - low + 1), filler);
    T* first = values.data() - low;
    const std::int32_t element = sizeof(T) == 1 ? NIGHTJAR_U8 : NIGHTJAR_FLOAT;
    const auto bytes = static_cast<std::ptrdiff_t>(sizeof(T));
    picture = {first,        width,       height,         channels,       element,
               NIGHTJAR_RGB, row * bytes, column * bytes, channel * bytes};
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        for (int c = 0; c < channels; ++c) {
          const std::uint8_t byte = value(x, y, c);
          first[y * row + x * column + c * channel] =
              sizeof(T) == 1 ? static_cast<T>(byte) : static_cast<T>(byte / 255.f);
        }
      }
    }
  }
};

std::vector<float> interleaved() {
  return fitted(Block<std::uint8_t>(width * channels, channels, 1, 0).picture);
}

}  // namespace

TEST_CASE("bytes give the same values in every layout") {
  struct Layout {
    const char* name;
    std::ptrdiff_t row, column, channel;
  };
  const auto layout = GENERATE(
      Layout{"planar", width, 1, width * height}, Layout{"rows with gaps", width * channels + 5, channels, 1},
      Layout{"a fourth channel", width * 4, 4, 1}, Layout{"upside down", -width * channels, channels, 1},
      Layout{"mirrored", width * channels, -channels, 1}, Layout{"turned", channels, height * channels, 1},
      Layout{"every other column", width * channels * 2, channels * 2, 1},
      Layout{"channels from the last to the first", width * channels, channels, -1},
      Layout{"all of it backwards", -width * channels, -channels, -1},
      Layout{"planes upside down", -width, 1, width * height});
  INFO(layout.name);
  const Block<std::uint8_t> block(layout.row, layout.column, layout.channel, 0xa5);
  CHECK(fitted(block.picture) == interleaved());
}

TEST_CASE("floats are fitted as floats, in every layout") {
  struct Layout {
    const char* name;
    std::ptrdiff_t row, column, channel;
  };
  const auto layout = GENERATE(Layout{"interleaved", width * channels, channels, 1},
                               Layout{"planar", width, 1, width * height},
                               Layout{"upside down", -width * channels, channels, 1});
  INFO(layout.name);
  const Block<float> block(layout.row, layout.column, layout.channel, 9);
  CHECK(fitted(block.picture) == interleaved());
}

TEST_CASE("floats between two bytes stay what they are") {
  const std::vector<float> pixels(3, .123456f);
  nightjar_picture picture;
  nightjar_picture_init_chw(&picture, pixels.data(), NIGHTJAR_FLOAT, 1, 1, 3);
  float values[3];
  REQUIRE(nightjar_picture_fit(&picture, NIGHTJAR_FIT_STRETCH, 1, 1, values, nullptr) == NIGHTJAR_OK);
  CHECK(values[2] == .123456f);
}

TEST_CASE("floats may lie anywhere") {
  std::vector<std::uint8_t> memory(3 * sizeof(float) + 1);
  const float pixels[] = {.25f, .5f, .75f};
  std::memcpy(memory.data() + 1, pixels, sizeof pixels);
  nightjar_picture picture;
  nightjar_picture_init_hwc(&picture, memory.data() + 1, NIGHTJAR_FLOAT, 1, 1, 3);
  float values[3];
  REQUIRE(nightjar_picture_fit(&picture, NIGHTJAR_FIT_STRETCH, 1, 1, values, nullptr) == NIGHTJAR_OK);
  CHECK((values[0] == .25f && values[1] == .5f && values[2] == .75f));
}

TEST_CASE("BGR is read as RGB, interleaved and planar") {
  Block<std::uint8_t> interleaved_block(width * channels, channels, 1, 0),
      planar(width, 1, width * height, 0);
  for (Block<std::uint8_t>* block : {&interleaved_block, &planar}) {
    const auto step = block->picture.channel_stride;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const auto at = y * block->picture.row_stride + x * block->picture.column_stride;
        std::swap(block->values[static_cast<std::size_t>(at)],
                  block->values[static_cast<std::size_t>(at + 2 * step)]);
      }
    }
    block->picture.order = NIGHTJAR_BGR;
    CHECK(fitted(block->picture) == interleaved());
  }
}

TEST_CASE("a box is found in a BGR picture where its pixel is red") {
  RedPicture red(2, 3);
  const auto model = red_model();
  CHECK(is_box_of_cell(detect(model.get(), red.picture).get(), 2, 3));
  red.picture.order = NIGHTJAR_BGR;  // it is blue then
  CHECK(nightjar_detections_count(detect(model.get(), red.picture).get()) == 0);
}

TEST_CASE("pictures that are none are refused") {
  const auto model = red_model();
  const RedPicture red(0, 0);
  const auto refused = [&](auto change) {
    nightjar_picture picture = red.picture;
    change(picture);
    const auto error = failure([&](nightjar_error** out) {
      nightjar_detections* found = nullptr;
      return nightjar_model_detect(model.get(), &picture, 1, 1, nullptr, &found, out);
    });
    CHECK(nightjar_error_status(error.get()) == NIGHTJAR_USAGE);
  };
  refused([](nightjar_picture& picture) { picture.pixels = nullptr; });
  refused([](nightjar_picture& picture) { picture.width = 0; });
  refused([](nightjar_picture& picture) { picture.height = -5; });
  refused([](nightjar_picture& picture) { picture.channels = 1; });
  refused([](nightjar_picture& picture) { picture.element = 7; });
  refused([](nightjar_picture& picture) { picture.order = 2; });
  refused([](nightjar_picture& picture) { picture.column_stride = std::ptrdiff_t{1} << 40; });
}

TEST_CASE("encoded pictures are decoded from a file and from memory, under limits") {
  const std::string file = NIGHTJAR_SOURCE_DIR "/tests/fixtures/good/rgb.png";
  std::ifstream in(file, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(in), {});
  const nightjar_source named{file.c_str(), nullptr, 0}, memory = in_memory(bytes, "in memory");
  const auto decoded = [](const nightjar_source& source) {
    return made<nightjar_image>([&](nightjar_image** image, nightjar_error** error) {
      return nightjar_image_decode(&source, nullptr, image, error);
    });
  };
  const auto from_file = decoded(named), from_memory = decoded(memory);
  const nightjar_picture &a = *nightjar_image_picture(from_file.get()),
                         &b = *nightjar_image_picture(from_memory.get());
  REQUIRE((a.width == b.width && a.height == b.height && a.channels == 3));
  const auto size = static_cast<std::size_t>(a.width * a.height * a.channels);
  CHECK(std::memcmp(a.pixels, b.pixels, size) == 0);

  nightjar_decode_options options;
  nightjar_decode_options_init(&options);
  options.max_side = a.width - 1;
  const auto error = failure([&](nightjar_error** out) {
    nightjar_image* image = nullptr;
    return nightjar_image_decode(&memory, &options, &image, out);
  });
  CHECK(nightjar_error_status(error.get()) == NIGHTJAR_TOO_LARGE);
  CHECK(std::string(nightjar_error_file(error.get())) == "in memory");
}
