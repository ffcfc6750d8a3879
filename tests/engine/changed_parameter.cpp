#include "tests/engine/changed_parameter.h"

#include <random>

#include "tests/catch.h"
#include "tests/engine/temporary_files.h"

namespace nightjar::testing {
namespace {

const std::string cfg_text =
    "[net]\nwidth=12\nheight=10\nchannels=3\n"
    "[convolutional]\nbatch_normalize=1\nfilters=16\nsize=3\npad=1\nactivation=leaky\n"
    "[convolutional]\nfilters=16\nsize=1\nactivation=linear\n"
    "[shortcut]\nfrom=-2\nweights_type=per_channel\nweights_normalization=softmax\n"
    "[convolutional]\nbatch_normalize=1\nfilters=16\nsize=3\npad=1\ngroups=16\nflipped=1\nactivation=mish\n"
    "antialiasing=1\n"
    "[batchnorm]\n"
    "[deconvolutional]\nbatch_normalize=1\nfilters=6\nsize=3\nstride=2\npad=1\nactivation=leaky\n"
    "[local]\nfilters=4\nsize=3\nstride=3\nactivation=leaky\n"
    "[implicit]\nfilters=4\n"
    "[scale_channels]\nfrom=-2\n"
    "[connected]\noutput=9\nbatch_normalize=1\nactivation=tanh\n"
    "[connected]\noutput=5\nactivation=linear\n";

std::vector<float> made_up(std::int64_t count, unsigned seed, bool positive) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(positive ? .5f : -.5f, positive ? 1.5f : .5f);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& v : values) v = uniform(random);
  return values;
}

Model load(const std::string& cfg, std::span<const float> floats, const ModelOptions& options) {
  const TemporaryFile weights(".weights", weights_bytes(floats));
  auto model = Model::load(cfg, weights.path(), options);
  INFO((model ? "" : model.error().message));
  REQUIRE(model);
  return std::move(*model);
}

}  // namespace

void check_changed_parameters(const ModelOptions& fixed) {
  const TemporaryFile cfg(".cfg", cfg_text);
  ModelOptions varied = fixed;
  varied.variable_parameters = true;
  const std::vector<ParameterInfo> parameters = [&] {
    ModelOptions any = fixed;
    any.synthesise = 1;
    const auto model = Model::load(cfg.path(), "", any);
    REQUIRE(model);
    return model->parameters();
  }();
  std::vector<float> floats;
  for (const ParameterInfo& p : parameters) {
    const bool positive = p.name == "rolling_variance" || p.name == "scales";
    const std::vector<float> values = made_up(p.count, static_cast<unsigned>(floats.size()), positive);
    floats.insert(floats.end(), values.begin(), values.end());
  }

  const Model model = load(cfg.path(), floats, varied);
  auto context = Context::create(model);
  INFO((context ? "" : context.error().message));
  REQUIRE(context);
  const std::vector<float> input = made_up(model.input().size(), 77, true);
  const auto before = context->forward(input);
  REQUIRE(before);
  CHECK(*load(cfg.path(), floats, fixed).forward(input) == *before);

  auto at = floats.begin();
  for (std::size_t i = 0; i < parameters.size(); at += parameters[i++].count) {
    const ParameterInfo& p = parameters[i];
    INFO("layer " << p.layer << ", " << p.name);
    const std::vector<float> old(at, at + p.count);
    const std::vector<float> values =
        made_up(p.count, 1000 + static_cast<unsigned>(i), p.name == "rolling_variance");
    std::copy(values.begin(), values.end(), at);
    REQUIRE(context->set_parameter(static_cast<int>(i), values));
    const auto after = context->forward(input);
    REQUIRE(after);
    CHECK(*after != *before);
    CHECK(*load(cfg.path(), floats, fixed).forward(input) == *after);
    std::copy(old.begin(), old.end(), at);
    REQUIRE(context->set_parameter(static_cast<int>(i), old));
    CHECK(*context->forward(input) == *before);
  }
}

}  // namespace nightjar::testing
