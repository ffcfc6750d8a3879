// Adobe Technical Note 5177, "The Type 2 Charstring Format", without its arithmetic, which no published font
// uses.
#include "parsers/font/charstring.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "parsers/font/bytes.h"
#include "parsers/font/charstring_operators.h"

namespace nightjar {
namespace {

using namespace charstring;

constexpr int max_depth = 10;
constexpr int max_operators = 1 << 16;

class Charstring {
 public:
  Charstring(const CffIndex& global, const CffIndex& local) : global_(global), local_(local) {}

  // False where it is not sound. `ended_` is set by endchar, in whatever subroutine.
  bool run(std::string_view program, int depth) {
    if (depth > max_depth) return false;
    FontCursor cursor(program);
    while (!ended_ && !cursor.at_end() && !cursor.failed()) {
      const unsigned b = cursor.u8();
      if (b >= 32 || b == 28) {
        if (!push(operand(b, cursor))) return false;
        continue;
      }
      if (b == return_) return true;
      if (++operators_ > max_operators || outline.size() + stack_.size() > max_outline_steps) return false;
      const bool sound = b == callsubr    ? call(local_, depth)
                         : b == callgsubr ? call(global_, depth)
                                          : execute(static_cast<int>(b), cursor);
      if (!sound) return false;
    }
    return !cursor.failed();
  }

  Outline outline;

 private:
  static float operand(unsigned b, FontCursor& cursor) {
    if (b == 28) return static_cast<float>(cursor.i16());
    if (b == 255) return static_cast<float>(cursor.i32()) / 65536;
    const int lead = static_cast<int>(b);
    if (lead <= 246) return static_cast<float>(lead - 139);
    const int low = static_cast<int>(cursor.u8());
    return static_cast<float>(lead <= 250 ? (lead - 247) * 256 + low + 108 : -(lead - 251) * 256 - low - 108);
  }

  bool push(float value) {
    if (count_ == stack_.size()) return false;
    stack_[count_++] = value;
    return true;
  }

  bool call(const CffIndex& subroutines, int depth) {
    if (count_ == 0) return false;
    const int bias = subroutines.size() < 1240 ? 107 : subroutines.size() < 33900 ? 1131 : 32768;
    const int number = static_cast<int>(stack_[--count_]) + bias;
    return number >= 0 && number < subroutines.size() && run(subroutines[number], depth + 1);
  }

  bool execute(int op, FontCursor& cursor) {
    if (op == escape) op = escape << 8 | static_cast<int>(cursor.u8());
    const bool sound = draw(op, cursor);
    count_ = taken_ = 0;
    return sound;
  }

  bool draw(int op, FontCursor& cursor) {
    switch (op) {
      case hstem:
      case vstem:
      case hstemhm:
      case vstemhm:
        hints_ += count_ / 2;
        return true;
      case hintmask:
      case cntrmask:
        hints_ += count_ / 2;  // a vstem may be left out in front
        cursor.skip((hints_ + 7) / 8);
        return true;
      case endchar:
        return ended_ = true;
      case rmoveto:
      case hmoveto:
      case vmoveto:
        return move(op);
      case rlineto:
        return lines(count_);
      case hlineto:
      case vlineto:
        return alternating_lines(op == hlineto);
      case rrcurveto:
        return curves(count_);
      case rcurveline:
        return count_ >= 2 && curves(count_ - 2) && lines(2);
      case rlinecurve:
        return count_ >= 6 && lines(count_ - 6) && curves(6);
      case vvcurveto:
      case hhcurveto:
        return straight_curves(op == hhcurveto);
      case vhcurveto:
      case hvcurveto:
        return turning_curves(op == hvcurveto);
      default:
        return flexes(op);
    }
  }

  // The glyph's width may stand in front of the first operands.
  bool move(int op) {
    const std::size_t needed = op == rmoveto ? 2 : 1;
    if (count_ < needed) return false;
    const float last = stack_[count_ - 1];
    at_.x += op == rmoveto ? stack_[count_ - 2] : op == hmoveto ? last : 0;
    at_.y += op == hmoveto ? 0 : last;
    outline.push_back({OutlineStep::Kind::move, at_});
    return true;
  }

  void line(float dx, float dy) {
    at_ = {at_.x + dx, at_.y + dy};
    outline.push_back({OutlineStep::Kind::line, at_});
  }

