// Learners from cfg texts.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "engine/train/learner.h"
#include "tests/engine/cfg_graph.h"

namespace nightjar::test {

inline std::unique_ptr<Learner> learner_of(const std::string& text, const ModelOptions& options,
                                           std::unique_ptr<ParameterSource> start = synthesise(1)) {
  const auto cfg = parse_cfg(text, "x.cfg");
  REQUIRE(cfg);
  const auto recipe = read_recipe(*cfg);
  REQUIRE(recipe);
  BuildOptions build;
  build.learn = true;
  auto learner = Learner::create(graph_of(text, build), std::move(start), *recipe, options);
  INFO((learner ? "" : learner.error().message));
  REQUIRE(learner);
  CHECK(fault_of((*learner)->graph()) == "");
  return std::move(*learner);
}

inline std::unique_ptr<Learner> learner_of(const std::string& text, int threads = 2, bool winograd = true,
                                           std::unique_ptr<ParameterSource> start = synthesise(1)) {
  ModelOptions options;
  options.threads = threads;
  options.winograd = winograd;
  return learner_of(text, options, std::move(start));
}

}  // namespace nightjar::test
