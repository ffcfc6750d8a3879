// What Darknet's commands over a list of pictures share: detector map, valid, recall.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/accuracy/labels.h"
#include "apps/nightjar/darknet_flags.h"
#include "apps/nightjar/detection.h"
#include "apps/nightjar/files/data_set.h"
#include "apps/nightjar/model_arguments.h"

namespace nightjar {

class DarknetRun {
 public:
  // ACTION DATA CFG WEIGHTS: loads the network, its names and the list of pictures that valid= names. Errors:
  // usage, and those of the files.
  static Result<DarknetRun> open(const DarknetFlags& flags, const std::string& action);

  const Model& model() const { return loaded_.model; }
  const DataSet& data() const { return data_; }
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<std::string>& pictures() const { return pictures_; }
  // Files that are read, and must not be written.
  std::vector<std::string> inputs() const;
  // The pictures' labels; what was passed over of them is told.
  Result<Labels> labels() const;

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

// "detector ACTION ..." of these flags, whose positionals begin behind the action. Return the exit code.
int darknet_map(const DarknetFlags& flags);
int darknet_valid(const DarknetFlags& flags);
int darknet_recall(const DarknetFlags& flags);
int darknet_calc_anchors(const DarknetFlags& flags);

}  // namespace nightjar
