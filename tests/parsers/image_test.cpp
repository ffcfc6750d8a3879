// Pictures: right pixels of every kind that is read (tests/fixtures/make_fixtures.py says what they show),
// and clean refusal of the rest.
#include "parsers/image.h"

#include <cstdlib>
#include <thread>

#include "parsers/orientation.h"
#include "tests/parsers/files.h"

using namespace nightjar;

namespace {

const std::string file = "a.jpg";
constexpr int side = 16;

int expected(int x, int y, int channel) {
  const int colour[] = {17 * x, 17 * y, 255 - 17 * x};
  return colour[channel];
}

// The largest difference of the decoded picture from `pixel(x, y, channel)`.
template <class Pixel>
int worst(const Result<Image>& image, Pixel pixel) {
  int difference = 0;
  for (int y = 0; y < image->height; ++y) {
    for (int x = 0; x < image->width; ++x) {
      for (int c = 0; c < image->channels; ++c) {
        const int value =
            image->pixels[static_cast<std::size_t>((y * image->width + x) * image->channels + c)];
        difference = std::max(difference, std::abs(value - pixel(x, y, c)));
      }
    }
  }
  return difference;
}

// As it is stored, by every decoder that there is.
constexpr Decoder decoders[] = {Decoder::fastest, Decoder::stb};

Result<Image> decoded(const std::string& name, int channels = 3, Decoder decoder = Decoder::fastest,
                      bool upright = false) {
  Result<Image> image =
      parse_image(fixture("good/" + name), name, channels, {.decoder = decoder, .upright = upright});
  INFO(name << ": " << (image ? "read" : image.error().message));
  REQUIRE(image);
  CHECK(image->channels == channels);
  CHECK(image->pixels.size() == static_cast<std::size_t>(image->width * image->height * channels));
  return image;
}

void check_malformed(const std::string& bytes, const std::string& part) {
  check_refused(parse_image(bytes, file), Failure::malformed, part, file);
}

std::string jpeg() {
  return fixture("good/baseline.jpg");
}

// Where a JPEG's segment with this marker begins.
std::size_t segment(const std::string& bytes, const char* marker) {
  const std::size_t at = bytes.find(std::string("\xff") + marker);
  REQUIRE(at != std::string::npos);
  return at;
}

}  // namespace

TEST_CASE("colour pictures without loss are read exactly, and alpha is dropped") {
  for (const char* name : {"rgb.png", "rgb-interlaced.png", "rgb-16-bit.png", "rgba.png",
                           "rgb-transparent.png", "palette.png", "palette-transparent.png", "animated.png",
                           "rgb.bmp", "rgb-top-down.bmp", "rgb-32-bit.bmp", "palette.bmp", "lossless.webp"}) {
    for (const Decoder decoder : decoders) {
      INFO(name);
      const Result<Image> image = decoded(name, 3, decoder);
      CHECK(image->width == side);
      CHECK(image->height == side);
      CHECK(worst(image, expected) == 0);
    }
  }
}

TEST_CASE("grey pictures are read exactly, in one channel or three") {
  for (const int channels : {1, 3}) {
    for (const char* name : {"grey.png", "grey-16-bit.png", "grey-alpha.png"}) {
      INFO(name);
      CHECK(worst(decoded(name, channels), [](int x, int, int) { return 17 * x; }) == 0);
    }
    for (const char* name : {"grey-1-bit.png", "palette-1-bit.bmp"}) {
      INFO(name);
      CHECK(worst(decoded(name, channels), [](int x, int y, int) { return 255 * ((x + y) % 2); }) == 0);
    }
    CHECK(worst(decoded("grey.jpg", channels), [](int x, int, int) { return 17 * x; }) <= 8);
  }
}

TEST_CASE("JPEGs of every supported kind show the right colours") {
  for (const char* name :
       {"baseline.jpg", "progressive.jpg", "rotated-by-exif.jpg", "cmyk.jpg", "ycck.jpg"}) {
    for (const Decoder decoder : decoders) {
      INFO(name);
      const Result<Image> image = decoded(name, 3, decoder);
      CHECK(image->width == side);
      CHECK(worst(image, expected) <= 16);
    }
  }
  const Result<Image> subsampled = decoded("subsampled.jpg");
  CHECK(subsampled->width == 37);
  CHECK(subsampled->height == 21);
}

