// Darknet's own command line, for scripts that people have: COMMAND ACTION FILES [FLAGS].
#pragma once

#include <string_view>

#include "apps/nightjar/darknet/flags.h"

namespace nightjar {

// What can follow a command: "test" behind `detector`. darknet.cpp has a line for each.
struct DarknetAction {
  std::string_view name;
  std::string_view files;                 // that it takes, for messages: "DATA CFG WEIGHTS [IMAGE]"
  int (*run)(const DarknetFlags& flags);  // the positionals are what stands behind the name; null: not yet
};

// The actions, each in a file of its own: returns the exit code.
int detector_demo(const DarknetFlags& flags);
int detector_test(const DarknetFlags& flags);
int detector_map(const DarknetFlags& flags);
int detector_valid(const DarknetFlags& flags);
int detector_recall(const DarknetFlags& flags);
int detector_train(const DarknetFlags& flags);
int classifier_train(const DarknetFlags& flags);
int detector_calc_anchors(const DarknetFlags& flags);
int classifier_predict(const DarknetFlags& flags);
int classifier_valid(const DarknetFlags& flags);
int rnn_generate(const DarknetFlags& flags);
int rnn_train(const DarknetFlags& flags);

// Whether the arguments of `detect` or `classify` are Darknet's "CFG WEIGHTS [IMAGE]": a .cfg file stands
// among them by itself.
bool is_darknet_form(const Arguments& arguments);
int darknet_detect(const Arguments& arguments);
int darknet_classify(const Arguments& arguments);

}  // namespace nightjar
