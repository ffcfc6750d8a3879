#include "engine/detect/format.h"

#include <algorithm>
#include <cmath>

#include "engine/detect/digits.h"
#include "engine/detect/escape.h"

namespace nightjar {
namespace {

// printf's "%4.0f" of a coordinate in pixels, rounded half away from zero first.
std::string padded_pixels(float value) {
  const std::string digits = fixed_point(std::round(value), 0);
  return std::string(4 - std::min<std::size_t>(4, digits.size()), ' ') + digits;
}

// A class of a box as the Darknets print it: "name: 97%".
std::string name_and_percent(const ClassScore& score, Names names) {
  return on_a_line(class_name(names, score.class_id)) + ": " + fixed_point(score.probability * 100, 0) + '%';
}

// AlexeyAB's tail of a line under -ext_output.
std::string pixel_box(const Detection& box, PixelSize picture) {
  const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
  return "\t(left_x: " + padded_pixels((box.x - box.w / 2) * width) +
         "   top_y: " + padded_pixels((box.y - box.h / 2) * height) +
         "   width: " + padded_pixels(box.w * width) + "   height: " + padded_pixels(box.h * height) + ")";
}

// The classes that are shown, by number, but with the most probable one in front.
std::vector<ClassScore> shown_best_first(const Detection& box, Names names) {
  std::vector<ClassScore> scores = shown_by_number(box, names);
  const auto best = std::max_element(
      scores.begin(), scores.end(),
      [](const ClassScore& a, const ClassScore& b) { return a.probability < b.probability; });
  if (best != scores.end()) std::rotate(scores.begin(), best, best + 1);
  return scores;
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

std::vector<ClassScore> shown_by_number(const Detection& box, Names names) {
  std::vector<ClassScore> scores = box.classes;
  std::erase_if(scores, [&](const ClassScore& score) { return !shown(names, score.class_id); });
  std::sort(scores.begin(), scores.end(),
            [](const ClassScore& a, const ClassScore& b) { return a.class_id < b.class_id; });
  return scores;
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

std::string csv_rows(const Boxes& boxes, Names names, std::string_view file, PixelSize picture) {
  const auto width = static_cast<float>(picture.width), height = static_cast<float>(picture.height);
  std::string rows;
  for (const Detection& box : boxes) {
    const std::string place = ',' + fixed_point((box.x - box.w / 2) * width, 1) + ',' +
                              fixed_point((box.y - box.h / 2) * height, 1) + ',' +
                              fixed_point(box.w * width, 1) + ',' + fixed_point(box.h * height, 1) + '\n';
    for (const ClassScore& score : box.classes) {
      if (!shown(names, score.class_id)) continue;
      rows += csv_field(file) + ',' + std::to_string(score.class_id) + ',' +
              csv_field(class_name(names, score.class_id)) + ',' + fixed_point(score.probability, 6) + place;
    }
  }
  return rows;
}

std::string label_lines(const Boxes& boxes, bool confidence) {
  std::string lines;
  for (const Detection& box : boxes) {
    lines += std::to_string(box.classes.front().class_id);
    for (const float value : {box.x, box.y, box.w, box.h}) lines += ' ' + fixed_point(value, 4);
    if (confidence) lines += ' ' + fixed_point(box.classes.front().probability, 6);
    lines += '\n';
  }
  return lines;
}

}  // namespace nightjar
