// From an example's number to the example.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "engine/train/example.h"
#include "engine/train/kept_pictures.h"

namespace nightjar {

struct MadeExample {
  Example example;
  std::vector<std::pair<int, Error>> passed_over;  // pictures that could not be had
  std::optional<Error> error;                      // none could
};

// Asked by any thread, and by several at once.
class ExampleMaker {
 public:
  ExampleMaker(std::shared_ptr<const TrainingSet> set, const Augmentation& augmentation,
               const ExampleStream::Options& options);

  MadeExample make(std::uint64_t number, const Shape& input);

 private:
  int picture_of(std::uint64_t number);
  std::shared_ptr<const KeptPicture> load(int index, MadeExample& made);

  std::uint64_t seed_;
  int boxes_, classes_;
  Augmentation augmentation_;
  KeptPictures pictures_;
  std::mutex mutex_;                                  // of what follows
  std::map<std::uint64_t, std::vector<int>> orders_;  // of the last two epochs
};

}  // namespace nightjar
