#include "apps/nightjar/train/training_pictures.h"

#include <utility>

#include "apps/nightjar/files/path_classes.h"
#include "apps/nightjar/files/picture_file.h"
#include "apps/nightjar/report.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

class PictureFiles : public TrainingSet {
 public:
  PictureFiles(std::vector<LabelledPicture> pictures, int channels)
      : pictures_(std::move(pictures)), channels_(channels) {}

  int size() const override { return static_cast<int>(pictures_.size()); }

  // Labels are of the picture as it is stored, whatever its EXIF orientation.
  Result<TrainingPicture> load(int index) const override {
    const LabelledPicture& its = pictures_[static_cast<std::size_t>(index)];
    auto picture = read_picture(its.file, channels_, {.upright = false});
    if (!picture) return picture.error();
    return TrainingPicture{std::move(*picture), its.truths};
  }

 private:
  std::vector<LabelledPicture> pictures_;
  int channels_;
};

std::string count_of(std::size_t part, std::size_t all) {
  return std::to_string(part) + " of " + std::to_string(all) + (all == 1 ? " picture" : " pictures");
}

// Errors: malformed, where there is nothing in it.
Result<TrainingPictures> finished(TrainingPictures made, std::vector<LabelledPicture> pictures,
                                  int channels) {
  if (pictures.empty()) {
    const std::string first = made.left_out.empty() ? "there are none" : made.left_out.front().message;
    return Error{Failure::malformed, "no picture to learn from is left; the first reason: " + first};
  }
  made.set = std::make_shared<PictureFiles>(std::move(pictures), channels);
  return made;
}

}  // namespace

Result<TrainingPictures> open_training_pictures(const std::vector<std::string>& pictures, LabelOptions labels,
                                                int channels) {
  labels.tolerant = true;
  auto all = read_labels(pictures, labels);
  if (!all) return all.error();
  TrainingPictures made{nullptr, all->truths(), std::move(all->warnings), std::move(all->broken)};
  std::erase_if(all->pictures, [](const LabelledPicture& picture) { return picture.broken; });
  return finished(std::move(made), std::move(all->pictures), channels);
}

Result<TrainingPictures> open_class_pictures(const std::vector<std::string>& pictures,
                                             const std::vector<std::string>& labels, int channels) {
  TrainingPictures made;
  std::vector<LabelledPicture> usable;
  std::size_t ambiguous = 0;
  for (const std::string& file : pictures) {
    LabelledPicture picture;
    picture.file = file;
    for (const int class_id : classes_in_path(file, labels))
      picture.truths.emplace_back().class_id = class_id;
    made.truths += static_cast<int>(picture.truths.size());
    ambiguous += picture.truths.size() > 1;
    if (picture.truths.empty()) {
      made.left_out.push_back(malformed(file, "no label is part of this path; that of its class is needed"));
    } else {
      usable.push_back(std::move(picture));
    }
  }
  if (ambiguous > 0)
    made.warnings.push_back(count_of(ambiguous, pictures.size()) +
                            " with several labels in their paths: taken to show all of them");
  return finished(std::move(made), std::move(usable), channels);
}

void tell_left_out(const TrainingPictures& pictures) {
  constexpr std::size_t most_lines = 20;
  const std::vector<Error>& errors = pictures.left_out;
  for (std::size_t i = 0; i < errors.size() && i < most_lines; ++i) warn(errors[i].message + "; left out");
  if (errors.size() > most_lines)
    warn(std::to_string(errors.size()) + " labels and pictures in all are left out");
  warn(pictures.warnings);
}

}  // namespace nightjar
