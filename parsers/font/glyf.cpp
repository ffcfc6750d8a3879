// OpenType specification, 'glyf'. A glyph is points, on the curve or controlling it, or other glyphs put
// together.
#include "parsers/font/glyf.h"

#include <algorithm>

#include "parsers/font/bytes.h"

namespace nightjar {
namespace {

constexpr int max_depth = 6;  // glyphs in glyphs; published fonts have 2
constexpr int max_parts = 256;

// x and y of a part become a*x + c*y + dx and b*x + d*y + dy.
struct Transform {
  float a = 1, b = 0, c = 0, d = 1, dx = 0, dy = 0;

  OutlinePoint operator()(float x, float y) const { return {a * x + c * y + dx, b * x + d * y + dy}; }
  Transform of(const Transform& inner) const {
    const OutlinePoint moved = (*this)(inner.dx, inner.dy);
    return {a * inner.a + c * inner.b,
            b * inner.a + d * inner.b,
            a * inner.c + c * inner.d,
            b * inner.c + d * inner.d,
            moved.x,
            moved.y};
  }
};

struct CurvePoint {
  OutlinePoint at;
  bool on_curve;
};

OutlinePoint middle(OutlinePoint a, OutlinePoint b) {
  return {(a.x + b.x) / 2, (a.y + b.y) / 2};
}

// Between two points off the curve lies one on it that the file does not state.
void add_contour(const CurvePoint* points, std::size_t count, Outline& outline) {
  using Kind = OutlineStep::Kind;
  if (count < 2) return;  // an anchor
  const CurvePoint &front = points[0], &back = points[count - 1];
  const OutlinePoint start = front.on_curve ? front.at : back.on_curve ? back.at : middle(front.at, back.at);
  outline.push_back({Kind::move, start});
  const CurvePoint* control = nullptr;
  const auto reach = [&](OutlinePoint to) {
    outline.push_back(control ? OutlineStep{Kind::quadratic, to, control->at} : OutlineStep{Kind::line, to});
    control = nullptr;
  };
  for (std::size_t i = front.on_curve; i < count; ++i) {
    if (points[i].on_curve) {
      reach(points[i].at);
    } else {
      if (control) reach(middle(control->at, points[i].at));
      control = &points[i];
    }
  }
  reach(start);
}

}  // namespace

// Collects one glyph and its parts.
class GlyfOutlines::Reader {
 public:
  explicit Reader(const GlyfOutlines& font) : font_(font) {}

  bool add(int glyph, const Transform& transform, int depth) {
    const auto bytes = font_.bytes_of(glyph);
    if (!bytes || depth > max_depth) return false;
    if (bytes->empty()) return true;
    FontCursor cursor(*bytes);
    const int contours = cursor.i16();
    cursor.skip(8);  // the box around it, which nobody is to trust
    return contours < 0 ? add_parts(cursor, transform, depth) : add_points(cursor, contours, transform);
  }

  Outline outline;

 private:
  static constexpr unsigned on_curve = 1, short_x = 2, short_y = 4, repeated = 8, same_x = 16, same_y = 32;

  bool add_points(FontCursor& cursor, int contours, const Transform& transform) {
    std::vector<std::size_t> ends(static_cast<std::size_t>(contours));  // one behind the last point of each
    for (std::size_t& end : ends) end = cursor.u16() + 1;
    if (ends.empty()) return true;
    if (cursor.failed() || !std::is_sorted(ends.begin(), ends.end())) return false;
    cursor.skip(cursor.u16());  // hints
    std::vector<unsigned> flags;
    if (outline.size() + ends.back() + 2 * ends.size() > max_outline_steps ||
        !read_flags(cursor, ends.back(), flags)) {
      return false;
    }
    const std::vector<int> x = read_coordinates(cursor, flags, short_x, same_x);
    const std::vector<int> y = read_coordinates(cursor, flags, short_y, same_y);
    if (cursor.failed()) return false;
    std::vector<CurvePoint> points;
    for (std::size_t i = 0; i < flags.size(); ++i) {
      points.push_back(
          {transform(static_cast<float>(x[i]), static_cast<float>(y[i])), (flags[i] & on_curve) != 0});
    }
    for (std::size_t i = 0, begin = 0; i < ends.size(); begin = ends[i++]) {
      add_contour(&points[begin], ends[i] - begin, outline);
    }
    return true;
  }

  static bool read_flags(FontCursor& cursor, std::size_t count, std::vector<unsigned>& flags) {
    while (flags.size() < count && !cursor.failed()) {
      const unsigned flag = cursor.u8();
      flags.insert(flags.end(), 1 + (flag & repeated ? cursor.u8() : 0), flag);
    }
    return flags.size() == count;
  }

  // Differences: of one byte, whose sign is the flag `same`; none where only `same` is set; else of two
  // bytes.
  static std::vector<int> read_coordinates(FontCursor& cursor, const std::vector<unsigned>& flags,
                                           unsigned is_short, unsigned same) {
    std::vector<int> values;
    int value = 0;
    for (const unsigned flag : flags) {
      if (flag & is_short) {
        const int step = static_cast<int>(cursor.u8());
        value += flag & same ? step : -step;
      } else if (!(flag & same)) {
        value += cursor.i16();
      }
      values.push_back(value);
    }
    return values;
  }

  bool add_parts(FontCursor& cursor, const Transform& transform, int depth) {
    constexpr unsigned words = 1, offsets = 2, one_scale = 8, more = 32, two_scales = 64, matrix = 128;
    unsigned flags = more;
    while (flags & more) {
      flags = cursor.u16();
      const int glyph = static_cast<int>(cursor.u16());
      if (!(flags & offsets) || ++parts_ > max_parts) return false;  // points to be matched: nobody does that
      Transform part;
      part.dx = static_cast<float>(flags & words ? cursor.i16() : cursor.i8());
      part.dy = static_cast<float>(flags & words ? cursor.i16() : cursor.i8());
      const auto scale = [&] { return static_cast<float>(cursor.i16()) / 16384; };
      if (flags & one_scale) {
        part.a = part.d = scale();
      } else if (flags & two_scales) {
        part.a = scale(), part.d = scale();
      } else if (flags & matrix) {
        part.a = scale(), part.b = scale(), part.c = scale(), part.d = scale();
      }
      if (cursor.failed() || !add(glyph, transform.of(part), depth + 1)) return false;
    }
    return true;
  }

  const GlyfOutlines& font_;
  int parts_ = 0;
};

int GlyfOutlines::room() const {
  return static_cast<int>(loca_.size() / (long_offsets_ ? 4 : 2)) - 1;
}

std::optional<int> GlyfOutlines::first_outside() const {
  for (int glyph = 0; glyph < glyphs_; ++glyph) {
    if (!bytes_of(glyph)) return glyph;
  }
  return {};
}

std::size_t GlyfOutlines::offset(int glyph) const {
  const auto index = static_cast<std::size_t>(glyph);
  return long_offsets_ ? u32_at(loca_, 4 * index) : std::size_t{2} * u16_at(loca_, 2 * index);
}

std::optional<std::string_view> GlyfOutlines::bytes_of(int glyph) const {
  if (glyph < 0 || glyph >= glyphs_) return {};
  const std::size_t begin = offset(glyph), end = offset(glyph + 1);
  if (begin > end || end > glyf_.size()) return {};
  return glyf_.substr(begin, end - begin);
}

std::optional<Outline> GlyfOutlines::outline(int glyph) const {
  Reader reader(*this);
  if (!reader.add(glyph, {}, 0)) return {};
  return std::move(reader.outline);
}

}  // namespace nightjar
