// The Detector class and the functions for C#, as programs that were compiled against AlexeyAB's header use
// them.
#include "apps/libdarknet/detector.h"

#include <cmath>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/c/red_network.h"
#include "tests/temporary_folder.h"

using namespace nightjar::testing;

namespace {

struct RedFiles {
  TemporaryFolder folder;
  std::string cfg = folder.put("red.cfg", red_cfg), weights = folder.put("red.weights", red_weights());
};

// w x h, planar; pixel (x, y) is red.
struct Picture {
  std::vector<float> values;
  image_t image;

  Picture(int w, int h, int x, int y) : values(static_cast<std::size_t>(3 * w * h)) {
    values[static_cast<std::size_t>(y * w + x)] = 1;
    image = {h, w, 3, values.data()};
  }
};

// An uncompressed BMP of 32 x 32 pixels, black, of which (x, y) is red.
std::string bmp(int x, int y) {
  std::string bytes(54 + 32 * 32 * 3, '\0');
  const auto put = [&](std::size_t at, std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i)
      bytes[at + static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i));
  };
  bytes[0] = 'B', bytes[1] = 'M';
  put(2, static_cast<std::uint32_t>(bytes.size()), 4), put(10, 54, 4), put(14, 40, 4), put(18, 32, 4);
  put(22, 32, 4), put(26, 1, 2), put(28, 24, 2), put(34, 32 * 32 * 3, 4);
  put(static_cast<std::size_t>(54 + ((31 - y) * 32 + x) * 3 + 2), 255, 1);
  return bytes;
}

bbox_t at(unsigned int x, unsigned int obj_id = 0) {
  bbox_t box{};
  box.x = x, box.y = 100, box.w = box.h = 20;
  box.obj_id = obj_id;
  return box;
}

}  // namespace

TEST_CASE("a detector finds boxes in pixels of the picture, from its left upper corner") {
  const RedFiles files;
  Detector detector(files.cfg, files.weights);
  CHECK((detector.get_net_width() == 32 && detector.get_net_height() == 32 &&
         detector.get_net_color_depth() == 3));
  const Picture picture(32, 32, 8, 16);
  const std::vector<bbox_t> boxes = detector.detect(picture.image);
  REQUIRE(boxes.size() == 1);
  CHECK((boxes[0].x == 4 && boxes[0].y == 12 && boxes[0].w == 16 && boxes[0].h == 16));
  CHECK(boxes[0].prob == Approx(.98197));
  CHECK((boxes[0].obj_id == 0 && boxes[0].track_id == 0 && std::isnan(boxes[0].z_3d)));
  CHECK(detector.detect(picture.image, .99f).empty());
}

TEST_CASE("a box that begins outside begins at 0") {
  const RedFiles files;
  Detector detector(files.cfg, files.weights);
  const std::vector<bbox_t> boxes = detector.detect(Picture(32, 32, 0, 0).image);
  REQUIRE(boxes.size() == 1);
  CHECK((boxes[0].x == 0 && boxes[0].y == 0 && boxes[0].w == 16));
}

TEST_CASE("a detector of a batch") {
  const RedFiles files;
  Detector detector(files.cfg, files.weights, 0, 2);
  std::vector<float> values = Picture(32, 32, 8, 8).values;
  const std::vector<float> second = Picture(32, 32, 16, 24).values;
  values.insert(values.end(), second.begin(), second.end());
  const auto boxes = detector.detectBatch({32, 32, 3, values.data()}, 2, 320, 320, .5f);
  REQUIRE((boxes.size() == 2 && boxes[0].size() == 1 && boxes[1].size() == 1));
  CHECK((boxes[0][0].x == 40 && boxes[0][0].y == 40 && boxes[0][0].w == 160));
  CHECK((boxes[1][0].x == 120 && boxes[1][0].y == 200));
}

TEST_CASE("what a detector cannot load or read, it throws") {
  const RedFiles files;
  CHECK_THROWS_AS(Detector("missing.cfg", files.weights), std::runtime_error);
  Detector detector(files.cfg, files.weights);
  CHECK_THROWS_AS(detector.detect(std::string("missing.png")), std::runtime_error);
  CHECK_THROWS_AS(detector.detect(image_t{}), std::runtime_error);
}

TEST_CASE("the functions for other languages: one detector, files and encoded pictures") {
  const RedFiles files;
  bbox_t_container found{};
  CHECK(detect_image("missing.png", found) == -1);  // nothing was loaded either
  REQUIRE(init(files.cfg.c_str(), files.weights.c_str(), 0, 1) == 1);
  const std::string encoded = bmp(16, 8), file = files.folder.put("red.bmp", encoded);
  REQUIRE(detect_image(file.c_str(), found) == 1);
  CHECK((found.candidates[0].x == 12 && found.candidates[0].y == 4));
  found = {};
  REQUIRE(detect_mat(reinterpret_cast<const std::uint8_t*>(encoded.data()), encoded.size(), found) == 1);
  CHECK((found.candidates[0].x == 12 && found.candidates[0].y == 4));
  CHECK(detect_image("missing.png", found) == -1);
  CHECK(init("missing.cfg", "", 0, 1) == 0);
  CHECK(dispose() == 1);
}

TEST_CASE("a track goes on with the nearest box of its class, and others begin") {
  const RedFiles files;
  Detector detector(files.cfg, files.weights);
  auto boxes = detector.tracking_id({at(100), at(200), at(300, 1)});
  CHECK((boxes[0].track_id == 1 && boxes[1].track_id == 2));
  CHECK(boxes[2].track_id == 1);  // each class counts by itself
  boxes = detector.tracking_id({at(210), at(110), at(400)});
  CHECK((boxes[0].track_id == 2 && boxes[1].track_id == 1));
  CHECK(boxes[2].track_id == 3);  // too far from any
  boxes = detector.tracking_id({at(300, 1)});
  CHECK(boxes[0].track_id == 1);  // of two frames before
}

TEST_CASE("two boxes near one track: the nearer one is on it") {
  const RedFiles files;
  Detector detector(files.cfg, files.weights);
  detector.tracking_id({at(100)});
  const auto boxes = detector.tracking_id({at(120), at(105)});
  CHECK((boxes[0].track_id == 2 && boxes[1].track_id == 1));
}
