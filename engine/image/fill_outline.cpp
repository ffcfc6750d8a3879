// stb_truetype fills outlines: exact areas. It reads no font here, for it would believe every number in it.
#include "engine/image/fill_outline.h"

#include <algorithm>
#include <cmath>

#include "engine/image/stb_memory.h"

#define STBTT_malloc(size, context) ((void)(context), nightjar::stb_reallocate(nullptr, size))
#define STBTT_free(block, context) ((void)(context), std::free(block))
#define STB_TRUETYPE_IMPLEMENTATION
#define STBTT_STATIC
#define STBTT_assert(condition) ((void)0)  // they are about rounding, and it goes on well without
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#endif
#include <stb_truetype.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace nightjar {
namespace {

constexpr float grain = 64;  // stb's whole coordinates are in parts of a pixel
constexpr float furthest = 500;
static_assert(furthest * grain < 32767);

struct Bounds {
  float left = furthest, bottom = furthest, right = -furthest, top = -furthest;

  void add(OutlinePoint p) {
    left = std::min(left, p.x), right = std::max(right, p.x);
    bottom = std::min(bottom, p.y), top = std::max(top, p.y);
  }
};

// Control points included, which lie around their curves.
Bounds bounds_of(const Outline& outline) {
  using Kind = OutlineStep::Kind;
  Bounds bounds;
  for (const OutlineStep& step : outline) {
    bounds.add(step.to);
    if (step.kind == Kind::quadratic || step.kind == Kind::cubic) bounds.add(step.first_control);
    if (step.kind == Kind::cubic) bounds.add(step.second_control);
  }
  return bounds;
}

stbtt_vertex vertex_of(const OutlineStep& step) {
  constexpr int types[] = {STBTT_vmove, STBTT_vline, STBTT_vcurve, STBTT_vcubic};
  const auto whole = [](float length) { return static_cast<stbtt_vertex_type>(std::lround(length * grain)); };
  stbtt_vertex vertex{};
  vertex.type = static_cast<unsigned char>(types[static_cast<int>(step.kind)]);
  vertex.x = whole(step.to.x), vertex.y = whole(step.to.y);
  vertex.cx = whole(step.first_control.x), vertex.cy = whole(step.first_control.y);
  vertex.cx1 = whole(step.second_control.x), vertex.cy1 = whole(step.second_control.y);
  return vertex;
}

}  // namespace

std::optional<GlyphImage> fill_outline(const Outline& outline) {
  GlyphImage image;
  const Bounds b = bounds_of(outline);
  const bool inside =
      b.left >= -furthest && b.bottom >= -furthest && b.right <= furthest && b.top <= furthest;
  if (outline.empty()) return image;
  if (!inside) return {};
  image.left = static_cast<int>(std::floor(b.left));
  image.top = static_cast<int>(std::floor(-b.top));
  image.width = static_cast<int>(std::ceil(b.right)) - image.left + 1;  // one more for rounding
  image.height = static_cast<int>(std::ceil(-b.bottom)) - image.top + 1;
  image.coverage.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height));
  std::vector<stbtt_vertex> vertices;
  for (const OutlineStep& step : outline) vertices.push_back(vertex_of(step));
  stbtt__bitmap bitmap{image.width, image.height, image.width, image.coverage.data()};
  constexpr float flatness = .03f;  // pixels between an arc and its chord
  stbtt_Rasterize(&bitmap, flatness, vertices.data(), static_cast<int>(vertices.size()), 1 / grain, 1 / grain,
                  0, 0, image.left, image.top, 1, nullptr);
  return image;
}

}  // namespace nightjar
