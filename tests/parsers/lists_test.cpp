// .data, .names, label files, class trees and class maps.
#include "parsers/lists.h"

#include "tests/parsers/files.h"

using namespace nightjar;

namespace {
const std::string file = "a.txt";
}

TEST_CASE("a .data file is read as key=value lines") {
  const Result<DataFile> data = parse_data(
      "\xef\xbb\xbf# made by hand\r\nclasses= 80 # all\r\n ; off=1\r\nnames = data/my names.txt\r\n"
      "valid=a#b.txt\r\nclasses=3",
      file);
  REQUIRE(data);
  REQUIRE(data->find("names"));
  CHECK(*data->find("classes") == "80");
  CHECK(*data->find("names") == "data/my names.txt");
  CHECK(*data->find("valid") == "a#b.txt");
  CHECK_FALSE(data->find("off"));
  CHECK(data->warnings == std::vector<std::string>{"a.txt:6: key 'classes' again; the first counts"});
  check_refused(parse_data("classes 80\n", file), Failure::malformed, "a.txt:1: 'classes 80'; key=value",
                file);
  check_refused(parse_data("\nnames=\n", file), Failure::malformed, "a.txt:2:", file);
  check_refused(parse_data("=x\n", file), Failure::malformed, "a.txt:1:", file);
  check_refused(parse_data("<html>", file), Failure::malformed, "HTML", file);
}

TEST_CASE("names are lines, and blank ones at the end do not count") {
  using Names = std::vector<std::string>;
  CHECK(*parse_names("kit fox\nEnglish setter\n", file) == Names{"kit fox", "English setter"});
  CHECK(*parse_names("\xef\xbb\xbf"
                     "cat\r\n dog \r\n\r\n\n",
                     file) == Names{"cat", "dog"});
  CHECK(*parse_names("cat\n\ndog", file) == Names{"cat", "", "dog"});
  CHECK(*parse_names("\"<b>\"\n\x1b[31m\n\xff\n", file) == Names{"\"<b>\"", "\x1b[31m", "\xff"});
  CHECK(parse_names(std::string(1 << 20, 'x'), file)->front().size() == 1 << 20);
  check_refused(parse_names("", file), Failure::malformed, "no names", file);
  check_refused(parse_names("\n \n", file), Failure::malformed, "no names", file);
  check_refused(parse_names(std::string("a\0b", 3), file), Failure::malformed, "zero", file);
  check_refused(parse_names(fixture("good/rgb.png"), file), Failure::malformed, "a PNG picture", file);
  check_refused(parse_names(std::string((1 << 20) + 1, '\n'), file), Failure::too_large, "lines", file);
  check_refused(parse_names(std::string(17 << 20, 'x'), file), Failure::too_large, "bytes", file);
}

TEST_CASE("labels are a class and a box a line") {
  const Result<std::vector<Label>> labels =
      parse_labels("45 0.479492 .688771 0.955609 5.955e-1\r\n\n0\t0 1 1.0004 0\n", file);
  REQUIRE(labels);
  REQUIRE(labels->size() == 2);
  CHECK((*labels)[0].class_id == 45);
  CHECK((*labels)[0].x == .479492f);
  CHECK((*labels)[0].h == .5955f);
  CHECK((*labels)[1].w == 1.0004f);
  CHECK(parse_labels("", file)->empty());
  for (const char* line : {"1 .5 .5 .5", "1 .5 .5 .5 .5 .5", "x .5 .5 .5 .5", "-1 .5 .5 .5 .5",
                           "1 nan .5 .5 .5", "1 .5 .5 .5 inf", "1 .5 .5 .5 1.1", "1 -.5 .5 .5 .5",
                           "1 320 240 64 64", "1.5 .5 .5 .5 .5", "99999999999 .5 .5 .5 .5"}) {
    check_refused(parse_labels("0 0 0 1 1\n" + std::string(line), file), Failure::malformed,
                  "a.txt:2: ", file);
  }
}

TEST_CASE("a class tree groups the children of one parent") {
  const Result<ClassTree> tree = parse_class_tree("thing -1\nanimal -1\ncat 1\ndog 1\nlamp 0\npug 3\n", file);
  REQUIRE(tree);
  CHECK(tree->names == std::vector<std::string>{"thing", "animal", "cat", "dog", "lamp", "pug"});
  CHECK(tree->parent == std::vector<int>{-1, -1, 1, 1, 0, 3});
  CHECK(tree->group_sizes == std::vector<int>{2, 2, 1, 1});
  check_refused(parse_class_tree("", file), Failure::malformed, "no classes", file);
  check_refused(parse_class_tree("a 0\n", file), Failure::malformed, "a.txt:1: 'a 0'", file);
  check_refused(parse_class_tree("a -2\n", file), Failure::malformed, "a.txt:1:", file);
  check_refused(parse_class_tree("a -1\nb 2\n", file), Failure::malformed, "a.txt:2:", file);
  check_refused(parse_class_tree("a -1\nb\n", file), Failure::malformed, "a.txt:2:", file);
  check_refused(parse_class_tree("a -1\nb 0\nc 1\nd 0\n", file), Failure::malformed, "consecutive", file);
}

TEST_CASE("a byte order mark in front is skipped") {
  const std::string mark = "\xef\xbb\xbf";
  CHECK(parse_labels(mark + "1 .5 .5 .5 .5\n", file)->front().class_id == 1);
  CHECK(parse_class_tree(mark + "thing -1\n", file)->names.front() == "thing");
  CHECK(parse_class_map(mark + "3\n", file, 9)->front() == 3);
}

TEST_CASE("a class map holds class numbers") {
  CHECK(*parse_class_map("5\n0\r\n 9417 \n\n", file, 9418) == std::vector<int>{5, 0, 9417});
  for (const char* line : {"9418", "-1", "x", "", "1 2", "4294967296"}) {
    check_refused(parse_class_map("1\n" + std::string(line) + "\n1\n", file, 9418), Failure::malformed,
                  "a class number from 0 to 9417", file);
  }
  check_refused(parse_class_map("", file, 3), Failure::malformed, "no classes", file);
}

TEST_CASE("the official lists are read") {
  for (const auto& path : shared_files("darknet/names", ".names")) {
    CHECK(parse_names(read_file(path), path.string())->size() == (path.stem() == "coco" ? 80u : 20u));
  }
  for (const auto& path : shared_files("darknet/names", ".list")) {
    CHECK(parse_names(read_file(path), path.string())->size() == 21842);
  }
  for (const auto& path : shared_files("darknet/cfg", ".data"))
    CHECK(parse_data(read_file(path), path.string())->find("names"));
  for (const auto& path : shared_files("coco128/labels", ".txt"))
    CHECK(parse_labels(read_file(path), path.string()));
}
