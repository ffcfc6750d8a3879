// .cfg files: the grammar, what is refused, and the typed options.
#include "parsers/cfg.h"

#include <clocale>

#include "tests/parsers/files.h"

using namespace nightjar;

namespace {

const std::string file = "a.cfg";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// Sections, keys and values without their places.
std::string content(const Result<Cfg>& cfg) {
  REQUIRE(cfg);
  std::string text;
  for (const CfgSection& section : cfg->sections) {
    text.append("[").append(section.type).append("]\n");
    for (const CfgEntry& entry : section.entries) text += entry.key + "=" + entry.value + "\n";
  }
  return text;
}

void check_malformed(const std::string& bytes, const std::string& part) {
  check_refused(parse_cfg(bytes, file), Failure::malformed, part, file);
}

// A cfg whose layer, in line 2, has these lines; the layer's options.
struct Layer {
  explicit Layer(const std::string& lines)
      : cfg(*parse_cfg("[net]\n[layer]\n" + lines, file)), options(cfg.file, cfg.sections[1]) {}
  Cfg cfg;
  CfgOptions options;
};

}  // namespace

TEST_CASE("a cfg becomes sections, keys and values with their lines") {
  const Result<Cfg> cfg = parse_cfg(fixture("good/tiny.cfg"), "tiny.cfg");
  REQUIRE(cfg);
  REQUIRE(cfg->sections.size() == 3);
  CHECK(cfg->sections[1].type == "convolutional");
  CHECK(cfg->sections[1].line == 7);
  CHECK(cfg->sections[2].entries[1].key == "anchors");
  CHECK(cfg->sections[2].entries[1].value == "10,13,16,30,33,23");
  CHECK(cfg->sections[2].entries[1].line == 16);
  CHECK(cfg->warnings.empty());
}

TEST_CASE("line ends, byte order mark, blanks and comments do not change a cfg") {
  const std::string plain = fixture("good/tiny.cfg");
  const std::string wanted = content(parse_cfg(plain, file));
  const std::string variants[] = {
      "\xef\xbb\xbf" + plain,
      replaced(plain, "\n", "\r\n"),
      replaced(plain, "\n", "\r"),
      replaced(plain, "\n", "\n\n"),
      replaced(plain, "=", " \t= "),
      replaced(plain, "\n", " # a comment = with [signs]\n"),
      replaced(plain, "\n", "\n;a=1\n"),
      plain.substr(0, plain.size() - 1),
      replaced(plain, "the only", "\xc3\xa9\xff\x1b[31m"),
  };
  for (const std::string& variant : variants) CHECK(content(parse_cfg(variant, file)) == wanted);
}

TEST_CASE("of two equal keys the first counts, and a warning says so") {
  const Result<Cfg> cfg = parse_cfg("[net]\nbatch=1\nbatch=8\n[yolo]\nbatch=2\n", file);
  REQUIRE(cfg);
  REQUIRE(cfg->sections[0].entries.size() == 1);
  CHECK(cfg->sections[0].entries[0].value == "1");
  CHECK(cfg->warnings == std::vector<std::string>{"a.cfg:3: key 'batch' again in [net]; line 2 counts"});
}

TEST_CASE("what is no cfg is refused with its place") {
  check_malformed("", "no section [net]");
  check_malformed("# nothing\n\n;\n", "no section [net]");
  check_malformed("width=1\n[net]\n", "a.cfg:1: key 'width' in front of any section");
  check_malformed("[convolutional]\n[net]\n", "a.cfg:1: the first section is 'convolutional'");
  check_malformed("[net]\nwidth=1\n", "a.cfg:1: [net] is the only section");
  check_malformed("[net]\n[yolo]\n[network]\n", "a.cfg:3: a second [network]");
  check_malformed("[net\n", "a.cfg:1: '[net' is not closed");
  check_malformed("[net]x\n", "a.cfg:1: 'x' after ']'");
  check_malformed("[ ]\n", "a section without a name");
  check_malformed("[net]\nwidth\n", "a.cfg:2: 'width' has no '='");
  check_malformed("[net]\n=3\n", "a.cfg:2: '=3' has no key");
  check_malformed("[net]\nwidth= # 3\n", "a.cfg:2: key 'width' has no value");
  check_malformed("[net]\n\x1b[2J" + std::string(200, 'x') + "\n", "'\\x1b[2Jxxxx");
}

TEST_CASE("files that are something else are named") {
  check_malformed("<!DOCTYPE html>\n<title>404</title>",
                  "an HTML page, not a Darknet cfg; was the download refused?");
  check_malformed(" \n <HTML>", "an HTML page");
  check_malformed("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git-lfs");
  check_malformed(fixture("good/baseline.jpg"), "a JPEG picture");
  check_malformed(std::string("\x7f"
                              "ELF\2\1\1\0",
                              8),
                  "an ELF program");
  check_malformed(std::string("\xff\xfe[\0n\0", 6), "UTF-16");
  check_malformed(std::string("[\0n\0e\0t\0]\0", 10), "UTF-16");
  check_malformed(std::string("\0[\0n\0e\0t\0]", 10), "UTF-16");
  check_malformed(std::string("[net]\n\0[yolo]\n", 14), "byte 6 is zero");
  check_malformed(std::string("\0\0\0\0\2\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0", 20), "swapped");
}

