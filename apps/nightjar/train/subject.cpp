#include "apps/nightjar/train/subject.h"

#include <filesystem>
#include <utility>

#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"
#include "apps/nightjar/train/training_pictures.h"
#include "engine/format_line.h"
#include "engine/host/cores.h"
#include "engine/host/files.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr int usual_seed = 1;

// The data file beside its network.
struct Task {
  DataSet data;
  std::vector<std::string> names;
  int classes = 0, channels = 0;
  bool detects = false;
};

Result<Task> open_task(const TrainingRequest& request) {
  ModelArguments network;
  network.cfg = request.cfg;
  network.strict = request.strict;
  const auto model = plan_model(network);
  if (!model) return model.error();
  auto data = DataSet::read(request.data);
  if (!data) return data.error();
  Task task;
  task.detects = model->detects();
  task.classes = task.detects ? model->classes() : static_cast<int>(model->output().size());
  task.channels = model->input().c;
  if (auto fine = data->check_classes(task.classes); !fine) return fine.error();
  const auto labels = task.detects ? std::nullopt : data->path("labels");
  const auto file = labels ? Result<std::string>(*labels) : data->names_file();
  if (!file) return file.error();
  auto names = task.detects ? load_names(*file, task.classes) : load_classifier_names(*file, task.classes);
  if (!names) return names.error();
  task.names = std::move(*names);
  task.data = std::move(*data);
  return task;
}

// --out, else backup=, else the current folder.
std::string folder_of(const TrainingRequest& request, const DataSet& data) {
  const std::string* backup = data.find("backup");
  return !request.out.empty() ? request.out : backup ? *backup : ".";
}

Result<std::optional<Checkpoint>> open_checkpoint(const TrainingRequest& request,
                                                  const TrainingFiles& files) {
  const bool there = is_there(files.checkpoint);
  if (request.resume) {
    if (!there)
      return Error{Failure::cannot_read, place(files.checkpoint) +
                                             ": there is no training to go on with; without --resume one "
                                             "begins, and --out names another folder"};
    auto checkpoint = read_checkpoint(files.checkpoint);
    if (!checkpoint) return checkpoint.error();
    return std::optional(std::move(*checkpoint));
  }
  if (there && !request.overwrite)
    return Error{Failure::usage, place(files.checkpoint) +
                                     ": a training is there already; --resume goes on with it, --overwrite "
                                     "begins anew in its place, and --out names another folder"};
  return std::optional<Checkpoint>();
}

Result<Material> open_pictures(const Task& task) {
  const auto files = task.data.pictures("train");
  if (!files) return files.error();
  const auto pictures =
      task.detects
          ? open_training_pictures(*files, {.names = task.names, .classes = task.classes}, task.channels)
          : open_class_pictures(*files, task.names, task.channels);
  if (!pictures) return pictures.error();
  tell_left_out(*pictures);
  return material_of(pictures->set);
}

Result<Material> open_text(const std::string& file) {
  constexpr std::int64_t most_bytes = std::int64_t{1} << 30;
  auto text = read_file(file, most_bytes);
  if (!text) return text.error();
  return material_of(std::move(*text), file);
}

// Choices that were not made are those of the training that goes on.
TrainerOptions trainer_options(const TrainingRequest& request, const std::optional<Checkpoint>& checkpoint) {
  TrainerOptions options;
  const auto usual = checkpoint ? checkpoint->seed : std::uint64_t{usual_seed};
  options.seed = request.seed ? static_cast<std::uint64_t>(*request.seed) : usual;
  options.updates = request.updates.value_or(checkpoint ? checkpoint->updates : 0);
  options.frozen = request.freeze;
  if (checkpoint && request.freeze == 0) options.frozen = checkpoint->frozen;
  options.clear = request.clear;
  options.model.strict = request.strict;
  options.model.alexeyab = request.alexeyab;
  options.model.device = request.device;
  options.model.precision = request.precision;
  options.model.threads = request.threads > 0 ? request.threads : available_cores();
  options.told = [](const Error& error) { warn(error.message + "; it is left out"); };
  return options;
}

Result<std::optional<Validation>> open_validation(const TrainingRequest& request, const Task& task) {
  if (!request.validate) return std::optional<Validation>();
  if (!task.detects || !task.data.find("valid")) {
    note(task.detects ? task.data.file() + ": without valid= nothing is measured on the way"
                      : "a classifier is not measured on the way; nightjar classifier valid does that");
    return std::optional<Validation>();
  }
  auto validation = Validation::open(task.data, task.names, task.classes);
  if (!validation) return validation.error();
  return std::optional(std::move(*validation));
}

}  // namespace

Result<Subject> open_subject(const TrainingRequest& request) {
  const auto text = read_file(request.cfg, cfg_max_bytes);
  if (!text) return text.error();
  const bool has_pictures = request.text.empty();
  auto task = has_pictures ? open_task(request) : Result<Task>(Task());
  if (!task) return task.error();
  Subject subject;
  subject.files = TrainingFiles::of(folder_of(request, task->data), request.cfg);
  if (auto fine = check_folder(subject.files.folder); !fine) return fine.error();
  if (auto fine = refuse_overwriting(subject.files.all(), {request.data, request.text, request.cfg}); !fine)
    return fine.error();
  auto checkpoint = open_checkpoint(request, subject.files);
  if (!checkpoint) return checkpoint.error();
  auto validation = open_validation(request, *task);
  if (!validation) return validation.error();
  subject.validation = std::move(*validation);
  subject.names = has_pictures ? task->names : std::vector<std::string>();
  const auto material = has_pictures ? open_pictures(*task) : open_text(request.text);
  if (!material) return material.error();
  subject.size = material->size;
  subject.unit = material->unit;
  const TrainerOptions options = trainer_options(request, *checkpoint);
  subject.options = options.model;
  auto trainer = Trainer::create(*text, request.cfg, *material, {request.weights, *checkpoint}, options);
  if (!trainer) return trainer.error();
  subject.trainer = std::move(*trainer);
  subject.checkpoint = std::move(*checkpoint);
  if (subject.checkpoint) subject.checkpoint->learned = {};
  return subject;
}

std::string summary(const Subject& subject, const TrainingRequest& request) {
  const Trainer& trainer = *subject.trainer;
  const Graph& graph = trainer.learner().graph();
  const Recipe& recipe = trainer.recipe();
  std::string text = request.cfg + ": " + std::to_string(graph.layer_type.size()) + " layers, " +
                     std::to_string(graph.parameter_floats()) + " parameters";
  if (const auto first = trainer.first_drawn())
    text += "; " + request.weights + " has those before layer " + std::to_string(*first) +
            ", the others are drawn";
  text += format("\n%d %s to learn from", subject.size, subject.unit);
  if (request.text.empty())
    text += ", " + (subject.validation ? std::to_string(subject.validation->pictures()) : "none") +
            " to measure on";
  const std::string images =
      request.text.empty() ? "pictures" : format("sequences of %d bytes", recipe.steps);
  text += format("\nupdates %d to %d, each of %d %s in %d %s; from rate %.4g\n", trainer.done() + 1,
                 trainer.updates(), recipe.batch, images.c_str(), recipe.subdivisions,
                 recipe.subdivisions == 1 ? "run" : "runs", double{recipe.schedule.rate});
  if (trainer.learner().device() != "cpu") text += "on " + trainer.learner().device() + "\n";
  return text + "into " + subject.files.folder + ": " +
         std::filesystem::path(subject.files.last).filename().string() + ", log.jsonl, chart.svg\n";
}

}  // namespace nightjar
