// nightjar eval: how good a network is on labelled pictures.
#include <functional>
#include <optional>

#include "apps/nightjar/accuracy/eval_report.h"
#include "apps/nightjar/accuracy/picture_set.h"
#include "apps/nightjar/accuracy/worst_pictures.h"
#include "apps/nightjar/arguments.h"
#include "apps/nightjar/detection.h"
#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/files/reports.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"
#include "engine/detect/format_json.h"
#include "engine/host/output_file.h"

namespace nightjar {
namespace {

constexpr auto footer =
    R"(AP, the average precision of a class, is the area under the curve of precision (how much of what was found is
right) over recall (how much of what is there was found), all boxes being taken by falling probability. A box is
right if it overlaps an object of its class by an IoU of 0.5 (AP50), 0.75 (AP75), or on average of 0.50 to 0.95 (AP).
COCO's figures are pycocotools' own to four digits; -1 means that there is no object of that size.

A set is a Darknet .data file (its valid= and names=), or pictures: files, folders, patterns, @list.txt. Labels are
YOLO's .txt, Pascal VOC's .xml or COCO's .json; classes that the network does not have are passed over and counted.

Examples:
  nightjar eval coco/images/val2017 --labels instances_val2017.json --model yolov3-tiny
  nightjar eval cells.data --cfg cells.cfg --weights cells.weights --curves curves.svg --confusion confusion.svg
  nightjar eval photos/ --model yolov3-tiny --worst worst --worst-count 20     (labels beside the photos)

Output: COCO's table, a table by class at one confidence, and what was taken for what. --worst writes copies of the
pictures with most mistakes, the worst first: right boxes green, wrong names orange, what is not there red, what was
missed blue. Darknet's own figures: nightjar detector map.)";

struct EvalArguments {
  ModelArguments model;
  PictureSetArguments set;
  std::string names, fit, compat, json, coco, curves, confusion, worst, font;
  float threshold = .001f, nms = .45f;
  EvaluationOptions judging;
  int batch = 1, worst_count = 16;
};

void declare(Options& options, EvalArguments& a) {
  a.set.add_to(options);
  a.model.add_to(options);
  options.add_option("--names", a.names,
                     "Class names, one a line; default: the set's, the model's, or COCO's");
  options.add_option("--thresh", a.threshold, "Least probability of boxes that count at all; default .001",
                     fraction());
  options.add_option("--nms", a.nms, "Greatest overlap (IoU) of two boxes of a class; default .45",
                     fraction());
  options.add_option("--fit", a.fit, "letterbox (default: keeps the aspect ratio) or stretch",
                     one_of({"letterbox", "stretch"}));
  options.add_option("--compat", a.compat,
                     "Fit, box decoding and the network's own ways as alexeyab's or pjreddie's Darknet",
                     one_of({"alexeyab", "pjreddie"}));
  options.add_option("--confidence", a.judging.confidence,
                     "For the table by class, confusion and worst: least probability; default .25",
                     fraction());
  options.add_option("--iou", a.judging.iou, "For the same: overlap that a right box must exceed; default .5",
                     fraction());
  options.add_option("--json", a.json, "Also write all figures to this file");
  options.add_option("--coco", a.coco, "Also write the boxes as COCO's results, for other evaluations");
  options.add_option("--curves", a.curves, "Write precision over recall to this SVG file");
  options.add_option("--confusion", a.confusion, "Write what was taken for what to this SVG file");
  options.add_option("--worst", a.worst,
                     "Write annotated copies of the pictures with most mistakes into this folder");
  options.add_option("--worst-count", a.worst_count, "How many of them; default 16", count(1, 1'000'000));
  options.add_option("--font", a.font,
                     "Draw names with this TrueType or OpenType font; default: DejaVu Sans");
  options.add_option("--batch", a.batch, "Pictures computed together; default 1", count(1, max_batch));
}

DetectionJob job_of(const EvalArguments& a, const Model& model, const std::vector<std::string>& names,
                    const std::vector<std::string>& pictures) {
  const Compat compat = compat_of(a.compat);
  DetectOptions options;
  options.threshold = a.threshold;
  options.nms = a.nms;
  options.alexeyab = compat != Compat::pjreddie;
  options.fit = fit_of(a.fit, compat, model);
  return {.model = model,
          .names = names,
          .options = std::move(options),
          .stream = {.threads = a.model.threads, .batch = a.batch},
          .pictures = {},
          .next = each_of(pictures),
          .total = static_cast<std::int64_t>(pictures.size())};
}

Result<std::vector<std::string>> names_of(const EvalArguments& a, const PictureSet& set,
                                          const LoadedModel& loaded) {
  const int classes = loaded.model.classes();
  if (!a.names.empty()) return load_names(a.names, classes);
  if (!set.data) return load_names(loaded.names, classes);
  if (auto fine = set.data->check_classes(classes); !fine) return fine.error();
  auto file = set.data->names_file();
  return file ? load_names(*file, classes) : file.error();
}

// The network, and what it is held against.
struct Subject {
  LoadedModel loaded;
  std::vector<std::string> names;
  LabelledPictures labels;
};

Result<Subject> load_subject(const EvalArguments& a, const PictureSet& set) {
  ModelArguments network = a.model;
  follow(compat_of(a.compat), network);
  auto loaded = load_model(network);
  if (!loaded) return loaded.error();
  if (auto fine = check_detector(loaded->model, loaded->files[0]); !fine) return fine.error();
  auto names = names_of(a, set, *loaded);
  if (!names) return names.error();
  auto labels = labels_of(set, a.set, *names, loaded->model.classes());
  if (!labels) return labels.error();
  return Subject{std::move(*loaded), std::move(*names), std::move(*labels)};
}

// The set, once it is sure that nothing of it would be overwritten.
Result<PictureSet> open_inputs(const EvalArguments& a) {
  auto set = open_set(a.set, "valid");
  if (!set) return set.error();
  std::vector<std::string> inputs = set->inputs;
  inputs.insert(inputs.end(), {a.model.cfg, a.model.weights, a.model.tree, a.model.map, a.names, a.font});
  if (auto fine = refuse_overwriting({a.json, a.coco, a.curves, a.confusion}, inputs); !fine)
    return fine.error();
  if (a.worst.empty()) return set;
  if (auto usable = check_folder(a.worst); !usable) return usable.error();
  return set;
}

// Pictures through the network, judged on the way; `coco` gets the boxes as COCO's results, where it is
// there.
Result<RunEnd> judge_all(const DetectionJob& job, const Subject& subject, Evaluation& evaluation,
                         std::string* coco) {
  return run_pictures(job, "evaluating", [&, coco](Found found) -> Result<Delivery> {
    const auto& labelled = subject.labels.pictures[static_cast<std::size_t>(found.number - 1)];
    Judged judged = evaluation.judge(labelled, found);
    std::string lines;
    if (coco) lines = coco_results(found.detected.boxes, subject.names, found.file, found.size());
    return Delivery([&evaluation, coco, judged = std::move(judged), lines = std::move(lines)]() mutable {
      evaluation.add(std::move(judged));
      if (coco && !lines.empty()) *coco += (coco->empty() ? "" : ",\n") + lines;
      return Result<void>();
    });
  });
}

Result<void> draw_worst(const EvalArguments& a, const Subject& subject, const Evaluation& evaluation,
                        const DrawOptions& drawing) {
  if (a.worst.empty()) return {};
  const auto written =
      write_worst(evaluation, subject.labels, subject.names, {}, {a.worst, a.worst_count, drawing});
  if (!written) return written.error();
  note(a.worst + ": " + std::to_string(*written) + " pictures with mistakes, the worst first");
  return {};
}

// What is to be printed, all files being written; empty where no picture could be used.
Result<std::string> measure(const EvalArguments& a, const PictureSet& set, const Subject& subject,
                            const DrawOptions& drawing, int& status) {
  EvaluationOptions judging = a.judging;
  judging.classes = subject.loaded.model.classes();
  Evaluation evaluation(judging);
  std::string coco;
  Reports reports;
  const std::pair<const std::string&, std::function<std::string()>> documents[] = {
      {a.json, [&] { return eval_json(evaluation, subject.names); }},
      {a.coco, [&] { return "[" + coco + "]\n"; }},
      {a.curves, [&] { return curves_chart(evaluation, subject.names); }},
      {a.confusion, [&] { return confusion_chart(evaluation, subject.names); }}};
  for (const auto& [path, content] : documents) {
    if (auto open = reports.add(path, content); !open) return open.error();
  }
  const DetectionJob job = job_of(a, subject.loaded.model, subject.names, set.pictures);
  const auto end = judge_all(job, subject, evaluation, a.coco.empty() ? nullptr : &coco);
  if (!end) return end.error();
  status = end->status;
  if (end->pictures == 0) return std::string();
  if (const int others = evaluation.of_other_size(); others > 0)
    warn(std::to_string(others) + " pictures have another size than their labels say; boxes were scaled");
  if (auto done = reports.write(); !done) return done.error();
  if (auto done = draw_worst(a, subject, evaluation, drawing); !done) return done.error();
  return eval_text(evaluation, subject.names);
}

int run(const EvalArguments& a) {
  const auto set = open_inputs(a);
  if (!set) return fail(set.error());
  auto typeface = load_typeface(a.font, !a.worst.empty());
  if (!typeface) return fail(typeface.error());
  const DrawOptions drawing{std::move(*typeface)};
  const auto subject = load_subject(a, *set);
  if (!subject) return fail(subject.error());
  int status = 0;
  const auto text = measure(a, *set, *subject, drawing, status);
  if (!text) return fail(text.error());
  const int printed = text->empty() ? 0 : print(*text);
  return printed != 0 ? printed : status;
}

}  // namespace

int eval(const Arguments& arguments) {
  EvalArguments parsed;
  Options options("Measure how good a network is on labelled pictures.", "nightjar eval");
  options.footer(footer);
  declare(options, parsed);
  if (const auto end = options.parse(arguments)) return *end;
  return run(parsed);
}

}  // namespace nightjar
