#include "engine/train/kept_pictures.h"

#include <algorithm>
#include <utility>

namespace nightjar {

namespace {

template <std::size_t channels>
void add_up(const std::vector<std::uint8_t>& pixels, std::array<std::int64_t, 3>& sums) {
  std::array<std::int64_t, channels> its{};  // in registers, where `sums` may be anybody's
  for (std::size_t i = 0; i < pixels.size(); i += channels)
    for (std::size_t c = 0; c < channels; ++c) its[c] += pixels[i + c];
  std::copy(its.begin(), its.end(), sums.begin());
}

}  // namespace

KeptPicture with_mean(TrainingPicture labelled) {
  KeptPicture kept{std::move(labelled), {}};
  const Image& picture = kept.labelled.picture;
  std::array<std::int64_t, 3> sums{};
  picture.channels == 3 ? add_up<3>(picture.pixels, sums) : add_up<1>(picture.pixels, sums);
  const double whole = 255. * picture.width * picture.height;
  for (std::size_t c = 0; c < sums.size(); ++c)
    kept.mean[c] = static_cast<float>(static_cast<double>(sums[c]) / whole);
  return kept;
}

KeptPictures::KeptPictures(std::shared_ptr<const TrainingSet> set, std::int64_t bytes)
    : set_(std::move(set)), left_(bytes), kept_(static_cast<std::size_t>(set_->size())) {}

Result<std::shared_ptr<const KeptPicture>> KeptPictures::get(int index) {
  std::unique_lock lock(mutex_);
  std::shared_ptr<const KeptPicture>& place = kept_[static_cast<std::size_t>(index)];
  if (place) return place;
  if (const auto missing = missing_.find(index); missing != missing_.end()) return missing->second;
  lock.unlock();
  auto loaded = set_->load(index);
  if (!loaded) {
    lock.lock();
    return missing_.emplace(index, loaded.error()).first->second;
  }
  auto made = std::make_shared<const KeptPicture>(with_mean(std::move(*loaded)));
  const auto bytes = static_cast<std::int64_t>(made->labelled.picture.pixels.size());
  lock.lock();
  if (!place && bytes <= left_) left_ -= bytes, place = made;
  return made;
}

}  // namespace nightjar
