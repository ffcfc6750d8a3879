// Darknet's single-dash flags, which stand anywhere on its command line.
#pragma once

#include <optional>
#include <string>

#include "apps/nightjar/command.h"
#include "parsers/result.h"

namespace nightjar {

struct DarknetFlags {
  Arguments positionals;  // what is no flag, in order
  std::optional<float> thresh, nms;
  float hier = .5f, iou_thresh = .5f;
  bool ext_output = false, letter_box = false, save_labels = false, help = false;
  std::string out, names, compat = "alexeyab";
  int threads = 0;  // 0: one for each core
  int points = 0;   // of recall; 0: the area under the curve
  int num_of_clusters = 5;
  std::optional<int> width, height;
};

// Errors (usage) name the flag: one that no Darknet knows, a missing value, a value out of range.
Result<DarknetFlags> parse_darknet_flags(const Arguments& arguments);
std::string darknet_flags_help();  // a line for each flag

}  // namespace nightjar
