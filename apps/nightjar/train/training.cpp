#include "apps/nightjar/train/training.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>

#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"
#include "apps/nightjar/signals.h"
#include "apps/nightjar/train/chart.h"
#include "apps/nightjar/train/example_picture.h"
#include "apps/nightjar/train/files.h"
#include "apps/nightjar/train/subject.h"
#include "apps/nightjar/train/telling.h"
#include "engine/format_line.h"
#include "engine/host/output_file.h"
#include "engine/weights_file.h"

namespace nightjar {
namespace {

constexpr int usual_save = 100, least_measure = 100, epochs_of_measure = 4;  // updates, updates, epochs
constexpr double longest_unsaved = 60;                                       // seconds
constexpr int lines = 100;                                                   // of a training, about

class Training {
 public:
  Training(const TrainingRequest& request, Subject subject, TrainingLog log)
      : request_(request), subject_(std::move(subject)), log_(std::move(log)) {
    if (!subject_.checkpoint) return;
    before_ = saved_at_ = subject_.checkpoint->seconds;
    best_ = subject_.checkpoint->best;
    best_update_ = subject_.checkpoint->best_update;
  }

  // Examples, network, update: Trainer; what a person wants of it meanwhile is here.
  Result<void> run() {
    Progress progress("training", "updates", true, trainer().updates(), trainer().done());
    // Who was killed between the two left the checkpoint's weights behind the others'.
    if (subject_.checkpoint) {
      if (auto done = write_last(); !done) return done;
      good_update_ = trainer().done();
    }
    for (bool ends = is_done(); !ends; ends = ends_) {
      const double began = seconds();
      const auto report = trainer().update();
      if (!report) return with_last_good(report.error());
      ends_ = is_done() || HeldInterrupts::pending() || out_of_time();
      const double speed = report->images / (seconds() - began);
      LogEntry entry{*report, trainer().epochs(), seconds(), speed, subject_.unit};
      stretch_.add(entry);
      progress.reach(report->update, format(", loss %.4g", report->loss));
      if (report->left_out) tell_left_out(*report);
      if (auto done = keep(entry); !done) return with_last_good(done.error());
      if (auto done = tell(entry); !done) return done;
    }
    progress.hide();
    return end();
  }

 private:
  using Clock = std::chrono::steady_clock;

  Trainer& trainer() { return *subject_.trainer; }
  const TrainingFiles& files() const { return subject_.files; }
  // Of work, earlier runs included.
  double seconds() const { return before_ + std::chrono::duration<double>(Clock::now() - began_).count(); }
  bool is_done() { return trainer().done() >= trainer().updates(); }
  bool out_of_time() const { return request_.minutes > 0 && seconds() >= 60. * request_.minutes; }

  bool measures() {
    if (!subject_.validation) return false;
    const int update = trainer().recipe().images_of_an_update();
    const int epoch = (subject_.size + update - 1) / update;
    const int every =
        request_.valid_every > 0 ? request_.valid_every : std::max(least_measure, epochs_of_measure * epoch);
    return trainer().done() % every == 0 || (ends_ && !HeldInterrupts::pending());
  }
  bool saves() {
    const int every = request_.save_every > 0 ? request_.save_every : usual_save;
    return trainer().done() % every == 0 || ends_ || seconds() - saved_at_ >= longest_unsaved;
  }

  // The log's line; where it is time, the weights and their measure before it, the checkpoint behind it. Who
  // is killed in between repeats the updates since the last checkpoint, and writes the same.
  Result<void> keep(LogEntry& entry) {
    const bool measured = measures();
    if (!measured && !saves()) return log_.add(entry);
    auto checkpoint = trainer().checkpoint();
    if (!checkpoint) return checkpoint.error();
    if (auto done = write_last(); !done) return done;
    if (measured)
      if (auto done = measure(entry); !done) return done;
    if (auto done = log_.add(entry); !done) return done;
    checkpoint->seconds = saved_at_ = seconds();
    checkpoint->best = best_;
    checkpoint->best_update = best_update_;
    checkpoint->log_bytes = log_.bytes();
    if (auto done = write_checkpoint(files().checkpoint, *checkpoint); !done) return done;
    good_update_ = trainer().done();
    return draw();
  }

