#include "engine/detect/format_json.h"

#include <algorithm>
#include <cctype>

#include "engine/detect/digits.h"
#include "engine/detect/escape.h"

namespace nightjar {
namespace {

std::string json_detection(const Detection& box, const ClassScore& score, Names names) {
  return "  {\"class_id\":" + std::to_string(score.class_id) +
         ", \"name\":" + json_string(class_name(names, score.class_id)) +
         ", \"relative_coordinates\":{\"center_x\":" + fixed_point(box.x, 6) +
         ", \"center_y\":" + fixed_point(box.y, 6) + ", \"width\":" + fixed_point(box.w, 6) +
         ", \"height\":" + fixed_point(box.h, 6) + "}, \"confidence\":" + fixed_point(score.probability, 6) +
         '}';
}

struct PixelBox {
  float left, top, right, bottom;
  std::string text(int decimals) const {  // left, top, width, height
    return fixed_point(left, decimals) + ',' + fixed_point(top, decimals) + ',' +
           fixed_point(right - left, decimals) + ',' + fixed_point(bottom - top, decimals);
  }
};

PixelBox pixel_box(const Detection& box, PixelSize picture) {
  const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
  return {(box.x - box.w / 2) * width, (box.y - box.h / 2) * height, (box.x + box.w / 2) * width,
          (box.y + box.h / 2) * height};
}

PixelBox within(const PixelBox& box, PixelSize picture) {
  const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
  return {std::clamp(box.left, 0.f, width), std::clamp(box.top, 0.f, height),
          std::clamp(box.right, 0.f, width), std::clamp(box.bottom, 0.f, height)};
}

template <class Text>
std::string joined(const Boxes& boxes, Names names, std::string_view separator, Text text) {
  std::string all;
  for (const Detection& box : boxes) {
    for (const ClassScore& score : shown_by_number(box, names)) {
      if (!all.empty()) all += separator;
      all += text(box, score);
    }
  }
  return all;
}

}  // namespace

// COCO's category numbers leave out eleven of 1 to 90.
int coco_category(int class_id, Names names) {
  const bool is_coco = names.size() == 80 && names.front() == "person" && names.back() == "toothbrush";
  int category = class_id + 1;
  if (!is_coco) return category;
  for (const int missing : {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}) category += category >= missing;
  return category;
}

// "000000000009.jpg" and "COCO_val2014_000000000009.jpg" are 9, "dog.jpg" is "dog".
std::string coco_image_id(std::string_view file) {
  std::string_view name = file.substr(file.rfind('/') + 1);
  name = name.substr(0, name.rfind('.'));
  std::size_t first = name.size();
  while (first > 0 && std::isdigit(static_cast<unsigned char>(name[first - 1]))) --first;
  std::string_view digits = name.substr(first);
  constexpr std::size_t most = 18;  // of 64 bits
  if (digits.empty() || digits.size() > most || (first > 0 && name[first - 1] != '_'))
    return json_string(name);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return std::string(digits);
}

std::string json_opening(std::int64_t frame) {
  return "{\n \"frame_id\":" + std::to_string(frame);
}

std::string json_objects(const Boxes& boxes, Names names, std::string_view file) {
  return ", \n \"filename\":" + json_string(file) + ", \n \"objects\": [ \n" +
         joined(boxes, names, json_separator,
                [&](const Detection& box, const ClassScore& score) {
                  return json_detection(box, score, names);
                }) +
         "\n ] \n}";
}

std::string json_line(const Boxes& boxes, Names names, std::string_view file, PixelSize picture,
                      double milliseconds) {
  const auto object = [&](const Detection& box, const ClassScore& score) {
    const PixelBox place = pixel_box(box, picture);
    return "{\"class_id\":" + std::to_string(score.class_id) +
           ",\"name\":" + json_string(class_name(names, score.class_id)) +
           ",\"confidence\":" + fixed_point(score.probability, 6) +
           ",\"left\":" + fixed_point(place.left, 1) + ",\"top\":" + fixed_point(place.top, 1) +
           ",\"width\":" + fixed_point(place.right - place.left, 1) +
           ",\"height\":" + fixed_point(place.bottom - place.top, 1) + '}';
  };
  return "{\"file\":" + json_string(file) + ",\"width\":" + std::to_string(picture.width) +
         ",\"height\":" + std::to_string(picture.height) +
         ",\"milliseconds\":" + fixed_point(milliseconds, 3) + ",\"objects\":[" +
         joined(boxes, names, ",", object) + "]}\n";
}

std::string coco_results(const Boxes& boxes, Names names, std::string_view file, PixelSize picture) {
  const std::string id = coco_image_id(file);
  return joined(boxes, names, ",\n", [&](const Detection& box, const ClassScore& score) {
    return "{\"image_id\":" + id +
           ",\"category_id\":" + std::to_string(coco_category(score.class_id, names)) + ",\"bbox\":[" +
           within(pixel_box(box, picture), picture).text(2) +
           "],\"score\":" + fixed_point(score.probability, 6) + '}';
  });
}

}  // namespace nightjar
