// nightjar detect: boxes of pictures, in nightjar's own syntax. Darknet's `detect CFG WEIGHTS IMAGE` is
// recognised and handed on.
#include <algorithm>
#include <filesystem>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/detection.h"
#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/picture_arguments.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

constexpr int max_boxes = 1 << 20;

constexpr auto footer =
    R"(Pictures are JPEG, PNG, BMP or WebP files, turned upright as EXIF says; a folder stands for those in it,
'a*.jpg' for what matches, @list.txt for the paths on its lines, - for a picture on standard input.

Examples:
  nightjar detect --model yolov3-tiny dog.jpg
  nightjar detect --cfg yolov4.cfg --weights yolov4.weights street/ --thresh .4 --out boxes.json --draw seen
  nightjar detect --model yolov3-tiny @list.txt --labels labels --batch 4
  nightjar detect --model yolov3-tiny archive/ --recursive --shard 2/8 --jsonl part-2.jsonl
  nightjar detect --model yolov3-tiny dog.jpg --out - | jq '.[0].objects'

All threads (--threads) read, decode, compute and write pictures side by side. At most one picture and one batch
a thread lie in memory at once, and no more than a gigabyte of pixels with one picture a thread beyond it.

Output: for each picture a line 'FILE: Predicted in N milli-seconds.' and a line for each class of each box,
its probability and its place in pixels of the picture, which may reach over the edge. A picture that cannot be
read is told and passed over; the exit code is then that of the first one. Darknet's own form,
'nightjar detect CFG WEIGHTS IMAGE', works too: nightjar detector --help explains it.)";

struct DetectArguments {
  ModelArguments model;
  PictureArguments pictures;
  std::string names, fit, compat, classes, out, json_lines, coco, csv, labels, draw, crops, font;
  bool agnostic = false, save_conf = false;
  std::optional<float> threshold;
  float nms = .45f, hierarchy = .5f;
  int batch = 1, max_detections = 0;
};

void declare(Options& options, DetectArguments& arguments) {
  arguments.pictures.add_to(options);
  arguments.model.add_to(options);
  options.add_option("--names", arguments.names,
                     "Class names, one a line; default: the model's, or COCO's for 80 classes");
  options.add_option("--thresh", arguments.threshold, "Least probability of a class; default .25",
                     fraction());
  options.add_option("--nms", arguments.nms, "Greatest overlap (IoU) of two boxes of a class; default .45",
                     fraction());
  options.add_option("--hier", arguments.hierarchy,
                     "Of a class tree: least probability of the class, or of the way to it; default .5",
                     fraction());
  options.add_option("--fit", arguments.fit, "letterbox (default: keeps the aspect ratio) or stretch",
                     one_of({"letterbox", "stretch"}));
  options.add_option(
      "--compat", arguments.compat,
      "Fit, threshold, text, box decoding and xnor's padding as alexeyab's or pjreddie's Darknet",
      one_of({"alexeyab", "pjreddie"}));
  options.add_option("--classes", arguments.classes,
                     "Look for these only: names or numbers, as person,car,7");
  options.add_option("--max-detections", arguments.max_detections,
                     "Most boxes of a picture, the most probable ones; default all", count(1, max_boxes));
  options.add_flag("--agnostic-nms", arguments.agnostic,
                   "Boxes of different classes suppress each other, too");
  options.add_option("--out", arguments.out,
                     "Write Darknet's JSON to this file (-: standard output, in place of the text)");
  options.add_option("--jsonl", arguments.json_lines,
                     "Write a line of JSON for each picture (-: as for --out)");
  options.add_option("--coco", arguments.coco, "Write COCO's results, for its evaluation (-: as for --out)");
  options.add_option("--csv", arguments.csv,
                     "Write file, class, confidence, pixels as CSV (-: as for --out)");
  options.add_option("--labels", arguments.labels, "Write a label file for each picture into this folder");
  options.add_flag("--save-conf", arguments.save_conf, "Add the probability to each line of the label files");
  options.add_option("--crops", arguments.crops, "Write what lies in each box into this folder");
  options.add_option("--draw", arguments.draw, "Write annotated copies of the pictures into this folder");
  options.add_option("--font", arguments.font,
                     "Draw names with this TrueType or OpenType font; default: DejaVu Sans");
  options.add_option("--batch", arguments.batch, "Pictures computed together; default 1",
                     count(1, max_batch));
}

// A file of the picture's name in `folder`; with another extension if there is one.
FolderOptions in_folder(const std::string& folder, const std::string& extension = {}) {
  namespace fs = std::filesystem;
  const auto path = [folder, extension](const std::string& picture) -> std::string {
    fs::path name = picture == "-" ? fs::path("stdin.png") : fs::path(picture).filename();
    if (!extension.empty()) name.replace_extension(extension);
    return fs::path(folder) / name;
  };
  return {path, folder};
}

