// Files of pictures and labels as training asks for them: what is broken is told with its line, and left out.
#include "apps/nightjar/train/training_pictures.h"

#include <algorithm>
#include <filesystem>

#include "apps/nightjar/train/example_picture.h"
#include "engine/host/files.h"
#include "engine/image/draw.h"
#include "engine/train/example_boxes.h"
#include "tests/catch.h"
#include "tests/temporary_folder.h"

using namespace nightjar;
using nightjar::testing::TemporaryFolder;

namespace {

std::string png(int width, int height) {
  Image picture{width, height, 3, {}};
  picture.pixels.assign(static_cast<std::size_t>(width * height * 3), 90);
  return encode_image(picture, "x.png");
}

// Two with labels, one of which has a broken line; one without.
std::vector<std::string> put_pictures(const TemporaryFolder& folder) {
  folder.put("a.txt", "1 .5 .5 .2 .2\n0 .5 .5 2\n0 .25 .25 .1 .1\n7 .5 .5 .1 .1\n");
  folder.put("b.txt", "0 .5 .5 .5 .5\n");
  return {folder.put("a.png", png(20, 10)), folder.put("b.png", png(30, 30)), folder.put("c.png", png(8, 8))};
}

std::vector<std::string> messages(const std::vector<Error>& errors) {
  std::vector<std::string> all;
  for (const Error& error : errors) all.push_back(error.message);
  return all;
}

}  // namespace

TEST_CASE("A broken line of labels is told and left out, and the others of its picture stay") {
  const TemporaryFolder folder;
  const auto pictures = open_training_pictures(put_pictures(folder), {.classes = 2}, 3);
  REQUIRE(pictures);
  CHECK(pictures->set->size() == 3);
  CHECK(pictures->truths == 3);
  REQUIRE(pictures->left_out.size() == 1);
  CHECK(pictures->left_out[0].message.find(folder / "a.txt" + ":2: '0 .5 .5 2'; ") == 0);
  CHECK(pictures->warnings.size() == 2);  // without labels; of another class
  const auto first = pictures->set->load(0);
  REQUIRE(first);
  CHECK((first->picture.width == 20 && first->picture.channels == 3));
  REQUIRE(first->truths.size() == 2);
  CHECK((first->truths[0].class_id == 1 && first->truths[1].x == .25f));
  const auto grey = open_training_pictures(put_pictures(folder), {.classes = 2}, 1);
  CHECK(grey->set->load(1)->picture.channels == 1);
}

TEST_CASE("A broken object of Pascal VOC's is left out, and of a file that is none its picture") {
  const TemporaryFolder folder;
  const std::string size = "<annotation>\n<size><width>20</width><height>10</height></size>\n",
                    box = "<bndbox><xmin>3</xmin><ymin>2</ymin><xmax>9</xmax><ymax>8</ymax></bndbox>";
  folder.put("a.xml", size + "<object><name>cat</name>" + box +
                          "</object>\n<object><name>dog</name></object>\n</annotation>\n");
  folder.put("b.xml", "<annotation>\n<size>");
  const std::vector<std::string> files{folder.put("a.png", png(20, 10)), folder.put("b.png", png(20, 10))};
  const auto pictures = open_training_pictures(files, {.names = {"dog", "cat"}, .classes = 2}, 3);
  REQUIRE(pictures);
  REQUIRE(pictures->set->size() == 1);
  CHECK(pictures->set->load(0)->truths.at(0).class_id == 1);
  REQUIRE(pictures->left_out.size() == 2);
  CHECK(pictures->left_out[0].message.find(folder / "a.xml" + ":4: an <object> without <bndbox>") == 0);
  CHECK(pictures->left_out[1].message.find(folder / "b.xml") == 0);
  CHECK_FALSE(open_training_pictures({files[1]}, {.names = {"dog", "cat"}, .classes = 2}, 3));
  const auto strict = read_labels(files, {.names = {"dog", "cat"}, .classes = 2});
  REQUIRE_FALSE(strict);
  CHECK(strict.error().message == pictures->left_out[0].message);
}

TEST_CASE("A classifier's pictures are of the classes that their paths name") {
  const std::vector<std::string> labels{"cat", "dog"};
  const auto pictures = open_class_pictures({"x/cat/1.png", "x/2.png", "x/dogs/cat.png"}, labels, 3);
  REQUIRE(pictures);
  CHECK(pictures->set->size() == 2);
  CHECK(pictures->truths == 3);
  CHECK(messages(pictures->left_out) ==
        std::vector<std::string>{"x/2.png: no label is part of this path; that of its class is needed"});
  CHECK(pictures->warnings.size() == 1);
  CHECK_FALSE(open_class_pictures({"x/2.png"}, labels, 3));
}

TEST_CASE("Pictures on disk become examples, and those a picture to look at") {
  const TemporaryFolder folder;
  std::vector<std::string> files = put_pictures(folder);
  files.push_back(folder.put("d.png", "no picture"));
  folder.put("d.txt", "0 .5 .5 .5 .5\n");
  const auto pictures = open_training_pictures(files, {.classes = 2}, 3);
  REQUIRE(pictures);
  std::vector<Error> told;
  const auto stream = ExampleStream::create(
      pictures->set, {}, {.threads = 2, .told = [&](const Error& error) { told.push_back(error); }});
  REQUIRE(stream);
  const Shape shape{3, 64, 96};
  const auto examples = (*stream)->next(12, shape);
  REQUIRE(examples);
  REQUIRE(told.size() == 1);
  CHECK(told[0].message.find(folder / "d.png") == 0);

  const auto labelled =
      std::find_if(examples->begin(), examples->end(), [](const Example& e) { return !boxes_of(e).empty(); });
  REQUIRE(labelled != examples->end());
  const std::string to = folder / "example.png";
  REQUIRE(write_example_picture(to, *labelled, shape, boxes_of(*labelled), {"one", "two"}));
  const auto bytes = read_file(to, 1 << 20);
  REQUIRE(bytes);
  const auto drawn = parse_image(*bytes, to);
  REQUIRE(drawn);
  CHECK((drawn->width == 8 * 96 && drawn->height == 8 * 64));
  CHECK(std::count(drawn->pixels.begin(), drawn->pixels.end(), 90) < 8 * 8 * 96 * 64 * 3);
  CHECK(write_example_picture(folder / "gone/example.png", *labelled, shape, {}, {}).error().kind ==
        Failure::cannot_write);
}
