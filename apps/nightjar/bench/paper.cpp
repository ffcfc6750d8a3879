// The published figures, and the measurements beside them.
#include "apps/nightjar/bench/paper.h"

#include <algorithm>
#include <iterator>

#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

// Redmon and Farhadi, YOLOv3: An Incremental Improvement (arXiv 1804.02767), figures 1 and 3: AP, AP50 and ms
// of YOLOv3 at three sizes. The other rows and all frames a second: https://pjreddie.com/darknet/yolo/.
constexpr Published detectors[] = {
    {.name = "YOLOv3-320", .cfg = "yolov3", .size = 320, .fps = 45, .ap = 28.2, .ap50 = 51.5, .ms = 22},
    {.name = "YOLOv3-416", .cfg = "yolov3", .size = 416, .fps = 35, .ap = 31.0, .ap50 = 55.3, .ms = 29},
    {.name = "YOLOv3-608", .cfg = "yolov3", .size = 608, .fps = 20, .ap = 33.0, .ap50 = 57.9, .ms = 51},
    {.name = "YOLOv3-tiny", .cfg = "yolov3-tiny", .size = 416, .fps = 220, .ap50 = 33.1},
    {.name = "YOLOv3-spp", .cfg = "yolov3-spp", .size = 608, .fps = 20, .ap50 = 60.6},
};

// The same paper, table 2.
constexpr Published backbones[] = {
    {.name = "Darknet-19",
     .cfg = "darknet19",
     .size = 256,
     .fps = 171,
     .top1 = 74.1,
     .top5 = 91.8,
     .gflop = 7.29,
     .gflops = 1246},
    {.name = "ResNet-101",
     .cfg = "resnet101",
     .size = 256,
     .fps = 53,
     .top1 = 77.1,
     .top5 = 93.7,
     .gflop = 19.7,
     .gflops = 1039},
    {.name = "ResNet-152",
     .cfg = "resnet152",
     .size = 256,
     .fps = 37,
     .top1 = 77.6,
     .top5 = 93.8,
     .gflop = 29.4,
     .gflops = 1090},
    {.name = "Darknet-53",
     .cfg = "darknet53",
     .size = 256,
     .fps = 78,
     .top1 = 77.2,
     .top5 = 93.8,
     .gflop = 18.7,
     .gflops = 1457},
};

Result<PaperRow> run_row(const Published& published, ModelArguments network, const BenchPlan& plan) {
  const std::string cfg = std::string("cfg/") + published.cfg + ".cfg";
  network.cfg = find_data(cfg).value_or(cfg);
  network.weights = find_data(std::string("weights/") + published.cfg + ".weights").value_or("");
  network.synth = network.weights.empty();
  network.width = network.height = published.size;
  auto measured = run_bench(network, plan);
  if (!measured) return measured.error();
  return PaperRow{published, std::move(*measured)};
}

}  // namespace

std::vector<std::string> paper_names() {
  std::vector<std::string> names;
  for (const Published& row : detectors) names.emplace_back(row.name);
  for (const Published& row : backbones) names.emplace_back(row.name);
  return names;
}

Result<PaperReport> run_paper(const ModelArguments& common, const BenchPlan& plan,
                              const std::vector<std::string>& only) {
  const std::vector<std::string> names = only.empty() ? paper_names() : only;
  PaperReport report;
  Progress progress("nightjar bench --paper", "networks", true, static_cast<std::int64_t>(names.size()));
  const auto run_table = [&](const auto& rows, std::vector<PaperRow>& table) -> Result<void> {
    for (const Published& published : rows) {
      if (std::find(names.begin(), names.end(), published.name) == names.end()) continue;
      progress.reach(static_cast<std::int64_t>(report.detection.size() + report.backbones.size()));
      auto row = run_row(published, common, plan);
      if (!row) return row.error();
      report.machine = row->measured.machine;
      table.push_back(std::move(*row));
    }
    return {};
  };
  if (auto done = run_table(detectors, report.detection); !done) return done.error();
  if (auto done = run_table(backbones, report.backbones); !done) return done.error();
  return report;
}

}  // namespace nightjar
