// Faces, one behind the other, and the glyphs that were drawn with them.
#pragma once

#include <cstddef>
#include <memory>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "engine/image/face.h"

namespace nightjar {

// Any number of threads may ask at once: faces do not change, and the glyphs kept are guarded.
class Letters {
 public:
  // Behind `faces` come nightjar's own letters.
  explicit Letters(std::vector<std::unique_ptr<const Face>> faces);

  struct Glyph {
    std::size_t face;
    int index;  // 0: the empty frame that stands for a character nobody has
  };
  Glyph find(char32_t character) const;  // in the first face that has it
  const Face& face(const Glyph& glyph) const { return *faces_[glyph.face]; }

  // Set `quarters` of a pixel to the right of a pixel's edge, 0 to 3.
  std::shared_ptr<const GlyphImage> image(const Glyph& glyph, int size, int quarters) const;

 private:
  std::shared_ptr<const GlyphImage> render(const Glyph& glyph, int size, int quarters) const;

  std::vector<std::unique_ptr<const Face>> faces_;
  mutable std::shared_mutex mutex_;
  mutable std::unordered_map<std::uint64_t, std::shared_ptr<const GlyphImage>> kept_;
  mutable std::size_t kept_bytes_ = 0;
};

}  // namespace nightjar
