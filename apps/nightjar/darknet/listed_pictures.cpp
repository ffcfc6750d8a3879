#include "apps/nightjar/darknet/listed_pictures.h"

#include "apps/nightjar/darknet/pictures.h"
#include "apps/nightjar/report.h"

namespace nightjar {

Result<DarknetRun> DarknetRun::open(const DarknetFlags& flags) {
  const auto files = darknet_files(flags, false);
  if (!files) return files.error();
  auto data = DataSet::read(files->data);
  if (!data) return data.error();
  auto pictures = data->pictures("valid");
  if (!pictures) return pictures.error();
  auto loaded = load_model(darknet_model(*files, flags));
  if (!loaded) return loaded.error();
  const int classes = loaded->model.classes();
  if (auto fine = check_detector(loaded->model, files->cfg); !fine) return fine.error();
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

Result<LabelledPictures> DarknetRun::labels() const {
  auto labels = read_labels(pictures_, {.place = {}, .names = names_, .classes = model().classes()});
  if (labels) warn(labels->warnings);
  return labels;
}

DetectionJob DarknetRun::job(const DarknetFlags& flags) const {
  DetectOptions options;
  options.hierarchy = flags.hier;
  options.alexeyab = !flags.pjreddie();
  options.fit = flags.fit(model());
  return {.model = model(),
          .names = names_,
          .options = options,
          .stream = {.threads = flags.threads},
          .pictures = darknet_decoding,
          .next = each_of(pictures_),
          .total = static_cast<std::int64_t>(pictures_.size())};
}

}  // namespace nightjar
