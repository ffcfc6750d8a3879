// nightjar detect: boxes of pictures, in nightjar's own syntax. Darknet's `detect CFG WEIGHTS IMAGE` is
// recognised and handed on.
#include <filesystem>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/darknet.h"
#include "apps/nightjar/detection.h"
#include "apps/nightjar/files/picture_list.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

constexpr auto footer =
    R"(Pictures are JPEG, PNG or BMP files; a folder stands for those in it, 'a*.jpg' for what matches,
@list.txt for the paths on its lines, - for a picture on standard input.

Examples:
  nightjar detect --model yolov3-tiny dog.jpg
  nightjar detect --cfg yolov4.cfg --weights yolov4.weights street/ --thresh .4 --out boxes.json --draw seen
  nightjar detect --model yolov3-tiny @list.txt --labels labels --batch 4
  nightjar detect --model yolov3-tiny dog.jpg --out - | jq '.[0].objects'

Output: for each picture a line 'FILE: Predicted in N milli-seconds.' and a line for each class of each box,
its probability and its place in pixels of the picture, which may reach over the edge. A picture that cannot be
read is told and passed over; the exit code is then that of the first one. Darknet's own form,
'nightjar detect CFG WEIGHTS IMAGE', works too: nightjar detector --help explains it.)";

struct DetectArguments {
  ModelArguments model;
  std::vector<std::string> images;
  std::string names, fit, compat, out, csv, labels, draw;
  std::optional<float> threshold;
  float nms = .45f;
  int batch = 1;
};

void declare(CLI::App& app, DetectArguments& arguments) {
  app.add_option("IMAGE", arguments.images, "Pictures: files, folders, patterns, @lists, or -")->required();
  arguments.model.add_to(app);
  app.add_option("--names", arguments.names,
                 "Class names, one a line; default: the model's, or COCO's for 80 classes");
  app.add_option("--thresh", arguments.threshold, "Least probability of a class; default .25")
      ->check(fraction());
  app.add_option("--nms", arguments.nms, "Greatest overlap (IoU) of two boxes of a class; default .45")
      ->check(fraction());
  app.add_option("--fit", arguments.fit, "letterbox (default: keeps the aspect ratio) or stretch")
      ->check(CLI::IsMember({"letterbox", "stretch"}));
  app.add_option("--compat", arguments.compat,
                 "Fit, threshold, text and box decoding as alexeyab's or pjreddie's Darknet")
      ->check(CLI::IsMember({"alexeyab", "pjreddie"}));
  app.add_option("--out", arguments.out,
                 "Write Darknet's JSON to this file (-: standard output, in place of the text)");
  app.add_option("--csv", arguments.csv, "Write file, class, confidence, pixels as CSV (-: as for --out)");
  app.add_option("--labels", arguments.labels, "Write a label file for each picture into this folder");
  app.add_option("--draw", arguments.draw, "Write annotated copies of the pictures into this folder");
  app.add_option("--batch", arguments.batch, "Pictures computed together; default 1")
      ->check(count(1, max_batch));
}

PathRule in_folder(const std::string& folder, bool label) {
  namespace fs = std::filesystem;
  return [folder, label](const std::string& picture) -> std::string {
    const fs::path name = picture == "-" ? fs::path("stdin.png") : fs::path(picture).filename();
    return fs::path(folder) / (label ? fs::path(name).replace_extension(".txt") : name);
  };
}

OutputOptions outputs_of(const DetectArguments& arguments) {
  OutputOptions outputs;
  outputs.alexeyab = compat_of(arguments.compat) != Compat::pjreddie;
  outputs.json = arguments.out;
  outputs.csv = arguments.csv;
  if (!arguments.labels.empty()) outputs.labels = in_folder(arguments.labels, true);
  if (!arguments.draw.empty()) outputs.drawings = in_folder(arguments.draw, false);
  for (const std::string& folder : {arguments.labels, arguments.draw}) {
    if (!folder.empty()) outputs.folders.push_back(folder);
  }
  return outputs;
}

DetectOptions options_of(const DetectArguments& arguments, const Model& model) {
  const Compat compat = compat_of(arguments.compat);
  DetectOptions options;
  options.threshold = arguments.threshold.value_or(default_threshold(compat));
  options.nms = arguments.nms;
  options.alexeyab = compat != Compat::pjreddie;
  options.fit = arguments.fit.empty()        ? default_fit(compat, model)
                : arguments.fit == "stretch" ? Fit::stretch
                                             : Fit::letterbox;
  return options;
}

int run(const DetectArguments& arguments) {
  auto pictures = expand_pictures(arguments.images);
  if (!pictures) return fail(pictures.error());
  const OutputOptions outputs = outputs_of(arguments);
  auto results = ResultWriter::open(outputs);
  if (!results) return fail(results.error());
  const auto loaded = load_model(arguments.model);
  if (!loaded) return fail(loaded.error());
  const Model& model = loaded->model;
  if (auto fine = check_detector(model, loaded->files[0]); !fine) return fail(fine.error());
  auto names = load_names(arguments.names.empty() ? loaded->names : arguments.names, model.classes());
  if (!names) return fail(names.error());

  std::vector<std::string> other_inputs = loaded->files;
  other_inputs.push_back(arguments.names);
  if (auto fine = refuse_overwriting(outputs, *pictures, other_inputs); !fine) return fail(fine.error());

  auto next = [&, i = std::size_t{0}]() mutable -> std::optional<std::string> {
    if (i == pictures->size()) return {};
    return (*pictures)[i++];
  };
  return run_detection({.model = model,
                        .names = std::move(*names),
                        .options = options_of(arguments, model),
                        .batch = arguments.batch,
                        .next = next,
                        .total = static_cast<std::int64_t>(pictures->size())},
                       *results);
}

}  // namespace

int detect(const Arguments& arguments) {
  if (is_darknet_detect(arguments)) return darknet_detect(arguments);
  DetectArguments parsed;
  CLI::App app("Find objects in pictures.", "nightjar detect");
  app.footer(footer);
  declare(app, parsed);
  if (const auto end = parse(app, arguments)) return *end;
  return run(parsed);
}

}  // namespace nightjar
