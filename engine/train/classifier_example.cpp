// After load_data_augment of AlexeyAB's data.c.
#include <algorithm>

#include "engine/train/example.h"
#include "engine/train/smudge.h"
#include "engine/train/square_look.h"

namespace nightjar {
namespace {

std::vector<float> truth_of(const KeptPicture& picture, int classes, float eps) {
  const float others = classes > 1 ? eps / static_cast<float>(classes - 1) : 0;
  std::vector<float> truth(static_cast<std::size_t>(classes), others);
  for (const Truth& its : picture.labelled.truths) truth[static_cast<std::size_t>(its.class_id)] = 1 - eps;
  return truth;
}

Example shown(const KeptPicture& picture, const Augmentation& augmentation, Random& random,
              const Shape& input, int classes) {
  Example example{std::vector<float>(static_cast<std::size_t>(input.size())),
                  truth_of(picture, classes, augmentation.label_smooth_eps)};
  SquareLook(augmentation, random).show(picture, planar_tensor(example.picture.data(), input));
  return example;
}

void blend(std::vector<float>& values, const std::vector<float>& others, float share) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = values[i] * (1 - share) + others[i] * share;
}

// The area's pixels from another picture of this shape; returns its share of all.
float paste(std::vector<float>& to, const std::vector<float>& from, const FitArea::Rectangle& area,
            const Shape& input) {
  for (int c = 0; c < input.c; ++c) {
    for (int y = area.top; y < area.top + area.height; ++y) {
      const auto at = (std::ptrdiff_t{c} * input.h + y) * input.w + area.left;
      std::copy_n(from.begin() + at, area.width, to.begin() + at);
    }
  }
  return static_cast<float>(area.width * area.height) / static_cast<float>(input.w * input.h);
}

int part_of(float share, int side) {
  return static_cast<int>(share * static_cast<float>(side));
}

FitArea::Rectangle cut_out(const Mixing& mixing, const Shape& input) {
  const int width = part_of(mixing.width, input.w), height = part_of(mixing.height, input.h);
  return {part_of(mixing.x, input.w - width), part_of(mixing.y, input.h - height), width, height};
}

// The first stays where no other is pasted.
void paste_all(std::vector<Example>& parts, const Mixing& mixing, const Shape& input) {
  Example& whole = parts[0];
  std::vector<float> rest(whole.truth.size());
  float left = 1;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const FitArea::Rectangle area =
        mixing.mix == Mix::mosaic ? mixing.quarter(static_cast<int>(i), input) : cut_out(mixing, input);
    const float share = paste(whole.picture, parts[i].picture, area, input);
    for (std::size_t k = 0; k < rest.size(); ++k) rest[k] += parts[i].truth[k] * share;
    left -= share;
  }
  for (std::size_t k = 0; k < rest.size(); ++k) whole.truth[k] = whole.truth[k] * left + rest[k];
}

}  // namespace

Example make_classifier_example(PictureSpan pictures, const Mixing& mixing, const Augmentation& augmentation,
                                Random& random, const Shape& input, int classes) {
  std::vector<Example> parts;
  for (const auto& picture : pictures) parts.push_back(shown(*picture, augmentation, random, input, classes));
  Example& whole = parts[0];
  if (mixing.mix == Mix::mixup) {
    blend(whole.picture, parts[1].picture, .5f), blend(whole.truth, parts[1].truth, .5f);
  } else {
    paste_all(parts, mixing, input);
  }
  // Darknet blurs one in four, by 15 pixels where blur=1 does not say more.
  constexpr int blurred_of = 4, usual_side = 15;
  const bool blurs = random.below(blurred_of) == 0 && augmentation.blur > 0;
  const int side = augmentation.blur == 1 ? usual_side : augmentation.blur / 2 * 2 + 1;
  if (blurs) blur({planar_tensor(whole.picture.data(), input), {0, 0, input.w, input.h}}, side);
  return std::move(whole);
}

}  // namespace nightjar
