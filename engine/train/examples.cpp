// Examples by number: whoever is free makes the next one, and they are handed over in order.
#include "engine/train/examples.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "engine/train/example.h"

namespace nightjar {
namespace {

// What the streams of random numbers are for.
enum Purpose : std::uint64_t { of_example, of_epoch };

// The set's pictures in the order of an epoch.
std::vector<int> order_of(std::uint64_t seed, std::uint64_t epoch, int size) {
  std::vector<int> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  Random random(seed, epoch, of_epoch);
  for (int i = size; i > 1; --i)
    std::swap(order[static_cast<std::size_t>(i - 1)], order[static_cast<std::size_t>(random.below(i))]);
  return order;
}

struct Made {
  Example example;
  std::vector<std::pair<int, Error>> passed_over;  // pictures that could not be had
  std::optional<Error> error;
};

class Stream : public ExampleStream {
 public:
  Stream(std::shared_ptr<const TrainingSet> set, const Augmentation& augmentation, Options options)
      : options_(std::move(options)),
        augmentation_(augmentation),
        pictures_(std::move(set), options_.cache_bytes),
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
    const int first = picture_of(number);
    lock.unlock();
    Made made = make(number, first, input);
    lock.lock();
    if (generation == generation_) made_.emplace(number, std::move(made));
    finished_.notify_all();
  }

  int picture_of(std::uint64_t number) {
    const auto size = static_cast<std::uint64_t>(pictures_.size());
    const std::uint64_t epoch = number / size;
    std::vector<int>& order = orders_[epoch];
    if (order.empty()) order = order_of(options_.seed, epoch, pictures_.size());
    const int picture = order[number % size];
    // Made ahead, an example may be of the next epoch; of those before nobody asks again.
    orders_.erase(orders_.begin(), orders_.lower_bound(served_ / size));
    return picture;
  }

  // A picture, or the next of the set that can be had.
  std::shared_ptr<const KeptPicture> load(int index, Made& made) {
    for (int tries = 0; tries < pictures_.size(); ++tries, index = (index + 1) % pictures_.size()) {
      auto picture = pictures_.get(index);
      if (picture) return *picture;
      made.passed_over.emplace_back(index, picture.error());
    }
    made.error =
        Error{made.passed_over.back().second.kind,
              "none of the " + std::to_string(pictures_.size()) +
                  " pictures to learn from can be had; the last: " + made.passed_over.back().second.message};
    return nullptr;
  }

  Made make(std::uint64_t number, int first, const Shape& input) {
    Random random(options_.seed, number, of_example);
    const Mixing mixing(augmentation_, random);
    Made made;
    std::vector<std::shared_ptr<const KeptPicture>> pictures;
    for (int i = 0; i < mixing.pictures(); ++i) {
      pictures.push_back(load(i == 0 ? first : random.below(pictures_.size()), made));
      if (made.error) return made;
    }
    made.example =
        options_.classes > 0
            ? make_classifier_example(pictures, mixing, augmentation_, random, input, options_.classes)
            : make_detector_example(pictures, mixing, augmentation_, random, input, options_.boxes);
    return made;
  }

  Result<std::vector<Example>> hand_over(std::uint64_t end) {
    std::vector<Example> examples;
    for (; served_ < end; ++served_) {
      Made made = std::move(made_.extract(served_).mapped());
      for (const auto& [index, error] : made.passed_over)
        if (told_.insert(index).second && options_.told) options_.told(error);
      if (made.error) return *made.error;
      examples.push_back(std::move(made.example));
    }
    return examples;
  }

  const Options options_;
  const Augmentation augmentation_;
  KeptPictures pictures_;
  std::mutex mutex_;  // of what follows, but for what next() alone changes
  std::condition_variable wanted_, finished_;
  Shape input_;
  std::map<std::uint64_t, Made> made_;
  std::map<std::uint64_t, std::vector<int>> orders_;  // by epoch
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
