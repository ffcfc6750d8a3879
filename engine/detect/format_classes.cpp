#include "engine/detect/format_classes.h"

#include <algorithm>

#include "engine/detect/digits.h"
#include "engine/detect/escape.h"

namespace nightjar {
namespace {

std::string parent_of(int class_id, Names names, const ClassTree& tree) {
  const int parent = tree.parent[static_cast<std::size_t>(class_id)];
  return parent < 0 ? "Root" : on_a_line(class_name(names, parent));
}

}  // namespace

std::string alexeyab_class_lines(ClassScores classes, Names names, const ClassTree* tree) {
  std::string lines;
  for (const ClassScore& c : classes) {
    const std::string score = on_a_line(class_name(names, c.class_id)) + ": " + fixed_point(c.probability, 6);
    lines += tree ? std::to_string(c.class_id) + ", " + score +
                        ", parent: " + parent_of(c.class_id, names, *tree) + " \n"
                  : score + '\n';
  }
  return lines;
}

std::string pjreddie_class_lines(ClassScores classes, Names names) {
  std::string lines;
  for (const ClassScore& c : classes) {
    const std::string percent = fixed_point(c.probability * 100, 2);
    lines += std::string(5 - std::min<std::size_t>(5, percent.size()), ' ') + percent +
             "%: " + on_a_line(class_name(names, c.class_id)) + '\n';
  }
  return lines;
}

std::string class_csv_rows(ClassScores classes, Names names, std::string_view file) {
  std::string rows;
  for (const ClassScore& c : classes) {
    rows += csv_field(file) + ',' + std::to_string(c.class_id) + ',' +
            csv_field(class_name(names, c.class_id)) + ',' + fixed_point(c.probability, 6) + '\n';
  }
  return rows;
}

std::string class_json(ClassScores classes, Names names, std::string_view file, double milliseconds) {
  std::string items;
  for (const ClassScore& c : classes) {
    items += std::string(items.empty() ? "" : ",") + "{\"class_id\":" + std::to_string(c.class_id) +
             ",\"name\":" + json_string(class_name(names, c.class_id)) +
             ",\"probability\":" + fixed_point(c.probability, 6) + '}';
  }
  return "{\"file\":" + json_string(file) + ",\"milliseconds\":" + fixed_point(milliseconds, 3) +
         ",\"classes\":[" + items + "]}";
}

}  // namespace nightjar