TEST_CASE("decoders differ by rounding alone") {
  for (const char* name : {"baseline.jpg", "progressive.jpg", "subsampled.jpg", "grey.jpg"}) {
    INFO(name);
    const Result<Image> fast = decoded(name), stb = decoded(name, 3, Decoder::stb);
    REQUIRE(fast->width == stb->width);
    const auto of_stb = [&](int x, int y, int c) {
      return stb->pixels[static_cast<std::size_t>((y * stb->width + x) * 3 + c)];
    };
    CHECK(worst(fast, of_stb) <= 3);
  }
}

TEST_CASE("WebP: lossy, grey, cut, animated") {
  const Result<Image> lossy = decoded("lossy.webp");
  CHECK(lossy->width == 64);
  CHECK(lossy->height == 48);
  CHECK(decoded("lossless.webp", 1)->pixels[0] == 28);  // of (0, 0, 255)
  const std::string bytes = fixture("good/lossless.webp");
  for (std::size_t size = 12; size < bytes.size(); ++size)
    REQUIRE_FALSE(parse_image(std::string_view(bytes).substr(0, size), file));
  check_malformed(fixture("bad/animated.webp"), "animated");
}

TEST_CASE("a picture is turned upright by its Exif orientation, in JPEG, PNG and WebP") {
  // The corners of what is stored: red and green above, blue and white below.
  const Image stored{2, 2, 3, {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255}};
  const auto corners = [](const Image& image) {
    std::string names;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3)
      names += image.pixels[i] && image.pixels[i + 1] ? 'w'
               : image.pixels[i]                      ? 'r'
               : image.pixels[i + 1]                  ? 'g'
                                                      : 'b';
    return names;
  };
  // Exif's words for where row 0 and column 0 are: top left, top right, bottom right, bottom left, left top,
  // right top, right bottom, left bottom.
  const char* seen[] = {"rgbw", "grwb", "wbgr", "bwrg", "rbgw", "brwg", "wgbr", "gwrb"};
  for (int orientation = 1; orientation <= 8; ++orientation)
    CHECK(corners(upright(stored, orientation)) == seen[orientation - 1]);
  CHECK(corners(upright(stored, 9)) == "rgbw");
  const Image wide{3, 1, 1, {1, 2, 3}};
  CHECK(upright(wide, 6).height == 3);
  CHECK(upright(wide, 8).pixels == std::vector<std::uint8_t>{3, 2, 1});
  CHECK(upright(wide, 6).pixels == std::vector<std::uint8_t>{1, 2, 3});

  CHECK(decoded("rotated-by-exif.jpg", 3, Decoder::fastest, true)->pixels ==
        upright(*decoded("rotated-by-exif.jpg"), 6).pixels);
  CHECK(worst(decoded("turned.webp", 3, Decoder::fastest, true), expected) == 0);

  const std::string tiff("MM\0*\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0\3\0\0", 22);
  CHECK(orientation_of(tiff) == 3);
  CHECK(orientation_of(std::string("II*\0\x08\0\0\0\1\0\x12\x01\3\0\1\0\0\0\7\0\0\0", 22)) == 7);
  for (std::size_t size = 0; size < 20; ++size) CHECK(orientation_of(tiff.substr(0, size)) == 1);
  std::string far = tiff;
  far[4] = far[5] = '\xff';  // the directory lies behind the end
  CHECK(orientation_of(far) == 1);
  // So that a byte behind the end would be read: a string's own zero, which makes one entry of (1, 0).
  far = tiff;
  far[4] = far[5] = far[6] = '\0', far[7] = static_cast<char>(tiff.size() - 1);
  CHECK(orientation_of(far) == 1);
}

