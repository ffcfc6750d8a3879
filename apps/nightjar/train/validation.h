// The pictures that a training is measured on.
#pragma once

#include <string>
#include <vector>

#include "apps/nightjar/accuracy/labels.h"
#include "apps/nightjar/files/data_set.h"
#include "engine/nightjar.h"

namespace nightjar {

class Validation {
 public:
  // The pictures of valid=. Errors: those of the list and the labels.
  static Result<Validation> open(const DataSet& data, const std::vector<std::string>& names, int classes);

  int pictures() const { return static_cast<int>(pictures_.size()); }
  // Mean average precision at an overlap of .5, as `nightjar detector map` counts it.
  Result<double> measure(const std::string& cfg, const std::string& weights,
                         const ModelOptions& options) const;

 private:
  std::vector<std::string> pictures_, names_;
  LabelledPictures labels_;
};

}  // namespace nightjar
