// What a training is of: everything that its command line names, opened; nothing is written yet.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/train/files.h"
#include "apps/nightjar/train/training.h"
#include "apps/nightjar/train/validation.h"
#include "engine/train/trainer.h"

namespace nightjar {

struct Subject {
  TrainingFiles files;
  std::optional<Checkpoint> checkpoint;  // that it goes on from; without what was learned
  std::unique_ptr<Trainer> trainer;
  std::optional<Validation> validation;  // none where there is nothing to measure on
  ModelOptions options;                  // of models of this network
  int size = 0;                          // of what there is to learn from
  const char* unit = "pictures";         // what size counts
  std::vector<std::string> names;        // of the classes
};

// Errors: those of the files that are read; usage, where a training is there already and neither resume nor
// overwrite is asked for, or a checkpoint is of another one.
Result<Subject> open_subject(const TrainingRequest& request);

// For people: network, pictures, recipe, what is written.
std::string summary(const Subject& subject, const TrainingRequest& request);

}  // namespace nightjar
