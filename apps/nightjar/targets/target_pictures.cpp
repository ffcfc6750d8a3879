#include "apps/nightjar/targets/target_pictures.h"

#include <algorithm>
#include <cmath>

#include "apps/nightjar/figures/enlarged.h"
#include "engine/detect/format.h"
#include "engine/image/canvas.h"

namespace nightjar {
namespace {

constexpr Colour trained{60, 200, 90}, ignored{240, 160, 20}, grid{128, 128, 128};
constexpr int trained_veil = 190, ignored_veil = 110, line_opacity = 70;  // of 255
constexpr int side = 640;                                                 // of a small picture, enlarged

class Drawing {
 public:
  Drawing(Image& picture, const Targets& targets, const HeadTargets& head)
      : picture_(picture), canvas_(picture), targets_(targets), head_(head) {}

  void cells() {
    const Shape& shape = head_.assignment.shape;
    for (int y = 0; y < shape.h; ++y)
      for (int x = 0; x < shape.w; ++x) {
        bool is_trained = false, is_ignored = false;
        for (int slot = 0; slot < shape.c; ++slot) {
          const int target = head_.assignment.at(slot, y, x);
          is_trained |= target >= 0;
          is_ignored |= target == Assignment::ignored;
        }
        const Rect cell = in_picture(x, y, x + 1, y + 1);
        if (is_trained || is_ignored)
          canvas_.fill(cell, is_trained ? trained : ignored, is_trained ? trained_veil : ignored_veil);
        canvas_.frame(cell, 1, grid, line_opacity);
      }
  }

  // Of each trained prediction.
  void anchors() {
    const Shape& shape = head_.assignment.shape;
    for (int slot = 0; slot < shape.c; ++slot)
      for (int y = 0; y < shape.h; ++y)
        for (int x = 0; x < shape.w; ++x)
          if (head_.assignment.at(slot, y, x) >= 0)
            anchor(head_.mask[static_cast<std::size_t>(slot)], x + .5, y + .5);
  }

 private:
  void anchor(int number, double x, double y) {
    const auto i = static_cast<std::size_t>(number) * 2;
    const double w = double{targets_.anchors[i]} / targets_.network.w * head_.assignment.shape.w / 2;
    const double h = double{targets_.anchors[i + 1]} / targets_.network.h * head_.assignment.shape.h / 2;
    canvas_.frame(in_picture(x - w, y - h, x + w, y + h), 2, trained);
  }

  // In cells of the head -> in pixels of the picture.
  Rect in_picture(double left, double top, double right, double bottom) const {
    const auto across = [&](double x) {
      const double input = x * targets_.network.w / head_.assignment.shape.w;
      return static_cast<int>(
          std::lround((input - targets_.covered.left) / targets_.covered.width * picture_.width));
    };
    const auto down = [&](double y) {
      const double input = y * targets_.network.h / head_.assignment.shape.h;
      return static_cast<int>(
          std::lround((input - targets_.covered.top) / targets_.covered.height * picture_.height));
    };
    return {across(left), down(top), across(right), down(bottom)};
  }

  Image& picture_;
  Canvas canvas_;
  const Targets& targets_;
  const HeadTargets& head_;
};

bool learns(const HeadTargets& head, int truth) {
  const std::vector<int>& all = head.assignment.target;
  return std::find(all.begin(), all.end(), truth) != all.end();
}

std::vector<Mark> marks_of(const HeadTargets& head, const std::vector<Truth>& truths, Names names) {
  std::vector<Mark> marks;
  for (int i = 0; i < static_cast<int>(truths.size()); ++i) {
    const Truth& truth = truths[static_cast<std::size_t>(i)];
    const bool own = learns(head, i);
    const std::uint8_t grey = own ? 255 : 110;
    marks.push_back({box_of(truth), std::to_string(i + 1) + ' ' + class_name(names, truth.class_id), grey,
                     grey, grey, own ? 1.f : 0.f});
  }
  return marks;
}

}  // namespace

Image draw_targets(const Image& picture, const Targets& targets, const HeadTargets& head,
                   const std::vector<Truth>& truths, const std::vector<std::string>& names,
                   const DrawOptions& drawing) {
  Image drawn = enlarged(picture, side);
  Drawing on(drawn, targets, head);
  on.cells();
  on.anchors();
  draw_marks(drawn, marks_of(head, truths, names), drawing);
  return drawn;
}

}  // namespace nightjar
