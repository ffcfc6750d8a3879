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

// `Options`: those of what is done with each picture.
template <class Options>
struct PictureJob {
  const Model& model;
  std::vector<std::string> names;
  Options options;
  StreamOptions stream;
  ImageOptions pictures;
  // The path of the next picture ("-": standard input); nothing at the end.
  std::function<std::optional<std::string>()> next;
  std::int64_t total = 0;  // pictures to come, for the progress bar; 0: unknown
  bool progress = true;    // false: no bar, whatever the total
  // Called when a picture's results are out, or it was told why there are none; in order.
  std::function<Result<void>()> answered = {};
};
using DetectionJob = PictureJob<DetectOptions>;
using ClassificationJob = PictureJob<ClassifyOptions>;

// A picture file, decoded to the channels that the network reads.
Result<Image> load_picture(const std::string& file, const Model& model, const ImageOptions& options);

// Reads, computes and writes, many pictures at a time; results are in the order of the pictures. A picture
// that cannot be used costs one error line and the others go on; the exit code is that of the first failure,
// 0 without any. Where no picture could be used nothing is written. Many pictures end with a line of what
// there was.
int run_detection(const DetectionJob& job, Outputs& outputs);
int run_classification(const ClassificationJob& job, Outputs& outputs);

}  // namespace nightjar
