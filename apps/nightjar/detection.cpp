// The loop over pictures.
#include "apps/nightjar/detection.h"

#include <unistd.h>

#include <chrono>

#include "apps/nightjar/report.h"
#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr std::int64_t max_picture_bytes = std::int64_t{320} << 20;  // the largest picture allowed, as a BMP
constexpr std::int64_t many_pictures = 8;                            // that a progress bar is worth it

struct Batch {
  std::vector<std::string> files;
  std::vector<Image> pictures;
};

Result<Image> read_picture(const std::string& file, int channels) {
  const auto bytes = read_file(file, max_picture_bytes);
  if (!bytes) return bytes.error();
  return parse_image(*bytes, file == "-" ? "standard input" : file, channels);
}

// The next pictures that can be read; those that cannot are reported and set `status`. Empty at the end.
Batch read_batch(const DetectionJob& job, int& status) {
  Batch batch;
  while (batch.pictures.size() < static_cast<std::size_t>(job.batch)) {
    auto file = job.next();
    if (!file) break;
    auto picture = read_picture(*file, job.model.input().c);
    if (picture) {
      batch.files.push_back(std::move(*file));
      batch.pictures.push_back(std::move(*picture));
    } else {
      const int failed = fail(picture.error());
      if (status == 0) status = failed;
    }
  }
  return batch;
}

}  // namespace

Compat compat_of(const std::string& name) {
  return name == "alexeyab" ? Compat::alexeyab : name == "pjreddie" ? Compat::pjreddie : Compat::nightjar;
}

float default_threshold(Compat compat) {
  return compat == Compat::pjreddie ? .5f : .25f;
}

Fit default_fit(Compat compat, const Model& model) {
  return compat == Compat::alexeyab && !model.letterbox() ? Fit::stretch : Fit::letterbox;
}

Result<void> check_detector(const Model& model, const std::string& cfg) {
  if (!model.detects())
    return malformed(cfg, "no detection layer; expected [yolo], [Gaussian_yolo] or [region]");
  const int channels = model.input().c;
  if (channels == 1 || channels == 3) return {};
  return malformed(cfg, "channels=" + std::to_string(channels) + "; pictures have 3 (colour) or 1 (grey)");
}

int run_detection(const DetectionJob& job, ResultWriter& results) {
  using Clock = std::chrono::steady_clock;
  auto context = Context::create(job.model, job.batch);
  if (!context) return fail(context.error());
  const bool results_in_sight = ::isatty(STDOUT_FILENO);  // they show the progress themselves
  Progress progress("detecting", job.total >= many_pictures && !results_in_sight ? job.total : 0);
  int status = 0;
  for (;;) {
    const Batch batch = read_batch(job, status);
    if (batch.pictures.empty()) break;
    const auto start = Clock::now();
    const auto boxes = context->detect(batch.pictures, job.options);
    if (!boxes) return fail(boxes.error());
    const std::chrono::duration<double, std::milli> took = Clock::now() - start;
    for (std::size_t i = 0; i < boxes->size(); i++) {
      const double each = took.count() / static_cast<double>(boxes->size());
      auto done = results.add(batch.files[i], batch.pictures[i], (*boxes)[i], each, job.names);
      if (!done) return fail(done.error());
    }
    progress.reach(results.pictures());
  }
  if (status != 0 && results.pictures() == 0) return status;
  const auto done = results.finish();
  return done ? status : fail(done.error());
}

}  // namespace nightjar
