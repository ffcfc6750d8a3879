// classifier valid: how often the first class, and one of the first few, is that which the picture's path
// names.
#include <algorithm>
#include <utility>

#include "apps/nightjar/darknet/banner.h"
#include "apps/nightjar/darknet/classifier.h"
#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/darknet/pictures.h"
#include "apps/nightjar/files/path_classes.h"
#include "engine/detect/top_classes.h"
#include "engine/format_line.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

// What all pictures share; touched by one at a time, in their order.
struct Validation {
  const Classifier& classifier;
  int top;
  bool pjreddies;
  int pictures = 0, first = 0, among_top = 0, without_label = 0;

  // The first class whose label is part of the path, as both Darknets look for it; -1 where there is none.
  int label_of(const std::string& path) const {
    const std::span<const std::string> labels = classifier.words;
    const auto classes = static_cast<std::size_t>(classifier.classes());
    const std::vector<int> named = classes_in_path(path, labels.first(std::min(classes, labels.size())));
    return named.empty() ? -1 : named.front();
  }
  void count(int label, std::span<const float> scores) {
    const std::vector<ClassScore> best = most_probable_classes(scores, top);
    ++pictures;
    first += best.front().class_id == label;
    among_top +=
        std::any_of(best.begin(), best.end(), [&](const ClassScore& c) { return c.class_id == label; });
    without_label += label < 0;
  }
  Result<void> tell(const std::string& path, std::span<const float> scores) {
    const int label = label_of(path);
    count(label, scores);
    return print_part(line(path, label, scores));
  }
  // The fork's line for a picture, the shares being those of all pictures so far.
  std::string line(const std::string& path, int label, std::span<const float> scores) const {
    const auto share = [&](int n) { return static_cast<float>(n) / static_cast<float>(pictures); };
    const std::string shares =
        format("%d: top 1: %f, top %d: %f\n", pictures - 1, share(first), top, share(among_top));
    if (!pjreddies) return shares;
    return place(path) + format(", %d, %f, %f, \n", label, scores[0], scores.size() > 1 ? scores[1] : 0.f) +
           shares;
  }
};

void tell_end(const Validation& all) {
  if (all.without_label > 0) {
    warn(std::to_string(all.without_label) + " of " + std::to_string(all.pictures) +
         " pictures have no label of " + all.classifier.words_file +
         " in their paths; they count as wrong, as in Darknet");
  }
}

int validate(const DarknetFiles& files, const DarknetFlags& flags) {
  const auto it = load_classifier(files, flags, {"labels"});
  if (!it) return fail(it.error());
  const auto top = top_of(*it, flags, files.data);
  if (!top) return fail(top.error());
  const auto paths = it->data.pictures("valid");
  if (!paths) return fail(paths.error());
  const bool pjreddies = flags.pjreddie();
  auto told = print_banner(flags, files, it->model());
  if (told && flags.wordy()) told = print_part(" TOP calculation...\n\n");
  if (!told) return fail(told.error());

  Validation all{*it, *top, pjreddies};
  const ClassificationJob job{.model = it->model(),
                              .names = it->words,
                              .options = {.fit = pjreddies ? Fit::square : Fit::crop, .leaves_only = true},
                              .stream = {.threads = flags.threads},
                              .pictures = darknet_decoding,
                              .next = each_of(*paths),
                              .total = static_cast<std::int64_t>(paths->size())};
  const auto end = run_pictures(job, "classifying", [&](Found found) -> Result<Delivery> {
    return Delivery([&all, file = std::move(found.file), scores = std::move(found.detected.scores)] {
      return all.tell(file, scores);
    });
  });
  if (!end) return fail(end.error());
  tell_end(all);
  return end->status;
}

}  // namespace

int classifier_valid(const DarknetFlags& flags) {
  const auto files = darknet_files(flags, false);
  return files ? validate(*files, flags) : fail(files.error());
}

}  // namespace nightjar
