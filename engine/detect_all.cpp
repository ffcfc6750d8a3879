// The threads of a stream are all alike. Each takes whatever is furthest on its way: deliver, finish, run the
// network, load. So what is begun is finished before more is begun, and the window stays small.
//
// On a CPU, pictures side by side, each on one thread, are computed faster than one after the other by all
// threads: nothing is waited for. Who finds nothing to do helps the network with a picture that is being
// computed, which is how a single picture, or the last one, has all threads.
#include "engine/stream.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

#include "engine/backend.h"
#include "engine/host/cores.h"
#include "engine/lanes.h"
#include "engine/model.h"

namespace nightjar {
namespace {

using Lock = std::unique_lock<std::mutex>;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_pixel_bytes = std::size_t{1} << 30;

enum class State { loading, loaded, computing, computed, finishing, done };

struct Item {
  std::unique_ptr<StreamedPicture> picture;
  std::unique_ptr<StagedPicture> staged;  // from when it is loaded until it is computed
  State state = State::loading;
  Detected detected;             // as far as it is known
  std::optional<Error> refusal;  // of load()
  std::optional<Error> failure;  // of finish()
};

int threads_of(const StreamOptions& options) {
  return options.threads > 0 ? options.threads : available_cores();
}

int window_of(const StreamOptions& options, int lanes) {
  return options.ahead > 0 ? options.ahead : threads_of(options) + lanes * options.batch;
}

using Stage = std::function<std::unique_ptr<StagedPicture>(const Image&)>;
using StagedAnswer = std::function<Result<std::vector<Detected>>(
    Context&, std::span<const Image>, std::vector<std::unique_ptr<StagedPicture>>)>;

class Stream {
 public:
  Stream(const Model& model, const PictureSource& next, const Stage& stage, const StagedAnswer& answer,
         const StreamOptions& options, int lanes)
      : model_(model),
        next_(next),
        stage_(stage),
        answer_(answer),
        batch_(options.batch),
        threads_(threads_of(options)),
        window_limit_(window_of(options, lanes)),
        lanes_(model, batch_, threads_, lanes) {}

  Result<void> run() {
    std::vector<std::thread> others;
    others.reserve(static_cast<std::size_t>(threads_));
    try {
      for (int i = 1; i < std::min(threads_, window_limit_); ++i) others.emplace_back([this] { work(); });
    } catch (const std::exception&) {
      // No more threads to be had: those that are there do the work.
    }
    work();
    for (std::thread& other : others) other.join();
    if (out_of_memory_ && !end_)
      return Error{Failure::too_large, "no memory for a picture; use fewer threads, or smaller pictures"};
    return end_ ? Result<void>(*end_) : Result<void>();
  }

 private:
  void work() {
    Lock lock(mutex_);
    try {
      while (!is_over()) {
        if (!step(lock)) rest(lock);
      }
    } catch (const std::bad_alloc&) {
      // There may be none for a message either: it is put together when the threads have ended.
      if (!lock.owns_lock()) lock.lock();
      out_of_memory_ = true;
    }
    changed_.notify_all();
  }

  bool is_over() const { return end_ || out_of_memory_ || (source_ended_ && window_.empty()); }

  // Does one thing; false if there is none to do.
  bool step(Lock& lock) {
    if (!window_.empty() && window_.front().state == State::done && !delivering_) return deliver(lock);
    if (Item* item = first(State::computed)) return finish(lock, *item);
    if (compute(lock)) return true;
    return load(lock);
  }

  void rest(Lock& lock) {
    ++idle_;
    share_threads();
    changed_.wait(lock);
    --idle_;
    share_threads();
  }

  void end(const Error& error) {
    if (!end_) end_ = error;
  }

  Item* first(State state) {
    const auto found =
        std::find_if(window_.begin(), window_.end(), [&](const Item& i) { return i.state == state; });
    return found == window_.end() ? nullptr : &*found;
  }
  int count(State state) const {
    return static_cast<int>(
        std::count_if(window_.begin(), window_.end(), [&](const Item& i) { return i.state == state; }));
  }

  // Calls `step` without the lock.
  template <class Step>
  auto unlocked(Lock& lock, Step step) {
    lock.unlock();
    auto result = step();
    lock.lock();
    changed_.notify_all();
    return result;
  }

  bool deliver(Lock& lock) {
    Item& item = window_.front();
    delivering_ = true;
    const auto done = unlocked(lock, [&] {
      if (item.failure) return Result<void>(*item.failure);
      return item.refusal ? item.picture->skip(*item.refusal) : item.picture->deliver();
    });
    delivering_ = false;
    if (!done) end(done.error());
    window_.pop_front();
    return true;
  }

  bool finish(Lock& lock, Item& item) {
    item.state = State::finishing;
    pixel_bytes_ -= item.detected.picture.pixels.size();
    const auto done = unlocked(lock, [&] { return item.picture->finish(std::move(item.detected)); });
    if (!done) item.failure = done.error();
    item.state = State::done;
    return true;
  }

  bool may_load() const {
    return !source_ended_ && !asking_ && static_cast<int>(window_.size()) < window_limit_ &&
           (window_.empty() || pixel_bytes_ < most_pixel_bytes);
  }

