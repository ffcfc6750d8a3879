// Suppression as Darknet has it, and the small functions around it.
#include "apps/libdarknet/libdarknet.h"

#include <cstdlib>
#include <vector>

#include "tests/catch.h"

namespace {

// Boxes 10 wide and high, with a probability for each of two classes.
struct Some {
  std::vector<std::vector<float>> probabilities;
  std::vector<detection> dets;

  void add(float x, float objectness, float first, float second) {
    probabilities.push_back({first, second});
    detection det{};
    det.bbox = {x, 5, 10, 10};
    det.classes = 2;
    det.objectness = objectness;
    det.prob = probabilities.back().data();
    dets.push_back(det);
  }
  float x(std::size_t i) const { return dets[i].bbox.x; }
};

// Three that overlap by 9/11, and one that holds no object, far away.
Some crowd() {
  Some some;
  some.add(100, 0, .9f, .9f);
  some.add(1, .5f, .4f, .3f);
  some.add(2, .9f, .2f, .35f);
  some.add(3, .8f, .3f, 0);
  return some;
}

}  // namespace

TEST_CASE(
    "suppression class by class keeps the most probable box of each, and orders boxes by the last class") {
  Some some = crowd();
  do_nms_sort(some.dets.data(), 4, 2, .45f);
  CHECK((some.x(0) == 2 && some.x(1) == 1 && some.x(2) == 3 && some.x(3) == 100));
  CHECK((some.dets[0].prob[0] == 0 && some.dets[0].prob[1] == .35f));
  CHECK((some.dets[1].prob[0] == .4f && some.dets[1].prob[1] == 0));
  CHECK((some.dets[2].prob[0] == 0 && some.dets[2].prob[1] == 0));
  CHECK((some.dets[3].prob[0] == .9f && some.dets[3].prob[1] == .9f));  // nobody looks at it
}

TEST_CASE("suppression by objectness drops a box whole") {
  Some some = crowd();
  do_nms_obj(some.dets.data(), 4, 2, .45f);
  CHECK((some.x(0) == 2 && some.dets[0].prob[0] == .2f && some.dets[0].prob[1] == .35f));
  for (const std::size_t i : {1, 2}) {
    CHECK(some.dets[i].objectness == 0);
    CHECK((some.dets[i].prob[0] == 0 && some.dets[i].prob[1] == 0));
  }
}

TEST_CASE("boxes further apart than the threshold stay, and none are no mistake") {
  Some some = crowd();
  do_nms_sort(some.dets.data(), 4, 2, .85f);
  CHECK((some.dets[0].prob[1] == .35f && some.dets[1].prob[1] == .3f && some.dets[1].prob[0] == .4f));
  do_nms_sort(nullptr, 0, 2, .45f);
  do_nms_obj(nullptr, 0, 2, .45f);
  free_detections(nullptr, 0);
}

TEST_CASE("the greatest values, greatest first, and -1 where there are fewer") {
  float values[] = {.1f, .7f, .3f};
  int index[5];
  top_k(values, 3, 2, index);
  CHECK((index[0] == 1 && index[1] == 2));
  top_k(values, 3, 5, index);
  CHECK((index[2] == 0 && index[3] == -1 && index[4] == -1));
}

TEST_CASE("an image is resized corner to corner") {
  image small = make_image(2, 1, 1);
  small.data[0] = 0, small.data[1] = 1;
  const image large = resize_image(small, 5, 1);
  REQUIRE((large.w == 5 && large.h == 1 && large.c == 1));
  for (int x = 0; x < 5; ++x) CHECK(large.data[x] == Approx(x / 4.));
  CHECK(make_image(0, 5, 3).data == nullptr);
  CHECK(resize_image({}, 5, 5).data == nullptr);
  free_image(small), free_image(large), free_image({});
}
