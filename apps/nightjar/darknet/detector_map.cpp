// nightjar detector map: AlexeyAB's figures in AlexeyAB's words, which scripts look for.
#include "engine/eval/darknet_map.h"

#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/darknet/listed_pictures.h"
#include "apps/nightjar/report.h"
#include "engine/format_line.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

std::string class_lines(const DarknetFigures& figures, const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < figures.classes.size(); ++i) {
    const DarknetClassFigures& its = figures.classes[i];
    text += "class_id = " + std::to_string(i) + ", name = " + printable(names[i], std::string::npos) +
            format(", ap = %2.2f%%   \t (TP = %d, FP = %d) \n", its.average_precision * 100, its.found,
                   its.wrong);
  }
  return text;
}

std::string report(const DarknetFigures& figures, const DarknetMapOptions& options,
                   const std::vector<std::string>& names) {
  const double confidence = options.confidence, iou = options.iou;
  return format("\n detections_count = %d, unique_truth_count = %d  \n", figures.detections, figures.truths) +
         class_lines(figures, names) +
         format("\n for conf_thresh = %1.2f, precision = %1.2f, recall = %1.2f, F1-score = %1.2f \n",
                confidence, double{figures.precision}, double{figures.recall}, double{figures.f1}) +
         format(" for conf_thresh = %0.2f, TP = %d, FP = %d, FN = %d, average IoU = %2.2f %% \n", confidence,
                figures.found, figures.wrong, figures.missed, double{figures.mean_iou} * 100) +
         format("\n IoU threshold = %2.0f %%, ", iou * 100) +
         (options.points > 0 ? format("used %d Recall-points \n", options.points)
                             : "used Area-Under-Curve for each unique Recall \n") +
         format(" mean average precision (mAP@%0.2f) = %f, or %2.2f %% \n", iou,
                figures.mean_average_precision, figures.mean_average_precision * 100);
}

// difficult= lists the same pictures in another folder, whose labels are of what need not be found.
Result<void> add_difficult(const DarknetRun& run, LabelledPictures& labels) {
  if (!run.data().find("difficult")) return {};
  const auto pictures = run.data().pictures("difficult");
  if (!pictures) return pictures.error();
  if (pictures->size() != labels.pictures.size()) {
    return malformed(run.data().file(), "difficult= lists " + std::to_string(pictures->size()) +
                                            " pictures, valid= " + std::to_string(labels.pictures.size()) +
                                            "; the same ones are needed");
  }
  const auto difficult = read_labels(*pictures, {.names = run.names(), .classes = run.model().classes()});
  if (!difficult) return difficult.error();
  for (std::size_t i = 0; i < pictures->size(); ++i) {
    for (Truth truth : difficult->pictures[i].truths) {
      truth.difficult = true;
      labels.pictures[i].truths.push_back(truth);
    }
  }
  return {};
}

}  // namespace

int detector_map(const DarknetFlags& flags) {
  const auto run = DarknetRun::open(flags);
  if (!run) return fail(run.error());
  auto labels = run->labels();
  if (!labels) return fail(labels.error());
  if (auto done = add_difficult(*run, *labels); !done) return fail(done.error());
  DetectionJob job = run->job(flags);
  job.options.threshold = .005f;
  job.options.hierarchy = 0;
  job.options.nms = flags.nms.value_or(.45f);
  job.options.darknet_order = true;
  const DarknetMapOptions options{flags.iou_thresh, flags.thresh.value_or(.25f), flags.points};
  DarknetMap map(run->model().classes(), options);
  const auto end = run_pictures(job, "measuring", [&](Found found) -> Result<Delivery> {
    const auto& truths = labels->pictures[static_cast<std::size_t>(found.number - 1)].truths;
    return Delivery([&map, &truths, boxes = std::move(found.detected.boxes)] {
      map.add(truths, boxes);
      return Result<void>();
    });
  });
  if (!end) return fail(end.error());
  if (end->pictures == 0) return end->status;
  const int printed = print(report(map.figures(), options, run->names()));
  return printed != 0 ? printed : end->status;
}

}  // namespace nightjar
