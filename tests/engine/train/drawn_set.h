// Pictures that tests draw: what is in them is known to the pixel.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "engine/train/examples.h"

namespace nightjar::testing {

struct Colour {
  std::uint8_t red, green, blue;
};

inline Image plain_picture(int width, int height, Colour colour) {
  Image picture{width, height, 3, {}};
  for (int i = 0; i < width * height; ++i)
    picture.pixels.insert(picture.pixels.end(), {colour.red, colour.green, colour.blue});
  return picture;
}

// Paints pixels [left, right) x [top, bottom), and labels them.
inline void add_object(TrainingPicture& drawn, int left, int top, int right, int bottom, Colour colour,
                       int class_id = 0) {
  Image& picture = drawn.picture;
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      std::uint8_t* pixel = &picture.pixels[static_cast<std::size_t>((y * picture.width + x) * 3)];
      pixel[0] = colour.red, pixel[1] = colour.green, pixel[2] = colour.blue;
    }
  }
  const auto w = static_cast<float>(picture.width), h = static_cast<float>(picture.height);
  Truth truth;
  truth.class_id = class_id;
  truth.x = static_cast<float>(left + right) / 2 / w, truth.y = static_cast<float>(top + bottom) / 2 / h;
  truth.w = static_cast<float>(right - left) / w, truth.h = static_cast<float>(bottom - top) / h;
  drawn.truths.push_back(truth);
}

class DrawnSet : public TrainingSet {
 public:
  using Load = std::function<Result<TrainingPicture>(int index)>;
  DrawnSet(int size, Load load) : size_(size), load_(std::move(load)) {}
  int size() const override { return size_; }
  Result<TrainingPicture> load(int index) const override { return load_(index); }

 private:
  int size_;
  Load load_;
};

inline std::shared_ptr<const TrainingSet> drawn_set(int size, DrawnSet::Load load) {
  return std::make_shared<DrawnSet>(size, std::move(load));
}

// Picture i is grey of brightness i, without objects.
inline Result<TrainingPicture> grey_picture(int index) {
  const auto grey = static_cast<std::uint8_t>(index);
  return TrainingPicture{plain_picture(8, 6, {grey, grey, grey}), {}};
}

// Grey, with a red object of class 1 and a green one of class 0, elsewhere in each picture.
inline Result<TrainingPicture> picture_of_two(int index) {
  TrainingPicture drawn{plain_picture(160, 120, {100, 100, 100}), {}};
  const int at = index * 7 % 40;
  add_object(drawn, 10 + at, 20, 50 + at, 60, {255, 0, 0}, 1);
  add_object(drawn, 90, 40 + at, 130, 70 + at, {0, 255, 0}, 0);
  return drawn;
}

}  // namespace nightjar::testing
