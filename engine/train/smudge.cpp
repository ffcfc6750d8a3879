#include "engine/train/smudge.h"

#include <algorithm>
#include <cmath>

namespace nightjar {
namespace {

std::vector<float> gaussian(int side) {
  const double deviation = .3 * ((side - 1) * .5 - 1) + .8;
  std::vector<double> exact;
  double sum = 0;
  for (int i = 0; i < side; ++i) {
    const double from_middle = i - (side - 1) / 2;
    sum += exact.emplace_back(std::exp(-from_middle * from_middle / (2 * deviation * deviation)));
  }
  std::vector<float> weights;
  for (const double weight : exact) weights.push_back(static_cast<float>(weight / sum));
  return weights;
}

// `values` are `count` apart by `step`; the first and the last stand for what is beyond them.
void blur_line(float* values, std::ptrdiff_t step, int count, const std::vector<float>& weights,
               std::vector<float>& line) {
  const int side = static_cast<int>(weights.size()), half = side / 2;
  line.resize(static_cast<std::size_t>(count + side - 1));
  for (int i = 0; i < count + side - 1; ++i)
    line[static_cast<std::size_t>(i)] = values[std::clamp(i - half, 0, count - 1) * step];
  for (int i = 0; i < count; ++i) {
    float sum = 0;
    for (int k = 0; k < side; ++k)
      sum += weights[static_cast<std::size_t>(k)] * line[static_cast<std::size_t>(i + k)];
    values[i * step] = sum;
  }
}

}  // namespace

void blur(const Pane& pane, int side) {
  const std::vector<float> weights = gaussian(side);
  std::vector<float> line;
  const FitArea::Rectangle& area = pane.area;
  for (int c = 0; c < pane.channels(); ++c) {
    for (int y = 0; y < area.height; ++y) blur_line(pane.row(c, y).data(), 1, area.width, weights, line);
    for (int x = 0; x < area.width; ++x)
      blur_line(&pane.row(c, 0)[static_cast<std::size_t>(x)], pane.input.row, area.height, weights, line);
  }
}

void blur_background(const Pane& pane, int side, const std::vector<TrueBox>& boxes) {
  const Shape& shape = pane.input.shape;
  const Tensor& input = pane.input;
  const std::vector<float> sharp(input.at(0, 0, 0, 0), input.at(0, 0, 0, 0) + shape.size());
  blur(pane, side);
  const auto pixel = [](float share, int all) {
    return std::clamp(static_cast<int>(share * static_cast<float>(all)), 0, all);
  };
  for (const TrueBox& box : boxes) {
    const int left = pixel(box.x - box.w / 2, shape.w), right = pixel(box.x + box.w / 2, shape.w);
    for (int c = 0; c < shape.c; ++c) {
      for (int y = pixel(box.y - box.h / 2, shape.h); y < pixel(box.y + box.h / 2, shape.h); ++y) {
        const std::ptrdiff_t at = c * input.plane + y * input.row + left;
        std::copy_n(sharp.begin() + at, right - left, input.at(0, c, y, left));
      }
    }
  }
}

void add_noise(const Pane& pane, float deviation, Random& random) {
  for (int c = 0; c < pane.channels(); ++c) {
    for (int y = 0; y < pane.area.height; ++y)
      for (float& value : pane.row(c, y)) value = std::clamp(value + deviation * random.normal(), 0.f, 1.f);
  }
}

}  // namespace nightjar
