#include "apps/nightjar/accuracy/eval_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "apps/nightjar/figures/table.h"
#include "engine/detect/format.h"
#include "engine/format_line.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

using nlohmann::ordered_json;

struct CocoLine {
  const char *title, *kind, *iou, *area;
  int most;
  double CocoFigures::*figure;
  const char* key;
};
constexpr CocoLine coco_lines[] = {
    {"Average Precision", "(AP)", "0.50:0.95", "all", 100, &CocoFigures::ap, "AP"},
    {"Average Precision", "(AP)", "0.50", "all", 100, &CocoFigures::ap50, "AP50"},
    {"Average Precision", "(AP)", "0.75", "all", 100, &CocoFigures::ap75, "AP75"},
    {"Average Precision", "(AP)", "0.50:0.95", "small", 100, &CocoFigures::ap_small, "AP_small"},
    {"Average Precision", "(AP)", "0.50:0.95", "medium", 100, &CocoFigures::ap_medium, "AP_medium"},
    {"Average Precision", "(AP)", "0.50:0.95", "large", 100, &CocoFigures::ap_large, "AP_large"},
    {"Average Recall", "(AR)", "0.50:0.95", "all", 1, &CocoFigures::ar1, "AR1"},
    {"Average Recall", "(AR)", "0.50:0.95", "all", 10, &CocoFigures::ar10, "AR10"},
    {"Average Recall", "(AR)", "0.50:0.95", "all", 100, &CocoFigures::ar100, "AR100"},
    {"Average Recall", "(AR)", "0.50:0.95", "small", 100, &CocoFigures::ar_small, "AR_small"},
    {"Average Recall", "(AR)", "0.50:0.95", "medium", 100, &CocoFigures::ar_medium, "AR_medium"},
    {"Average Recall", "(AR)", "0.50:0.95", "large", 100, &CocoFigures::ar_large, "AR_large"},
};

std::string coco_table(const CocoFigures& figures) {
  std::string text;
  for (const CocoLine& line : coco_lines) {
    text += format(" %-18s %s @[ IoU=%-9s | area=%6s | maxDets=%3d ] = %0.3f\n", line.title, line.kind,
                   line.iou, line.area, line.most, figures.*line.figure);
  }
  return text;
}

// At the confidence: how many are there, were found, made up or mistaken, missed or mistaken.
struct Counts {
  int there, found, wrong;

  Counts(const ConfusionMatrix& matrix, int class_id)
      : there(matrix.there_are(class_id)),
        found(matrix.at(class_id, class_id)),
        wrong(matrix.found_as(class_id) - found) {}
  double precision() const { return found + wrong > 0 ? double(found) / (found + wrong) : -1; }
  double recall() const { return there > 0 ? double(found) / there : -1; }
};

std::string figure_text(double value) {
  return value < 0 ? "-" : fixed(value, 3);
}

std::vector<int> classes_of_interest(const Evaluation& evaluation) {
  std::vector<int> classes;
  for (int i = 0; i < evaluation.options().classes; ++i) {
    const Counts counts(evaluation.confusion(), i);
    if (counts.there + counts.found + counts.wrong > 0) classes.push_back(i);
  }
  return classes;
}

std::string class_table(const Evaluation& evaluation, const std::vector<std::string>& names) {
  Table table({{"class", Table::Align::left},
               {"objects"},
               {"found"},
               {"wrong"},
               {"missed"},
               {"precision"},
               {"recall"},
               {"AP"},
               {"AP50"}});
  for (const int i : classes_of_interest(evaluation)) {
    const Counts counts(evaluation.confusion(), i);
    const CocoFigures figures = evaluation.coco().figures_of(i);
    table.add({printable(class_name(names, i)), std::to_string(counts.there), std::to_string(counts.found),
               std::to_string(counts.wrong), std::to_string(counts.there - counts.found),
               figure_text(counts.precision()), figure_text(counts.recall()), figure_text(figures.ap),
               figure_text(figures.ap50)});
  }
  return table.text();
}

// The pairs of classes that were taken for one another most often.
std::string confusions(const Evaluation& evaluation, const std::vector<std::string>& names) {
  struct Confused {
    int found, there, times;
  };
  constexpr std::size_t most = 5;
  std::vector<Confused> all;
  const std::vector<int> classes = classes_of_interest(evaluation);
  for (const int found : classes) {
    for (const int there : classes) {
      const int times = evaluation.confusion().at(found, there);
      if (found != there && times > 0) all.push_back({found, there, times});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Confused& a, const Confused& b) { return a.times > b.times; });
  std::string text;
  for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
    text += "  " + printable(class_name(names, all[i].there)) + " as " +
            printable(class_name(names, all[i].found)) + ": " + std::to_string(all[i].times) + '\n';
  }
  return text.empty() ? "" : "\nTaken for another class most often:\n" + text;
}

int truths_of(const Evaluation& evaluation) {
  int sum = 0;
  for (int i = 0; i < evaluation.options().classes; ++i) sum += evaluation.coco().truths_of(i);
  return sum;
}

}  // namespace

std::string eval_text(const Evaluation& evaluation, const std::vector<std::string>& names) {
  const EvaluationOptions& options = evaluation.options();
  return std::to_string(evaluation.pictures()) + " pictures, " + std::to_string(truths_of(evaluation)) +
         " objects\n\n" + coco_table(evaluation.coco().figures()) + "\nAt a confidence of " +
         fixed(double{options.confidence}, 2) + " and an IoU of " + fixed(double{options.iou}, 2) +
         " (AP: of all confidences):\n\n" + class_table(evaluation, names) + confusions(evaluation, names);
}

std::string eval_json(const Evaluation& evaluation, const std::vector<std::string>& names) {
  ordered_json document;
  document["pictures"] = evaluation.pictures();
  document["objects"] = truths_of(evaluation);
  document["confidence"] = evaluation.options().confidence;
  document["iou"] = evaluation.options().iou;
  const CocoFigures all = evaluation.coco().figures();
  for (const CocoLine& line : coco_lines) document["coco"][line.key] = all.*line.figure;
  document["classes"] = ordered_json::array();
  for (const int i : classes_of_interest(evaluation)) {
    const Counts counts(evaluation.confusion(), i);
    ordered_json its = {{"class_id", i},
                        {"name", class_name(names, i)},
                        {"objects", counts.there},
                        {"found", counts.found},
                        {"wrong", counts.wrong},
                        {"precision", counts.precision()},
                        {"recall", counts.recall()}};
    const CocoFigures figures = evaluation.coco().figures_of(i);
    for (const CocoLine& line : coco_lines) its[line.key] = figures.*line.figure;
    document["classes"].push_back(std::move(its));
  }
  return document.dump(1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace nightjar
