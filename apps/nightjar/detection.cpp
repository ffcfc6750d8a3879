// Pictures through a stream: a file is loaded, and its boxes go to the outputs.
#include "apps/nightjar/detection.h"

#include <chrono>
#include <cstdio>

#include "apps/nightjar/report.h"
#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr std::int64_t max_picture_bytes = std::int64_t{320} << 20;  // the largest picture allowed, as a BMP
constexpr std::int64_t many_pictures = 8;                            // that a progress bar is worth it

// What all pictures of a run share; but for `outputs` only touched by one picture at a time, in their order.
struct Run {
  const DetectionJob& job;
  Outputs& outputs;
  Progress progress;
  std::int64_t boxes = 0, failures = 0;
  int status = 0;

  void reach() { progress.reach(outputs.pictures() + failures); }
};

class PictureFile : public StreamedPicture {
 public:
  PictureFile(std::string file, Run& run) : file_(std::move(file)), run_(run) {}

  Result<Image> load() override {
    const auto bytes = read_file(file_, max_picture_bytes);
    if (!bytes) return bytes.error();
    const std::string name = file_ == "-" ? "standard input" : file_;
    return parse_image(*bytes, name, run_.job.model.input().c, run_.job.pictures);
  }

  Result<void> finish(Detected detected) override {
    boxes_ = detected.boxes.size();
    auto rendered = run_.outputs.render({file_, std::move(detected), run_.job.names});
    if (!rendered) return rendered.error();
    rendered_ = std::move(*rendered);
    return {};
  }

  Result<void> deliver() override {
    auto done = run_.outputs.append(rendered_);
    run_.boxes += static_cast<std::int64_t>(boxes_);
    run_.reach();
    return done;
  }

  Result<void> skip(const Error& error) override {
    const int failed = fail(error);
    if (run_.status == 0) run_.status = failed;
    ++run_.failures;
    run_.reach();
    return {};
  }

 private:
  std::string file_;
  Run& run_;
  std::size_t boxes_ = 0;
  std::vector<std::string> rendered_;
};

void tell_end(const Run& run, double seconds) {
  const std::int64_t pictures = run.outputs.pictures(), all = pictures + run.failures;
  if (all < 2) return;
  const auto count = [](std::int64_t n, const std::string& one, const std::string& many) {
    return std::to_string(n) + ' ' + (n == 1 ? one : many);
  };
  char speed[96];
  std::snprintf(speed, sizeof speed, " in %.2f s, %.1f pictures/s", seconds, double(all) / seconds);
  note(count(pictures, "picture", "pictures") + ", " + count(run.boxes, "box", "boxes") + speed +
       (run.failures > 0 ? ", " + std::to_string(run.failures) + " could not be used" : ""));
}

}  // namespace

Compat compat_of(const std::string& name) {
  return name == "alexeyab" ? Compat::alexeyab : name == "pjreddie" ? Compat::pjreddie : Compat::nightjar;
}

float default_threshold(Compat compat) {
  return compat == Compat::pjreddie ? .5f : .25f;
}

Fit default_fit(Compat compat, const Model& model) {
  const bool stretch = compat == Compat::alexeyab || model.stretched();
  return stretch && !model.letterbox() ? Fit::stretch : Fit::letterbox;
}

Result<void> check_detector(const Model& model, const std::string& cfg) {
  if (!model.detects())
    return malformed(cfg, "no detection layer; expected [yolo], [Gaussian_yolo], [region] or [detection]");
  const int channels = model.input().c;
  if (channels == 1 || channels == 3) return {};
  return malformed(cfg, "channels=" + std::to_string(channels) + "; pictures have 3 (colour) or 1 (grey)");
}

int run_detection(const DetectionJob& job, Outputs& outputs) {
  using Clock = std::chrono::steady_clock;
  const bool worth_it = job.total == 0 || job.total >= many_pictures;
  Run run{job, outputs, Progress("detecting", "pictures", worth_it, job.total)};
  const auto began = Clock::now();
  const auto next = [&]() -> std::unique_ptr<StreamedPicture> {
    auto file = job.next();
    if (!file) return nullptr;
    return std::make_unique<PictureFile>(std::move(*file), run);
  };
  const auto done = job.model.detect_all(PictureSource(next), job.options, job.stream);
  const std::chrono::duration<double> took = Clock::now() - began;
  run.progress.hide();
  if (!done) return fail(done.error());
  tell_end(run, took.count());
  if (run.status != 0 && outputs.pictures() == 0) return run.status;
  const auto finished = outputs.finish();
  return finished ? run.status : fail(finished.error());
}

}  // namespace nightjar
