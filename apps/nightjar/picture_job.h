// Any number of pictures through a network, whichever command line asked for it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/outputs/outputs.h"
#include "engine/nightjar.h"

namespace nightjar {

// `TaskOptions`: those of what is done with each picture.
template <class TaskOptions>
struct PictureJob {
  const Model& model;
  std::vector<std::string> names;
  TaskOptions options;
  StreamOptions stream;
  ImageOptions pictures;
  // The path of the next picture ("-": standard input); nothing at the end.
  std::function<std::optional<std::string>()> next;
  std::int64_t total = 0;  // pictures to come, for the progress bar; 0: unknown
  bool progress = true;    // false: no bar, whatever the total
  bool last_word = true;   // false: no line of what there was at its end
  // Called when a picture's results are out, or it was told why there are none; in order.
  std::function<Result<void>()> answered = {};
};
using DetectionJob = PictureJob<DetectOptions>;
using ClassificationJob = PictureJob<ClassifyOptions>;

// A job's `next` for a list: these paths, one by one.
std::function<std::optional<std::string>()> each_of(std::vector<std::string> paths);

// What becomes of a picture. Called on any thread, for several pictures at a time; what it returns is called
// for one picture at a time, in their order.
using Delivery = std::function<Result<void>()>;
using Finish = std::function<Result<Delivery>(Found found)>;

struct RunEnd {
  int status = 0;             // the exit code of the first picture that could not be used; 0 without any
  std::int64_t pictures = 0;  // that could be
};

// Pictures through the network, many at a time; `doing` names the progress bar. A picture that cannot be used
// costs one error line and the others go on. Many pictures end with a line of what there was. Errors: those
// of `finish` and of deliveries, and of the network.
Result<RunEnd> run_pictures(const DetectionJob& job, const std::string& doing, const Finish& finish);
Result<RunEnd> run_pictures(const ClassificationJob& job, const std::string& doing, const Finish& finish);

// The same, to the outputs: results are in the order of the pictures. The exit code is that of the first
// failure, 0 without any. Where no picture could be used nothing is written.
int run_detection(const DetectionJob& job, Outputs& outputs);
int run_classification(const ClassificationJob& job, Outputs& outputs);

}  // namespace nightjar
