// A model of a cfg text, with made-up weights.
#pragma once

#include <optional>

#include "engine/nightjar.h"
#include "tests/catch.h"
#include "tests/engine/temporary_files.h"

namespace nightjar::testing {

class TextModel {
 public:
  explicit TextModel(const std::string& cfg, bool variable_parameters = false) {
    const TemporaryFile file(".cfg", cfg);
    ModelOptions options;
    options.synthesise = 1;
    options.variable_parameters = variable_parameters;
    auto model = Model::load(file.path(), "", options);
    INFO((model ? "" : model.error().message));
    REQUIRE(model);
    model_ = std::move(*model);
  }
  const Model& operator*() const { return *model_; }
  const Model* operator->() const { return &*model_; }

 private:
  std::optional<Model> model_;
};

}  // namespace nightjar::testing
