// What a classifier says, as text, JSON and CSV.
#include "apps/nightjar/outputs/document.h"
#include "engine/detect/format_classes.h"
#include "engine/detect/top_classes.h"

namespace nightjar {
namespace {

std::vector<ClassScore> top_of(const Found& found, const ClassStyle& style) {
  return most_probable_classes(found.detected.scores, style.top);
}

std::string lines(const ClassStyle& style, const Found& found) {
  const std::vector<ClassScore> top = top_of(found, style);
  return (style.before ? *style.before : "") + (style.time ? predicted_line(found, true) : "") +
         (style.percent ? pjreddie_class_lines(top, found.names)
                        : alexeyab_class_lines(top, found.names, style.tree ? &*style.tree : nullptr));
}

std::string json(const ClassStyle& style, const Found& found) {
  return class_json(top_of(found, style), found.names, found.file, found.detected.milliseconds);
}

}  // namespace

DocumentFormat class_text(const ClassStyle& style) {
  return {"", "", "", [style](const Found& found) { return lines(style, found); }};
}

DocumentFormat class_json_array(const ClassStyle& style) {
  return {"[\n", ",\n", "\n]\n", [style](const Found& found) { return json(style, found); }};
}

DocumentFormat class_json_lines(const ClassStyle& style) {
  return {"", "", "", [style](const Found& found) { return json(style, found) + '\n'; }};
}

DocumentFormat class_csv(const ClassStyle& style) {
  return {class_csv_head, "", "", [style](const Found& found) {
            return class_csv_rows(top_of(found, style), found.names, found.file);
          }};
}

}  // namespace nightjar
