// What commands that look for boxes, or for classes, go by where nothing is said.
#pragma once

#include <string>

#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/picture_job.h"
#include "engine/nightjar.h"

namespace nightjar {

// Whose defaults hold: nightjar's own, or one of the Darknets' (docs/darknet-format.md section 9.1).
enum class Compat { nightjar, alexeyab, pjreddie };
Compat compat_of(const std::string& name);  // "alexeyab", "pjreddie"; anything else is nightjar's
float default_threshold(Compat compat);
Fit default_fit(Compat compat, const Model& model);
// "letterbox" or "stretch"; the default where it is empty.
Fit fit_of(const std::string& name, Compat compat, const Model& model);
// What a fork has its own way of in the network itself: the order of weights, what lies around signs.
void follow(Compat compat, ModelArguments& network);

// Whether the network of `cfg` answers pictures with boxes, or with classes; malformed otherwise.
Result<void> check_detector(const Model& model, const std::string& cfg);
Result<void> check_classifier(const Model& model, const std::string& cfg);

}  // namespace nightjar
