// The text outputs byte for byte; JSON also as a JSON parser reads it.
#include "engine/detect/format.h"

#include <clocale>
#include <cmath>
#include <limits>
#include <locale>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/detect/format_classes.h"
#include "engine/detect/format_json.h"
#include "engine/detect/top_classes.h"
#include "engine/detect/utf8.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

const std::vector<std::string> names{"person", "bicycle", "dont_show", "dog", "car"};
constexpr PixelSize picture{768, 576};

Detection dog() {
  return {.329747f, .640579f, .336508f, .517261f, .9f, {{3, .80656f}}};
}
// Bicycle is surer, person comes first by number, and the class in between is not to be shown.
Detection rider() {
  return {.1f, .25f, .25f, .5f, .9f, {{2, .99f}, {1, .625f}, {0, .375f}}};
}

std::string json_object(const Boxes& boxes, Names class_names, std::string_view file, std::int64_t frame) {
  return json_opening(frame) + json_objects(boxes, class_names, file);
}

}  // namespace

TEST_CASE("AlexeyAB's lines: from left to right, best class first") {
  const Boxes boxes{dog(), rider()};
  CHECK(alexeyab_lines(boxes, names, picture, false) == "bicycle: 62%\nperson: 38%\ndog: 81%\n");
  CHECK(alexeyab_lines(boxes, names, picture, true) ==
        "bicycle: 62%\t(left_x:  -19   top_y:    0   width:  192   height:  288)\n"
        "person: 38%\t(left_x:  -19   top_y:    0   width:  192   height:  288)\n"
        "dog: 81%\t(left_x:  124   top_y:  220   width:  258   height:  298)\n");
  CHECK(alexeyab_lines({}, names, picture, true).empty());
}

TEST_CASE("pjreddie's lines: as they come, by class number") {
  CHECK(pjreddie_lines({dog(), rider()}, names) == "dog: 81%\nperson: 38%\nbicycle: 62%\n");
}

TEST_CASE("A terminal is told no control bytes, and a class without a name has a number") {
  const std::vector<std::string> hostile{"a\x1b[2Jb\nc\xc3\xa9\xff\xc2\x9b"};
  const Boxes boxes{{.5f, .5f, .1f, .1f, 1, {{0, .5f}, {7, .4f}}}};
  CHECK(pjreddie_lines(boxes, hostile) == "a\\x1b[2Jb\\nc\xc3\xa9\\xff\\xc2\\x9b: 50%\nclass 7: 40%\n");
}

TEST_CASE("the most probable classes, of equals the lower number first") {
  const std::vector<float> scores{.1f, .3f, NAN, .3f, .05f};
  const auto numbers = [&](int most) {
    std::vector<int> all;
    for (const ClassScore& score : most_probable_classes(scores, most)) all.push_back(score.class_id);
    return all;
  };
  CHECK(numbers(2) == std::vector{1, 3});
  CHECK(numbers(9) == std::vector{1, 3, 0, 4, 2});
  CHECK(numbers(0).empty());
  CHECK(most_probable_classes({}, 5).empty());
}

TEST_CASE("a picture's classes in the forks' words") {
  const std::vector<ClassScore> classes{{3, .873f}, {7, .0204f}};
  CHECK(alexeyab_class_lines(classes, names, nullptr) == "dog: 0.873000\nclass 7: 0.020400\n");
  const ClassTree tree{{}, {-1, -1, 0, 0, 0, 0, 0, 3}, {}};
  CHECK(alexeyab_class_lines(classes, names, &tree) ==
        "3, dog: 0.873000, parent: person \n7, class 7: 0.020400, parent: dog \n");
  CHECK(pjreddie_class_lines(classes, names) == "87.30%: dog\n 2.04%: class 7\n");
  CHECK(pjreddie_class_lines(std::vector<ClassScore>{{0, 1.f}}, names) == "100.00%: person\n");
  CHECK(class_csv_rows(classes, names, "a,b.jpg") ==
        "\"a,b.jpg\",3,dog,0.873000\n\"a,b.jpg\",7,class 7,0.020400\n");
  const auto read = nlohmann::json::parse(class_json(classes, names, "a\"\xff.jpg", 1.5));
  CHECK(read["file"] == "a\"\xef\xbf\xbd.jpg");
  CHECK(read["milliseconds"] == 1.5);
  CHECK(read["classes"][1]["class_id"] == 7);
  CHECK(read["classes"][0]["name"] == "dog");
  CHECK(read["classes"][0]["probability"] == Approx(.873));
}

