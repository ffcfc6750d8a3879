#include "apps/nightjar/outputs/text.h"

#include <cstdio>

#include "parsers/message.h"

namespace nightjar {

Result<void> Text::open() {
  auto opened = OutputFile::open("-");
  if (!opened) return opened.error();
  file_ = std::move(*opened);
  return {};
}

Result<std::string> Text::render(const Found& found) {
  const Detected& detected = found.detected;
  char took[64];
  if (style_.alexeyab) {
    std::snprintf(took, sizeof took, ": Predicted in %f milli-seconds.\n", detected.milliseconds);
  } else {
    std::snprintf(took, sizeof took, ": Predicted in %f seconds.\n", detected.milliseconds / 1000);
  }
  return place(found.file) + took +
         (style_.alexeyab ? alexeyab_lines(detected.boxes, found.names, found.size(), style_.coordinates)
                          : pjreddie_lines(detected.boxes, found.names));
}

Result<void> Text::append(const std::string& rendered, std::int64_t) {
  before_();
  return file_->write(rendered);
}

}  // namespace nightjar
