// A training from a command line's words to its files, whichever command line asked for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/nightjar.h"

namespace nightjar {

struct TrainingRequest {
  std::string data, cfg, weights;  // weights: to start from; empty: none
  std::string text;                // a file, learned in place of the pictures of `data`; empty: none
  std::string out;                 // the folder of what is written; empty: backup= of the data, else this one
  std::optional<int> seed;         // default 1
  std::optional<int> updates;      // in place of max_batches
  int minutes = 0;                 // of work, after which it ends; 0: as long as it takes
  int threads = 0;                 // 0: one for each core
  std::string device = "cpu";      // as --device names it
  Precision precision = Precision::fp32;  // what a GPU multiplies in
  int freeze = 0;                         // so many layers at the beginning do not learn
  std::string examples;                   // a folder, for the pictures of the first update; empty: none
  int valid_every = 0, save_every = 0;    // updates; 0: by themselves
  bool resume = false, overwrite = false, clear = false, strict = false;
  bool validate = true, dry_run = false;
  bool alexeyab = true;  // whose rules hold where the Darknets differ; else pjreddie's
};

// Trains, telling what goes on; returns the exit code.
int run_training(const TrainingRequest& request);

}  // namespace nightjar
