// .npy files in and out.
#include "parsers/npy.h"

#include "tests/parsers/files.h"

using namespace nightjar;

namespace {

const std::string file = "a.npy";

std::string npy(const std::string& header, std::size_t floats, char major = 1) {
  std::string bytes = std::string("\x93NUMPY") + major + '\0';
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i) bytes += static_cast<char>(header.size() >> 8 * i);
  return bytes + header + std::string(4 * floats, '\0');
}

std::string with_shape(const std::string& shape, std::size_t floats) {
  return npy("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n", floats);
}

}  // namespace

TEST_CASE("what is written is what NumPy writes") {
  const NpyArray array{{2, 3}, {0, .5f, -1, 1e30f, 3, -0.f}};
  CHECK(format_npy(array) == fixture("good/array.npy"));
  CHECK(format_npy({{}, {1.5f}}) == fixture("good/scalar.npy"));
  CHECK(format_npy({{3}, {1, 2, 3}}) == fixture("good/vector.npy"));
}

TEST_CASE("what is written is read back") {
  const std::vector<std::vector<std::int64_t>> shapes = {{},        {1},       {0},
                                                         {4, 0, 2}, {2, 3, 4}, {1, 1, 1, 1, 1, 1, 7}};
  for (const auto& shape : shapes) {
    NpyArray array{shape, {}};
    std::size_t count = 1;
    for (const std::int64_t n : shape) count *= static_cast<std::size_t>(n);
    for (std::size_t i = 0; i < count; ++i) array.values.push_back(static_cast<float>(i) / 3);
    const std::string bytes = format_npy(array);
    CHECK((bytes.size() - 4 * count) % 64 == 0);
    const Result<NpyArray> read = parse_npy(bytes, file);
    REQUIRE(read);
    CHECK(read->shape == array.shape);
    CHECK(read->values == array.values);
  }
}

TEST_CASE("versions 1 to 3 and every order of the header are read") {
  for (const char major : {1, 2, 3}) {
    const Result<NpyArray> read =
        parse_npy(npy("{\"shape\":(2,3),'fortran_order':False, 'descr':'<f4'}", 6, major), file);
    REQUIRE(read);
    CHECK(read->shape == std::vector<std::int64_t>{2, 3});
  }
}

TEST_CASE("arrays of other kinds and damaged files are refused") {
  const auto check = [](const std::string& bytes, const std::string& part) {
    check_refused(parse_npy(bytes, file), Failure::malformed, part, file);
  };
  check("", "not a .npy file");
  check("\x93NUMPY", "not a .npy file");
  check(npy("", 0, 4), "version 4");
  check(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", 2),
        "'<f8'; '<f4' (float32) is needed");
  check(npy("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 1), "'>f4'");
  check(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", 1), "Fortran order");
  check(npy("{'descr': '<f4', 'shape': (1,), }", 1), "unreadable .npy header");
  check(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 1), "unreadable");
  check(with_shape("(2,)", 1), "4 bytes of values; shape (2,) needs 2 times 4");
  check(with_shape("(2,)", 3), "12 bytes of values");
  check(with_shape("(-1,)", 1), "unreadable");
  check(with_shape("(4294967296, 4294967296)", 0), "more than there can be");
  check(with_shape("(4611686018427387904, 2, 2)", 0), "more than there can be");
  check(with_shape("(99999999999999999999,)", 0), "unreadable");
  check(with_shape("(1 1)", 1), "unreadable");
  check(with_shape("(1,", 1), "unreadable");
  CHECK(parse_npy(with_shape("(4294967296, 0, 4294967296)", 0), file));
}
