// Where results go. One file an output; outputs.cpp has a line for each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/detect/format.h"
#include "engine/stream.h"
#include "parsers/result.h"

namespace nightjar {

// What was found in one picture.
struct Found {
  std::string file;     // the picture's path as it was given; "-": standard input
  std::int64_t number;  // of the pictures that were given, from 1
  Detected detected;
  const std::vector<std::string>& names;  // of the classes

  PixelSize size() const { return {detected.picture.width, detected.picture.height}; }
};

class Output {
 public:
  virtual ~Output() = default;
  // Before any work is done: what cannot be written is found here. Changes nothing.
  virtual Result<void> open() = 0;
  // The files that results for these pictures go to.
  virtual std::vector<std::string> files(const std::vector<std::string>& pictures) const = 0;
  // What takes long. On any thread, of several pictures at a time; returns what append() gets.
  virtual Result<std::string> render(const Found& found) = 0;
  // One picture at a time, in their order; `number` counts them from 1.
  virtual Result<void> append(const std::string& rendered, std::int64_t number) = 0;
  // After the last one. Without it no file appears that holds more than one picture's results.
  virtual Result<void> finish() = 0;
};

}  // namespace nightjar