OutputOptions outputs_of(const DetectArguments& arguments) {
  OutputOptions outputs;
  outputs.text->alexeyab = compat_of(arguments.compat) != Compat::pjreddie;
  outputs.json = arguments.out;
  outputs.json_lines = arguments.json_lines;
  outputs.coco = arguments.coco;
  outputs.csv = arguments.csv;
  outputs.label_confidence = arguments.save_conf;
  if (!arguments.labels.empty()) outputs.labels = in_folder(arguments.labels, ".txt");
  if (!arguments.draw.empty()) outputs.drawings = in_folder(arguments.draw);
  if (!arguments.crops.empty()) outputs.crops = in_folder(arguments.crops);
  return outputs;
}

// "person,3": names or numbers of classes.
Result<std::vector<int>> classes_of(const std::string& list, const std::vector<std::string>& names,
                                    int classes) {
  std::vector<int> numbers;
  for (std::size_t first = 0; !list.empty() && first <= list.size();) {
    const std::size_t end = std::min(list.find(',', first), list.size());
    const std::string word = list.substr(first, end - first);
    first = end + 1;
    const auto named = std::find(names.begin(), names.end(), word);
    const auto number = parse_count(word, 0, classes - 1);
    if (named != names.end()) {
      numbers.push_back(static_cast<int>(named - names.begin()));
    } else if (number) {
      numbers.push_back(*number);
    } else {
      return Error{Failure::usage,
                   "--classes: '" + word + "' is no class of this network; it has " +
                       std::to_string(classes) + ", numbered from 0" +
                       (names.empty() ? "" : ", as " + names.front() + " and " + names.back())};
    }
  }
  return numbers;
}

DetectOptions options_of(const DetectArguments& arguments, const Model& model) {
  const Compat compat = compat_of(arguments.compat);
  DetectOptions options;
  options.threshold = arguments.threshold.value_or(default_threshold(compat));
  options.nms = arguments.nms;
  options.hierarchy = arguments.hierarchy;
  options.agnostic_nms = arguments.agnostic;
  options.max_detections = arguments.max_detections;
  options.alexeyab = compat != Compat::pjreddie;
  options.fit = fit_of(arguments.fit, compat, model);
  return options;
}

int run(const DetectArguments& arguments) {
  auto paths = arguments.pictures.find();
  if (!paths) return fail(paths.error());
  OutputOptions options_of_outputs = outputs_of(arguments);
  auto typeface = load_typeface(arguments.font, !arguments.draw.empty());
  if (!typeface) return fail(typeface.error());
  options_of_outputs.drawing.typeface = std::move(*typeface);
  auto outputs = Outputs::open(options_of_outputs, make_way);
  if (!outputs) return fail(outputs.error());
  ModelArguments network = arguments.model;
  follow(compat_of(arguments.compat), network);
  const auto loaded = load_model(network);
  if (!loaded) return fail(loaded.error());
  const Model& model = loaded->model;
  if (auto fine = check_detector(model, loaded->files[0]); !fine) return fail(fine.error());
  auto names = load_names(arguments.names.empty() ? loaded->names : arguments.names, model.classes());
  if (!names) return fail(names.error());
  DetectOptions options = options_of(arguments, model);
  auto classes = classes_of(arguments.classes, *names, model.classes());
  if (!classes) return fail(classes.error());
  options.classes = std::move(*classes);

  std::vector<std::string> other_inputs = arguments.pictures.lists();
  other_inputs.insert(other_inputs.end(), loaded->files.begin(), loaded->files.end());
  other_inputs.insert(other_inputs.end(), {arguments.names, arguments.font});
  if (auto fine = outputs->refuse_overwriting(*paths, other_inputs); !fine) return fail(fine.error());

  const auto total = static_cast<std::int64_t>(paths->size());
  return run_detection({.model = model,
                        .names = std::move(*names),
                        .options = std::move(options),
                        .stream = {.threads = arguments.model.threads, .batch = arguments.batch},
                        .pictures = {},
                        .next = each_of(std::move(*paths)),
                        .total = total},
                       *outputs);
}

}  // namespace

int detect(const Arguments& arguments) {
  if (is_darknet_form(arguments)) return darknet_detect(arguments);
  DetectArguments parsed;
  Options options("Find objects in pictures.", "nightjar detect");
  options.footer(footer);
  declare(options, parsed);
  if (const auto end = options.parse(arguments)) return *end;
  return run(parsed);
}

}  // namespace nightjar