  Result<void> write_last() { return write(files().last); }
  Result<void> write(const std::string& path) {
    const auto weights = trainer().weights();
    if (!weights) return weights.error();
    return write_weights(path, trainer().seen(), *weights);
  }

  Result<void> measure(LogEntry& entry) {
    const auto map = subject_.validation->measure(request_.cfg, files().last, subject_.options);
    if (!map) return map.error();
    entry.map = *map;
    const bool is_best = *map > best_;
    if (is_best) {
      best_ = *map;
      best_update_ = trainer().done();
      if (auto done = write(files().best); !done) return done;
    }
    return print_part(format("update %d: mAP@.50 %.4f on %d pictures, ", trainer().done(), *map,
                             subject_.validation->pictures()) +
                      (is_best ? "the best so far: " + files().best
                               : format("the best was %.4f after update %d", best_, best_update_)) +
                      '\n');
  }

  static void tell_left_out(const UpdateReport& report) {
    note(format("update %d is left out: a gradient is beyond a half; from now on the loss is scaled by %g",
                report.update, *report.loss_scale));
  }

  Result<void> tell(const LogEntry& entry) {
    const int every = std::max(1, trainer().updates() / lines);
    if (trainer().done() % every != 0 && !ends_) return {};
    if (auto done = print_part(stretch_.line(entry, trainer().updates())); !done) return done;
    return draw();
  }

  Result<void> draw() {
    const int done = trainer().done(), updates = trainer().updates();
    const std::string pace =
        "update " + std::to_string(done) + " of " + std::to_string(updates) + ", " + duration(seconds());
    return write_file(files().chart, training_chart(log_.points(), updates, request_.cfg, pace));
  }

  Result<void> end() {
    const int done = trainer().done(), updates = trainer().updates();
    if (done < updates) {
      note("stopped after update " + std::to_string(done) + " of " + std::to_string(updates) +
           "; the same command with --resume goes on from there");
      return {};
    }
    if (auto written = write(files().final); !written) return written;
    const std::string left_out = trainer().left_out() > 0
                                     ? ", " + std::to_string(trainer().left_out()) + " pictures left out"
                                     : std::string();
    return print_part(std::to_string(done) + " updates in " + duration(seconds()) + left_out + ": " +
                      files().final + '\n');
  }

  Error with_last_good(Error error) const {
    if (error.kind == Failure::diverged && good_update_ > 0)
      error.message += "; " + files().last + " is as it was after update " + std::to_string(good_update_);
    return error;
  }

  const TrainingRequest& request_;
  Subject subject_;
  TrainingLog log_;
  Stretch stretch_;
  Clock::time_point began_ = Clock::now();
  double before_ = 0, saved_at_ = 0, best_ = -1;
  int best_update_ = 0, good_update_ = 0;
  bool ends_ = false;  // with the update that was computed last
};

// Of the training that one begins in place of: who looks for what measured best must not find its.
void remove_results(const TrainingFiles& files) {
  std::error_code ignored;
  for (const std::string& path : {files.best, files.final}) std::filesystem::remove(path, ignored);
}

// Opens what is written last, so that a mistake in what is read leaves nothing.
Result<Training> open(const TrainingRequest& request, Subject subject) {
  if (auto made = make_folder(subject.files.folder); !made) return made.error();
  const bool replaces = !subject.checkpoint && is_there(subject.files.checkpoint);
  // With weights to start from, it may be that these are its.
  if (replaces && request.weights.empty()) remove_results(subject.files);
  auto log = TrainingLog::open(subject.files.log, subject.checkpoint ? subject.checkpoint->log_bytes : 0);
  if (!log) return log.error();
  return Training(request, std::move(subject), std::move(*log));
}

}  // namespace

int run_training(const TrainingRequest& request) {
  // Before there are threads, which an interrupt could else go to.
  const HeldInterrupts held;
  auto subject = open_subject(request);
  if (!subject) return fail(subject.error());
  if (!request.examples.empty()) {
    if (auto done = write_examples(request.examples, *subject->trainer, subject->names); !done)
      return fail(done.error());
  }
  if (request.dry_run) return print(summary(*subject, request));
  if (auto done = print_part(summary(*subject, request)); !done) return fail(done.error());
  auto training = open(request, std::move(*subject));
  if (!training) return fail(training.error());
  const auto done = training->run();
  return done ? 0 : fail(done.error());
}

}  // namespace nightjar
