// Darknet's single-dash flags, which stand anywhere on its command line.
#pragma once

#include <optional>
#include <string>

#include "apps/nightjar/command.h"
#include "parsers/result.h"

namespace nightjar {

struct DarknetFlags {
  Arguments positionals;  // what is no flag, in order
  std::optional<float> thresh;
  float nms = .45f, hier = .5f;
  bool ext_output = false, letter_box = false, save_labels = false, help = false;
  std::string out, names, compat = "alexeyab";
  std::string data = ".";  // paths in a cfg are relative to the current folder
  int threads = 0;         // 0: one for each core
  // Of rnn generate.
  std::string seed = "\n\n";
  int length = 1000;
  float temperature = .7f;
  std::optional<int> random_seed;
};

// Errors (usage) name the flag: one that no Darknet knows, a missing value, a value out of range.
Result<DarknetFlags> parse_darknet_flags(const Arguments& arguments);
std::string darknet_flags_help();  // a line for each flag

}  // namespace nightjar
