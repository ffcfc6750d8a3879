// Labels of Pascal VOC and COCO.
#include "parsers/coco.h"
#include "parsers/voc.h"
#include "tests/parsers/files.h"

using namespace nightjar;

namespace {

const std::string xml = "a.xml", json = "a.json";

std::string object(const std::string& inside) {
  return "<annotation>\n<size><width>64</width><height>48</height></size>\n<object>\n" + inside +
         "</object>\n</annotation>\n";
}

std::string box(const std::string& xmin = "1", const std::string& xmax = "9") {
  return "<bndbox><xmin>" + xmin + "</xmin><ymin>2</ymin><xmax>" + xmax + "</xmax><ymax>8</ymax></bndbox>\n";
}

std::string coco(const std::string& annotation) {
  return "{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\", \"width\": 64, \"height\": 48}],\n"
         "\"categories\": [{\"id\": 1, \"name\": \"cat\"}], \"annotations\": [" +
         annotation + "]}";
}

}  // namespace

TEST_CASE("an annotation of Pascal VOC is read") {
  const auto annotation = parse_voc(fixture("good/annotation.xml"), xml);
  REQUIRE(annotation);
  CHECK(annotation->width == 640);
  CHECK(annotation->height == 480);
  REQUIRE(annotation->objects.size() == 2);  // parts are none
  const VocObject &dog = annotation->objects[0], &cell = annotation->objects[1];
  CHECK(dog.name == "dog");
  CHECK(dog.left == 48);
  CHECK(dog.top == 240);
  CHECK(dog.right == 195);
  CHECK(dog.bottom == 371);
  CHECK_FALSE(dog.difficult);
  CHECK(dog.line == 5);
  CHECK(cell.name == "red <cell>");
  CHECK(cell.left == 8.5);
  CHECK(cell.bottom == 498);  // beyond the picture
  CHECK(cell.difficult);
  CHECK(parse_voc("<annotation><size><width>1</width><height>1</height></size></annotation>", xml)
            ->objects.empty());
}

TEST_CASE("a bad annotation of Pascal VOC is refused with its line") {
  const auto refused = [](const std::string& text, const std::string& part) {
    check_refused(parse_voc(text, xml), Failure::malformed, part, xml);
  };
  refused("", "no XML");
  refused("0 .5 .5 .5 .5\n", "no XML");
  refused("<annotation>\n<object>\n</annotation>\n", "a.xml:3: no XML");
  refused("<kitti/>", "no <annotation>");
  refused("<annotation>\n<object/></annotation>", "a.xml:1: no <width> in <annotation>");
  refused("<annotation>\n<size>\n<width>64</width></size></annotation>", "a.xml:2: no <height> in <size>");
  refused("<annotation>\n<size>\n<width>wide</width><height>1</height></size></annotation>",
          "a.xml:3: <width> is 'wide'");
  refused("<annotation><size><width>0</width><height>1</height></size></annotation>", "<width> is '0'");
  refused(object(box()), "a.xml:3: an <object> without <name>");
  refused(object("<name> </name>" + box()), "without <name>");
  refused(object("<name>cat</name>"), "a.xml:3: an <object> without <bndbox>");
  refused(object("<name>cat</name>\n" + box("nan")), "a.xml:5: <xmin> is 'nan'");
  refused(object("<name>cat</name>\n" + box("9", "1")), "a.xml:5: a box that ends before it begins");
  refused("<!DOCTYPE a [<!ENTITY b \"c\">]><annotation>&b;</annotation>", "no <width>");
  refused("<html><body>", "an HTML page");
}

TEST_CASE("XML may be as deep as the file is long") {
  std::string deep;
  for (int i = 0; i < 300000; ++i) deep += "<a>";
  check_refused(parse_voc(deep, xml), Failure::malformed, "no XML", xml);
  std::string closed = deep;
  for (int i = 0; i < 300000; ++i) closed += "</a>";
  check_refused(parse_voc(closed, xml), Failure::malformed, "no <annotation>", xml);
}

TEST_CASE("COCO's annotations are read") {
  const auto all = parse_coco(fixture("good/annotations.json"), json);
  REQUIRE(all);
  REQUIRE(all->pictures.size() == 2);
  CHECK(all->pictures[0].id == "9");
  CHECK(all->pictures[0].file_name == "000000000009.jpg");
  CHECK(all->pictures[0].width == 640);
  CHECK(all->pictures[1].id == "b");
  REQUIRE(all->categories.size() == 2);
  CHECK(all->categories[1].id == 3);
  CHECK(all->categories[1].name == "car");
  REQUIRE(all->annotations.size() == 2);
  const CocoAnnotation &car = all->annotations[0], &crowd = all->annotations[1];
  CHECK(car.picture == "9");
  CHECK(car.category == 3);
  CHECK(car.left == 1.5);
  CHECK(car.height == 40.25);
  CHECK(car.area == 700.5);
  CHECK_FALSE(car.crowd);
  CHECK(crowd.picture == "b");
  CHECK(crowd.area == 512);  // the box's
  CHECK(crowd.crowd);
}

TEST_CASE("bad annotations of COCO are refused with their place") {
  const auto refused = [](const std::string& text, const std::string& part) {
    check_refused(parse_coco(text, json), Failure::malformed, part, json);
  };
  refused("", "a.json:1: no JSON");
  refused("{\"images\": [],\n\n \"x\": ]}", "a.json:3: no JSON");
  refused("{\"images\": [], \"annotations\": [1e999]}", "no JSON");
  refused("[]", "no list \"images\"");
  refused("{}", "no list \"images\"");
  refused("{\"images\": {}}", "no list \"images\"");
  refused("{\"images\": [], \"categories\": []}", "no list \"annotations\"");
  refused("{\"images\": [7]}", "images[0]: is no object");
  refused("{\"images\": [{\"id\": 1, \"file_name\": \"a\", \"width\": 0, \"height\": 1}]}",
          "images[0]: \"width\" is missing, or no number in its range");
  refused("{\"images\": [{\"id\": 1, \"file_name\": 3, \"width\": 2, \"height\": 1}]}",
          "images[0]: \"file_name\" is missing, or no text");
  refused(coco("{\"category_id\": 1, \"bbox\": [0, 0, 1, 1]}"), "annotations[0]: \"image_id\"");
  const std::string start = "{\"image_id\": 1, \"category_id\": 1, ";
  refused(coco(start + "\"bbox\": [0, 0, 1]}"), "annotations[0]: \"bbox\"");
  refused(coco(start + "\"bbox\": [0, 0, -1, 1]}"), "annotations[0]: \"bbox\"");
  refused(coco(start + "\"bbox\": [0, 0, \"1\", 1]}"), "annotations[0]: \"bbox\"");
  refused(coco(start + "\"bbox\": [0, 0, 1, 1]}, " + start + "\"bbox\": [0, 0, 1, 1], \"area\": -1}"),
          "annotations[1]: \"area\"");
  refused("0 .5 .5 .5 .5\n", "no JSON");
}

TEST_CASE("JSON may be as deep as the file is long") {
  const std::string deep(300000, '[');
  check_refused(parse_coco(deep, json), Failure::malformed, "no JSON", json);
  check_refused(parse_coco("{\"images\": " + deep + std::string(300000, ']') + "}", json), Failure::malformed,
                "images[0]: is no object", json);
}

TEST_CASE("the labels of bccd are read") {
  for (const auto& path : shared_files("bccd/Annotations", ".xml"))
    CHECK(parse_voc(read_file(path), path.string()));
}
