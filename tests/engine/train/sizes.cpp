// random=1: which sizes a network learns at.
#include "engine/train/sizes.h"

#include <set>

#include "tests/catch.h"

using namespace nightjar;

namespace {

Result<InputSizes> read(const std::string& net, const std::string& last) {
  const auto cfg = parse_cfg("[net]\n" + net + "[yolo]\n" + last, "x.cfg");
  REQUIRE(cfg);
  return read_input_sizes(*cfg);
}

}  // namespace

TEST_CASE("without random= there is one size") {
  const auto sizes = read("", "");
  REQUIRE(sizes);
  for (const int update : {1, 50, 4000}) CHECK(sizes->of(update, {3, 224, 352}) == Shape{3, 224, 352});
}

TEST_CASE("with random=1 each ten updates have a size, by steps, of the cfg's shape") {
  auto sizes = read("", "random=1\n");
  REQUIRE(sizes);
  CHECK(sizes->range == 1.4f);
  sizes->updates = 5000;
  const Shape input{3, 416, 416};
  const Shape greatest{3, 608, 608};  // 1.4 * 416 / 32 + 1 = 19.2 steps
  std::set<int> sides;
  for (int update = 1; update <= 5000; ++update) {
    const Shape size = sizes->of(update, input);
    REQUIRE(size == sizes->of((update - 1) / 10 * 10 + 1, input));
    REQUIRE(size.h == size.w);
    REQUIRE(size.h % 32 == 0);
    sides.insert(size.h);
    if (update <= 10 || update > 4900) CHECK(size == greatest);
  }
  CHECK(*sides.begin() == 320);  // 416 / 1.4 / 32 + 1 = 10.3 steps
  CHECK(*sides.rbegin() == 608);
  CHECK(sides.size() == 10);
  sizes->seed = 1;
  int others = 0;
  for (int update = 11; update < 4900; update += 10)
    others += sizes->of(update, input) != InputSizes{1.4f, 32, 5000, 0}.of(update, input);
  CHECK(others > 300);
}

TEST_CASE("random= of [detection] is no size") {
  const auto cfg = parse_cfg("[net]\n[detection]\nrandom=1\n", "x.cfg");
  REQUIRE(cfg);
  CHECK(read_input_sizes(*cfg)->range == 1);
}

TEST_CASE("random= may be a factor, and resize_step is the network's") {
  auto sizes = read("resize_step=64\n", "random=2\n");
  REQUIRE(sizes);
  sizes->updates = 1000;
  CHECK(sizes->of(1, {3, 128, 256}) == Shape{3, 320, 576});
  CHECK_FALSE(read("", "random=-1\n"));
}
