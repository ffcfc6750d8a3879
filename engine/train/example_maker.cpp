#include "engine/train/example_maker.h"

#include <numeric>

namespace nightjar {
namespace {

// What the streams of random numbers are for.
enum Purpose : std::uint64_t { of_example, of_epoch };

// The set's pictures in the order of an epoch.
std::vector<int> order_of(std::uint64_t seed, std::uint64_t epoch, int size) {
  std::vector<int> order(static_cast<std::size_t>(size));
  std::iota(order.begin(), order.end(), 0);
  Random(seed, epoch, of_epoch).shuffle(order);
  return order;
}

}  // namespace

ExampleMaker::ExampleMaker(std::shared_ptr<const TrainingSet> set, const Augmentation& augmentation,
                           const ExampleStream::Options& options)
    : seed_(options.seed),
      boxes_(options.boxes),
      classes_(options.classes),
      augmentation_(augmentation),
      pictures_(std::move(set), options.cache_bytes) {}

MadeExample ExampleMaker::make(std::uint64_t number, const Shape& input) {
  Random random(seed_, number, of_example);
  const Mixing mixing(augmentation_, random);
  MadeExample made;
  std::vector<std::shared_ptr<const KeptPicture>> pictures;
  for (int i = 0; i < mixing.pictures(); ++i) {
    pictures.push_back(load(i == 0 ? picture_of(number) : random.below(pictures_.size()), made));
    if (made.error) return made;
  }
  made.example = classes_ > 0
                     ? make_classifier_example(pictures, mixing, augmentation_, random, input, classes_)
                     : make_detector_example(pictures, mixing, augmentation_, random, input, boxes_);
  return made;
}

int ExampleMaker::picture_of(std::uint64_t number) {
  const auto size = static_cast<std::uint64_t>(pictures_.size());
  const std::uint64_t epoch = number / size;
  const std::lock_guard lock(mutex_);
  std::vector<int>& order = orders_[epoch];
  if (order.empty()) order = order_of(seed_, epoch, pictures_.size());
  const int picture = order[number % size];
  if (orders_.size() > 2) orders_.erase(orders_.begin());
  return picture;
}

// The picture, or the next of the set that can be had.
std::shared_ptr<const KeptPicture> ExampleMaker::load(int index, MadeExample& made) {
  for (int tries = 0; tries < pictures_.size(); ++tries, index = (index + 1) % pictures_.size()) {
    auto picture = pictures_.get(index);
    if (picture) return *picture;
    made.passed_over.emplace_back(index, picture.error());
  }
  const Error& last = made.passed_over.back().second;
  made.error = Error{last.kind, "none of the " + std::to_string(pictures_.size()) +
                                    " pictures to learn from can be had; the last: " + last.message};
  return nullptr;
}

}  // namespace nightjar
