// Names are few and come again in every picture: each glyph is drawn once.
#include "engine/image/letters.h"

#include <mutex>
#include <utility>

namespace nightjar {
namespace {

constexpr std::size_t most_kept = std::size_t{16} << 20;  // bytes; then all of it is dropped

std::uint64_t key_of(const Letters::Glyph& glyph, int size, int quarters) {
  return std::uint64_t{glyph.face} << 56 | static_cast<std::uint64_t>(glyph.index) << 32 |
         static_cast<std::uint64_t>(size) << 2 | static_cast<std::uint64_t>(quarters);
}

}  // namespace

Letters::Letters(std::vector<std::unique_ptr<const Face>> faces) : faces_(std::move(faces)) {
  faces_.push_back(stroke_face());
}

Letters::Glyph Letters::find(char32_t character) const {
  for (std::size_t i = 0; i < faces_.size(); ++i) {
    if (const int index = faces_[i]->glyph_of(character)) return {i, index};
  }
  return {faces_.size() - 1, 0};
}

std::shared_ptr<const GlyphImage> Letters::image(const Glyph& glyph, int size, int quarters) const {
  const std::uint64_t key = key_of(glyph, size, quarters);
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = kept_.find(key); found != kept_.end()) return found->second;
  }
  auto image = render(glyph, size, quarters);
  const std::unique_lock lock(mutex_);
  if (kept_bytes_ > most_kept) {  // who draws with them holds them
    kept_.clear();
    kept_bytes_ = 0;
  }
  const auto [place, added] = kept_.try_emplace(key, std::move(image));
  if (added) kept_bytes_ += place->second->coverage.size();
  return place->second;
}

std::shared_ptr<const GlyphImage> Letters::render(const Glyph& glyph, int size, int quarters) const {
  const float shift = static_cast<float>(quarters) / 4;
  auto image = face(glyph).render(glyph.index, size, shift);
  if (!image) image = faces_.back()->render(0, size, shift);
  return std::make_shared<const GlyphImage>(std::move(*image));
}

}  // namespace nightjar
