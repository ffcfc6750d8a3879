#include "apps/nightjar/accuracy/label_sizes.h"

#include "apps/nightjar/report.h"
#include "engine/format_line.h"

namespace nightjar {

std::vector<BoxSize> label_sizes(const LabelledPictures& labels, int width, int height) {
  std::vector<BoxSize> sizes;
  int flat = 0;
  for (const LabelledPicture& picture : labels.pictures) {
    for (const Truth& truth : picture.truths) {
      const BoxSize size{truth.w * static_cast<float>(width), truth.h * static_cast<float>(height)};
      if (size.w > 0 && size.h > 0) {
        sizes.push_back(size);
      } else {
        ++flat;
      }
    }
  }
  if (flat > 0) warn(std::to_string(flat) + (flat == 1 ? " box" : " boxes") + " without an area left out");
  return sizes;
}

std::string anchors_text(const std::vector<BoxSize>& anchors, int width) {
  std::string text;
  for (const BoxSize& anchor : anchors) {
    text += (text.empty() ? "" : ", ") +
            format(width > 32 ? "%3.0f,%3.0f" : "%2.4f,%2.4f", double{anchor.w}, double{anchor.h});
  }
  return text;
}

Result<void> check_clusters(const std::vector<BoxSize>& sizes, int clusters) {
  const int most = different(sizes);
  if (clusters <= most) return {};
  return Error{Failure::usage, std::to_string(clusters) + " clusters of " + std::to_string(most) +
                                   " different sizes; fewer clusters or more labels are needed"};
}

}  // namespace nightjar
