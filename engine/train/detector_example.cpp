// After load_data_detection and blend_truth_mosaic of AlexeyAB's data.c.
#include <algorithm>

#include "engine/train/example.h"
#include "engine/train/example_boxes.h"
#include "engine/train/look.h"
#include "kernels/cpu/kernel_set.h"

namespace nightjar {
namespace {

Window all_of(const Shape& input) {
  return {{0, 0, input.w, input.h}, 0, 0};
}

// One of mosaic's parts. It shows the side of its picture that lies towards the point where all four meet,
// without what lies beside the picture there.
Window quarter(int number, const Mixing& mixing, const KeptPicture& picture, const Placement& placement,
               const Shape& input) {
  const Image& image = picture.labelled.picture;
  const FitArea::Rectangle there =
      shown_area(placement, all_of(input), image.width, image.height, input).covered;
  const bool right = number % 2 == 1, below = number >= 2;
  const int beside_right = input.w - there.left - there.width,
            beside_below = input.h - there.top - there.height;
  const FitArea::Rectangle part = mixing.quarter(number, input);
  return {part, right ? std::min(part.left, there.left) : std::max(0, input.w - part.width - beside_right),
          below ? std::min(part.top, there.top) : std::max(0, input.h - part.height - beside_below)};
}

std::vector<TrueBox> show_mosaic(PictureSpan pictures, const Mixing& mixing, const Augmentation& augmentation,
                                 Random& random, const Tensor& input) {
  std::vector<TrueBox> all;
  int number = 0;
  for (const auto& picture : pictures) {
    const Look look(augmentation, random);
    const Window window = quarter(number++, mixing, *picture, look.place(*picture, input.shape), input.shape);
    const std::vector<TrueBox> boxes = look.show(*picture, window, input);
    all.insert(all.end(), boxes.begin(), boxes.end());
  }
  return all;
}

std::vector<TrueBox> show_mixup(PictureSpan pictures, const Augmentation& augmentation, Random& random,
                                const Tensor& input) {
  constexpr float share = .5f;
  const Window window = all_of(input.shape);
  std::vector<TrueBox> all = Look(augmentation, random).show(*pictures[0], window, input);
  std::vector<float> values(static_cast<std::size_t>(input.shape.size()));
  const std::vector<TrueBox> boxes =
      Look(augmentation, random).show(*pictures[1], window, planar_tensor(values.data(), input.shape));
  all.insert(all.end(), boxes.begin(), boxes.end());
  for (TrueBox& box : all) box.weight = share;
  auto* first = static_cast<float*>(input.data);
  cpu::kernel_sets().front().picture_rows->blend(first, values.data(), share, 1 - share, first,
                                                 static_cast<int>(values.size()));
  return all;
}

std::vector<TrueBox> show(PictureSpan pictures, const Mixing& mixing, const Augmentation& augmentation,
                          Random& random, const Tensor& input) {
  if (mixing.mix == Mix::mosaic) return show_mosaic(pictures, mixing, augmentation, random, input);
  if (mixing.mix == Mix::mixup) return show_mixup(pictures, augmentation, random, input);
  return Look(augmentation, random).show(*pictures[0], all_of(input.shape), input);
}

}  // namespace

Example make_detector_example(PictureSpan pictures, const Mixing& mixing, const Augmentation& augmentation,
                              Random& random, const Shape& input, int boxes) {
  Example example;
  example.picture.resize(static_cast<std::size_t>(input.size()));
  const Tensor tensor = planar_tensor(example.picture.data(), input);
  example.truth = truth_of(show(pictures, mixing, augmentation, random, tensor), boxes);
  return example;
}

}  // namespace nightjar
