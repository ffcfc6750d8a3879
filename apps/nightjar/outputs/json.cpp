// Three kinds of JSON: Darknet's, a line a picture, and COCO's results.
#include "apps/nightjar/outputs/document.h"
#include "engine/detect/format_json.h"

namespace nightjar {
namespace {

std::string objects(const Found& found) {
  return json_objects(found.detected.boxes, found.names, found.file);
}

std::string line(const Found& found) {
  return json_line(found.detected.boxes, found.names, found.file, found.size(), found.detected.milliseconds);
}

std::string coco(const Found& found) {
  return coco_results(found.detected.boxes, found.names, found.file, found.size());
}

}  // namespace

const DocumentFormat darknet_json{json_head, json_separator, json_tail, objects, json_opening};
const DocumentFormat json_lines{"", "", "", line};
const DocumentFormat coco_json{"[", ",\n", "]\n", coco};

}  // namespace nightjar
