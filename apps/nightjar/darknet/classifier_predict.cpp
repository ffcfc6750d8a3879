// classifier predict, and classify CFG WEIGHTS.
#include "apps/nightjar/darknet/classifier.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "apps/nightjar/darknet/banner.h"
#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/darknet/pictures.h"
#include "apps/nightjar/numbers.h"
#include "engine/format_line.h"
#include "parsers/message.h"

namespace nightjar {

Result<Classifier> load_classifier(const DarknetFiles& files, const DarknetFlags& flags,
                                   std::initializer_list<std::string_view> keys) {
  auto loaded = load_model(darknet_model(files, flags));
  if (!loaded) return loaded.error();
  if (auto fine = check_classifier(loaded->model, files.cfg); !fine) return fine.error();
  Classifier it{std::move(*loaded), {}, flags.names, {}};
  auto data = read_data(files.data, it.classes());
  if (!data) return data.error();
  it.data = std::move(*data);
  for (const std::string_view key : keys) {
    if (it.words_file.empty()) it.words_file = it.data.path(key).value_or("");
  }
  if (it.words_file.empty() && !files.data.empty()) {
    return malformed(files.data, "no " + std::string(*keys.begin()) +
                                     "=; expected the path of a file with a line for each class");
  }
  auto words = load_classifier_names(it.words_file, it.classes());
  if (!words) return words.error();
  it.words = std::move(*words);
  return it;
}

Result<int> top_of(const Classifier& classifier, const DarknetFlags& flags, const std::string& file) {
  constexpr int top_of_classify = 5;
  int top = flags.top;
  const std::string* stated = classifier.data.find("top");
  if (top == 0 && stated) {
    const auto number = parse_count(*stated, 1, std::numeric_limits<int>::max());
    if (!number) return malformed(file, "top=" + *stated + "; a whole number of at least 1 is needed");
    top = *number;
  }
  if (top == 0) top = file.empty() ? top_of_classify : 1;
  return std::min(top, classifier.classes());
}

namespace {

// AlexeyAB's line about the cfg, whose [cost] says nothing of channels.
std::string classes_line(const Classifier& it) {
  const LayerInfo last = it.model().layer_infos().back();
  return format(" classes = %d, output in cfg = %d \n", it.classes(),
                last.type == "cost" ? 0 : last.output.c);
}

int predict(const DarknetFiles& files, const DarknetFlags& flags) {
  const auto it = load_classifier(files, flags, {"names", "labels"});
  if (!it) return fail(it.error());
  const auto top = top_of(*it, flags, files.data);
  if (!top) return fail(top.error());
  const bool pjreddies = flags.pjreddie(), wordy = flags.wordy();
  const Shape input = it->model().input();
  const std::string size = wordy ? format("%d %d\n", input.w, input.h) : "";
  OutputOptions options;
  options.classes = {.top = *top, .percent = pjreddies, .time = !pjreddies, .tree = {}, .before = &size};
  if (it->model().has_class_tree()) options.classes->tree = it->loaded.options.tree;
  options.times = pjreddies;
  auto outputs = Outputs::open(options, make_way);
  if (!outputs) return fail(outputs.error());
  auto told = print_banner(flags, files, it->model());
  if (told && wordy) told = print_part(classes_line(*it));
  if (!told) return fail(told.error());
  return run_asked<ClassifyOptions>(
      {.model = it->model(),
       .names = it->words,
       .options = {.fit = pjreddies ? Fit::letterbox : Fit::crop, .leaves_only = pjreddies},
       .stream = {.threads = flags.threads},
       .pictures = darknet_decoding,
       .next = {}},
      files.picture, {}, false, *outputs, run_classification);
}

}  // namespace

int classifier_predict(const DarknetFlags& flags) {
  const auto files = darknet_files(flags, true);
  return files ? predict(*files, flags) : fail(files.error());
}

}  // namespace nightjar
