// Labelled pictures as a user names them: a .data file, or files, folders, patterns and lists.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/accuracy/labels.h"
#include "apps/nightjar/files/data_set.h"

namespace nightjar {

class Options;

struct PictureSetArguments {
  std::vector<std::string> pictures;
  std::string labels;
  bool recursive = false;

  // Adds SET, --labels, --recursive.
  void add_to(Options& options);
};

struct PictureSet {
  std::vector<std::string> pictures;
  std::optional<DataSet> data;
  std::vector<std::string> inputs;  // files that are read, and must not be written
};

// `key`: which list of a .data file, valid or train.
Result<PictureSet> open_set(const PictureSetArguments& arguments, const std::string& key);

// The set's labels; what was passed over of them is told. `classes` 0: any.
Result<LabelledPictures> labels_of(const PictureSet& set, const PictureSetArguments& arguments,
                                   std::vector<std::string> names, int classes);

}  // namespace nightjar