TEST_CASE("a decoder that gives no reason is not asked for one") {
  // A deflate block of type 3, in a PNG whose checksums are right.
  const std::string bytes = fixture("bad/block-type.png");
  CHECK(parse_image(fixture("bad/bad-filter.png"), file).error().message.find("filter") != std::string::npos);
  for (const Decoder decoder : decoders) {
    const Result<Image> image = parse_image(bytes, file, 3, {.decoder = decoder});
    REQUIRE_FALSE(image);
    CHECK(image.error().message == "a.jpg: damaged PNG, data that cannot be decoded; a whole one is needed");
  }
}

TEST_CASE("pictures of one pixel, one row or one column are read") {
  CHECK(decoded("one-pixel.png")->pixels == std::vector<std::uint8_t>{0, 0, 255});
  CHECK(decoded("row.png", 1)->width == 16384);
  const Result<Image> column = decoded("column.png");
  CHECK(column->width == 1);
  CHECK(column->height == side);
}

TEST_CASE("the name does not matter, and bytes behind the picture do not either") {
  CHECK(parse_image(fixture("good/rgb.png"), "a.jpg"));
  for (const char* name : {"baseline.jpg", "progressive.jpg", "rgb.png", "rgb.bmp"}) {
    const std::string bytes = fixture(std::string("good/") + name);
    CHECK(parse_image(bytes + "trailing" + bytes, name)->pixels == decoded(name)->pixels);
  }
}

TEST_CASE("a picture cut anywhere is refused") {
  for (const char* name : {"baseline.jpg", "progressive.jpg", "subsampled.jpg", "cmyk.jpg", "rgb.png",
                           "palette.png", "rgb.bmp", "palette.bmp"}) {
    const std::string bytes = fixture(std::string("good/") + name);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const Result<Image> image = parse_image(std::string_view(bytes).substr(0, size), file);
      INFO(name << " cut to " << size << " bytes");
      REQUIRE_FALSE(image);
      REQUIRE(image.error().kind == Failure::malformed);
    }
  }
}

TEST_CASE("a PNG that is cut says so, wherever in a chunk that is") {
  const std::string bytes = fixture("good/rgb.png");
  const std::size_t chunk = bytes.find("IDAT") - 4;  // its length; with type and checksum 12 bytes
  for (const std::size_t more : {1, 4, 8, 11, 12, 13})
    check_malformed(bytes.substr(0, chunk + more), "without an IEND chunk");
}

TEST_CASE("damaged pictures are refused") {
  const std::pair<const char*, const char*> damaged[] = {
      {"wrong-checksum.png", "checksum of chunk 'IDAT'"},
      {"bad-filter.png", "filter"},
      {"no-palette.png", "no palette"},
      {"long-transparency.png", "tRNS"},
      {"unknown-chunk.png", "'QQQQ'"},
      {"no-side.png", "0x1"},
      {"few-rows.png", "not enough pixels"},
      {"cut.bmp", "ends at byte 821 of 822"},
  };
  for (const auto& [name, part] : damaged) check_malformed(fixture(std::string("bad/") + name), part);
}

TEST_CASE("kinds of JPEG that would be decoded wrongly are refused by name") {
  const std::size_t frame = segment(jpeg(), "\xc0");
  const auto with_frame = [&](std::size_t at, char value) {
    std::string bytes = jpeg();
    bytes[frame + at] = value;
    return bytes;
  };
  check_malformed(with_frame(1, '\xc3'), "lossless JPEG");
  check_malformed(with_frame(1, '\xc5'), "hierarchical JPEG");
  check_malformed(with_frame(1, '\xc9'), "arithmetic-coded JPEG");
  check_malformed(with_frame(4, 12), "12-bit JPEG");
  check_malformed(with_frame(9, 2), "2-component JPEG");
  std::string cmyk = fixture("good/cmyk.jpg");
  cmyk.replace(cmyk.find("Adobe"), 5, "adobe");
  check_malformed(cmyk, "CMYK without Adobe");
}

TEST_CASE("a Huffman table of more symbols than there is room for is refused") {
  std::string table = "\xff\xc4";
  const std::size_t symbols = 16 * 255, length = 2 + 17 + symbols;
  table += {static_cast<char>(length >> 8), static_cast<char>(length & 0xff), '\0'};
  table += std::string(16, '\xff') + std::string(symbols, '\1');
  std::string bytes = jpeg();
  bytes.insert(segment(bytes, "\xc4"), table);
  check_malformed(bytes, "a Huffman table of 4080 symbols");
}

