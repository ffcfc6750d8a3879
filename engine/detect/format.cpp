// Numbers go through std::to_chars, which rounds as printf does but knows no locale.
#include "engine/detect/format.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "engine/detect/utf8.h"

namespace nightjar {
namespace {

// printf's "%.<decimals>f". Infinities, which no format below can carry, become the largest number.
std::string fixed(double value, int decimals) {
  constexpr double most = std::numeric_limits<float>::max();
  char digits[64];
  const double finite = std::isnan(value) ? 0 : std::clamp(value, -most, most);
  const auto end = std::to_chars(digits, std::end(digits), finite, std::chars_format::fixed, decimals).ptr;
  return {digits, end};
}

// printf's "%4.0f" of a coordinate in pixels, rounded half away from zero first.
std::string padded_pixels(float value) {
  const std::string digits = fixed(std::round(value), 0);
  return std::string(4 - std::min<std::size_t>(4, digits.size()), ' ') + digits;
}

std::string hex_byte(char byte) {
  constexpr char digits[] = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  return {digits[value >> 4], digits[value & 15]};
}

bool control(char byte) {
  return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7f;
}

// A class of a box as the Darknets print it: "name: 97%".
std::string name_and_percent(const ClassScore& score, Names names) {
  std::string line;
  for (const char byte : class_name(names, score.class_id)) {
    line += control(byte) ? "\\x" + hex_byte(byte) : std::string(1, byte);
  }
  return line + ": " + fixed(score.probability * 100, 0) + '%';
}

// AlexeyAB's tail of a line under -ext_output.
std::string pixel_box(const Detection& box, PixelSize picture) {
  const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
  return "\t(left_x: " + padded_pixels((box.x - box.w / 2) * width) +
         "   top_y: " + padded_pixels((box.y - box.h / 2) * height) +
         "   width: " + padded_pixels(box.w * width) + "   height: " + padded_pixels(box.h * height) + ")";
}

// The classes of a box that are shown, by class number: the order in which the Darknets go through them.
std::vector<ClassScore> shown_by_number(const Detection& box, Names names) {
  std::vector<ClassScore> scores = box.classes;
  std::erase_if(scores, [&](const ClassScore& score) { return !shown(names, score.class_id); });
  std::sort(scores.begin(), scores.end(),
            [](const ClassScore& a, const ClassScore& b) { return a.class_id < b.class_id; });
  return scores;
}

// The same with the most probable one in front.
std::vector<ClassScore> shown_best_first(const Detection& box, Names names) {
  std::vector<ClassScore> scores = shown_by_number(box, names);
  const auto best = std::max_element(
      scores.begin(), scores.end(),
      [](const ClassScore& a, const ClassScore& b) { return a.probability < b.probability; });
  if (best != scores.end()) std::rotate(scores.begin(), best, best + 1);
  return scores;
}

std::string json_string(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      quoted += "\xef\xbf\xbd";
    } else if (text[0] == '"' || text[0] == '\\') {
      quoted += {'\\', text[0]};
    } else if (control(text[0])) {
      quoted += "\\u00" + hex_byte(text[0]);
    } else {
      quoted += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return quoted + '"';
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return std::string(text);
  std::string quoted = "\"";
  for (const char byte : text) quoted.append(byte == '"' ? 2 : 1, byte);
  return quoted + '"';
}

std::string json_detection(const Detection& box, const ClassScore& score, Names names) {
  return "  {\"class_id\":" + std::to_string(score.class_id) +
         ", \"name\":" + json_string(class_name(names, score.class_id)) +
         ", \"relative_coordinates\":{\"center_x\":" + fixed(box.x, 6) + ", \"center_y\":" + fixed(box.y, 6) +
         ", \"width\":" + fixed(box.w, 6) + ", \"height\":" + fixed(box.h, 6) +
         "}, \"confidence\":" + fixed(score.probability, 6) + '}';
}

}  // namespace

std::string class_name(Names names, int class_id) {
  if (class_id < 0 || static_cast<std::size_t>(class_id) >= names.size())
    return "class " + std::to_string(class_id);
  return names[class_id];
}

bool shown(Names names, int class_id) {
  return !class_name(names, class_id).starts_with("dont_show");
}

std::string alexeyab_lines(const Boxes& boxes, Names names, PixelSize picture, bool coordinates) {
  std::vector<const Detection*> from_left;
  for (const Detection& box : boxes) from_left.push_back(&box);
  std::stable_sort(from_left.begin(), from_left.end(),
                   [](const Detection* a, const Detection* b) { return a->x - a->w / 2 < b->x - b->w / 2; });
  std::string lines;
  for (const Detection* box : from_left) {
    const std::string tail = coordinates ? pixel_box(*box, picture) : "";
    for (const ClassScore& score : shown_best_first(*box, names)) {
      lines += name_and_percent(score, names) + tail + '\n';
    }
  }
  return lines;
}

std::string pjreddie_lines(const Boxes& boxes, Names names) {
  std::string lines;
  for (const Detection& box : boxes) {
    for (const ClassScore& score : shown_by_number(box, names)) {
      lines += name_and_percent(score, names) + '\n';
    }
  }
  return lines;
}

std::string json_object(const Boxes& boxes, Names names, std::string_view file, std::int64_t frame) {
  std::string objects;
  for (const Detection& box : boxes) {
    for (const ClassScore& score : shown_by_number(box, names)) {
      if (!objects.empty()) objects += json_separator;
      objects += json_detection(box, score, names);
    }
  }
  return "{\n \"frame_id\":" + std::to_string(frame) + ", \n \"filename\":" + json_string(file) +
         ", \n \"objects\": [ \n" + objects + "\n ] \n}";
}

std::string csv_rows(const Boxes& boxes, Names names, std::string_view file, PixelSize picture) {
  const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
  std::string rows;
  for (const Detection& box : boxes) {
    const std::string place = ',' + fixed((box.x - box.w / 2) * width, 1) + ',' +
                              fixed((box.y - box.h / 2) * height, 1) + ',' + fixed(box.w * width, 1) + ',' +
                              fixed(box.h * height, 1) + '\n';
    for (const ClassScore& score : box.classes) {
      if (!shown(names, score.class_id)) continue;
      rows += csv_field(file) + ',' + std::to_string(score.class_id) + ',' +
              csv_field(class_name(names, score.class_id)) + ',' + fixed(score.probability, 6) + place;
    }
  }
  return rows;
}

std::string label_lines(const Boxes& boxes) {
  std::string lines;
  for (const Detection& box : boxes) {
    lines += std::to_string(box.classes.front().class_id);
    for (const float value : {box.x, box.y, box.w, box.h}) lines += ' ' + fixed(value, 4);
    lines += '\n';
  }
  return lines;
}

}  // namespace nightjar
