// Examples by number: whoever is free makes the next one, and they are handed over in order.
#include "engine/train/examples.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "engine/train/example_maker.h"

namespace nightjar {
namespace {

class Stream : public ExampleStream {
 public:
  Stream(std::shared_ptr<const TrainingSet> set, const Augmentation& augmentation, Options options)
      : options_(std::move(options)),
        maker_(std::move(set), augmentation, options_),
        served_(options_.first),
        taken_(options_.first),
        limit_(options_.first) {
    try {
      for (int i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { work(); });
    } catch (const std::exception&) {
      // No more threads to be had: who waits makes the examples himself.
    }
  }
  ~Stream() override {
    {
      const Lock lock(mutex_);
      stop_ = true;
    }
    wanted_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  Result<std::vector<Example>> next(int count, const Shape& input) override {
    const std::uint64_t end = served_ + static_cast<std::uint64_t>(count);
    Lock lock(mutex_);
    if (!(input == input_)) start_again(input);
    allow(end + static_cast<std::uint64_t>(options_.ahead));
    while (!has_all(end)) {
      if (failure_) std::rethrow_exception(failure_);
      if (taken_ < end) {
        make_one(lock);
      } else {
        finished_.wait(lock);
      }
    }
    return hand_over(end);
  }
  std::uint64_t served() const override { return served_; }
  int left_out() const override { return static_cast<int>(told_.size()); }

 private:
  using Lock = std::unique_lock<std::mutex>;

  void work() {
    Lock lock(mutex_);
    try {
      while (true) {
        wanted_.wait(lock, [this] { return stop_ || taken_ < limit_; });
        if (stop_) return;
        make_one(lock);
      }
    } catch (...) {
      if (!lock.owns_lock()) lock.lock();
      failure_ = std::current_exception();
    }
    finished_.notify_all();
  }

  // What is made already, or just now, is of another size.
  void start_again(const Shape& input) {
    input_ = input;
    ++generation_;
    made_.clear();
    taken_ = served_;
  }

  void allow(std::uint64_t limit) {
    limit_ = std::max(limit_, limit);
    wanted_.notify_all();
  }

  bool has_all(std::uint64_t end) const {
    return static_cast<std::uint64_t>(std::distance(made_.lower_bound(served_), made_.lower_bound(end))) ==
           end - served_;
  }

  void make_one(Lock& lock) {
    const std::uint64_t number = taken_++, generation = generation_;
    const Shape input = input_;
    lock.unlock();
    MadeExample made = maker_.make(number, input);
    lock.lock();
    if (generation == generation_) made_.emplace(number, std::move(made));
    finished_.notify_all();
  }

  Result<std::vector<Example>> hand_over(std::uint64_t end) {
    std::vector<Example> examples;
    for (; served_ < end; ++served_) {
      MadeExample& made = made_.at(served_);
      for (const auto& [index, error] : made.passed_over)
        if (told_.insert(index).second && options_.told) options_.told(error);
      if (made.error) return *made.error;
      examples.push_back(std::move(made.example));
      made_.erase(served_);
    }
    return examples;
  }

  const Options options_;
  ExampleMaker maker_;
  std::mutex mutex_;  // of what follows, but for what next() alone changes
  std::condition_variable wanted_, finished_;
  Shape input_;
  std::map<std::uint64_t, MadeExample> made_;
  std::uint64_t generation_ = 0;
  std::uint64_t served_, taken_, limit_;  // numbers: of the next example to hand over, to make, not to make
  bool stop_ = false;
  std::exception_ptr failure_;  // for want of memory; it must not leave the thread it was thrown on
  std::set<int> told_;          // pictures
  std::vector<std::thread> threads_;
};

}  // namespace

Result<std::unique_ptr<ExampleStream>> ExampleStream::create(std::shared_ptr<const TrainingSet> set,
                                                             const Augmentation& augmentation,
                                                             Options options) {
  if (set->size() == 0) return Error{Failure::malformed, "no pictures to learn from; at least one is needed"};
  return std::unique_ptr<ExampleStream>(new Stream(std::move(set), augmentation, std::move(options)));
}

}  // namespace nightjar
