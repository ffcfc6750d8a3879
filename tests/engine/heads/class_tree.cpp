// Classes that form a hierarchy, in the two readings of docs/darknet-format.md section 6.5.
#include "engine/heads/class_tree.h"

#include <limits>

#include "tests/engine/heads/values.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

const float no_number = std::numeric_limits<float>::quiet_NaN();

// 0 and 1 are roots, 2 and 3 kinds of 0, 4 a kind of 2.
ClassTree small_tree() {
  return {{"a", "b", "aa", "ab", "aaa"}, {-1, -1, 0, 0, 2}, {2, 2, 1}};
}

// Absolute probabilities .9 .1 .72 .18 .504.
Values tree_values() {
  Values values = values_of(10);
  values.set(10, 1, 2, {.25f, .5f, 0, ln2, .8f, .9f, .1f, .8f, .2f, .7f});
  return values;
}

RegionHead tree_head() {
  auto head = head_of<RegionHead>(5);
  head.tree = small_tree();
  return head;
}

}  // namespace

TEST_CASE("A class tree names one class") {
  const Values values = tree_values();
  RegionHead head = tree_head();

  SECTION("AlexeyAB: the last above one half, or what is asked for, with its own probability") {
    const Boxes boxes = decoded(head, values);
    REQUIRE(boxes.size() == 1);
    check_classes(boxes[0], {{4, .504f}});
    CHECK(decoded(head, values, {.threshold = .6f}).empty());
    const Boxes surer = decoded(head, values, {.hierarchy = .6f});
    REQUIRE(surer.size() == 1);
    check_classes(surer[0], {{2, .72f}});
  }
  SECTION("pjreddie: the deepest that is likely enough, with the objectness") {
    // Products on the way: .9, .9 * .72 = .648, .648 * .504 = .327.
    const auto [hierarchy, expected] =
        GENERATE(std::pair{.3f, 4}, std::pair{.5f, 2}, std::pair{.7f, 0}, std::pair{.95f, 0});
    const Boxes boxes = decoded(head, values, {.hierarchy = hierarchy, .alexeyab = false});
    REQUIRE(boxes.size() == 1);
    check_classes(boxes[0], {{expected, .8f}});
  }
  SECTION("a map picks classes and renumbers them") {
    head.class_map = {3, 4, 2};
    const Boxes boxes = decoded(head, values, {.alexeyab = GENERATE(true, false)});
    REQUIRE(boxes.size() == 1);
    check_classes(boxes[0], {{2, .8f * .72f}, {1, .8f * .504f}});
  }
}

TEST_CASE("A tree of improbable classes names none, in AlexeyAB's reading") {
  Values values = values_of(10);
  values.set(0, 0, 0, {0, 0, 0, 0, .9f, .5f, .5f, .5f, .5f, 1});
  CHECK(decoded(tree_head(), values).empty());
}

TEST_CASE("The way down a tree ends above a class that is not a number") {
  const auto reached = [](const std::vector<float>& absolute) {
    return deepest_likely_class(small_tree(), absolute, .5f);
  };
  CHECK(reached({.95f, .05f, .95f, .05f, .95f}) == 4);
  CHECK(reached({.95f, .05f, .95f, .05f, no_number}) == 2);
  CHECK(reached({.95f, .05f, no_number, .05f, .95f}) == 0);
  CHECK(reached({no_number, .05f, .95f, .05f, .95f}) == 0);  // a root is named however unlikely it is
}

TEST_CASE("The last likely class is never one that is not a number") {
  CHECK(last_likely_class(std::vector{.9f, .1f, .72f, .18f, no_number}, .5f) == 2);
  CHECK(last_likely_class(std::vector{no_number, .1f}, .5f) == -1);
}

TEST_CASE("Of two groups with one parent the last counts, as in Darknet") {
  // 1 and 2 are kinds of 0, and so are 3 and 4.
  const ClassTree tree{{"a", "b", "c", "d", "e"}, {-1, 0, 0, 0, 0}, {1, 2, 2}};
  const std::vector<float> probabilities{.9f, .8f, .2f, .3f, .7f};
  CHECK(deepest_likely_class(tree, probabilities, .5f) == 4);
}
