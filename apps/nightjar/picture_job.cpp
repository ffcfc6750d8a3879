// Pictures through a stream: a file is loaded, and what the network says of it goes to the outputs.
#include "apps/nightjar/picture_job.h"

#include <chrono>
#include <cstdio>

#include "apps/nightjar/report.h"
#include "engine/host/files.h"

namespace nightjar {
namespace {

constexpr std::int64_t many_pictures = 8;  // that a progress bar is worth it

// What all pictures of a run share; but for `outputs` only touched by one picture at a time, in their order.
template <class Job>
struct Run {
  const Job& job;
  Outputs& outputs;
  Progress progress;
  std::int64_t boxes = 0, failures = 0;
  int status = 0;

  Result<void> reach() {
    progress.reach(outputs.pictures() + failures);
    return job.answered ? job.answered() : Result<void>();
  }
};

template <class Job>
class PictureFile : public StreamedPicture {
 public:
  PictureFile(std::string file, Run<Job>& run) : file_(std::move(file)), run_(run) {}

  Result<Image> load() override { return load_picture(file_, run_.job.model, run_.job.pictures); }

  Result<void> finish(Detected detected) override {
    boxes_ = detected.boxes.size();
    auto rendered = run_.outputs.render({file_, std::move(detected), run_.job.names});
    if (!rendered) return rendered.error();
    rendered_ = std::move(*rendered);
    return {};
  }

  Result<void> deliver() override {
    if (auto done = run_.outputs.append(rendered_); !done) return done;
    run_.boxes += static_cast<std::int64_t>(boxes_);
    return run_.reach();
  }

  Result<void> skip(const Error& error) override {
    const int failed = fail(error);
    if (run_.status == 0) run_.status = failed;
    ++run_.failures;
    return run_.reach();
  }

 private:
  std::string file_;
  Run<Job>& run_;
  std::size_t boxes_ = 0;
  std::vector<std::string> rendered_;
};

std::string count(std::int64_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + ' ' + (n == 1 ? one : many);
}

// What differs between looking for boxes and for classes.
std::string tell_found(const Run<DetectionJob>& run) {
  return ", " + count(run.boxes, "box", "boxes");
}
std::string tell_found(const Run<ClassificationJob>&) {
  return {};
}
Result<void> stream(const DetectionJob& job, const PictureSource& next) {
  return job.model.detect_all(next, job.options, job.stream);
}
Result<void> stream(const ClassificationJob& job, const PictureSource& next) {
  return job.model.classify_all(next, job.options, job.stream);
}

template <class Job>
void tell_end(const Run<Job>& run, double seconds) {
  const std::int64_t pictures = run.outputs.pictures(), all = pictures + run.failures;
  if (all < 2) return;
  char speed[96];
  std::snprintf(speed, sizeof speed, " in %.2f s, %.1f pictures/s", seconds, double(all) / seconds);
  note(count(pictures, "picture", "pictures") + tell_found(run) + speed +
       (run.failures > 0 ? ", " + std::to_string(run.failures) + " could not be used" : ""));
}

template <class Job>
int run_job(const Job& job, Outputs& outputs, const char* doing) {
  using Clock = std::chrono::steady_clock;
  const bool worth_it = job.progress && (job.total == 0 || job.total >= many_pictures);
  Run<Job> run{job, outputs, Progress(doing, "pictures", worth_it, job.total)};
  const auto began = Clock::now();
  const auto next = [&]() -> std::unique_ptr<StreamedPicture> {
    auto file = job.next();
    if (!file) return nullptr;
    return std::make_unique<PictureFile<Job>>(std::move(*file), run);
  };
  const auto done = stream(job, next);
  const std::chrono::duration<double> took = Clock::now() - began;
  run.progress.hide();
  if (!done) return fail(done.error());
  tell_end(run, took.count());
  if (run.status != 0 && outputs.pictures() == 0) return run.status;
  const auto finished = outputs.finish();
  return finished ? run.status : fail(finished.error());
}

}  // namespace

Result<Image> load_picture(const std::string& file, const Model& model, const ImageOptions& options) {
  constexpr std::int64_t max_bytes = std::int64_t{320} << 20;  // the largest picture allowed, as a BMP
  const auto bytes = read_file(file, max_bytes);
  if (!bytes) return bytes.error();
  return parse_image(*bytes, file == "-" ? "standard input" : file, model.input().c, options);
}

int run_detection(const DetectionJob& job, Outputs& outputs) {
  return run_job(job, outputs, "detecting");
}

int run_classification(const ClassificationJob& job, Outputs& outputs) {
  return run_job(job, outputs, "classifying");
}

}  // namespace nightjar
