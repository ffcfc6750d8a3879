// Detection over any number of pictures, whichever command line asked for it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/outputs/outputs.h"
#include "engine/nightjar.h"

namespace nightjar {

// Whose defaults hold where nothing is said: nightjar's own, or one of the Darknets' (docs/darknet-format.md
// section 9.1).
enum class Compat { nightjar, alexeyab, pjreddie };
Compat compat_of(const std::string& name);  // "alexeyab", "pjreddie"; anything else is nightjar's
float default_threshold(Compat compat);
Fit default_fit(Compat compat, const Model& model);

// Whether the network of `cfg` answers pictures with boxes; malformed otherwise.
Result<void> check_detector(const Model& model, const std::string& cfg);

struct DetectionJob {
  const Model& model;
  std::vector<std::string> names;
  DetectOptions options;
  StreamOptions stream;
  ImageOptions pictures;
  // The path of the next picture ("-": standard input); nothing at the end.
  std::function<std::optional<std::string>()> next;
  std::int64_t total = 0;  // pictures to come, for the progress bar; 0: unknown
};

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

// Reads, detects and writes, many pictures at a time; results are in the order of the pictures. A picture
// that cannot be used costs one error line and the others go on; the exit code is that of the first failure,
// 0 without any. Where no picture could be used nothing is written. Many pictures end with a line of what
// there was.
int run_detection(const DetectionJob& job, Outputs& outputs);

}  // namespace nightjar
