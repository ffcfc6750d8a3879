// The files that Darknet's command lines name, and those that its .data files name.
#pragma once

#include <optional>
#include <string>

#include "apps/nightjar/darknet/flags.h"
#include "apps/nightjar/files/data_set.h"
#include "apps/nightjar/model_arguments.h"

namespace nightjar {

struct DarknetFiles {
  std::string data = {};  // empty for `detect` and `classify`, which take none
  std::string cfg, weights;
  std::optional<std::string> picture = {};
};

// The positionals of an action: DATA CFG WEIGHTS, and the picture where it takes one. What stands behind them
// is ignored, as in Darknet, and a warning says so. Errors: usage.
Result<DarknetFiles> darknet_files(const DarknetFlags& flags, bool takes_picture);

// A .data file beside its network: what it says of the classes must be that of the network (malformed).
// Without a file it has no entries.
Result<DataSet> read_data(const std::string& file, int classes);

// The network that the flags and files of an action ask for.
ModelArguments darknet_model(const DarknetFiles& files, const DarknetFlags& flags);

}  // namespace nightjar
