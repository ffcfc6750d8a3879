#include "apps/nightjar/accuracy/darknet_run.h"

#include "apps/nightjar/report.h"

namespace nightjar {

Result<DarknetRun> DarknetRun::open(const DarknetFlags& flags, const std::string& action) {
  const Arguments& files = flags.positionals;
  if (files.size() != 3) {
    return Error{Failure::usage, std::to_string(files.size()) + " files; usage: nightjar detector " + action +
                                     " DATA CFG WEIGHTS (nightjar detector --help)"};
  }
  auto data = DataSet::read(files[0]);
  if (!data) return data.error();
  auto pictures = data->pictures("valid");
  if (!pictures) return pictures.error();
  ModelArguments network;
  network.cfg = files[1];
  network.weights = files[2];
  network.threads = flags.threads;
  auto loaded = load_model(network);
  if (!loaded) return loaded.error();
  const int classes = loaded->model.classes();
  if (auto fine = check_detector(loaded->model, files[1]); !fine) return fine.error();
  if (auto fine = data->check_classes(classes); !fine) return fine.error();
  auto names_file = flags.names.empty() ? data->names_file() : Result<std::string>(flags.names);
  if (!names_file) return names_file.error();
  auto names = load_names(*names_file, classes);
  if (!names) return names.error();
  DarknetRun run(std::move(*loaded), std::move(*data));
  run.names_file_ = std::move(*names_file);
  run.names_ = std::move(*names);
  run.pictures_ = std::move(*pictures);
  return run;
}

std::vector<std::string> DarknetRun::inputs() const {
  std::vector<std::string> all = loaded_.files;
  all.insert(all.end(), {data_.file(), names_file_});
  all.insert(all.end(), pictures_.begin(), pictures_.end());
  return all;
}

Result<Labels> DarknetRun::labels() const {
  auto labels = read_labels(pictures_, {.place = {}, .names = names_, .classes = model().classes()});
  if (labels) warn(labels->warnings);
  return labels;
}

DetectionJob DarknetRun::job(const DarknetFlags& flags) const {
  const Compat compat = compat_of(flags.compat);
  DetectOptions options;
  options.hierarchy = flags.hier;
  options.alexeyab = compat == Compat::alexeyab;
  options.fit = flags.letter_box ? Fit::letterbox : default_fit(compat, model());
  auto next = [this, i = std::size_t{0}]() mutable -> std::optional<std::string> {
    if (i == pictures_.size()) return {};
    return pictures_[i++];
  };
  return {.model = model(),
          .names = names_,
          .options = options,
          .stream = {.threads = flags.threads},
          .pictures = {.decoder = Decoder::stb, .upright = false},
          .next = next,
          .total = static_cast<std::int64_t>(pictures_.size())};
}

}  // namespace nightjar
