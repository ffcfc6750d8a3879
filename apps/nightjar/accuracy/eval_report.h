// An evaluation as text, as JSON, and as charts.
#pragma once

#include <string>
#include <vector>

#include "apps/nightjar/accuracy/evaluation.h"

namespace nightjar {

// COCO's table in pycocotools' words; then a table of the classes that are there or were found, and what was
// taken for what most often.
std::string eval_text(const Evaluation& evaluation, const std::vector<std::string>& names);
std::string eval_json(const Evaluation& evaluation, const std::vector<std::string>& names);

// SVG documents. Precision over recall: the mean over classes at three IoUs, and faintly each class at .5.
std::string curves_chart(const Evaluation& evaluation, const std::vector<std::string>& names);
// What is there across, what it was taken for downwards; of many classes the most frequent.
std::string confusion_chart(const Evaluation& evaluation, const std::vector<std::string>& names);

}  // namespace nightjar
