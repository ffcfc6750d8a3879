// Encoded files are what they claim to be, whoever wrote them.
#include "engine/image/encode.h"

#include <array>
#include <cmath>

#include "engine/image/draw.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

// Soft colours, as a photograph has them.
Image soft_picture(int width, int height, int channels) {
  Image picture{width, height, channels, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c)
        picture.pixels.push_back(static_cast<std::uint8_t>(128 + 100 * std::sin(.05 * x + .03 * y + 2 * c)));
    }
  }
  return picture;
}

Image read_back(const std::string& bytes, int channels) {
  const auto picture = parse_image(bytes, "written", channels);
  REQUIRE(picture);
  return *picture;
}

double mean_difference(const Image& a, const Image& b) {
  REQUIRE(a.pixels.size() == b.pixels.size());
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

}  // namespace

TEST_CASE("the extension decides the format") {
  const Image picture = soft_picture(5, 4, GENERATE(1, 3));
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

TEST_CASE("a file holds the pixels it was made from") {
  const int channels = GENERATE(1, 3);
  const auto [width, height] =
      GENERATE(std::pair{160, 121}, std::pair{1, 1}, std::pair{1, 70}, std::pair{70, 1});
  const Image picture = soft_picture(width, height, channels);
  for (const char* lossless : {"x.png", "x.bmp"})
    CHECK(read_back(encode_image(picture, lossless), channels).pixels == picture.pixels);
  CHECK(read_back(png_by_stb(picture), channels).pixels == picture.pixels);
  CHECK(mean_difference(read_back(encode_image(picture, "x.jpg"), channels), picture) < 1.5);
  CHECK(mean_difference(read_back(jpeg_by_stb(picture), channels), picture) < 1.5);
}

TEST_CASE("a frame's line keeps its colour in a JPEG, whatever column it begins in") {
  const std::array<std::uint8_t, 3> red{230, 40, 40}, blue{40, 60, 230};
  for (int begin = 16; begin < 20; ++begin) {
    Image picture{64, 64, 3, {}};
    for (int i = 0; i < 64 * 64; ++i) {
      const auto& colour = i % 64 >= begin && i % 64 < begin + 3 ? red : blue;
      picture.pixels.insert(picture.pixels.end(), colour.begin(), colour.end());
    }
    const Image seen = read_back(encode_image(picture, "x.jpg"), 3);
    const std::uint8_t* middle = &seen.pixels[static_cast<std::size_t>((32 * 64 + begin + 1) * 3)];
    CHECK(middle[0] > 150);
    CHECK(middle[2] < 110);
  }
}

TEST_CASE("the same picture is the same file each time") {
  const Image picture = soft_picture(90, 60, 3);
  for (const char* file : {"x.png", "x.jpg", "x.bmp"})
    CHECK(encode_image(picture, file) == encode_image(picture, file));
}
