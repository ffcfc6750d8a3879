// The two tables of the YOLOv3 paper, with what this machine measures beside what was published.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/nightjar/bench/run.h"

namespace nightjar {

// What was published about a network. Speeds are of a Titan X GPU.
struct Published {
  const char* name;
  const char* cfg;  // the stem of its file in cfg/, and of its weights' file
  int size;         // width and height, pixels
  double fps;
  // Detection, on COCO test-dev: average precision over IoU .5 to .95, and at IoU .5; percent.
  std::optional<double> ap = {}, ap50 = {}, ms = {};
  // Backbones, on ImageNet, one crop: accuracy in percent; billions of operations, and of them a second.
  std::optional<double> top1 = {}, top5 = {}, gflop = {}, gflops = {};
};

struct PaperRow {
  Published published;
  BenchResult measured;
};

struct PaperReport {
  Machine machine;
  std::vector<PaperRow> detection, backbones;
};

// The names of all rows, for `only`.
std::vector<std::string> paper_names();

// Measures the rows in `only`, all where that is empty, with `common`'s threads and device. Weights that are
// not in a weights folder are made up. `plan.batch` is 1.
Result<PaperReport> run_paper(const ModelArguments& common, const BenchPlan& plan,
                              const std::vector<std::string>& only);

std::string paper_text(const PaperReport& report);
std::string paper_markdown(const PaperReport& report);
std::string paper_json(const PaperReport& report);
std::string paper_chart(const PaperReport& report);

}  // namespace nightjar
