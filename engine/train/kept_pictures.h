// A set's pictures, decoded once where memory allows.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/train/examples.h"

namespace nightjar {

struct KeptPicture {
  TrainingPicture labelled;
  std::array<float, 3> mean{};  // of each channel, 0 to 1
};

KeptPicture with_mean(TrainingPicture labelled);

// The first that fit in `bytes` stay, which serves as well as any other choice where all are asked for in
// turn.
class KeptPictures {
 public:
  KeptPictures(std::shared_ptr<const TrainingSet> set, std::int64_t bytes);

  int size() const { return static_cast<int>(kept_.size()); }
  // Errors: the set's; asked again, the same without another try.
  Result<std::shared_ptr<const KeptPicture>> get(int index);

 private:
  std::shared_ptr<const TrainingSet> set_;
  std::mutex mutex_;  // of what follows
  std::int64_t left_;
  std::vector<std::shared_ptr<const KeptPicture>> kept_;
  std::map<int, Error> missing_;
};

}  // namespace nightjar
