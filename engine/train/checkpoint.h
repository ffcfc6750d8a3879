// All that a training needs to go on as if it had never stopped, in one file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/train/learner.h"
#include "parsers/result.h"

namespace nightjar {

struct Checkpoint {
  // What it is a training of; under another it does not go on.
  std::uint64_t cfg = 0;  // fingerprint of the cfg's text
  std::uint64_t seed = 0;
  int frozen = 0;              // first layers
  std::uint64_t material = 0;  // its fingerprint (Material)
  int size = 0;
  int updates = 0;  // that it is to have
  // How far it came.
  int update = 0;            // the last one
  std::uint64_t seen = 0;    // pictures, those of earlier trainings included, as .weights files tell
  std::uint64_t served = 0;  // examples
  double seconds = 0;
  double best = -1;  // mean average precision that was measured so far; below 0: none was
  int best_update = 0;
  std::uint64_t log_bytes = 0;  // of the log, that were written by then
  Learned learned = {};
};

// Of bytes: to tell two texts apart, and whether a file is whole. No secret withstands it.
std::uint64_t fingerprint(std::string_view bytes);

// Whole or not at all. Errors: cannot_write.
Result<void> write_checkpoint(const std::string& path, const Checkpoint& checkpoint);
// Errors: cannot_read; malformed, where it is damaged, of another version or none.
Result<Checkpoint> read_checkpoint(const std::string& path);

}  // namespace nightjar