TEST_CASE("JSON as AlexeyAB lays it out") {
  const std::string file = std::string(json_head) + json_object({dog(), rider()}, names, "data/dog.jpg", 1) +
                           std::string(json_separator) + json_object({}, names, "none.jpg", 2) +
                           std::string(json_tail);
  CHECK(file ==
        "[\n{\n \"frame_id\":1, \n \"filename\":\"data/dog.jpg\", \n \"objects\": [ \n"
        "  {\"class_id\":3, \"name\":\"dog\", \"relative_coordinates\":{\"center_x\":0.329747, "
        "\"center_y\":0.640579, \"width\":0.336508, \"height\":0.517261}, \"confidence\":0.806560}, \n"
        "  {\"class_id\":0, \"name\":\"person\", \"relative_coordinates\":{\"center_x\":0.100000, "
        "\"center_y\":0.250000, \"width\":0.250000, \"height\":0.500000}, \"confidence\":0.375000}, \n"
        "  {\"class_id\":1, \"name\":\"bicycle\", \"relative_coordinates\":{\"center_x\":0.100000, "
        "\"center_y\":0.250000, \"width\":0.250000, \"height\":0.500000}, \"confidence\":0.625000}\n"
        " ] \n}, \n{\n \"frame_id\":2, \n \"filename\":\"none.jpg\", \n \"objects\": [ \n\n ] \n}\n]");
  const auto json = nlohmann::json::parse(file);
  CHECK(json.size() == 2);
  CHECK(json[0]["objects"][0]["relative_coordinates"]["center_x"].get<double>() == Approx(.329747));
  CHECK(json[1]["objects"].empty());
}

TEST_CASE("JSON carries any name and path") {
  const std::string every_ascii = [] {
    std::string text;
    for (int i = 0; i < 128; ++i) text += static_cast<char>(i);
    return text;
  }();
  const std::vector<std::string> odd{every_ascii, "caf\xc3\xa9 \xf0\x9f\x9a\xb2"};
  const Boxes boxes{{.5f, .5f, .1f, .1f, 1, {{0, .5f}, {1, .4f}}}};
  const auto json = nlohmann::json::parse(json_object(boxes, odd, "C:\\new \"dir\"\\\xff.jpg", 3));
  CHECK(json["filename"].get<std::string>() == "C:\\new \"dir\"\\\xef\xbf\xbd.jpg");
  CHECK(json["objects"][0]["name"].get<std::string>() == odd[0]);
  CHECK(json["objects"][1]["name"].get<std::string>() == odd[1]);
}

TEST_CASE("Numbers stay numbers when a box is infinite") {
  const float most = std::numeric_limits<float>::infinity();
  const Boxes boxes{{-most, std::numeric_limits<float>::quiet_NaN(), most, .5f, 1, {{0, .5f}}}};
  const auto json = nlohmann::json::parse(json_object(boxes, names, "x", 1));
  CHECK(json["objects"][0]["relative_coordinates"]["width"].is_number());
  CHECK(csv_rows(boxes, names, "x", picture).find("inf") == std::string::npos);
  CHECK(label_lines(boxes).find("nan") == std::string::npos);
}

TEST_CASE("CSV rows") {
  CHECK(csv_head == "file,class_id,name,confidence,left,top,width,height\n");
  CHECK(csv_rows({dog(), rider()}, names, "a.jpg", picture) ==
        "a.jpg,3,dog,0.806560,124.0,220.0,258.4,297.9\n"
        "a.jpg,1,bicycle,0.625000,-19.2,0.0,192.0,288.0\n"
        "a.jpg,0,person,0.375000,-19.2,0.0,192.0,288.0\n");
  const std::vector<std::string> odd{"big, \"red\" dog"};
  const Boxes box{{.5f, .5f, 1, 1, 1, {{0, 1}}}};
  CHECK(csv_rows(box, odd, "a,b.jpg", {10, 10}) ==
        "\"a,b.jpg\",0,\"big, \"\"red\"\" dog\",1.000000,0.0,0.0,10.0,10.0\n");
}

