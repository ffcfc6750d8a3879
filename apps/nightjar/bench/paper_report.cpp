// The paper's tables as text, Markdown and JSON.
#include <nlohmann/json.hpp>

#include "apps/nightjar/bench/paper.h"
#include "apps/nightjar/figures/table.h"

namespace nightjar {
namespace {

using enum Table::Align;

std::string maybe(const std::optional<double>& value, int decimals) {
  return value ? fixed(*value, decimals) : "-";
}

std::string weights_of(const BenchResult& measured) {
  return measured.made_up_weights ? "synthesised" : "trained";
}

Table detection_table(const PaperReport& report) {
  Table table({{"network", left},
               {"size"},
               {"AP"},
               {"AP50"},
               {"Titan X ms"},
               {"Titan X FPS"},
               {"BFLOPs"},
               {"ms here"},
               {"FPS here"},
               {"weights", left}});
  for (const auto& [published, measured] : report.detection) {
    table.add({published.name, std::to_string(published.size), maybe(published.ap, 1),
               maybe(published.ap50, 1), maybe(published.ms, 0), fixed(published.fps, 0),
               fixed(measured.gflop, 2), fixed(measured.timings.best(), 1), fixed(measured.pictures_per_s, 2),
               weights_of(measured)});
  }
  return table;
}

Table backbone_table(const PaperReport& report) {
  Table table({{"backbone", left},
               {"top-1"},
               {"top-5"},
               {"Bn ops"},
               {"Titan X BFLOP/s"},
               {"Titan X FPS"},
               {"Bn ops counted"},
               {"BFLOP/s here"},
               {"FPS here"},
               {"weights", left}});
  for (const auto& [published, measured] : report.backbones) {
    table.add({published.name, maybe(published.top1, 1), maybe(published.top5, 1), maybe(published.gflop, 2),
               maybe(published.gflops, 0), fixed(published.fps, 0), fixed(measured.gflop, 2),
               fixed(measured.gflops(), 1), fixed(measured.pictures_per_s, 2), weights_of(measured)});
  }
  return table;
}

constexpr const char* detection_title =
    "Detection: COCO test-dev AP and AP50 and Titan X speed as published; BFLOPs counted, ms and FPS "
    "measured here";
constexpr const char* backbone_title =
    "Backbones at 256x256: ImageNet accuracy and Titan X speed as published; operations counted, speed "
    "measured here";

// Both tables, as `render` has them, without those that have no row.
template <class Render>
std::string tables(const PaperReport& report, const std::string& gap, Render render) {
  std::string text;
  if (!report.detection.empty()) text += detection_title + gap + render(detection_table(report)) + '\n';
  if (!report.backbones.empty()) text += backbone_title + gap + render(backbone_table(report)) + '\n';
  return text;
}

nlohmann::ordered_json row_json(const PaperRow& row) {
  const auto& [published, measured] = row;
  const auto value = [](const std::optional<double>& v) { return v ? nlohmann::ordered_json(*v) : nullptr; };
  return {{"name", published.name},
          {"cfg", published.cfg},
          {"size", published.size},
          {"published",
           {{"ap", value(published.ap)},
            {"ap50", value(published.ap50)},
            {"top1", value(published.top1)},
            {"top5", value(published.top5)},
            {"gflop", value(published.gflop)},
            {"gflop_per_s", value(published.gflops)},
            {"ms", value(published.ms)},
            {"fps", published.fps}}},
          {"measured",
           {{"weights", weights_of(measured)},
            {"gflop", measured.gflop},
            {"gflop_per_s", measured.gflops()},
            {"ms", measured.timings.best()},
            {"median_ms", measured.timings.quantile(.5)},
            {"fps", measured.pictures_per_s}}}};
}

nlohmann::ordered_json rows_json(const std::vector<PaperRow>& rows) {
  auto list = nlohmann::ordered_json::array();
  for (const PaperRow& row : rows) list.push_back(row_json(row));
  return list;
}

}  // namespace

std::string paper_text(const PaperReport& report) {
  return tables(report, "\n", [](const Table& table) { return table.text(); }) +
         machine_line(report.machine) + '\n';
}

std::string paper_markdown(const PaperReport& report) {
  return tables(report, ":\n\n", [](const Table& table) { return table.markdown(); }) +
         machine_line(report.machine) +
         ", one picture at a time, best of many passes. Written by `nightjar bench --paper --markdown`.\n";
}

std::string paper_json(const PaperReport& report) {
  const nlohmann::ordered_json fields = {{"cpu", cpu_name()},
                                         {"date", today()},
                                         {"device", report.machine.device},
                                         {"threads", report.machine.threads},
                                         {"isa", report.machine.isa},
                                         {"detection", rows_json(report.detection)},
                                         {"backbones", rows_json(report.backbones)}};
  return fields.dump(2) + '\n';
}

}  // namespace nightjar
