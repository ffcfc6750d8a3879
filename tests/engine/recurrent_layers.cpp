#include "tests/engine/recurrent_layers.h"

#include <algorithm>

#include "tests/catch.h"
#include "tests/engine/temporary_files.h"
#include "tests/relative_error.h"

namespace nightjar::testing {

std::string net_of(const Shape& input) {
  return "[net]\nchannels=" + std::to_string(input.c) + "\nheight=" + std::to_string(input.h) +
         "\nwidth=" + std::to_string(input.w) + "\n";
}

std::vector<RecurrentCase> recurrent_cases() {
  std::vector<RecurrentCase> cases = recurrent_vectors();
  for (RecurrentCase& recurrent : recurrent_grids()) cases.push_back(std::move(recurrent));
  return cases;
}

double recurrent_layer_error(const RecurrentCase& recurrent, const ModelOptions& options) {
  PlainWeights file;
  std::vector<RecurrentCase::Layer> layers = recurrent.make(file);
  const TemporaryFile cfg(".cfg", net_of(recurrent.input) + recurrent.sections),
      weights(".weights", weights_bytes(file.floats()));
  ModelOptions with_order = options;
  with_order.alexeyab = recurrent.alexeyab;
  const auto model = Model::load(cfg.path(), weights.path(), with_order);
  INFO((model ? "" : model.error().message));
  REQUIRE(model);
  CHECK(model->has_state());
  auto context = Context::create(*model);
  REQUIRE(context);

  std::mt19937 random(17);
  double worst = 0;
  for (int step = 0; step < 25; ++step) {
    if (step == 20) {
      REQUIRE(context->reset());
      PlainWeights again;
      layers = recurrent.make(again);
    }
    std::vector<float> input(static_cast<std::size_t>(recurrent.input.size()));
    for (float& v : input) v = std::uniform_real_distribution<float>(-1, 1)(random);
    Numbers values(input.begin(), input.end());
    for (RecurrentCase::Layer& layer : layers) values = layer(values);
    const auto found = context->forward(input);
    REQUIRE(found);
    REQUIRE(found->size() == values.size());
    worst = std::max(worst, relative_error(*found, std::vector<float>(values.begin(), values.end())));
  }
  return worst;
}

}  // namespace nightjar::testing