  void curve(float dx1, float dy1, float dx2, float dy2, float dx3, float dy3) {
    const OutlinePoint first{at_.x + dx1, at_.y + dy1}, second{first.x + dx2, first.y + dy2};
    at_ = {second.x + dx3, second.y + dy3};
    outline.push_back({OutlineStep::Kind::cubic, at_, first, second});
  }

  float take() { return stack_[taken_++]; }

  // What follows reads the operands in order, from `taken_` on. A path begins with a move.
  bool begin(bool fits) { return fits && !outline.empty(); }

  bool lines(std::size_t operands) {
    if (!begin(operands % 2 == 0)) return false;
    for (std::size_t i = 0; i < operands; i += 2) {
      const float dx = take(), dy = take();
      line(dx, dy);
    }
    return true;
  }

  bool alternating_lines(bool horizontal) {
    if (!begin(true)) return false;
    while (taken_ < count_) {
      const float step = take();
      line(horizontal ? step : 0, horizontal ? 0 : step);
      horizontal = !horizontal;
    }
    return true;
  }

  bool curves(std::size_t operands) {
    if (!begin(operands % 6 == 0)) return false;
    for (std::size_t i = 0; i < operands; i += 6) {
      std::array<float, 6> d;
      for (float& value : d) value = take();
      curve(d[0], d[1], d[2], d[3], d[4], d[5]);
    }
    return true;
  }

  // Curves that begin and end in the same direction; the first may lean.
  bool straight_curves(bool horizontal) {
    if (!begin(count_ % 4 < 2)) return false;
    float lean = count_ % 4 == 1 ? take() : 0;
    while (taken_ < count_) {
      const float d1 = take(), dx2 = take(), dy2 = take(), d3 = take();
      if (horizontal) {
        curve(d1, lean, dx2, dy2, d3, 0);
      } else {
        curve(lean, d1, dx2, dy2, 0, d3);
      }
      lean = 0;
    }
    return true;
  }

  // Curves that begin in one direction and end in the other, in turns; the last may lean.
  bool turning_curves(bool horizontal) {
    if (!begin(count_ >= 4 && count_ % 4 < 2)) return false;
    while (count_ - taken_ >= 4) {
      const float d1 = take(), dx2 = take(), dy2 = take(), d3 = take();
      const float lean = count_ - taken_ == 1 ? take() : 0;
      if (horizontal) {
        curve(d1, 0, dx2, dy2, lean, d3);
      } else {
        curve(0, d1, dx2, dy2, d3, lean);
      }
      horizontal = !horizontal;
    }
    return true;
  }

  bool flexes(int op) {
    const std::size_t needed = op == hflex ? 7 : op == flex ? 13 : op == hflex1 ? 9 : op == flex1 ? 11 : 0;
    if (needed == 0 || !begin(count_ == needed)) return false;
    const auto& d = stack_;
    const OutlinePoint start = at_;
    if (op == hflex) {
      curve(d[0], 0, d[1], d[2], d[3], 0);
      curve(d[4], 0, d[5], -d[2], d[6], 0);
    } else if (op == flex) {
      curve(d[0], d[1], d[2], d[3], d[4], d[5]);
      curve(d[6], d[7], d[8], d[9], d[10], d[11]);
    } else if (op == hflex1) {
      curve(d[0], d[1], d[2], d[3], d[4], 0);
      curve(d[5], 0, d[6], d[7], d[8], start.y - (at_.y + d[7]));
    } else {
      const float dx = d[0] + d[2] + d[4] + d[6] + d[8], dy = d[1] + d[3] + d[5] + d[7] + d[9];
      const bool wide = std::abs(dx) > std::abs(dy);
      curve(d[0], d[1], d[2], d[3], d[4], d[5]);
      curve(d[6], d[7], d[8], d[9], wide ? d[10] : -dx, wide ? -dy : d[10]);
    }
    return true;
  }

  const CffIndex &global_, &local_;
  std::array<float, 192> stack_{};  // the specification's 48, and what later ones allow
  std::size_t count_ = 0, taken_ = 0, hints_ = 0;
  int operators_ = 0;
  bool ended_ = false;
  OutlinePoint at_{0, 0};
};

}  // namespace

std::optional<Outline> run_charstring(std::string_view program, const CffIndex& global_subroutines,
                                      const CffIndex& subroutines) {
  Charstring charstring(global_subroutines, subroutines);
  if (!charstring.run(program, 0)) return {};
  return std::move(charstring.outline);
}

}  // namespace nightjar
