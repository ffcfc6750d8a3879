// Darknet's single-dash flags, which stand anywhere on its command line.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/command.h"
#include "apps/nightjar/detection.h"
#include "parsers/result.h"

namespace nightjar {

struct DarknetFlags {
  Arguments positionals;  // what is no flag, in order
  std::optional<float> thresh, nms;
  float hier = .5f, iou_thresh = .5f;
  bool ext_output = false, letter_box = false, save_labels = false, show = false, help = false;
  int num_of_clusters = 5;
  int points = 0;                                    // of recall; 0: the area under the curve
  int top = 0;                                       // 0: as the .data file says
  bool map = false, clear = false, streams = false;  // of train; streams: -mjpeg_port
  std::string gpus;                                  // of train: numbers, separated by commas
  bool resume = false;                               // of rnn train
  std::string file = "data/shakespeare.txt", backup = "backup";
  std::optional<int> width, height;
  std::string out, out_filename, names, tree;
  std::string data = ".";  // paths in a cfg are relative to the current folder
  std::string compat;      // empty: AlexeyAB's, without what that prints before results
  int threads = 0;         // 0: one for each core
  // Of rnn generate.
  std::string seed = "\n\n";
  int length = 1000;
  float temperature = .7f;
  std::optional<int> random_seed;

  std::string usage;  // of the action, for messages: "nightjar detector test DATA CFG WEIGHTS [IMAGE]"
  std::vector<std::string> warnings;  // of flags that no Darknet knows

  Compat fork() const { return compat == "pjreddie" ? Compat::pjreddie : Compat::alexeyab; }
  bool pjreddie() const { return fork() == Compat::pjreddie; }
  // Whether AlexeyAB's lines around the results are wanted, too.
  bool wordy() const { return compat == "alexeyab"; }
  Fit fit(const Model& model) const { return letter_box ? Fit::letterbox : default_fit(fork(), model); }
};

// Tabs and line ends within arguments go, as with AlexeyAB's: scripts come from Windows, too. A flag that no
// Darknet knows is a warning. Errors (usage) name the flag: a missing value, or one out of range.
Result<DarknetFlags> parse_darknet_flags(const Arguments& arguments);
std::string darknet_flags_help();  // a line for each flag

}  // namespace nightjar
