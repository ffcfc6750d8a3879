// Headers of .weights files.
#include "parsers/weights.h"

#include "tests/parsers/files.h"

using namespace nightjar;

namespace {

const std::string file = "a.weights";

// A little-endian header of these numbers, `seen` in as many bytes as asked.
std::string header(std::initializer_list<std::int32_t> version, std::uint64_t seen, int seen_bytes) {
  std::string bytes;
  for (const std::int32_t number : version) {
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(static_cast<std::uint32_t>(number) >> 8 * i);
  }
  for (int i = 0; i < seen_bytes; ++i) bytes += static_cast<char>(seen >> 8 * i);
  return bytes;
}

}  // namespace

TEST_CASE("the version says how wide seen is") {
  const Result<WeightsHeader> old = parse_weights_header(header({0, 1, 0}, 32013312, 4) + "abcd", file);
  REQUIRE(old);
  CHECK(old->bytes == 16);
  CHECK(old->seen == 32013312);
  for (const std::int32_t revision : {0, 5}) {
    const Result<WeightsHeader> now =
        parse_weights_header(header({0, 2, revision}, 0x123456789aull, 8), file);
    REQUIRE(now);
    CHECK(now->bytes == 20);
    CHECK(now->seen == 0x123456789aull);
    CHECK(now->minor == 2);
    CHECK(now->revision == revision);
  }
  CHECK(parse_weights_header(header({1, 0, 0}, 1, 8), file)->bytes == 20);
}

TEST_CASE("a header is written as it is read") {
  for (const std::string& bytes :
       {header({0, 1, 0}, 32013312, 4), header({0, 2, 0}, 7, 8), header({0, 2, 5}, 0x123456789aull, 8),
        header({1, 0, 0}, ~std::uint64_t{0}, 8)}) {
    const Result<WeightsHeader> read = parse_weights_header(bytes, file);
    REQUIRE(read);
    CHECK(format_weights_header(*read) == bytes);
  }
}

TEST_CASE("a header cut anywhere is refused") {
  const std::string whole = header({0, 2, 5}, 7, 8), old = header({0, 1, 0}, 7, 4);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    check_refused(parse_weights_header(whole.substr(0, size), file), Failure::malformed, "truncated header",
                  file);
  }
  for (std::size_t size = 0; size < old.size(); ++size)
    CHECK_FALSE(parse_weights_header(old.substr(0, size), file));
  CHECK(parse_weights_header(old, file));
}

TEST_CASE("versions whose layout is not known are refused") {
  for (const std::int32_t number : {1000, 1001, 123456, -1}) {
    check_refused(parse_weights_header(header({number, 2, 0}, 0, 8), file), Failure::malformed,
                  "is not supported", file);
    check_refused(parse_weights_header(header({0, number, 0}, 0, 8), file), Failure::malformed,
                  "is not supported", file);
  }
  check_refused(parse_weights_header(header({0, 2 << 24, 5 << 24}, 0, 8), file), Failure::malformed,
                "reverse order", file);
}

TEST_CASE("what lies in place of weights is named") {
  check_refused(parse_weights_header("404: Not Found", file), Failure::malformed, "this is text", file);
  check_refused(parse_weights_header("404", file), Failure::malformed, "this is text", file);
  check_refused(parse_weights_header("[net]\r\nbatch=1\r\nwidt", file), Failure::malformed, "swapped", file);
  check_refused(parse_weights_header("<!DOCTYPE html><html", file), Failure::malformed, "HTML", file);
  check_refused(parse_weights_header("version https://git-", file), Failure::malformed, "git lfs pull", file);
  check_refused(parse_weights_header(fixture("good/rgb.png").substr(0, 20), file), Failure::malformed,
                "a PNG", file);
}

TEST_CASE("every official weights header is read") {
  for (const auto& path : shared_files("darknet/weights", ".weights")) {
    std::string first(weights_header_max_bytes, '\0');
    std::ifstream(path, std::ios::binary).read(first.data(), weights_header_max_bytes);
    const Result<WeightsHeader> read = parse_weights_header(first, path.filename().string());
    INFO((read ? "" : read.error().message));
    REQUIRE(read);
    CHECK(read->bytes == 20);
    CHECK((std::filesystem::file_size(path) - 20) % 4 == 0);
  }
}
