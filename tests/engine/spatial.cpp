#include "tests/engine/spatial.h"

#include <cmath>
#include <random>

#include "tests/catch.h"
#include "tests/engine/temporary_files.h"
#include "tests/relative_error.h"

namespace nightjar::testing {
namespace {

const std::string cfg_text =
    "[net]\nchannels=2\nheight=7\nwidth=8\n"
    "[crop]\ncrop_height=5\ncrop_width=6\n"
    "[local]\nfilters=19\nsize=3\nstride=2\npad=1\nactivation=leaky\n"
    "[deconvolutional]\nbatch_normalize=1\nfilters=5\nsize=4\nstride=2\npadding=1\nactivation=leaky\n"
    "[implicit]\nfilters=5\n"
    "[scale_channels]\nfrom=-2\n"
    "[reorg]\nextra=3\n";

// An image in CHW order.
struct Planes {
  int c, h, w;
  std::vector<double> values;

  Planes(int channels, int height, int width)
      : c(channels), h(height), w(width), values(static_cast<std::size_t>(c * h * w)) {}
  double& at(int k, int y, int x) { return values[static_cast<std::size_t>((k * h + y) * w + x)]; }
  // Zeros outside.
  double get(int k, int y, int x) { return y < 0 || y >= h || x < 0 || x >= w ? 0 : at(k, y, x); }
};

double leaky(double x) {
  return x > 0 ? x : .1 * x;
}

// Hands out pieces of the weights file in its order, making them up.
class Weights {
 public:
  std::vector<double> take(int count, float low, float high) {
    std::uniform_real_distribution<float> uniform(low, high);
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
      floats_.push_back(uniform(random_));
      values.push_back(floats_.back());
    }
    return values;
  }
  const std::vector<float>& floats() const { return floats_; }

 private:
  std::mt19937 random_{11};
  std::vector<float> floats_;
};

Planes crop(Planes in, int h, int w) {
  Planes out(in.c, h, w);
  for (int c = 0; c < in.c; ++c)
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x) out.at(c, y, x) = 2 * in.at(c, y + (in.h - h) / 2, x + (in.w - w) / 2) - 1;
  return out;
}

// Size 3, stride 2, pad 1: a matrix (filters, c ky kx) for each place.
Planes local(Planes in, int filters, Weights& file) {
  Planes out(filters, (in.h - 1) / 2 + 1, (in.w - 1) / 2 + 1);
  out.values = file.take(static_cast<int>(out.values.size()), -.2f, .2f);
  for (int y = 0; y < out.h; ++y)
    for (int x = 0; x < out.w; ++x)
      for (int f = 0; f < filters; ++f) {
        const std::vector<double> matrix_row = file.take(in.c * 9, -.5f, .5f);
        for (int i = 0; i < in.c * 9; ++i)
          out.at(f, y, x) += matrix_row[i] * in.get(i / 9, 2 * y - 1 + i % 9 / 3, 2 * x - 1 + i % 3);
        out.at(f, y, x) = leaky(out.at(f, y, x));
      }
  return out;
}

// Size 4, stride 2, padding 1: a matrix (c, filters ky kx) times the input, laid over the output.
Planes deconvolution(Planes in, int filters, Weights& file) {
  const std::vector<double> biases = file.take(filters, -.2f, .2f), scales = file.take(filters, .6f, 1.f);
  const std::vector<double> means = file.take(filters, -.1f, .1f), variances = file.take(filters, .8f, 1.2f);
  Planes out(filters, 2 * in.h, 2 * in.w);
  for (int c = 0; c < in.c; ++c) {
    const std::vector<double> matrix_row = file.take(filters * 16, -.3f, .3f);
    for (int i = 0; i < in.h; ++i)
      for (int j = 0; j < in.w; ++j)
        for (int m = 0; m < filters * 16; ++m) {
          const int y = 2 * i + m % 16 / 4 - 1, x = 2 * j + m % 4 - 1;
          if (y < 0 || y >= out.h || x < 0 || x >= out.w) continue;
          out.at(m / 16, y, x) += matrix_row[m] * in.at(c, i, j);
        }
  }
  for (int f = 0; f < filters; ++f)
    for (int i = 0; i < out.h * out.w; ++i) {
      double& value = out.at(f, i / out.w, i % out.w);
      value = leaky(scales[f] * (value - means[f]) / std::sqrt(variances[f] + 1e-5) + biases[f]);
    }
  return out;
}

}  // namespace

double spatial_error(const ModelOptions& options) {
  std::mt19937 random(4);
  std::uniform_real_distribution<float> uniform(0, 1);
  std::vector<float> input(2 * 7 * 8);
  for (float& v : input) v = uniform(random);

  Weights file;
  Planes image(2, 7, 8);
  image.values.assign(input.begin(), input.end());
  Planes grown = deconvolution(local(crop(image, 5, 6), 19, file), 5, file);
  const std::vector<double> factors = file.take(5, .5f, 2.f);
  std::vector<float> truth;
  for (int c = 0; c < grown.c; ++c)
    for (int i = 0; i < grown.h * grown.w; ++i)
      truth.push_back(static_cast<float>(factors[c] * grown.at(c, i / grown.w, i % grown.w)));
  truth.resize(truth.size() + 3);

  const TemporaryFile cfg(".cfg", cfg_text), weights(".weights", weights_bytes(file.floats()));
  const auto model = Model::load(cfg.path(), weights.path(), options);
  INFO((model ? "" : model.error().message));
  REQUIRE(model);
  const auto found = model->forward(input);
  REQUIRE(found);
  REQUIRE(found->size() == truth.size());
  CHECK(std::vector<float>(found->end() - 3, found->end()) == std::vector<float>(3));
  return relative_error(*found, truth);
}

}  // namespace nightjar::testing
