// nightjar classify: what pictures show, in nightjar's own syntax. Darknet's `classify CFG WEIGHTS IMAGE` is
// recognised and handed on.
#include <algorithm>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/detection.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/picture_arguments.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

constexpr int most_classes = 1 << 20;

constexpr auto footer =
    R"(Pictures are JPEG, PNG, BMP or WebP files, turned upright as EXIF says; a folder stands for those in it,
'a*.jpg' for what matches, @list.txt for the paths on its lines, - for a picture on standard input.

Examples:
  nightjar classify --model darknet53 dog.jpg
  nightjar classify --cfg darknet19.cfg --weights darknet19.weights --names imagenet.names holiday/ --csv what.csv

Output: for each picture a line 'FILE: Predicted in N milli-seconds.' and a line for each of its most probable
classes. A picture that cannot be read is told and passed over; the exit code is then that of the first one.
Darknet's own form, 'nightjar classify CFG WEIGHTS IMAGE', works too: nightjar classifier --help explains it.)";

struct ClassifyArguments {
  ModelArguments model;
  PictureArguments pictures;
  std::string names, fit = "crop", out, json_lines, csv;
  bool leaves = false;
  int top = 5, batch = 1;
};

void declare(Options& options, ClassifyArguments& arguments) {
  arguments.pictures.add_to(options);
  arguments.model.add_to(options);
  options.add_option("--names", arguments.names,
                     "Class names, one a line; default: the model's, or ImageNet's for 1000 classes");
  options.add_option("--top", arguments.top, "Classes to name, the most probable ones; default 5",
                     count(1, most_classes));
  options.add_option(
      "--fit", arguments.fit,
      "crop (default: the shorter side becomes the network's width, the middle counts), square (the "
      "largest one in the middle), letterbox or stretch",
      one_of({"crop", "square", "letterbox", "stretch"}));
  options.add_flag("--leaves", arguments.leaves,
                   "Of a class tree, name only classes without others below them");
  options.add_option("--out", arguments.out,
                     "Write JSON to this file (-: standard output, in place of the text)");
  options.add_option("--jsonl", arguments.json_lines,
                     "Write a line of JSON for each picture (-: as for --out)");
  options.add_option("--csv", arguments.csv, "Write file, class, name, probability as CSV (-: as for --out)");
  options.add_option("--batch", arguments.batch, "Pictures computed together; default 1",
                     count(1, max_batch));
}

Fit fit_of(const std::string& name) {
  return name == "square"      ? Fit::square
         : name == "letterbox" ? Fit::letterbox
         : name == "stretch"   ? Fit::stretch
                               : Fit::crop;
}

int run(const ClassifyArguments& arguments) {
  auto paths = arguments.pictures.find();
  if (!paths) return fail(paths.error());
  OutputOptions options;
  options.classes = {.top = arguments.top};
  options.json = arguments.out;
  options.json_lines = arguments.json_lines;
  options.csv = arguments.csv;
  auto outputs = Outputs::open(options, make_way);
  if (!outputs) return fail(outputs.error());
  const auto loaded = load_model(arguments.model);
  if (!loaded) return fail(loaded.error());
  if (auto fine = check_classifier(loaded->model, loaded->files[0]); !fine) return fail(fine.error());
  const int classes = static_cast<int>(loaded->model.output().size());
  auto names = load_classifier_names(arguments.names.empty() ? loaded->names : arguments.names, classes);
  if (!names) return fail(names.error());
  std::vector<std::string> other_inputs = arguments.pictures.lists();
  other_inputs.insert(other_inputs.end(), loaded->files.begin(), loaded->files.end());
  other_inputs.insert(other_inputs.end(), {arguments.names, arguments.model.tree});
  if (auto fine = outputs->refuse_overwriting(*paths, other_inputs); !fine) return fail(fine.error());

  const auto total = static_cast<std::int64_t>(paths->size());
  return run_classification({.model = loaded->model,
                             .names = std::move(*names),
                             .options = {.fit = fit_of(arguments.fit), .leaves_only = arguments.leaves},
                             .stream = {.threads = arguments.model.threads, .batch = arguments.batch},
                             .pictures = {},
                             .next = each_of(std::move(*paths)),
                             .total = total},
                            *outputs);
}

}  // namespace

int classify(const Arguments& arguments) {
  if (is_darknet_form(arguments)) return darknet_classify(arguments);
  ClassifyArguments parsed;
  Options options("Say what pictures show, with a classifier.", "nightjar classify");
  options.footer(footer);
  declare(options, parsed);
  if (const auto end = options.parse(arguments)) return *end;
  return run(parsed);
}

}  // namespace nightjar
