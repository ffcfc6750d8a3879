// Every prefix of a good file, and many of its single-byte changes, are either read or refused in one clean
// line. What matters most here a sanitizer build sees.
#include <functional>
#include <optional>
#include <random>

#include "parsers/cfg.h"
#include "parsers/coco.h"
#include "parsers/font/font.h"
#include "parsers/image.h"
#include "parsers/lists.h"
#include "parsers/npy.h"
#include "parsers/voc.h"
#include "parsers/weights.h"
#include "tests/parsers/files.h"

using namespace nightjar;

namespace {

const std::string file = "damaged";

// Reads the bytes, checks what can be checked of the outcome, and returns the error if there is one.
using Reader = std::function<std::optional<Error>(std::string_view)>;

template <class T>
std::optional<Error> error_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error());
}

void check_error(const Error& error) {
  INFO(error.message);
  REQUIRE((error.kind == Failure::malformed || error.kind == Failure::too_large));
  REQUIRE(error.message.starts_with(file));
  REQUIRE(std::none_of(error.message.begin(), error.message.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }));
}

void check_outcome(const Reader& read, const std::string& bytes) {
  if (const std::optional<Error> error = read(bytes)) check_error(*error);
}

void damage(const Reader& read, const std::string& good, int changes) {
  REQUIRE_FALSE(read(good));
  for (std::size_t size = 0; size <= good.size(); ++size) check_outcome(read, good.substr(0, size));
  std::mt19937 random(1);
  for (int i = 0; i < changes; ++i) {
    std::string bytes = good;
    bytes[random() % bytes.size()] ^= static_cast<char>(1 + random() % 255);
    check_outcome(read, bytes);
  }
}

std::optional<Error> read_cfg(std::string_view bytes) {
  const Result<Cfg> cfg = parse_cfg(bytes, file);
  if (!cfg) return cfg.error();
  REQUIRE(cfg->sections.size() >= 2);
  for (const CfgSection& section : cfg->sections) {
    CfgOptions options(cfg->file, section);
    for (const CfgEntry& entry : section.entries) {
      options.integer(entry.key, 0);
      options.reals(entry.key);
    }
    if (options.error()) check_error(*options.error());
  }
  return std::nullopt;
}

std::optional<Error> read_image(std::string_view bytes) {
  // Small limits keep the test fast where a size is changed.
  const Result<Image> image = parse_image(bytes, file, 3, {4096, 1 << 18});
  if (!image) return image.error();
  REQUIRE(image->pixels.size() == static_cast<std::size_t>(3 * image->width * image->height));
  return std::nullopt;
}

// And the outlines of all that it shows.
std::optional<Error> read_font(std::string_view bytes) {
  const Result<Font> font = parse_font(std::string(bytes), file);
  if (!font) return font.error();
  for (const char32_t character : {U'\0', U'H', U'x', U'\u00b4', U'\u00e9', U'\U0001f600'}) {
    const auto outline = font->outline(font->glyph_of(character));
    REQUIRE((!outline || outline->size() <= max_outline_steps));
  }
  return std::nullopt;
}

std::optional<Error> read_npy(std::string_view bytes) {
  return error_of(parse_npy(bytes, file));
}

}  // namespace

TEST_CASE("a damaged cfg is read or refused") {
  damage(read_cfg, fixture("good/tiny.cfg"), 20000);
}

TEST_CASE("a damaged npy is read or refused") {
  damage(read_npy, fixture("good/array.npy"), 5000);
}

TEST_CASE("a damaged picture is read or refused") {
  for (const char* name : {"rgb.png", "rgb-interlaced.png", "palette-transparent.png", "grey-1-bit.png",
                           "baseline.jpg", "progressive.jpg", "subsampled.jpg", "cmyk.jpg", "ycck.jpg",
                           "rgb.bmp", "palette.bmp", "rgb-32-bit.bmp"}) {
    INFO(name);
    damage(read_image, fixture(std::string("good/") + name), 3000);
  }
}

TEST_CASE("a damaged font is read or refused") {
  for (const char* name : {"tiny.ttf", "tiny.ttc", "tiny.otf", "tiny-cid.otf"}) {
    INFO(name);
    damage(read_font, fixture(std::string("good/") + name), 20000);
  }
}

TEST_CASE("damaged annotations are read or refused") {
  damage([](std::string_view bytes) { return error_of(parse_voc(bytes, file)); },
         fixture("good/annotation.xml"), 10000);
  damage([](std::string_view bytes) { return error_of(parse_coco(bytes, file)); },
         fixture("good/annotations.json"), 10000);
}

TEST_CASE("damaged lists and headers are read or refused") {
  damage([](std::string_view bytes) { return error_of(parse_data(bytes, file)); },
         "classes=80\nnames=a.names #x\n", 3000);
  damage([](std::string_view bytes) { return error_of(parse_class_map(bytes, file, 100)); }, "1\n22\n99\n",
         3000);
  damage([](std::string_view bytes) { return error_of(parse_labels(bytes, file)); },
         "3 .5 .5 1 1e-2\n7 0 0 0 0\n", 3000);
  damage([](std::string_view bytes) { return error_of(parse_class_tree(bytes, file)); },
         "a -1\nb 0\nc 0\nd 2\n", 3000);
  damage([](std::string_view bytes) { return error_of(parse_weights_header(bytes, file)); },
         std::string("\0\0\0\0\2\0\0\0\5\0\0\0\1\2\3\4\5\6\7\0", 20), 3000);
}
