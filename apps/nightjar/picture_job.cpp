// Pictures through a stream: a file is loaded, and what the network says of it is handed on.
#include "apps/nightjar/picture_job.h"

#include <chrono>
#include <cstdio>

#include "apps/nightjar/files/picture_file.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

constexpr std::int64_t many_pictures = 8;  // that a progress bar is worth it

// What all pictures of a run share; but for `finish` only touched by one picture at a time, in their order.
template <class Job>
struct Run {
  const Job& job;
  const Finish& finish;
  Progress progress;
  std::int64_t boxes = 0, failures = 0;
  RunEnd end = {};

  Result<void> reach() {
    progress.reach(end.pictures + failures);
    return job.answered ? job.answered() : Result<void>();
  }
};

template <class Job>
class PictureFile : public StreamedPicture {
 public:
  PictureFile(std::string file, std::int64_t number, Run<Job>& run)
      : file_(std::move(file)), number_(number), run_(run) {}

  Result<Image> load() override { return read_picture(file_, run_.job.model.input().c, run_.job.pictures); }

  Result<void> finish(Detected detected) override {
    boxes_ = detected.boxes.size();
    auto delivery = run_.finish({file_, number_, std::move(detected), run_.job.names});
    if (!delivery) return delivery.error();
    delivery_ = std::move(*delivery);
    return {};
  }

  Result<void> deliver() override {
    if (auto done = delivery_(); !done) return done;
    ++run_.end.pictures;
    run_.boxes += static_cast<std::int64_t>(boxes_);
    return run_.reach();
  }

  Result<void> skip(const Error& error) override {
    const int failed = fail(error);
    if (run_.end.status == 0) run_.end.status = failed;
    ++run_.failures;
    return run_.reach();
  }

 private:
  std::string file_;
  std::int64_t number_;
  Run<Job>& run_;
  std::size_t boxes_ = 0;
  Delivery delivery_;
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
  const std::int64_t pictures = run.end.pictures, all = pictures + run.failures;
  if (all < 2 || !run.job.last_word) return;
  char speed[96];
  std::snprintf(speed, sizeof speed, " in %.2f s, %.1f pictures/s", seconds, double(all) / seconds);
  note(count(pictures, "picture", "pictures") + tell_found(run) + speed +
       (run.failures > 0 ? ", " + std::to_string(run.failures) + " could not be used" : ""));
}

template <class Job>
Result<RunEnd> run_job(const Job& job, const std::string& doing, const Finish& finish) {
  using Clock = std::chrono::steady_clock;
  const bool worth_it = job.progress && (job.total == 0 || job.total >= many_pictures);
  Run<Job> run{job, finish, Progress(doing, "pictures", worth_it, job.total)};
  const auto began = Clock::now();
  const auto next = [&, number = std::int64_t{0}]() mutable -> std::unique_ptr<StreamedPicture> {
    auto file = job.next();
    if (!file) return nullptr;
    return std::make_unique<PictureFile<Job>>(std::move(*file), ++number, run);
  };
  const auto done = stream(job, PictureSource(next));
  const std::chrono::duration<double> took = Clock::now() - began;
  run.progress.hide();
  if (!done) return done.error();
  tell_end(run, took.count());
  return run.end;
}

template <class Job>
int run_to(Outputs& outputs, const Job& job, const std::string& doing) {
  const auto end = run_job(job, doing, [&](Found found) -> Result<Delivery> {
    auto rendered = outputs.render(found);
    if (!rendered) return rendered.error();
    return Delivery([&outputs, parts = std::move(*rendered)] { return outputs.append(parts); });
  });
  if (!end) return fail(end.error());
  if (end->status != 0 && end->pictures == 0) return end->status;
  const auto finished = outputs.finish();
  return finished ? end->status : fail(finished.error());
}

}  // namespace

std::function<std::optional<std::string>()> each_of(std::vector<std::string> paths) {
  return [paths = std::move(paths), i = std::size_t{0}]() mutable -> std::optional<std::string> {
    if (i == paths.size()) return {};
    return paths[i++];
  };
}

Result<RunEnd> run_pictures(const DetectionJob& job, const std::string& doing, const Finish& finish) {
  return run_job(job, doing, finish);
}

Result<RunEnd> run_pictures(const ClassificationJob& job, const std::string& doing, const Finish& finish) {
  return run_job(job, doing, finish);
}

int run_detection(const DetectionJob& job, Outputs& outputs) {
  return run_to(outputs, job, "detecting");
}

int run_classification(const ClassificationJob& job, Outputs& outputs) {
  return run_to(outputs, job, "classifying");
}

}  // namespace nightjar
