#include <cstdio>

#include "apps/nightjar/outputs/document.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

std::string lines(const TextStyle& style, const Found& found) {
  const Detected& detected = found.detected;
  return (style.before ? *style.before : "") + predicted_line(found, style.alexeyab) +
         (style.alexeyab ? alexeyab_lines(detected.boxes, found.names, found.size(), style.coordinates)
                         : pjreddie_lines(detected.boxes, found.names));
}

}  // namespace

std::string predicted_line(const Found& found, bool in_milliseconds) {
  const double milliseconds = found.detected.milliseconds;
  char took[64];
  if (in_milliseconds) {
    std::snprintf(took, sizeof took, ": Predicted in %f milli-seconds.\n", milliseconds);
  } else {
    std::snprintf(took, sizeof took, ": Predicted in %f seconds.\n", milliseconds / 1000);
  }
  return place(found.file) + took;
}

DocumentFormat text(const TextStyle& style) {
  return {"", "", "", [style](const Found& found) { return lines(style, found); }};
}

}  // namespace nightjar
