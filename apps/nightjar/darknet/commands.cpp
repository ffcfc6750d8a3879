// nightjar detector ..., nightjar classifier ..., nightjar rnn ..., nightjar detect CFG WEIGHTS ..., nightjar
// classify CFG WEIGHTS ...: which actions there are, and what a person reads of them.
#include "apps/nightjar/darknet/commands.h"

#include <span>
#include <vector>

#include "apps/nightjar/report.h"
#include "apps/nightjar/suggestion.h"

namespace nightjar {
namespace {

constexpr std::string_view data_files = "DATA CFG WEIGHTS", picture_files = "DATA CFG WEIGHTS [IMAGE]";

constexpr std::string_view train_files = "DATA CFG [WEIGHTS]";
constexpr std::string_view anchors_files = "DATA -num_of_clusters 9 -width 416 -height 416";

constexpr DarknetAction detector_actions[] = {
    {"test", picture_files, detector_test},  {"demo", picture_files, detector_demo},
    {"map", data_files, detector_map},       {"valid", data_files, detector_valid},
    {"recall", data_files, detector_recall}, {"calc_anchors", anchors_files, detector_calc_anchors},
    {"train", train_files, detector_train},
};

constexpr std::string_view text_files = "CFG WEIGHTS", text_train_files = "CFG [WEIGHTS] -file TEXT";

constexpr DarknetAction rnn_actions[] = {
    {"generate", text_files, rnn_generate}, {"generatetactic", text_files, nullptr},
    {"train", text_train_files, rnn_train}, {"valid", text_files, nullptr},
    {"validtactic", text_files, nullptr},   {"vec", text_files, nullptr},
};

constexpr DarknetAction classifier_actions[] = {
    {"predict", picture_files, classifier_predict},
    {"valid", data_files, classifier_valid},
    {"valid10", data_files, nullptr},
    {"validcrop", data_files, nullptr},
    {"validfull", data_files, nullptr},
    {"validmulti", data_files, nullptr},
    {"demo", picture_files, nullptr},
    {"label", data_files, nullptr},
    {"test", data_files, nullptr},
    {"train", train_files, classifier_train},
    {"try", picture_files, nullptr},
};

struct DarknetCommand {
  std::string_view name;
  std::span<const DarknetAction> actions;
  std::string_view help;
};

constexpr DarknetCommand detector_command{
    "detector", detector_actions,
    "DATA is Darknet's .data file: names=FILE, and classes=N if it likes. Text is AlexeyAB's; the picture is "
    "stretched\n"
    "unless -letter_box or [net] letter_box=1. As both Darknets do, test always writes the last picture with "
    "its "
    "boxes as\n"
    "predictions.jpg into the current folder; it opens no window.\n"
    "'nightjar detect CFG WEIGHTS [IMAGE]' is the same with COCO's names for 80 classes.\n\n"
    "map, valid and recall run over the pictures of DATA's valid=, a list or a folder; calc_anchors reads "
    "the labels of\n"
    "train=. Labels lie where Darknet looks for them. map prints AlexeyAB's table; valid writes, "
    "as DATA's "
    "eval= says\n"
    "(coco, voc, imagenet), into results=, which -out names a file in; recall prints a line a picture. "
    "nightjar eval and\n"
    "nightjar anchors do the same for people.\n\n"
    "train learns from the pictures of train= and writes into backup=, with chart.svg and log.jsonl; "
    "nightjar train\n"
    "does the same for people, and goes on where it was stopped.\n"};

constexpr DarknetCommand classifier_command{
    "classifier", classifier_actions,
    "DATA is Darknet's .data file: names=FILE, or labels=FILE without it; classes=N and top=K if it likes. "
    "valid "
    "reads\n"
    "valid=FILE, a list of pictures, and labels=FILE: a picture's class is the first whose label is part of "
    "its "
    "path.\n"
    "AlexeyAB's resizes the shorter side to the network's width and takes the middle; with --compat "
    "pjreddie, "
    "predict\n"
    "letterboxes and valid takes the largest square.\n"
    "'nightjar classify CFG WEIGHTS [IMAGE]' is the same with five classes.\n"};

constexpr DarknetCommand rnn_command{
    "rnn", rnn_actions,
    "The network reads one byte a run, as a 1 among as many values as it knows bytes, and answers with the\n"
    "probability of each to be the next. generate draws one of those with at least 0.0001, writes it, and "
    "reads it next.\n\n"
    "train learns the bytes of TEXT, time_steps of each of batch sequences in an update, and writes into "
    "-backup, with\n"
    "chart.svg and log.jsonl. Killed at any moment, the same command with -resume goes on to the same "
    "weights.\n"};

constexpr std::string_view all_actions_take =
    "Without IMAGE the pictures' paths are read from standard input, one a line (< list.txt), and asked for "
    "with\n"
    "'Enter Image Path: '.\n\nFlags, anywhere, with one dash or two:\n";

constexpr std::string_view examples =
    "\nExamples:\n"
    "  nightjar detector test cfg/coco.data cfg/yolov4.cfg yolov4.weights dog.jpg -dont_show -ext_output\n"
    "  nightjar detector test cfg/coco.data cfg/yolov4.cfg yolov4.weights -thresh .25 -out result.json < "
    "list.txt\n"
    "  nightjar detect cfg/yolov3.cfg yolov3.weights dog.jpg --compat pjreddie\n"
    "  nightjar detector map cfg/coco.data cfg/yolov4.cfg yolov4.weights -points 101 -iou_thresh .75\n"
    "  nightjar detector valid cfg/coco.data cfg/yolov4.cfg yolov4.weights -out yolov4\n"
    "  nightjar detector calc_anchors cfg/coco.data -num_of_clusters 6 -width 416 -height 416\n"
    "  nightjar classifier predict cfg/imagenet.data cfg/darknet53.cfg darknet53.weights dog.jpg -t 3\n"
    "  nightjar rnn train cfg/rnn.train.cfg -file shakespeare.txt -backup trained\n"
    "  nightjar rnn generate cfg/rnn.cfg shakespeare.weights -seed \"KING \" -len 200 -temp .6 -srand 7\n";

std::string usage_of(const DarknetCommand& command, const DarknetAction& action) {
  return "nightjar " + std::string(command.name) + ' ' + std::string(action.name) + ' ' +
         std::string(action.files);
}

std::string help_of(const DarknetCommand& command) {
  std::string text = "Darknet's command line, unchanged.\n\nUsage:";
  std::string missing;
  for (const DarknetAction& action : command.actions) {
    if (action.run) {
      text += ' ' + usage_of(command, action) + " [FLAGS]\n      ";
    } else {
      missing += (missing.empty() ? "" : ", ") + std::string(action.name);
    }
  }
  text += "\n" + std::string(command.help);
  if (!missing.empty()) text += "Not supported yet: " + missing + ".\n";
  return text + std::string(all_actions_take) + darknet_flags_help() + std::string(examples);
}

Result<const DarknetAction*> find_action(const DarknetCommand& command, const std::string& name) {
  std::vector<std::string_view> known;
  std::string list;
  for (const DarknetAction& action : command.actions) {
    if (action.name == name) return &action;
    known.push_back(action.name);
    if (action.run) list += (list.empty() ? "" : ", ") + std::string(action.name);
  }
  return Error{Failure::usage, std::string(command.name) + ' ' + name + ": no such action; expected " + list +
                                   suggestion(name, known)};
}

int run(const DarknetCommand& command, const Arguments& arguments) {
  auto flags = parse_darknet_flags(arguments);
  if (!flags) return fail(flags.error());
  if (flags->help) return print(help_of(command));
  warn(flags->warnings);
  if (flags->positionals.empty()) {
    return fail({Failure::usage, std::string(command.name) +
                                     ": what to do? usage: " + usage_of(command, command.actions.front())});
  }
  const std::string name = flags->positionals.front();
  flags->positionals.erase(flags->positionals.begin());
  const auto action = find_action(command, name);
  if (!action) return fail(action.error());
  if (!(*action)->run)
    return fail({Failure::usage, std::string(command.name) + ' ' + name + ": not supported yet"});
  flags->usage = usage_of(command, **action);
  return (*action)->run(*flags);
}

// `detect` and `classify`: the first action, without DATA.
int run_short(const DarknetCommand& command, const std::string& name, const Arguments& arguments) {
  auto flags = parse_darknet_flags(arguments);
  if (!flags) return fail(flags.error());
  if (flags->help) return print(help_of(command));
  warn(flags->warnings);
  flags->positionals.insert(flags->positionals.begin(), "");
  flags->usage = "nightjar " + name + " CFG WEIGHTS [IMAGE]";
  return command.actions.front().run(*flags);
}

}  // namespace

bool is_darknet_form(const Arguments& arguments) {
  bool cfg_by_itself = false;
  for (const std::string& argument : arguments) {
    if (argument.starts_with("--cfg") || argument.starts_with("--model")) return false;
    cfg_by_itself |= !argument.starts_with('-') && argument.ends_with(".cfg");
  }
  return cfg_by_itself;
}

int darknet_detect(const Arguments& arguments) {
  return run_short(detector_command, "detect", arguments);
}

int darknet_classify(const Arguments& arguments) {
  return run_short(classifier_command, "classify", arguments);
}

int detector(const Arguments& arguments) {
  return run(detector_command, arguments);
}

int classifier(const Arguments& arguments) {
  return run(classifier_command, arguments);
}

int rnn(const Arguments& arguments) {
  return run(rnn_command, arguments);
}

}  // namespace nightjar