TEST_CASE("a Huffman table that ends before its last symbol is refused") {
  const auto with_table = [](std::size_t symbols) {
    std::string counts(16, '\0');
    counts[3] = 12;
    std::string table = "\xff\xc4";
    const std::size_t length = 2 + 17 + symbols;
    table += {static_cast<char>(length >> 8), static_cast<char>(length & 0xff), '\0'};
    std::string bytes = jpeg();
    return bytes.insert(segment(bytes, "\xc4"), table + counts + std::string(symbols, '\1'));
  };
  check_malformed(with_table(11), "a Huffman table of 12 symbols");
  CHECK(parse_image(with_table(12), file));  // the picture's own tables come after it
}

TEST_CASE("pictures that cost too much are refused before they do") {
  const auto check_costly = [](const std::string& bytes, const std::string& part,
                               const ImageOptions& limits = {}) {
    check_refused(parse_image(bytes, file, 3, limits), Failure::too_large, part, file);
  };
  check_costly(fixture("bad/wide.png"), "16385x1 pixels");
  check_costly(fixture("bad/huge.png"), "16000x16000 pixels");
  check_costly(fixture("bad/endless-rows.png"), "more memory",
               {.decoder = Decoder::stb});  // others stop reading
  check_costly(jpeg(), "16x16 pixels; at most 15 a side", {15, 1000});
  check_costly(jpeg(), "255 in all", {16, 255});

  std::string wide = jpeg();
  wide.replace(segment(wide, "\xc0") + 5, 4, "\xff\xff\xff\xff");
  check_costly(wide, "65535x65535 pixels");

  std::string scans = fixture("good/progressive.jpg");
  const std::size_t first = segment(scans, "\xda");
  const std::string scan = scans.substr(first, scans.find('\xff', first + 2) - first);
  for (int i = 0; i < 100; ++i) scans.insert(first, scan);
  check_costly(scans, "more than 100 scans");
}

TEST_CASE("other formats are named") {
  const std::pair<std::string, const char*> others[] = {
      {"", "an empty file"},
      {"x", "an unknown kind"},
      {"hello, picture", "an unknown kind"},
      {"GIF89a", "a GIF picture"},
      {"RIFF\1\1\1\1WEBPVP8 ", "damaged WebP"},
      {"\1\1\1 ftypavif", "an AVIF picture"},
      {"\1\1\1 ftypheic", "a HEIF picture"},
      {std::string("II*\0", 4), "a TIFF picture"},
      {std::string("MM\0*", 4), "a TIFF picture"},
      {"8BPS", "a Photoshop picture"},
      {"#?RADIANCE\n", "a Radiance HDR picture"},
      {"S\x80\xf6\x34", "a Softimage PIC picture"},
      {"P6 1 1 255\n", "a PNM picture"},
      {"<html>", "was the download refused?"},
      {std::string("\0\0\2\0\0\0\0\0\0\0\0\0\1\0\1\0\x18\0", 18), "an unknown kind"},  // TGA has no magic
  };
  for (const auto& [bytes, part] : others) check_malformed(bytes, part);
  check_malformed("x", "JPEG, PNG, BMP and WebP are read");
}

TEST_CASE("threads decode at the same time, each within its own budget") {
  const std::string good = fixture("good/progressive.jpg"), bad = fixture("bad/endless-rows.png");
  std::vector<int> right(4);
  std::vector<std::thread> threads;
  for (int& count : right) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i)
        count += parse_image(good, file) && !parse_image(bad, file, 3, {.decoder = Decoder::stb});
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(right == std::vector<int>(4, 20));
}

TEST_CASE("the photographs that come with Darknet and COCO are read") {
  for (const char* folder : {"darknet/photos", "coco128/images", "bccd/JPEGImages"}) {
    for (const auto& path : shared_files(folder, ".jpg")) {
      const Result<Image> image = parse_image(read_file(path), path.filename().string());
      INFO((image ? "" : image.error().message));
      CHECK(image);
    }
  }
}