TEST_CASE("cfgs over the limits are refused") {
  const auto layers = [](int n) {
    std::string bytes = "[net]\n";
    for (int i = 0; i < n; ++i) bytes += "[a]\n";
    return parse_cfg(bytes, file);
  };
  CHECK(layers(4096));
  check_refused(layers(4097), Failure::too_large, "4096 layers", file);
  check_refused(parse_cfg("[net]\n#" + std::string(1 << 20, 'x'), file), Failure::too_large, "1048576", file);
  std::string keys = "[net]\n[a]\n";
  for (int i = 0; i < 100000; ++i) keys.append("k").append(std::to_string(i)).append("=1\n");
  CHECK(parse_cfg(keys.substr(0, 1 << 20), file));
}

TEST_CASE("typed options read what is there and fall back where nothing is") {
  Layer layer(
      "stride=2\nplus=+5\nlow=-2147483648\nscale=.5\nsmall=1e-4\nname=leaky\non=1\noff=0\nlist=-1, 12,3\n");
  CfgOptions& options = layer.options;
  CHECK(options.has("stride"));
  CHECK_FALSE(options.has("size"));
  CHECK(options.integer("stride", 1) == 2);
  CHECK(options.integer("size", 7) == 7);
  CHECK(options.integer("plus", 0) == 5);
  CHECK(options.integer("low", 0) == std::numeric_limits<int>::min());
  CHECK(options.real("scale", 0) == .5f);
  CHECK(options.real("small", 0) == 1e-4f);
  CHECK(options.real("none", 3) == 3);
  CHECK(options.text("name", "") == "leaky");
  CHECK(options.flag("on", false));
  CHECK_FALSE(options.flag("off", true));
  CHECK(options.flag("none", true));
  CHECK(options.integers("list") == std::vector<int>{-1, 12, 3});
  CHECK(options.reals("list") == std::vector<float>{-1, 12, 3});
  CHECK(options.integers("none").empty());
  CHECK(options.place("stride") == "a.cfg:3");
  CHECK(options.place("none") == "a.cfg:2");
  CHECK_FALSE(options.error());
}

TEST_CASE("whole numbers are refused where they are something else or out of range") {
  for (const char* value : {"12abc", "1e3", "0x10", "nan", "inf", "1.0", "+-1", "++1", "--1", "99999999999",
                            "2147483648", "-2147483649", "18446744073709551617", "3;4"}) {
    Layer layer("stride=" + std::string(value) + "\n");
    CHECK(layer.options.integer("stride", 1) == 1);
    REQUIRE(layer.options.error());
    CHECK(layer.options.error()->message ==
          "a.cfg:3: key 'stride' is '" + std::string(value) + "'; a whole number is needed");
  }
  for (const char* value : {"0", "1025"}) {
    Layer layer("stride=" + std::string(value) + "\n");
    layer.options.integer("stride", 1, {1, 1024});
    REQUIRE(layer.options.error());
    check_contains(layer.options.error()->message, "a whole number from 1 to 1024 is needed");
  }
}

TEST_CASE("real numbers are refused where they are something else or not finite") {
  for (const char* value : {"x", "1,5", "0x1p3", "nan", "inf", "-inf", "1e39", "1e999", "1.5.2", "1e", "."}) {
    Layer layer("scale=" + std::string(value) + "\n");
    CHECK(layer.options.real("scale", 2) == 2);
    REQUIRE(layer.options.error());
    CHECK(layer.options.error()->kind == Failure::malformed);
  }
}

TEST_CASE("lists are refused whole for one bad element") {
  for (const char* value : {",", "1,,2", "1,", ",1", "1,a", "1;2", "1.5", "1,99999999999"}) {
    Layer layer("layers=" + std::string(value) + "\n");
    CHECK(layer.options.integers("layers").empty());
    REQUIRE(layer.options.error());
    check_contains(layer.options.error()->message, "a.cfg:3: element ");
  }
}

TEST_CASE("the first error of a section is kept") {
  Layer layer("a=x\nb=y\n");
  layer.options.integer("a", 0);
  layer.options.integer("b", 0);
  layer.options.refuse("b", "b is no good");
  check_contains(layer.options.error()->message, "a.cfg:3: ");
  Layer other("a=1\n");
  other.options.refuse("b", "b is\nmissing");
  CHECK(other.options.error()->message == "a.cfg:2: b is\\nmissing");
}

TEST_CASE("numbers are read in any locale") {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  if (!std::setlocale(LC_ALL, "de_DE.UTF-8")) {
    std::cout << "SKIPPED: needs the locale de_DE.UTF-8\n";
    return;
  }
  Layer layer("scale=0.1\n");
  CHECK(layer.options.real("scale", 0) == .1f);
  std::setlocale(LC_ALL, before.c_str());
}

TEST_CASE("every official cfg is read") {
  for (const auto& path : shared_files("darknet/cfg", ".cfg")) {
    const Result<Cfg> cfg = parse_cfg(read_file(path), path.filename().string());
    INFO((cfg ? "" : cfg.error().message));
    CHECK(cfg);
  }
}
