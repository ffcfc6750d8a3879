// The table of flags, and the scan for them.
#include "apps/nightjar/darknet_flags.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string_view>

#include "apps/nightjar/numbers.h"

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

bool store_seed(DarknetFlags& flags, const std::string& value) {
  flags.seed = value;
  return true;
}

bool store_length(DarknetFlags& flags, const std::string& value) {
  const auto number = parse_count(value, 0, std::numeric_limits<int>::max());
  if (number) flags.length = *number;
  return number.has_value();
}

bool store_temperature(DarknetFlags& flags, const std::string& value) {
  const auto number = parse_positive(value);
  if (number) flags.temperature = *number;
  return number.has_value();
}

bool store_random_seed(DarknetFlags& flags, const std::string& value) {
  flags.random_seed = parse_count(value, std::numeric_limits<int>::min(), std::numeric_limits<int>::max());
  return flags.random_seed.has_value();
}

bool store_threads(DarknetFlags& flags, const std::string& value) {
  const auto number = parse_count(value, 1, max_threads);
  if (number) flags.threads = *number;
  return number.has_value();
}

bool store_compat(DarknetFlags& flags, const std::string& value) {
  flags.compat = value;
  return value == "alexeyab" || value == "pjreddie";
}

bool ignore(DarknetFlags&, const std::string&) {
  return true;
}

struct Flag {
  std::string_view name, value;  // value: what its value is called, empty for none
  Store store;
  std::string_view help;  // empty: Darknet takes it too, and it changes nothing for this command
};

constexpr Flag table[] = {
    {"thresh", "P", store_fraction<&DarknetFlags::thresh>,
     "least probability of a class, 0..1; default .25 (pjreddie: .5)"},
    {"nms", "IOU", store_fraction<&DarknetFlags::nms>,
     "greatest overlap of two boxes of a class, 0..1; default .45"},
    {"hier", "P", store_fraction<&DarknetFlags::hier>,
     "least probability on a class tree's path, 0..1; default .5, which AlexeyAB's has whatever it says"},
    {"ext_output", "", set<&DarknetFlags::ext_output>, "print each box in pixels"},
    {"letter_box", "", set<&DarknetFlags::letter_box>, "keep the picture's aspect ratio"},
    {"save_labels", "", set<&DarknetFlags::save_labels>,
     "write a label file beside each picture, or in Darknet's labels/ folder"},
    {"out", "FILE", store_text<&DarknetFlags::out>, "write JSON (pjreddie: the annotated picture, FILE.jpg)"},
    {"dont_show", "", ignore, "open no window; none is opened anyway"},
    {"names", "FILE", store_text<&DarknetFlags::names>, "class names (ours)"},
    {"data", "DIR", store_text<&DarknetFlags::data>,
     "folder with the class tree that the cfg names; default the current one (ours)"},
    {"compat", "FORK", store_compat,
     "alexeyab (default) or pjreddie: fit, threshold, text, decoding, xnor's padding (ours)"},
    {"threads", "N", store_threads, "threads; default one for each core it may use (ours)"},
    {"help", "", set<&DarknetFlags::help>, "this text"},
    {"avgframes", "N", ignore, ""},
    {"benchmark", "", ignore, ""},
    {"benchmark_layers", "", ignore, ""},
    {"c", "N", ignore, ""},
    {"chart", "FILE", ignore, ""},
    {"clear", "", ignore, ""},
    {"fullscreen", "", ignore, ""},
    {"gpus", "LIST", ignore, ""},
    {"i", "N", ignore, ""},
    {"iou_thresh", "X", ignore, ""},
    {"len", "N", store_length, ""},
    {"map", "", ignore, ""},
    {"nogpu", "", ignore, ""},
    {"num_of_clusters", "N", ignore, ""},
    {"points", "N", ignore, ""},
    {"prefix", "TEXT", ignore, ""},
    {"s", "N", ignore, ""},
    {"seed", "TEXT", store_seed, ""},
    {"show", "", ignore, ""},
    {"show_imgs", "", ignore, ""},
    {"srand", "N", store_random_seed, ""},
    {"temp", "T", store_temperature, ""},
    {"width", "N", ignore, ""},
    {"height", "N", ignore, ""},
};

Error usage(const std::string& what) {
  return {Failure::usage, what + "; see nightjar detector --help"};
}

}  // namespace

Result<DarknetFlags> parse_darknet_flags(const Arguments& arguments) {
  DarknetFlags flags;
  for (std::size_t i = 0; i < arguments.size(); i++) {
    const std::string& argument = arguments[i];
    if (argument.size() < 2 || argument[0] != '-') {
      flags.positionals.push_back(argument);
      continue;
    }
    const std::string name = argument.substr(argument[1] == '-' ? 2 : 1);
    const auto flag =
        std::find_if(std::begin(table), std::end(table), [&](const Flag& f) { return f.name == name; });
    if (flag == std::end(table)) return usage("'" + argument + "' is no flag of Darknet's");
    const bool takes_value = !flag->value.empty();
    if (takes_value && ++i == arguments.size()) return usage("'" + argument + "' needs a value");
    const std::string value = takes_value ? arguments[i] : "";
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