  bool load(Lock& lock) {
    if (!may_load()) return false;
    asking_ = true;
    ++idle_;  // it may wait for whoever says which picture comes next
    share_threads();
    auto picture = unlocked(lock, [&] { return next_(); });
    --idle_;
    share_threads();
    asking_ = false;
    if (!picture) {
      source_ended_ = true;
      return true;
    }
    Item& item = window_.emplace_back();
    item.picture = std::move(picture);
    auto image = unlocked(lock, [&] {
      auto loaded = item.picture->load();
      if (loaded) item.staged = stage_(*loaded);
      return loaded;
    });
    if (image) {
      item.detected.picture = std::move(*image);
      pixel_bytes_ += item.detected.picture.pixels.size();
      item.state = State::loaded;
    } else {
      item.refusal = image.error();
      item.state = State::done;
    }
    return true;
  }

  // The pictures of a batch: a whole one, or what there is where no more is coming at once.
  std::vector<Item*> next_batch() {
    std::vector<Item*> items;
    const int loaded = count(State::loaded);
    const bool more = count(State::loading) > 0 || may_load();
    if (loaded == 0 || (loaded < batch_ && more)) return items;
    for (Item& item : window_) {
      if (item.state == State::loaded && static_cast<int>(items.size()) < batch_) items.push_back(&item);
    }
    return items;
  }

  bool compute(Lock& lock) {
    const std::vector<Item*> items = next_batch();
    if (items.empty()) return false;
    const auto free = lanes_.free();
    if (!free) {
      end(free.error());
      return true;
    }
    Lane* const lane = *free;
    if (!lane) return false;
    std::vector<Image> pictures;
    std::vector<std::unique_ptr<StagedPicture>> staged;
    for (Item* item : items) {
      item->state = State::computing;
      staged.push_back(std::move(item->staged));
      pictures.push_back(std::move(item->detected.picture));
    }
    lane->busy = true;
    share_threads();
    const auto began = Clock::now();
    auto answers = unlocked(lock, [&] { return answer(lane->context, pictures, std::move(staged)); });
    const std::chrono::duration<double, std::milli> took = Clock::now() - began;
    lane->busy = false;
    if (!answers) {
      end(answers.error());
      return true;
    }
    const double each = took.count() / static_cast<double>(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      Detected& detected = items[i]->detected;
      detected = std::move((*answers)[i]);
      detected.picture = std::move(pictures[i]);
      detected.milliseconds = each;
      items[i]->state = State::computed;
    }
    return true;
  }

  Result<std::vector<Detected>> answer(Context& context, const std::vector<Image>& pictures,
                                       std::vector<std::unique_ptr<StagedPicture>> staged) const {
    if (model_.has_state())
      if (auto done = context.reset(); !done) return done.error();
    return answer_(context, pictures, std::move(staged));
  }

  void share_threads() { lanes_.help(idle_); }

  const Model& model_;
  const PictureSource& next_;
  const Stage& stage_;
  const StagedAnswer& answer_;
  int batch_, threads_, window_limit_;

  std::mutex mutex_;  // of all that follows
  std::condition_variable changed_;
  std::deque<Item> window_;  // in the order of the source
  Lanes lanes_;
  std::size_t pixel_bytes_ = 0;
  int idle_ = 0;
  bool asking_ = false, delivering_ = false, source_ended_ = false;
  std::optional<Error> end_;
  bool out_of_memory_ = false;
};

// What was found in each picture, as this part of what is said of it.
template <class Part>
Result<std::vector<Detected>> each_with(Result<std::vector<Part>> found, Part Detected::*part) {
  if (!found) return found.error();
  std::vector<Detected> all(found->size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i].*part = std::move((*found)[i]);
  return all;
}

}  // namespace

int Model::most_ahead(const StreamOptions& options) const {
  const int lanes = impl_->backend->most_side_by_side(options.batch, threads_of(options));
  return window_of(options, lanes);
}

Result<void> Model::run_stream(const PictureSource& next, const StreamAnswer& answer,
                               const StreamOptions& options) const {
  if (options.batch < 1)
    return Error{Failure::usage,
                 "a batch of " + std::to_string(options.batch) + " pictures; at least 1 is needed"};
  const int lanes = impl_->backend->most_side_by_side(options.batch, threads_of(options));
  const auto stage = [&](const Image& picture) { return impl_->backend->stage(picture); };
  const auto answer_staged = [&](Context& context, std::span<const Image> pictures,
                                 std::vector<std::unique_ptr<StagedPicture>> staged) {
    context.impl_->executor->take_staged(std::move(staged));
    return answer(context, pictures);
  };
  return Stream(*this, next, stage, answer_staged, options, lanes).run();
}

Result<void> Model::detect_all(const PictureSource& next, const DetectOptions& detect,
                               const StreamOptions& options) const {
  const auto answer = [&](Context& context, std::span<const Image> pictures) {
    return each_with(context.detect(pictures, detect), &Detected::boxes);
  };
  return run_stream(next, answer, options);
}

Result<void> Model::classify_all(const PictureSource& next, const ClassifyOptions& classify,
                                 const StreamOptions& options) const {
  const auto answer = [&](Context& context, std::span<const Image> pictures) {
    return each_with(context.classify(pictures, classify), &Detected::scores);
  };
  return run_stream(next, answer, options);
}

}  // namespace nightjar
