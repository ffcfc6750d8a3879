// [gru] and [lstm] as loops, with the weights of both forks.
#include <map>
#include <string_view>

#include "tests/engine/recurrent_layers.h"

namespace nightjar::testing {
namespace {

using Layer = RecurrentCase::Layer;

using Matrices = std::map<char, PlainDense>;
Matrices matrices(std::string_view gates, int inputs, int outputs, bool normalised, PlainWeights& file) {
  Matrices all;
  for (const char gate : gates) all.emplace(gate, PlainDense(inputs, outputs, normalised, file));
  return all;
}

Layer gru(const Matrices& u, const Matrices& w, int outputs, Function act) {
  return [=, h = Numbers(static_cast<std::size_t>(outputs))](const Numbers& x) mutable {
    const auto gate = [&](char name, const Numbers& remembered) {
      return sum(u.at(name)(x), w.at(name)(remembered));
    };
    const Numbers z = each(plain_logistic, gate('z', h)), r = each(plain_logistic, gate('r', h));
    const Numbers candidate = each(act, gate('h', product(r, h)));
    for (std::size_t i = 0; i < h.size(); ++i) h[i] = z[i] * h[i] + (1 - z[i]) * candidate[i];
    return h;
  };
}

// AlexeyAB's file: what acts on the input first.
std::vector<Layer> two_grus(PlainWeights& file) {
  std::vector<Layer> layers;
  for (const int inputs : {21, 18}) {
    const Matrices u = matrices("zrh", inputs, 18, true, file), w = matrices("zrh", 18, 18, true, file);
    layers.push_back(gru(u, w, 18, plain_logistic));
  }
  return layers;
}

std::vector<Layer> pjreddies_gru(PlainWeights& file) {
  const Matrices w = matrices("zrh", 10, 10, false, file), u = matrices("zrh", 21, 10, false, file);
  return {gru(u, w, 10, plain_tanh)};
}

std::vector<Layer> lstms(std::string_view order, bool normalised, PlainWeights& file) {
  std::vector<Layer> layers;
  for (const int inputs : {21, 18}) {
    const Matrices w = matrices(order, 18, 18, normalised, file),
                   u = matrices(order, inputs, 18, normalised, file);
    layers.push_back([=, h = Numbers(18), c = Numbers(18)](const Numbers& x) mutable {
      const auto gate = [&](char name, Function f) { return each(f, sum(w.at(name)(h), u.at(name)(x))); };
      const Numbers forgotten = product(gate('f', plain_logistic), c);
      c = sum(forgotten, product(gate('i', plain_logistic), gate('g', plain_tanh)));
      return h = product(gate('o', plain_logistic), each(plain_tanh, c));
    });
  }
  return layers;
}
std::vector<Layer> two_lstms(PlainWeights& file) {
  return lstms("figo", true, file);
}
std::vector<Layer> pjreddies_lstms(PlainWeights& file) {
  return lstms("ifog", false, file);
}

}  // namespace

std::vector<RecurrentCase> recurrent_vectors() {
  constexpr Shape letters{21, 1, 1};
  const std::string normalised_gru = "[gru]\nbatch_normalize=1\noutput=18\n",
                    normalised_lstm = "[lstm]\nbatch_normalize=1\noutput=18\n", lstm = "[lstm]\noutput=18\n";
  return {
      {"two gru", letters, normalised_gru + normalised_gru, two_grus},
      {"pjreddie's gru with tanh", letters, "[gru]\noutput=10\ntanh=1\n", pjreddies_gru, false},
      {"two lstm", letters, normalised_lstm + normalised_lstm, two_lstms},
      {"two of pjreddie's lstm", letters, lstm + lstm, pjreddies_lstms, false},
  };
}

}  // namespace nightjar::testing
