#include <cstdio>

#include "apps/nightjar/outputs/document.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

std::string lines(const TextStyle& style, const Found& found) {
  const Detected& detected = found.detected;
  char took[64];
  if (style.alexeyab) {
    std::snprintf(took, sizeof took, ": Predicted in %f milli-seconds.\n", detected.milliseconds);
  } else {
    std::snprintf(took, sizeof took, ": Predicted in %f seconds.\n", detected.milliseconds / 1000);
  }
  return place(found.file) + took +
         (style.alexeyab ? alexeyab_lines(detected.boxes, found.names, found.size(), style.coordinates)
                         : pjreddie_lines(detected.boxes, found.names));
}

}  // namespace

DocumentFormat text(const TextStyle& style) {
  return {"", "", "", [style](const Found& found) { return lines(style, found); }};
}

}  // namespace nightjar
