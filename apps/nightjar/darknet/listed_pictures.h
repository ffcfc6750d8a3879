// What Darknet's commands over a list of pictures share: detector map, valid, recall.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/accuracy/labels.h"
#include "apps/nightjar/darknet/files.h"
#include "apps/nightjar/picture_job.h"

namespace nightjar {

class DarknetRun {
 public:
  // DATA CFG WEIGHTS: loads the network, its names and the list of pictures that valid= names. Errors:
  // usage, and those of the files.
  static Result<DarknetRun> open(const DarknetFlags& flags);

  const Model& model() const { return loaded_.model; }
  const DataSet& data() const { return data_; }
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<std::string>& pictures() const { return pictures_; }
  // Files that are read, and must not be written.
  std::vector<std::string> inputs() const;
  // The pictures' labels; what was passed over of them is told.
  Result<LabelledPictures> labels() const;

  // A run over all pictures, decoded as Darknet does. Its options are those of the fork that flags.compat
  // names; what the action has of its own is for the caller to set.
  DetectionJob job(const DarknetFlags& flags) const;

 private:
  DarknetRun(LoadedModel loaded, DataSet data) : loaded_(std::move(loaded)), data_(std::move(data)) {}

  LoadedModel loaded_;
  DataSet data_;
  std::string names_file_;
  std::vector<std::string> names_, pictures_;
};

}  // namespace nightjar
