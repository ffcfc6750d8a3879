#include "engine/detect/select.h"

#include <algorithm>

#include "engine/detect/format.h"

namespace nightjar {

void keep_classes(Boxes& boxes, std::span<const int> classes) {
  if (classes.empty()) return;
  for (Detection& box : boxes) {
    std::erase_if(box.classes, [&](const ClassScore& score) {
      return std::find(classes.begin(), classes.end(), score.class_id) == classes.end();
    });
  }
  std::erase_if(boxes, [](const Detection& box) { return box.classes.empty(); });
}

namespace {

float best(const Detection& box) {
  return box.classes.empty() ? 0 : box.classes.front().probability;
}

}  // namespace

void keep_most_probable(Boxes& boxes, int most) {
  const auto wanted = static_cast<std::size_t>(std::max(0, most));
  if (wanted == 0 || boxes.size() <= wanted) return;
  std::vector<const Detection*> by_probability;
  for (const Detection& box : boxes) by_probability.push_back(&box);
  std::stable_sort(by_probability.begin(), by_probability.end(),
                   [](const Detection* a, const Detection* b) { return best(*a) > best(*b); });
  by_probability.resize(wanted);
  std::sort(by_probability.begin(), by_probability.end());  // as they lie in `boxes`
  Boxes kept;
  for (const Detection* box : by_probability) kept.push_back(*box);
  boxes = std::move(kept);
}

void name_classes(Boxes& boxes, std::span<const std::string> names) {
  if (names.empty()) return;
  for (Detection& box : boxes) {
    for (ClassScore& score : box.classes) score.name = class_name(names, score.class_id);
  }
}

}  // namespace nightjar
