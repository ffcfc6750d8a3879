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

// What all pictures of a run share; but for `finish` only touched by one picture at a time, in their order.
struct Run {
  const DetectionJob& job;
  const Finish& finish;
  Progress progress;
  std::int64_t boxes = 0, failures = 0;
  RunEnd end = {};

  void reach() { progress.reach(end.pictures + failures); }
};

class PictureFile : public StreamedPicture {
 public:
  PictureFile(std::string file, std::int64_t number, Run& run)
      : file_(std::move(file)), number_(number), run_(run) {}

  Result<Image> load() override {
    const auto bytes = read_file(file_, max_picture_bytes);
    if (!bytes) return bytes.error();
    const std::string name = file_ == "-" ? "standard input" : file_;
    return parse_image(*bytes, name, run_.job.model.input().c, run_.job.pictures);
  }

  Result<void> finish(Detected detected) override {
    boxes_ = detected.boxes.size();
    auto delivery = run_.finish({file_, number_, std::move(detected), run_.job.names});
    if (!delivery) return delivery.error();
    delivery_ = std::move(*delivery);
    return {};
  }

  Result<void> deliver() override {
    auto done = delivery_();
    ++run_.end.pictures;
    run_.boxes += static_cast<std::int64_t>(boxes_);
    run_.reach();
    return done;
  }

  Result<void> skip(const Error& error) override {
    const int failed = fail(error);
    if (run_.end.status == 0) run_.end.status = failed;
    ++run_.failures;
    run_.reach();
    return {};
  }

 private:
  std::string file_;
  std::int64_t number_;
  Run& run_;
  std::size_t boxes_ = 0;
  Delivery delivery_;
};

void tell_end(const Run& run, double seconds) {
  const std::int64_t pictures = run.end.pictures, all = pictures + run.failures;
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
  return compat == Compat::alexeyab && !model.letterbox() ? Fit::stretch : Fit::letterbox;
}

Result<void> check_detector(const Model& model, const std::string& cfg) {
  if (!model.detects())
    return malformed(cfg, "no detection layer; expected [yolo], [Gaussian_yolo] or [region]");
  const int channels = model.input().c;
  if (channels == 1 || channels == 3) return {};
  return malformed(cfg, "channels=" + std::to_string(channels) + "; pictures have 3 (colour) or 1 (grey)");
}

Result<RunEnd> run_pictures(const DetectionJob& job, const std::string& doing, const Finish& finish) {
  using Clock = std::chrono::steady_clock;
  const bool worth_it = job.total == 0 || job.total >= many_pictures;
  Run run{job, finish, Progress(doing, "pictures", worth_it, job.total)};
  const auto began = Clock::now();
  const auto next = [&, number = std::int64_t{0}]() mutable -> std::unique_ptr<StreamedPicture> {
    auto file = job.next();
    if (!file) return nullptr;
    return std::make_unique<PictureFile>(std::move(*file), ++number, run);
  };
  const auto done = job.model.detect_all(PictureSource(next), job.options, job.stream);
  const std::chrono::duration<double> took = Clock::now() - began;
  run.progress.hide();
  if (!done) return done.error();
  tell_end(run, took.count());
  return run.end;
}

int run_detection(const DetectionJob& job, Outputs& outputs) {
  const auto end = run_pictures(job, "detecting", [&](Found found) -> Result<Delivery> {
    auto rendered = outputs.render(found);
    if (!rendered) return rendered.error();
    return Delivery([&outputs, parts = std::move(*rendered)] { return outputs.append(parts); });
  });
  if (!end) return fail(end.error());
  if (end->status != 0 && end->pictures == 0) return end->status;
  const auto finished = outputs.finish();
  return finished ? end->status : fail(finished.error());
}

}  // namespace nightjar
