// A model, with what is asked of it by number.
#pragma once

#include <string>
#include <vector>

#include "apps/c/nightjar_c.h"
#include "engine/nightjar.h"

struct nightjar_model {
  nightjar::Model model;
  std::vector<std::string> names = {};
  std::vector<nightjar::LayerInfo> layers = model.layer_infos();
  std::vector<nightjar::HeadInfo> heads = model.heads();
};

namespace nightjar::c {

nightjar_shape shape_of(const Shape& shape);

// What NIGHTJAR_FIT_USUAL stands for where a network looks for boxes.
Fit usual_fit(const Model& model);

}  // namespace nightjar::c
