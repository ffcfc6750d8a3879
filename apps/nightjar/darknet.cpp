// nightjar detector ..., nightjar detect CFG WEIGHTS ..., nightjar classifier ...: Darknet's syntax, defaults
// and files.
#include "apps/nightjar/darknet.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "apps/nightjar/darknet_flags.h"
#include "apps/nightjar/detection.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/prompt.h"
#include "apps/nightjar/report.h"
#include "engine/host/files.h"
#include "parsers/lists.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t max_data_bytes = std::int64_t{1} << 20;

constexpr std::string_view usage =
    "Darknet's command line, unchanged.\n\n"
    "Usage: nightjar detector test DATA CFG WEIGHTS [IMAGE] [FLAGS]\n"
    "       nightjar detect CFG WEIGHTS [IMAGE] [FLAGS]            (COCO's names for 80 classes)\n\n"
    "DATA is Darknet's .data file: names=FILE, and classes=N if it likes. Without IMAGE the pictures' paths "
    "are read\n"
    "from standard input, one a line (< list.txt). Text is AlexeyAB's; the picture is stretched unless "
    "-letter_box or\n"
    "[net] letter_box=1. As both Darknets do, it always writes the last picture with its boxes as "
    "predictions.jpg into\n"
    "the current folder; it opens no window.\n\n"
    "Flags, anywhere, with one dash or two:\n";

constexpr std::string_view examples =
    "\nExamples:\n"
    "  nightjar detector test cfg/coco.data cfg/yolov4.cfg yolov4.weights dog.jpg -dont_show -ext_output\n"
    "  nightjar detector test cfg/coco.data cfg/yolov4.cfg yolov4.weights -thresh .25 -out result.json < "
    "list.txt\n"
    "  nightjar detect cfg/yolov3.cfg yolov3.weights dog.jpg --compat pjreddie\n";

// What a test run was asked for, from either command.
struct Test {
  std::string data;  // empty for `detect`
  std::string cfg, weights;
  std::optional<std::string> image;
};

// Where AlexeyAB's Darknet keeps the label file of a picture (docs/darknet-format.md section 9.4).
std::string label_path(const std::string& picture) {
  constexpr std::array<std::array<std::string_view, 2>, 5> folders = {
      {{"/images/train2014/", "/labels/train2014/"},
       {"/images/val2014/", "/labels/val2014/"},
       {"/images/train2017/", "/labels/train2017/"},
       {"/images/val2017/", "/labels/val2017/"},
       {"/JPEGImages/", "/labels/"}}};
  std::string path = picture == "-" ? "stdin.txt" : fs::path(picture).replace_extension(".txt").string();
  for (const auto& [images, labels] : folders) {
    const std::size_t at = path.find(images);
    if (at != std::string::npos) path.replace(at, images.size(), labels);
  }
  return path;
}

OutputOptions outputs_of(const DarknetFlags& flags) {
  const bool pjreddie = compat_of(flags.compat) == Compat::pjreddie;
  OutputOptions outputs;
  outputs.text = {.alexeyab = !pjreddie, .coordinates = flags.ext_output};
  // pjreddie's -out names the picture, AlexeyAB's the JSON.
  if (!pjreddie) outputs.json = flags.out;
  const std::string drawing = pjreddie && !flags.out.empty() ? flags.out : "predictions";
  outputs.drawings = {[drawing](const std::string&) { return drawing + ".jpg"; }, {}, true};
  if (flags.save_labels) outputs.labels = FolderOptions{label_path, {}};
  return outputs;
}

// A path inside a .data file: as it stands, else beside the .data file.
std::string find_beside(const std::string& path, const std::string& data) {
  const fs::path folder = fs::path(data).parent_path();
  for (const fs::path& candidate : {fs::path(path), folder / path, folder / fs::path(path).filename()}) {
    std::error_code ignored;
    if (fs::exists(candidate, ignored)) return candidate;
  }
  return path;
}

// The names file that the .data file leads to, its classes= being that of the network; empty where nothing
// names one.
Result<std::string> names_file_of(const Test& test, const DarknetFlags& flags, int classes) {
  if (!flags.names.empty() || test.data.empty()) return flags.names;
  const std::string& file = test.data;
  const auto bytes = read_file(file, max_data_bytes);
  if (!bytes) return bytes.error();
  const auto data = parse_data(*bytes, file);
  if (!data) return data.error();
  warn(data->warnings);
  const std::string* stated = data->find("classes");
  if (stated && *stated != std::to_string(classes)) {
    return malformed(file,
                     "classes=" + *stated + "; the network has " + std::to_string(classes) + " classes");
  }
  const std::string* names = data->find("names");
  if (!names) return malformed(file, "no names=; expected the path of a file with a class name on each line");
  return find_beside(*names, file);
}