TEST_CASE("CSV is UTF-8 without control bytes, whatever names and paths are") {
  const std::vector<std::string> hostile{"a\x1b[2Jb\nc\xc3\xa9\xffz"};
  const Boxes box{{.5f, .5f, 1, 1, 1, {{0, 1}}}};
  CHECK(csv_rows(box, hostile, "x\ry\xfe,.jpg", {10, 10}) ==
        "\"x\\ry\\xfe,.jpg\",0,a\\x1b[2Jb\\nc\xc3\xa9\\xffz,1.000000,0.0,0.0,10.0,10.0\n");
}

TEST_CASE("Label lines name the best class only") {
  CHECK(label_lines({dog(), rider()}) == "3 0.3297 0.6406 0.3365 0.5173\n2 0.1000 0.2500 0.2500 0.5000\n");
  CHECK(label_lines({dog()}, true) == "3 0.3297 0.6406 0.3365 0.5173 0.806560\n");
}

TEST_CASE("JSON Lines: a picture a line, boxes in pixels") {
  const std::string line = json_line({dog(), rider()}, names, "a \"b\".jpg", picture, 12.5);
  CHECK(line.find('\n') == line.size() - 1);
  const auto json = nlohmann::json::parse(line);
  CHECK(json["file"].get<std::string>() == "a \"b\".jpg");
  CHECK(json["width"] == 768);
  CHECK(json["milliseconds"] == 12.5);
  REQUIRE(json["objects"].size() == 3);
  CHECK(json["objects"][0]["name"] == "dog");
  CHECK(json["objects"][0]["left"] == 124.0);
  CHECK(json["objects"][0]["height"] == 297.9);
  CHECK(nlohmann::json::parse(json_line({}, names, "x", picture, 0))["objects"].empty());
}

TEST_CASE("COCO's results: numbers of pictures and categories, boxes within the picture") {
  const auto results = [](const Boxes& boxes, Names n, const char* file) {
    return nlohmann::json::parse("[" + coco_results(boxes, n, file, picture) + "]");
  };
  const auto json = results({dog(), rider()}, names, "val/COCO_val2014_000000000042.jpg");
  REQUIRE(json.size() == 3);
  CHECK(json[0]["image_id"] == 42);
  CHECK(json[0]["category_id"] == 4);
  CHECK(json[1]["bbox"] == std::vector<double>{0, 0, 172.8, 288});  // reached over the left edge by 19.2
  CHECK(json[1]["score"] == .375);
  CHECK(results({dog()}, names, "000000000009.jpg")[0]["image_id"] == 9);
  CHECK(results({dog()}, names, "0.jpg")[0]["image_id"] == 0);
  CHECK(results({dog()}, names, "dog.jpg")[0]["image_id"] == "dog");
  CHECK(results({dog()}, names, "a2.jpg")[0]["image_id"] == "a2");
  CHECK(results({dog()}, names, "99999999999999999999.jpg")[0]["image_id"] == "99999999999999999999");
  CHECK(coco_results({}, names, "x", picture).empty());

  std::vector<std::string> coco(80, "x");
  coco.front() = "person", coco.back() = "toothbrush";
  const auto category = [&](int class_id) {
    return results({{.5f, .5f, .1f, .1f, 1, {{class_id, .5f}}}}, coco, "1.jpg")[0]["category_id"];
  };
  CHECK(category(0) == 1);
  CHECK(category(10) == 11);  // fire hydrant
  CHECK(category(11) == 13);  // stop sign
  CHECK(category(60) == 67);  // dining table
  CHECK(category(79) == 90);
}

TEST_CASE("A locale with a decimal comma changes nothing") {
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
  };
  const auto everything = [] {
    return label_lines({dog()}) + csv_rows({dog()}, names, "f", picture) +
           json_object({dog()}, names, "f", 123456);
  };
  const std::string before = everything();
  const std::locale old = std::locale::global(std::locale(std::locale::classic(), new Comma));
  setlocale(LC_ALL, "de_DE.UTF-8");  // where there is one
  CHECK(everything() == before);
  setlocale(LC_ALL, "C");
  std::locale::global(old);
}

TEST_CASE("UTF-8 sequences end where RFC 3629 says") {
  CHECK(utf8_length("") == 0);
  CHECK(utf8_length("a\xc3\xa9") == 1);
  CHECK(utf8_length("\xc3\xa9") == 2);
  CHECK(utf8_length("\xe2\x82\xac!") == 3);
  CHECK(utf8_length("\xf4\x8f\xbf\xbf") == 4);
  for (const char* bad : {"\x80", "\xc3", "\xc3(", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf0\x9f\x9a", "\xff"}) {
    CHECK(utf8_length(bad) == 0);
  }
}
