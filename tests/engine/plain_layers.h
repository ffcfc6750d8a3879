// Layers as loops in double that keep their weights to themselves: what a network's layers are held to.
#pragma once

#include <random>
#include <vector>

#include "kernels/tensor.h"

namespace nightjar::testing {

using Numbers = std::vector<double>;  // planar

// Hands out pieces of the weights file in its order, making them up.
class PlainWeights {
 public:
  Numbers take(int count, double low, double high);
  const std::vector<float>& floats() const { return floats_; }

 private:
  std::mt19937 random_{3};
  std::vector<float> floats_;
};

using Function = double (*)(double);
double plain_logistic(double x);
double plain_leaky(double x);
double plain_tanh(double x);

Numbers each(Function f, Numbers values);
Numbers sum(Numbers a, const Numbers& b);
Numbers product(Numbers a, const Numbers& b);
Numbers joined(Numbers a, const Numbers& b);

// [connected], or a part of a recurrent layer.
class PlainDense {
 public:
  PlainDense(int inputs, int outputs, bool batch_normalize, PlainWeights& file);
  Numbers operator()(const Numbers& in) const;  // not activated

 private:
  Numbers biases_, weights_, scales_, means_, variances_;
};

// A convolution that keeps the grid.
class PlainConvolution {
 public:
  struct Window {
    int size = 3, dilation = 1, groups = 1;
  };
  PlainConvolution(const Shape& in, int filters, const Window& window, bool batch_normalize,
                   PlainWeights& file);
  Numbers operator()(const Numbers& in) const;  // not activated

 private:
  double window_sum(const Numbers& in, int filter, int y, int x) const;

  Shape in_;
  int filters_;
  Window window_;
  Numbers biases_, scales_, means_, variances_, weights_;
};

}  // namespace nightjar::testing