DetectOptions options_of(const DarknetFlags& flags, const Model& model) {
  const Compat compat = compat_of(flags.compat);
  DetectOptions options;
  options.threshold = flags.thresh.value_or(default_threshold(compat));
  options.nms = flags.nms;
  options.hierarchy = flags.hier;
  options.alexeyab = compat == Compat::alexeyab;
  options.fit = flags.letter_box ? Fit::letterbox : default_fit(compat, model);
  return options;
}

int run(const Test& test, const DarknetFlags& flags) {
  auto outputs = Outputs::open(outputs_of(flags), make_way);
  if (!outputs) return fail(outputs.error());
  if (auto usable = check_folder("."); !usable) return fail(usable.error());
  ModelArguments network;
  network.cfg = test.cfg;
  network.weights = test.weights;
  network.threads = flags.threads;
  const auto loaded = load_model(network);
  if (!loaded) return fail(loaded.error());
  const Model& model = loaded->model;
  if (auto fine = check_detector(model, test.cfg); !fine) return fail(fine.error());
  const auto names_file = names_file_of(test, flags, model.classes());
  if (!names_file) return fail(names_file.error());
  auto names = load_names(*names_file, model.classes());
  if (!names) return fail(names.error());
  const std::vector<std::string> inputs = {test.cfg, test.weights, *names_file, test.data};
  const auto check = [&](const std::string& picture) {
    return outputs->refuse_overwriting({picture}, inputs);
  };
  const auto fine = test.image ? check(*test.image) : outputs->refuse_overwriting({}, inputs);
  if (!fine) return fail(fine.error());

  Prompt prompt(check);
  auto once = [image = test.image]() mutable { return std::exchange(image, std::nullopt); };
  DetectionJob job{.model = model,
                   .names = std::move(*names),
                   .options = options_of(flags, model),
                   .stream = {.threads = flags.threads},
                   .pictures = {.decoder = Decoder::stb, .upright = false},
                   .next = once,
                   .total = 1};
  // Who is asked for a path sees what was found before the next question.
  if (::isatty(STDIN_FILENO)) job.stream.ahead = 1;
  if (!test.image) job.next = [&] { return prompt.next(); }, job.total = 0;
  const int status = run_detection(job, *outputs);
  return status != 0 ? status : prompt.status();
}

Result<Test> test_of(const Arguments& positionals, bool with_data) {
  const std::string wanted =
      with_data ? "detector test DATA CFG WEIGHTS [IMAGE]" : "detect CFG WEIGHTS [IMAGE]";
  const std::size_t files = with_data ? 3 : 2;
  if (positionals.size() < files || positionals.size() > files + 1) {
    return Error{Failure::usage, std::to_string(positionals.size()) + " files; usage: nightjar " + wanted +
                                     " (nightjar detector --help)"};
  }
  Test test;
  if (with_data) test.data = positionals[0];
  test.cfg = positionals[files - 2];
  test.weights = positionals[files - 1];
  if (positionals.size() > files) test.image = positionals[files];
  return test;
}

int run(const DarknetFlags& flags, bool with_data) {
  const auto test = test_of(flags.positionals, with_data);
  return test ? run(*test, flags) : fail(test.error());
}

int help() {
  return print(std::string(usage) + darknet_flags_help() + std::string(examples));
}

}  // namespace

bool is_darknet_detect(const Arguments& arguments) {
  bool cfg_by_itself = false;
  for (const std::string& argument : arguments) {
    if (argument.starts_with("--cfg") || argument.starts_with("--model")) return false;
    cfg_by_itself |= !argument.starts_with('-') && argument.ends_with(".cfg");
  }
  return cfg_by_itself;
}

int darknet_detect(const Arguments& arguments) {
  const auto flags = parse_darknet_flags(arguments);
  if (!flags) return fail(flags.error());
  return flags->help ? help() : run(*flags, false);
}

int detector(const Arguments& arguments) {
  auto flags = parse_darknet_flags(arguments);
  if (!flags) return fail(flags.error());
  if (flags->help) return help();
  if (flags->positionals.empty()) {
    return fail(
        {Failure::usage, "detector: what to do? usage: nightjar detector test DATA CFG WEIGHTS [IMAGE]"});
  }
  const std::string action = flags->positionals.front();
  flags->positionals.erase(flags->positionals.begin());
  if (action == "test") return run(*flags, true);
  constexpr std::array<std::string_view, 6> later = {"valid",        "map",   "recall",
                                                     "calc_anchors", "train", "demo"};
  const bool known = std::find(later.begin(), later.end(), action) != later.end();
  return fail({Failure::usage,
               "detector " + action + (known ? ": not supported yet" : ": no such action; expected test")});
}

int classifier(const Arguments&) {
  return fail({Failure::usage, "classifier: not supported yet"});
}

}  // namespace nightjar
