// classifier valid: how often the first class, and one of the first few, is that which the picture's path
// names.
#include <algorithm>
#include <utility>

#include "apps/nightjar/darknet.h"
#include "apps/nightjar/darknet_banner.h"
#include "apps/nightjar/darknet_classifier.h"
#include "apps/nightjar/darknet_pictures.h"
#include "apps/nightjar/files/picture_list.h"
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
  Progress progress;
  int pictures = 0, first = 0, among_top = 0, without_label = 0, failures = 0, status = 0;

  // The first class whose label is part of the path, as both Darknets look for it; -1 where there is none.
  int label_of(const std::string& path) const {
    const auto& labels = classifier.words;
    const auto end = labels.begin() + std::min(classifier.classes(), static_cast<int>(labels.size()));
    const auto found = std::find_if(
        labels.begin(), end, [&](const std::string& label) { return path.find(label) != std::string::npos; });
    return found == end ? -1 : static_cast<int>(found - labels.begin());
  }
  void count(int label, std::span<const float> scores) {
    const std::vector<ClassScore> best = most_probable_classes(scores, top);
    ++pictures;
    first += best.front().class_id == label;
    among_top +=
        std::any_of(best.begin(), best.end(), [&](const ClassScore& c) { return c.class_id == label; });
    without_label += label < 0;
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

class ListedPicture : public StreamedPicture {
 public:
  ListedPicture(std::string path, Validation& all) : path_(std::move(path)), all_(all) {}

  Result<Image> load() override { return load_picture(path_, all_.classifier.model(), darknet_decoding); }
  Result<void> finish(Detected detected) override {
    scores_ = std::move(detected.scores);
    return {};
  }
  Result<void> deliver() override {
    const int label = all_.label_of(path_);
    all_.count(label, scores_);
    auto done = print_part(all_.line(path_, label, scores_));
    all_.progress.reach(all_.pictures + all_.failures);
    return done;
  }
  Result<void> skip(const Error& error) override {
    const int failed = fail(error);
    if (all_.status == 0) all_.status = failed;
    ++all_.failures;
    return {};
  }

 private:
  std::string path_;
  Validation& all_;
  std::vector<float> scores_;
};

Result<std::vector<std::string>> listed_pictures(const Classifier& it, const std::string& file) {
  const auto list = path_in(it.data, "valid", file);
  if (!list)
    return malformed(file, "no valid=; expected the path of a list with a picture's path on each line");
  const std::string argument = '@' + *list;
  auto pictures = expand_pictures(std::span(&argument, 1), false);
  if (!pictures) return pictures.error();
  return std::move(pictures->paths);
}

void tell_end(const Validation& all) {
  if (all.without_label > 0) {
    warn(std::to_string(all.without_label) + " of " + std::to_string(all.pictures) +
         " pictures have no label of " + all.classifier.words_file +
         " in their paths; they count as wrong, as in Darknet");
  }
  if (all.failures > 0) {
    note(std::to_string(all.failures) + (all.failures == 1 ? " picture" : " pictures") +
         " could not be used, and did not count");
  }
}

int validate(const DarknetFiles& files, const DarknetFlags& flags) {
  const auto it = load_classifier(files, flags, {"labels"});
  if (!it) return fail(it.error());
  const auto top = top_of(*it, flags, files.data);
  if (!top) return fail(top.error());
  auto paths = listed_pictures(*it, files.data);
  if (!paths) return fail(paths.error());
  const bool pjreddies = flags.pjreddie();
  auto told = print_banner(flags, files, it->model());
  if (told && !flags.compat.empty() && !pjreddies) told = print_part(" TOP calculation...\n\n");
  if (!told) return fail(told.error());

  Validation all{*it, *top, pjreddies,
                 Progress("classifying", "pictures", true, static_cast<std::int64_t>(paths->size()))};
  std::size_t taken = 0;
  const auto next = [&]() -> std::unique_ptr<StreamedPicture> {
    if (taken == paths->size()) return nullptr;
    return std::make_unique<ListedPicture>((*paths)[taken++], all);
  };
  const ClassifyOptions options{.fit = pjreddies ? Fit::square : Fit::crop, .leaves_only = true};
  const auto done = it->model().classify_all(next, options, {.threads = flags.threads});
  all.progress.hide();
  if (!done) return fail(done.error());
  tell_end(all);
  return all.status;
}

}  // namespace

int classifier_valid(const DarknetFlags& flags) {
  const auto files = darknet_files(flags, false);
  return files ? validate(*files, flags) : fail(files.error());
}

}  // namespace nightjar
