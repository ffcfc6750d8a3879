// The table of flags, and the scan for them.
#include "apps/nightjar/darknet/flags.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string_view>

#include "apps/nightjar/numbers.h"
#include "apps/nightjar/suggestion.h"

namespace nightjar {
namespace {

// Stores a flag's value; false if it is none.
using Store = bool (*)(DarknetFlags&, const std::string& value);

template <auto Member>
bool set(DarknetFlags& flags, const std::string&) {
  return flags.*Member = true;
}

template <auto Member>
bool store_text(DarknetFlags& flags, const std::string& value) {
  flags.*Member = value;
  return !value.empty();
}

template <auto Member>
bool store_fraction(DarknetFlags& flags, const std::string& value) {
  const auto number = parse_fraction(value);
  if (number) flags.*Member = *number;
  return number.has_value();
}

// A text that may be empty.
bool store_seed(DarknetFlags& flags, const std::string& value) {
  flags.seed = value;
  return true;
}

bool store_temperature(DarknetFlags& flags, const std::string& value) {
  const auto number = parse_positive(value);
  if (number) flags.temperature = *number;
  return number.has_value();
}

template <auto Member, int low, int high>
bool store_count(DarknetFlags& flags, const std::string& value) {
  const auto number = parse_count(value, low, high);
  if (number) flags.*Member = *number;
  return number.has_value();
}

// A mean over one point is none.
bool store_points(DarknetFlags& flags, const std::string& value) {
  return value != "1" && store_count<&DarknetFlags::points, 0, max_points>(flags, value);
}

bool store_compat(DarknetFlags& flags, const std::string& value) {
  flags.compat = value;
  return value == "alexeyab" || value == "pjreddie";
}

bool store_gpus(DarknetFlags& flags, const std::string& value) {
  flags.gpus = value;
  return !value.empty() && value.find_first_not_of("0123456789,") == value.npos && value[0] != ',';
}

bool stream(DarknetFlags& flags, const std::string&) {
  return flags.streams = true;
}

bool ignore(DarknetFlags&, const std::string&) {
  return true;
}

struct Flag {
  std::string_view name, value;  // value: what its value is called, empty for none
  Store store;
  std::string_view help;  // empty: Darknet takes it too, and it changes nothing for this command
};

constexpr int most = std::numeric_limits<int>::max();

constexpr Flag table[] = {
    {"thresh", "P", store_fraction<&DarknetFlags::thresh>,
     "least probability of a class, 0..1; default .25 (pjreddie: .5)"},
    {"nms", "IOU", store_fraction<&DarknetFlags::nms>,
     "greatest overlap of two boxes of a class, 0..1; default .45 (valid: .6; ours)"},
    {"hier", "P", store_fraction<&DarknetFlags::hier>,
     "least probability on a class tree's path, 0..1; default .5, which AlexeyAB's has whatever it says"},
    {"ext_output", "", set<&DarknetFlags::ext_output>, "print each box in pixels"},
    {"letter_box", "", set<&DarknetFlags::letter_box>, "keep the picture's aspect ratio"},
    {"save_labels", "", set<&DarknetFlags::save_labels>,
     "write a label file beside each picture, or in Darknet's labels/ folder"},
    {"out", "FILE", store_text<&DarknetFlags::out>,
     "write JSON (pjreddie: the annotated picture, FILE.jpg); valid: the name of its files"},
    {"t", "N", store_count<&DarknetFlags::top, 0, most>,
     "classes that a classifier prints; default top= in DATA"},
    {"iou_thresh", "IOU", store_fraction<&DarknetFlags::iou_thresh>,
     "map: overlap that a right box must exceed, 0..1; default .5"},
    {"points", "N", store_points,
     "map: recalls that precision is averaged at, as 11 or 101; default 0: the area"},
    {"num_of_clusters", "N", store_count<&DarknetFlags::num_of_clusters, 1, max_clusters>,
     "calc_anchors: how many; default 5"},
    {"width", "N", store_count<&DarknetFlags::width, 1, max_side>, "calc_anchors: of the network, in pixels"},
    {"height", "N", store_count<&DarknetFlags::height, 1, max_side>,
     "calc_anchors: of the network, in pixels"},
    {"map", "", set<&DarknetFlags::map>,
     "train: measure mAP@.5 on valid= on the way, and keep the best weights"},
    {"clear", "", set<&DarknetFlags::clear>, "train: the pictures that WEIGHTS have seen do not count"},
    {"file", "FILE", store_text<&DarknetFlags::file>,
     "rnn train: the text to learn; default data/shakespeare.txt"},
    {"backup", "DIR", store_text<&DarknetFlags::backup>,
     "rnn train: folder of what is written; default backup (ours)"},
    {"resume", "", set<&DarknetFlags::resume>,
     "rnn train: go on with the training whose checkpoint is there (ours)"},
    {"gpus", "N", store_gpus,
     "train: on that GPU, where it can be used; of several only the first, else on the CPU"},
    {"mjpeg_port", "N", stream, "train: Darknet shows its chart there; not supported, chart.svg has it"},
    {"dont_show", "", ignore, "open no window; none is opened anyway"},
    {"names", "FILE", store_text<&DarknetFlags::names>, "class names (ours)"},
    {"data", "DIR", store_text<&DarknetFlags::data>,
     "folder with the class tree that the cfg names; default the current one (ours)"},
    {"tree", "FILE", store_text<&DarknetFlags::tree>, "class tree of a cfg that names one (ours)"},
    {"compat", "FORK", store_compat,
     "alexeyab or pjreddie: fit, threshold, text, decoding, order of weights, xnor's padding, and what it\n"
     "                prints before results (ours)"},
    {"threads", "N", store_count<&DarknetFlags::threads, 1, max_threads>,
     "threads; default one for each core it may use (ours)"},
    {"seed", "TEXT", store_seed, "rnn generate: what it reads first, and writes; default two line ends"},
    {"len", "N", store_count<&DarknetFlags::length, 0, most>,
     "rnn generate: bytes that follow; default 1000"},
    {"temp", "T", store_temperature,
     "rnn generate: of the softmax, above 0: low is sure, high is bold; default .7"},
    {"srand", "N", store_count<&DarknetFlags::random_seed, std::numeric_limits<int>::min(), most>,
     "rnn generate: the same number draws the same text; default another one each time. rnn train: of first\n"
     "                weights and places in the text; default 1"},
    {"help", "", set<&DarknetFlags::help>, "this text"},
    // AlexeyAB's others
    {"avgframes", "N", ignore, ""},
    {"benchmark", "", ignore, ""},
    {"benchmark_layers", "", ignore, ""},
    {"c", "N", ignore, ""},
    {"chart", "FILE", ignore, ""},
    {"cuda_debug_sync", "", ignore, ""},
    {"dontdraw_bbox", "", ignore, ""},
    {"dontuse_opencv", "", ignore, ""},
    {"http_post_host", "HOST", ignore, ""},
    {"i", "N", ignore, ""},
    {"json_file_output", "FILE", ignore, ""},
    {"json_port", "N", ignore, ""},
    {"mAP_epochs", "N", ignore, ""},
    {"out_filename", "FILE", store_text<&DarknetFlags::out_filename>, ""},
    {"prefix", "TEXT", ignore, ""},
    {"s", "N", ignore, ""},
    {"show", "", set<&DarknetFlags::show>, ""},
    {"show_imgs", "", ignore, ""},
    {"time_limit_sec", "N", ignore, ""},
    {"topk", "", ignore, ""},
    // pjreddie's others
    {"avg", "N", ignore, ""},
    {"fps", "N", ignore, ""},
    {"fullscreen", "", ignore, ""},
    {"h", "N", ignore, ""},
    {"nogpu", "", ignore, ""},
    {"w", "N", ignore, ""},
};

Error usage(const std::string& what) {
  return {Failure::usage, what + "; nightjar detector --help lists the flags"};
}

std::string without_line_ends(std::string argument) {
  std::erase_if(argument, [](char c) { return c == '\t' || c == '\r' || c == '\n'; });
  return argument;
}

std::vector<std::string_view> flag_names() {
  std::vector<std::string_view> names;
  for (const Flag& flag : table) names.push_back(flag.name);
  return names;
}

}  // namespace

Result<DarknetFlags> parse_darknet_flags(const Arguments& arguments) {
  DarknetFlags flags;
  for (std::size_t i = 0; i < arguments.size(); i++) {
    const std::string argument = without_line_ends(arguments[i]);
    if (argument.size() < 2 || argument[0] != '-') {
      flags.positionals.push_back(argument);
      continue;
    }
    const std::string name = argument.substr(argument[1] == '-' ? 2 : 1);
    const auto flag =
        std::find_if(std::begin(table), std::end(table), [&](const Flag& f) { return f.name == name; });
    if (flag == std::end(table)) {
      flags.warnings.push_back("'" + argument + "' is no flag of Darknet's, and ignored" +
                               suggestion(name, flag_names(), "-"));
      continue;
    }
    const bool takes_value = !flag->value.empty();
    if (takes_value && ++i == arguments.size()) return usage("'" + argument + "' needs a value");
    const std::string value = takes_value ? without_line_ends(arguments[i]) : "";
    if (!flag->store(flags, value)) return usage("'" + argument + " " + value + "': no such value");
  }
  return flags;
}

std::string darknet_flags_help() {
  std::string text, silent;
  for (const Flag& flag : table) {
    const std::string form =
        "-" + std::string(flag.name) + (flag.value.empty() ? "" : " " + std::string(flag.value));
    if (flag.help.empty()) {
      silent += ' ' + form;
    } else {
      text += "  " + form + std::string(14 - std::min<std::size_t>(13, form.size()), ' ') +
              std::string(flag.help) + '\n';
    }
  }
  return text + "  Taken as Darknet takes them, and of no effect here:" + silent + '\n';
}

}  // namespace nightjar
