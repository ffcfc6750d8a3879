// detector test, and detect CFG WEIGHTS: Darknet's defaults and files. detector demo: what is missing.
#include <utility>

#include "apps/nightjar/darknet/banner.h"
#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/darknet/files.h"
#include "apps/nightjar/darknet/pictures.h"
#include "apps/nightjar/files/label_path.h"
#include "apps/nightjar/report.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

OutputOptions outputs_of(const DarknetFlags& flags, const std::string& before) {
  OutputOptions outputs;
  outputs.text = {.alexeyab = !flags.pjreddie(), .coordinates = flags.ext_output, .before = &before};
  // pjreddie's -out names the picture, AlexeyAB's the JSON.
  if (!flags.pjreddie()) outputs.json = flags.out;
  const std::string drawing = flags.pjreddie() && !flags.out.empty() ? flags.out : "predictions";
  outputs.drawings = {[drawing](const std::string&) { return drawing + ".jpg"; }, {}, true};
  if (flags.save_labels) outputs.labels = FolderOptions{label_path, {}};
  return outputs;
}

// The names file that the flags or the .data file lead to; empty where nothing names one.
Result<std::string> names_file_of(const DarknetFiles& files, const DarknetFlags& flags, int classes) {
  const auto data = read_data(files.data, classes);
  if (!data) return data.error();
  if (!flags.names.empty() || files.data.empty()) return flags.names;
  return data->names_file();
}

DetectOptions options_of(const DarknetFlags& flags, const Model& model) {
  DetectOptions options;
  options.threshold = flags.thresh.value_or(default_threshold(flags.fork()));
  options.nms = flags.nms.value_or(options.nms);
  options.alexeyab = !flags.pjreddie();
  if (!options.alexeyab)
    options.hierarchy = flags.hier;  // AlexeyAB's takes the flag, and one half all the same
  options.fit = flags.fit(model);
  return options;
}

int run(const DarknetFiles& files, const DarknetFlags& flags) {
  std::string before;  // each picture's lines, once the network is known
  auto outputs = Outputs::open(outputs_of(flags, before), make_way);
  if (!outputs) return fail(outputs.error());
  if (auto usable = check_folder("."); !usable) return fail(usable.error());
  const auto loaded = load_model(darknet_model(files, flags));
  if (!loaded) return fail(loaded.error());
  const Model& model = loaded->model;
  if (auto fine = check_detector(model, files.cfg); !fine) return fail(fine.error());
  const auto names_file = names_file_of(files, flags, model.classes());
  if (!names_file) return fail(names_file.error());
  auto names = load_names(*names_file, model.classes());
  if (!names) return fail(names.error());
  if (auto told = print_banner(flags, files, model); !told) return fail(told.error());
  std::vector<std::string> inputs = loaded->files;
  inputs.insert(inputs.end(), {*names_file, files.data});
  if (flags.wordy()) before = detection_layer_lines(model);
  return run_asked<DetectOptions>({.model = model,
                                   .names = std::move(*names),
                                   .options = options_of(flags, model),
                                   .stream = {.threads = flags.threads},
                                   .pictures = darknet_decoding,
                                   .next = {}},
                                  files.picture, inputs, flags.out == "-" && !flags.pjreddie(), *outputs,
                                  run_detection);
}

}  // namespace

int detector_test(const DarknetFlags& flags) {
  const auto files = darknet_files(flags, true);
  return files ? run(*files, flags) : fail(files.error());
}

int detector_demo(const DarknetFlags& flags) {
  const auto files = darknet_files(flags, true);
  if (!files) return fail(files.error());
  const std::string video = files->picture.value_or("a camera");
  return fail(
      {Failure::usage,
       "detector demo: " + place(video) +
           ": nightjar neither reads nor writes videos, nor cameras; 'ffmpeg -i VIDEO frame-%06d.jpg' makes "
           "pictures of one, which nightjar detector test takes"});
}

}  // namespace nightjar
