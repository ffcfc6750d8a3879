// Files of pictures and labels, as training asks for them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "apps/nightjar/accuracy/labels.h"
#include "engine/train/examples.h"

namespace nightjar {

struct TrainingPictures {
  std::shared_ptr<const TrainingSet> set;
  int truths = 0;
  std::vector<std::string> warnings;  // what was passed over, counted
  std::vector<Error> left_out;        // labels that are broken, pictures of which nothing can be said
};

// For a detector; `labels` as read_labels() takes them. A broken label is left out, a picture whose labels
// cannot be read at all too. `channels`: 1 or 3. Errors: those of read_labels() that concern all pictures;
// malformed, where none is left.
Result<TrainingPictures> open_training_pictures(const std::vector<std::string>& pictures, LabelOptions labels,
                                                int channels);

// For a classifier: a picture's classes are those of `labels` that its path names; one without is left out.
// Errors: malformed, where none is left.
Result<TrainingPictures> open_class_pictures(const std::vector<std::string>& pictures,
                                             const std::vector<std::string>& labels, int channels);

// Tells what was left out: the first few a line each, then how many more there are.
void tell_left_out(const TrainingPictures& pictures);

}  // namespace nightjar
