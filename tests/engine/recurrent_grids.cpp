// [crnn], [conv_lstm] and [history] as loops.
#include <algorithm>
#include <map>
#include <string_view>

#include "tests/engine/recurrent_layers.h"

namespace nightjar::testing {
namespace {

using Layer = RecurrentCase::Layer;

constexpr Shape grid{10, 5, 6};
constexpr int cells = grid.h * grid.w;

Shape with(int channels) {
  return {channels, grid.h, grid.w};
}

Layer crnn(const Shape& in, int hidden, int outputs, const PlainConvolution::Window& window, bool normalised,
           bool shortcut, Function act, PlainWeights& file) {
  const Shape state{hidden, in.h, in.w};
  const PlainConvolution input(in, hidden, window, normalised, file),
      self(state, hidden, window, normalised, file), output(state, outputs, window, normalised, file);
  return [=, h = Numbers(static_cast<std::size_t>(state.size()))](const Numbers& x) mutable {
    const Numbers next = sum(each(act, input(x)), each(act, self(h)));
    h = shortcut ? sum(next, h) : next;
    return each(act, output(h));
  };
}

std::vector<Layer> two_crnns(PlainWeights& file) {
  return {crnn(grid, 12, 18, {}, true, false, plain_leaky, file),
          crnn(with(18), 20, 7, {}, true, false, plain_leaky, file)};
}
std::vector<Layer> crnn_of_vectors(PlainWeights& file) {
  return {crnn({21, 1, 1}, 18, 20, {.size = 1}, true, false, plain_leaky, file)};
}
std::vector<Layer> pjreddies_crnn(PlainWeights& file) {
  return {crnn(grid, 10, 8, {}, false, false, plain_logistic, file)};
}
std::vector<Layer> grouped_crnn(PlainWeights& file) {
  return {crnn(grid, 6, 4, {.size = 3, .dilation = 2, .groups = 2}, false, true, plain_tanh, file)};
}

double identity(double x) {
  return x;
}

struct LstmKeys {
  int filters;
  bool peephole = false, bottleneck = false, shortcut = false, normalised = false;
  Function activation = identity, squash = plain_tanh;
  double limit = 32;
};

using Convolutions = std::map<char, PlainConvolution>;
Convolutions convolutions(std::string_view gates, int channels, const LstmKeys& keys, PlainWeights& file) {
  Convolutions all;
  for (const char gate : gates)
    all.emplace(gate, PlainConvolution(with(channels), keys.filters, {}, keys.normalised, file));
  return all;
}

std::vector<Layer> conv_lstm(const LstmKeys& k, PlainWeights& file) {
  const Convolutions v = convolutions(k.peephole ? "fio" : "", k.filters, k, file);
  const Convolutions w =
      k.bottleneck ? convolutions("f", 2 * k.filters, k, file) : convolutions("figo", k.filters, k, file);
  const Convolutions u = convolutions("figo", grid.c, k, file);
  const Numbers zeros(static_cast<std::size_t>(k.filters * cells));
  return {[=, h = zeros, c = zeros](const Numbers& x) mutable {
    const auto term = [&](const Convolutions& of, char name, const Numbers& in) {
      return each(k.activation, of.at(name)(in));
    };
    const Numbers seen = k.bottleneck ? each(k.squash, term(w, 'f', joined(h, x))) : x;
    const auto gate = [&](char name, Function f) {
      Numbers all = term(u, name, seen);
      if (!k.bottleneck) all = sum(all, term(w, name, h));
      if (v.count(name)) all = sum(all, term(v, name, c));
      return each(f, all);
    };
    const Numbers forgotten = product(gate('f', plain_logistic), c);
    c = sum(forgotten, product(gate('i', plain_logistic), gate('g', k.squash)));
    h = product(gate('o', plain_logistic), each(k.squash, c));
    for (double& value : c) value = std::clamp(value, -k.limit, k.limit);
    Numbers out = h;
    const std::size_t half = k.shortcut ? out.size() / 2 : 0;
    for (std::size_t i = 0; i < half; ++i) out[i] += seen[i];
    return out;
  }};
}

std::vector<Layer> plain_conv_lstm(PlainWeights& file) {
  return conv_lstm({.filters = 14}, file);
}
std::vector<Layer> peeping_conv_lstm(PlainWeights& file) {
  return conv_lstm({.filters = 7, .peephole = true, .normalised = true, .activation = plain_leaky}, file);
}
std::vector<Layer> narrow_conv_lstm(PlainWeights& file) {
  return conv_lstm({.filters = grid.c, .peephole = true, .bottleneck = true, .activation = plain_leaky},
                   file);
}
std::vector<Layer> cut_short_conv_lstm(PlainWeights& file) {
  return conv_lstm({.filters = grid.c, .bottleneck = true, .shortcut = true, .normalised = true}, file);
}
// The cell's limit is met: nothing else keeps it small.
std::vector<Layer> limited_conv_lstm(PlainWeights& file) {
  return conv_lstm({.filters = 5, .squash = plain_leaky, .limit = 1}, file);
}

std::vector<Layer> history(PlainWeights&) {
  return {[past = Numbers(static_cast<std::size_t>(2 * grid.size()))](const Numbers& x) mutable {
    const Numbers all = joined(x, past);
    past.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(past.size()));
    return all;
  }};
}

}  // namespace

std::vector<RecurrentCase> recurrent_grids() {
  return {
      {"two crnn", grid,
       "[crnn]\nbatch_normalize=1\nhidden=12\noutput=18\nsize=3\npad=1\nactivation=leaky\n"
       "[crnn]\nbatch_normalize=1\nhidden=20\noutput=7\npadding=1\nactivation=leaky\n",
       two_crnns},
      {"crnn of vectors",
       {21, 1, 1},
       "[crnn]\nbatch_normalize=1\nsize=1\npad=0\nhidden=18\noutput=20\nactivation=leaky\n",
       crnn_of_vectors},
      {"pjreddie's crnn", grid, "[crnn]\nhidden_filters=10\noutput_filters=8\n", pjreddies_crnn},
      {"crnn in groups, spread, with a shortcut", grid,
       "[crnn]\nhidden=6\noutput=4\ngroups=2\ndilation=2\nshortcut=1\nactivation=tanh\n", grouped_crnn},
      {"conv_lstm", grid, "[conv_lstm]\noutput=14\n", plain_conv_lstm},
      {"conv_lstm with peepholes", grid,
       "[conv_lstm]\noutput=7\npeephole=1\nbatch_normalize=1\nactivation=leaky\nshortcut=1\n",
       peeping_conv_lstm},
      {"conv_lstm with peepholes and a bottleneck", grid,
       "[conv_lstm]\noutput=10\npeephole=1\nbottleneck=1\nactivation=leaky\n", narrow_conv_lstm},
      {"conv_lstm with a bottleneck and a shortcut", grid,
       "[conv_lstm]\noutput=10\nbottleneck=1\nshortcut=1\nbatch_normalize=1\n", cut_short_conv_lstm},
      {"conv_lstm, limited", grid, "[conv_lstm]\noutput=5\nlstm_activation=leaky\nstate_constrain=1\n",
       limited_conv_lstm},
      {"history", grid, "[history]\nhistory_size=3\n", history},
  };
}

}  // namespace nightjar::testing
