// What [net] and the last head say of how pictures are changed.
#include "engine/train/augmentation.h"

#include "tests/catch.h"

using namespace nightjar;

namespace {

Result<Augmentation> read(const std::string& net, const std::string& layers) {
  const auto cfg = parse_cfg("[net]\nwidth=64\nheight=32\n" + net + layers, "x.cfg");
  REQUIRE(cfg);
  return read_augmentation(*cfg);
}

void check_refused(const std::string& net, const std::string& layers, const std::string& message) {
  const auto refused = read(net, layers);
  INFO(message);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == Failure::malformed);
  CHECK(refused.error().message.find(message) == 0);
}

}  // namespace

TEST_CASE("What a detector's cfg leaves open is as in Darknet") {
  const auto a = read("", "[yolo]\n");
  REQUIRE(a);
  CHECK(a->jitter == .2f);
  CHECK(a->resize == 1);
  CHECK(a->hue == 0);
  CHECK((a->saturation == 1 && a->exposure == 1));
  CHECK((a->flip && !a->flip_vertical && !a->letter_box && !a->classifies));
  CHECK(a->mix == Mix::none);
}

TEST_CASE("The last head says how far pictures are moved") {
  const auto a =
      read("hue=.1\nsaturation=1.5\nexposure=0\nflip=0\nflip_vertical=1\ngaussian_noise=51\nmixup=1\n",
           "[yolo]\njitter=.1\n[region]\njitter=.3\nresize=1.5\n[empty]\n");
  REQUIRE(a);
  CHECK(a->jitter == .3f);
  CHECK(a->resize == 1.5f);
  CHECK(a->hue == .1f);
  CHECK((a->saturation == 1.5f && a->exposure == 1));
  CHECK((!a->flip && a->flip_vertical));
  CHECK(a->noise == .2f);
  CHECK(a->mix == Mix::mixup);
}

TEST_CASE("Zoom and stretch take two numbers and one") {
  const auto a = read("zoom=.7,1.5\nstretch=1.15\n", "[yolo]\n");
  REQUIRE(a);
  CHECK((a->least_zoom == .7f && a->greatest_zoom == 1.5f && a->stretch == 1.15f));
  CHECK(read("", "[yolo]\n")->least_zoom == 0);
}

TEST_CASE("Without a head it is a classifier's") {
  const auto a = read("min_crop=32\nmax_crop=96\nangle=7\naspect=.75\nmosaic=1\ncutmix=1\nletter_box=1\n",
                      "[softmax]\n");
  REQUIRE(a);
  CHECK(a->classifies);
  CHECK((a->least_side == .5f && a->greatest_side == 1.5f));
  CHECK((a->angle == 7 && a->aspect == .75f));
  CHECK(a->mix == Mix::cutmix_or_mosaic);
  CHECK(read("cutmix=1\n", "[softmax]\n")->mix == Mix::cutmix);
  CHECK(read("cutmix=1\nmixup=1\n", "[yolo]\n")->mix == Mix::mixup);
}

TEST_CASE("What makes no sense of pictures is refused at its line") {
  check_refused("", "[yolo]\nresize=0\n", "x.cfg:5: resize is 0.00; 0.10 to 10.00 is needed");
  check_refused("hue=-1\n", "[yolo]\n", "x.cfg:4: hue is -1.00; ");
  check_refused("saturation=red\n", "[yolo]\n", "x.cfg:4: key 'saturation' is 'red'");
  check_refused("", "[yolo]\njitter=2\n", "x.cfg:5: jitter is 2.00; ");
  check_refused("zoom=.5\n", "[yolo]\n", "x.cfg:4: zoom is not two numbers");
  check_refused("zoom=2,1\n", "[yolo]\n", "x.cfg:4: zoom is not two numbers");
  check_refused("zoom=.5,2\nstretch=.5\n", "[yolo]\n", "x.cfg:5: stretch is 0.50; ");
  check_refused("mosaic=1\nletter_box=1\n", "[yolo]\n", "x.cfg:5: letter_box=1 with mosaic=1");
  check_refused("min_crop=90\nmax_crop=80\n", "[softmax]\n", "x.cfg:4: min_crop=90 is above max_crop=80");
}
