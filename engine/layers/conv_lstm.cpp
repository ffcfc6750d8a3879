// [conv_lstm]: [lstm] with convolutions, where c and h are grids. With peepholes f and i see c too, and o the
// next c; with a bottleneck one convolution of h and x stands for both.
#include <algorithm>
#include <limits>
#include <map>

#include "engine/layers/activation.h"
#include "engine/layers/gates.h"
#include "engine/layers/grid_convolutions.h"
#include "engine/layers/registry.h"
#include "kernels/ops/blend.h"
#include "kernels/ops/clamp.h"
#include "kernels/ops/concat.h"
#include "kernels/ops/multiply.h"

namespace nightjar {
namespace {

constexpr std::string_view keys[] = {
    // what is computed
    "output", "activation", "lstm_activation", "batch_normalize", "peephole", "bottleneck", "shortcut",
    "state_constrain", "size", "stride", "dilation", "pad", "padding", "groups", "xnor",
    // training
    "time_normalizer"};

// Its convolution reads the hidden state and the input, and the gates' read what it makes in place of the
// input.
bool read_bottleneck(LayerBuilder& layer, int filters) {
  constexpr int most = std::numeric_limits<int>::max() / 2;
  const int channels = layer.input_shape().c;
  if (!layer.options.flag("bottleneck", false)) return false;
  if (channels == filters && filters <= most) return true;
  layer.refuse("output", "output=" + std::to_string(filters) + " with bottleneck=1 over an input of " +
                             std::to_string(channels) + " channels; as many are needed, at most " +
                             std::to_string(most));
  return false;
}

// It adds half of the channels that the bottleneck made; without one Darknet knows the key and does nothing.
bool read_shortcut(LayerBuilder& layer, int filters, bool bottleneck) {
  if (!layer.options.flag("shortcut", false) || !bottleneck) return false;
  if (filters % 2 == 0) return true;
  layer.refuse("output", "output=" + std::to_string(filters) +
                             " with shortcut=1, which adds half of the channels; an even number is needed");
  return false;
}

class ConvLstm {
 public:
  explicit ConvLstm(LayerBuilder& layer)
      : layer_(layer),
        convolutions_(layer, Activation::linear),
        shape_{layer.options.integer("output", 1, {.low = 1}), layer.input_shape().h, layer.input_shape().w},
        squash_(read_activation(layer, Activation::tanh, "lstm_activation")),
        bottleneck_(read_bottleneck(layer, shape_.c)),
        shortcut_(read_shortcut(layer, shape_.c, bottleneck_)),
        hidden_(layer.state(shape_)),
        cell_(layer.state(shape_)) {
    if (layer.options.flag("peephole", false)) v_ = declare('v', "fio", shape_.c);
    w_ = bottleneck_ ? declare('w', "f", 2 * shape_.c) : declare('w', "figo", shape_.c);
    u_ = declare('u', "figo", layer.input_shape().c);
  }

  void emit() const {
    const int source = bottleneck_ ? emit_bottleneck() : layer_.input();
    const int forget = gate('f', source, cell_, Activation::logistic);
    const int input = gate('i', source, cell_, Activation::logistic);
    const int candidate = gate('g', source, cell_, squash_);
    const int next_cell = layer_.emit(ops::Blend{shape_}, {forget, cell_, input, candidate});
    const int output = gate('o', source, next_cell, Activation::logistic);
    const int squashed = emit_sum(layer_, {next_cell}, squash_);
    const int next = layer_.emit(ops::Multiply{shape_}, {output, squashed});
    keep_cell(next_cell);
    layer_.keep(next, hidden_);
    if (!shortcut_) return;
    const int half = layer_.emit(ops::Concat{{{shape_, 0, shape_.c / 2}}}, {source});
    emit_sum(layer_, {next, half}, Activation::linear);
  }

 private:
  using Parts = std::map<char, GridConvolutions::Part>;

  Parts declare(char matrix, std::string_view gates, int channels) const {
    Parts parts;
    for (const char name : gates)
      parts.emplace(name, convolutions_.declare({matrix, name}, channels, shape_.c));
    return parts;
  }

  int emit_bottleneck() const {
    const Shape in = layer_.input_shape();
    const int both =
        layer_.emit(ops::Concat{{{shape_, 0, shape_.c}, {in, 0, in.c}}}, {hidden_, layer_.input()});
    return emit_sum(layer_, {convolutions_.emit(w_.at('f'), both)}, squash_);
  }

  // `cell`: what its peephole shows, if it has one.
  int gate(char name, int source, int cell, Activation activation) const {
    std::vector<int> terms{convolutions_.emit(u_.at(name), source)};
    if (!bottleneck_) terms.push_back(convolutions_.emit(w_.at(name), hidden_));
    if (const auto peephole = v_.find(name); peephole != v_.end())
      terms.push_back(convolutions_.emit(peephole->second, cell));
    return emit_sum(layer_, std::move(terms), activation);
  }

  // What the next run sees is cut; the hidden state and a peephole have seen it uncut.
  void keep_cell(int next_cell) const {
    constexpr std::int64_t limit_of_one_step = 32;
    const auto default_limit = static_cast<int>(
        std::min<std::int64_t>(limit_of_one_step * layer_.steps(), std::numeric_limits<int>::max()));
    const int limit = layer_.options.integer("state_constrain", default_limit, {.low = 0});
    if (limit == 0) return layer_.keep(next_cell, cell_);
    layer_.keep(ops::Clamp{shape_, static_cast<float>(limit)}, next_cell, cell_);
  }

  LayerBuilder& layer_;
  GridConvolutions convolutions_;
  Shape shape_;
  Activation squash_;
  bool bottleneck_, shortcut_;
  int hidden_, cell_;
  Parts v_, w_, u_;
};

void build(LayerBuilder& layer) {
  const ConvLstm parts(layer);
  parts.emit();
}

}  // namespace

const LayerType conv_lstm_layer{"conv_lstm", {}, keys, build};

}  // namespace nightjar
