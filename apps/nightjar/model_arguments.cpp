// From options to a loaded network.
#include "apps/nightjar/model_arguments.h"

#include <chrono>
#include <cmath>
#include <filesystem>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/catalog.h"
#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/report.h"
#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t max_list_bytes = std::int64_t{64} << 20;

bool exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

struct ModelFiles {
  std::string cfg, weights, names;
};

Result<ModelFiles> files_of_catalog(const std::string& name) {
  const auto catalog = load_catalog();
  if (!catalog) return catalog.error();
  const auto entry = find_entry(*catalog, name);
  if (!entry) return entry.error();
  const auto in_folder = weights_folder() + "/" + entry->weights();
  return ModelFiles{find_data(entry->cfg).value_or(entry->cfg),
                    find_data("weights/" + entry->weights()).value_or(in_folder),
                    find_data(entry->names).value_or(entry->names)};
}

Result<ModelFiles> files_of(const ModelArguments& arguments) {
  const bool by_files = !arguments.cfg.empty() || !arguments.weights.empty();
  if (arguments.model.empty() == !by_files) {
    return Error{Failure::usage, "which network? Give --model NAME, or --cfg FILE with --weights FILE"};
  }
  if (!arguments.model.empty()) {
    auto files = files_of_catalog(arguments.model);
    if (files && arguments.synth) files->weights.clear();
    return files;
  }
  if (arguments.cfg.empty()) return Error{Failure::usage, "--weights needs --cfg FILE"};
  if (arguments.weights.empty() && !arguments.synth)
    return Error{Failure::usage, "--cfg needs --weights FILE"};
  return ModelFiles{arguments.cfg, arguments.weights, {}};
}

// What a person can do about a weights file that is not there: the command that fetches it, where there is
// one.
std::string fetch_hint(const NamedModel& files) {
  if (files.weights.empty() || exists(files.weights) || !exists(files.cfg)) return {};
  const auto catalog = load_catalog();
  if (!catalog) return {};
  for (const CatalogEntry& entry : *catalog) {
    if (fs::path(files.weights).filename() != entry.weights()) continue;
    const std::string folder = fs::path(files.weights).parent_path();
    const bool usual = folder == weights_folder();
    return "; 'nightjar fetch " + entry.name + (usual ? "" : " --to " + (folder.empty() ? "." : folder)) +
           "' gets it";
  }
  return {};
}

template <class List, class Parse>
Result<void> read_list(const std::string& file, std::optional<List>& list, Parse parse) {
  if (file.empty()) return {};
  const auto bytes = read_file(file, max_list_bytes);
  if (!bytes) return bytes.error();
  auto parsed = parse(*bytes, file);
  if (!parsed) return parsed.error();
  list = std::move(*parsed);
  return {};
}

// add_device_to() lets no other names through.
Precision precision_of(const std::string& name) {
  return name == "fp16" ? Precision::fp16 : name == "tf32" ? Precision::tf32 : Precision::fp32;
}
Library convolutions_of(const std::string& name) {
  return name == "cublas" ? Library::cublas : name == "cudnn" ? Library::cudnn : Library::ours;
}

Result<ModelOptions> options_of(const ModelArguments& arguments) {
  ModelOptions options;
  options.device = arguments.device;
  options.precision = precision_of(arguments.precision);
  options.convolutions = convolutions_of(arguments.convolutions);
  options.width = arguments.width;
  options.height = arguments.height;
  options.threads = arguments.threads;
  options.strict = arguments.strict;
  options.tune = arguments.tune;
  options.fuse = arguments.fuse;
  if (arguments.synth) options.synthesise = 1;
  if (auto done = read_list(arguments.tree, options.tree, parse_class_tree); !done) return done.error();
  const auto parse_map = [](std::string_view bytes, const std::string& file) {
    return parse_class_map(bytes, file, std::numeric_limits<int>::max());
  };
  if (auto done = read_list(arguments.map, options.class_map, parse_map); !done) return done.error();
  return options;
}

}  // namespace

void ModelArguments::add_size_to(Options& options) {
  options.add_option("--width", width, "Network width in pixels, in place of the cfg's", count(1, max_side));
  options.add_option("--height", height, "Network height in pixels, in place of the cfg's",
                     count(1, max_side));
  options.add_flag("--strict", strict, "Refuse unknown keys in the cfg instead of warning about them");
}

void ModelArguments::add_shape_to(Options& options) {
  add_size_to(options);
  options.add_option("--threads", threads, "Threads; default: one for each core that it may use",
                     count(1, max_threads));
  options.add_flag("--tune", tune,
                   "Time the candidate kernels once, and remember the fastest in the user's cache folder");
}

void ModelArguments::add_device_to(Options& options) {
  options.add_option(
      "--device", device,
      "cpu (default), cuda or cuda:N: a GPU; auto: the first GPU if there is one, else the cpu");
  options.add_option("--precision", precision, "What a GPU multiplies in: fp32 (default), tf32 or fp16",
                     one_of({"fp32", "tf32", "fp16"}));
  options.add_option("--conv", convolutions,
                     "Whose convolutions a GPU runs: ours (default), or cublas or cudnn to compare with",
                     one_of({"ours", "cublas", "cudnn"}));
}

void ModelArguments::add_classes_to(Options& options) {
  options.add_option("--tree", tree,
                     "Class tree of a cfg that names one (tree=); paths inside a cfg are not opened");
  options.add_option("--map", map, "Class map of a cfg that names one (map=)");
}

void ModelArguments::add_to(Options& options) {
  options.add_option("--model", model, "A network of the catalog by its name (nightjar fetch --list)");
  options.add_option("--cfg", cfg, "The network: a Darknet .cfg file");
  options.add_option("--weights", weights, "Its trained .weights file");
  add_shape_to(options);
  add_device_to(options);
  add_classes_to(options);
  options.add_flag("-v,--verbose", verbose, "Say on stderr what runs, and how long loading took");
}

Result<NamedModel> find_model(const ModelArguments& arguments) {
  auto files = files_of(arguments);
  if (!files) return files.error();
  auto options = options_of(arguments);
  if (!options) return options.error();
  return NamedModel{std::move(files->cfg), std::move(files->weights), std::move(files->names),
                    std::move(*options)};
}

Error with_fetch_hint(const Error& error, const NamedModel& model) {
  return {error.kind, error.message + fetch_hint(model)};
}

Result<LoadedModel> load_model(const ModelArguments& arguments) {
  const auto named = find_model(arguments);
  if (!named) return named.error();
  const auto start = std::chrono::steady_clock::now();
  auto model = Model::load(named->cfg, named->weights, named->options);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  if (!model) return with_fetch_hint(model.error(), *named);
  warn(model->warnings());
  if (arguments.verbose) {
    const Shape input = model->input();
    const std::string& why = model->device_note();
    note("device: " + model->device() + (why.empty() ? "" : " (" + why + ")"));
    note(named->cfg + ": " + std::to_string(model->layers()) + " layers, " + std::to_string(input.w) + "x" +
         std::to_string(input.h) + ", " + model->isa() + ", loaded in " +
         std::to_string(std::lround(took.count())) + " ms");
  }
  return LoadedModel{
      std::move(*model), named->names, {named->cfg, named->weights}, named->options, took.count()};
}

Result<Model> plan_model(const ModelArguments& arguments) {
  const auto options = options_of(arguments);
  if (!options) return options.error();
  auto model = Model::plan(arguments.cfg, *options);
  if (model) warn(model->warnings());
  return model;
}

Result<std::vector<std::string>> load_names(const std::string& file, int classes) {
  constexpr int coco_classes = 80;
  std::string path = file;
  if (path.empty() && classes == coco_classes) path = find_data("cfg/coco.names").value_or("");
  if (path.empty()) return std::vector<std::string>{};
  const auto bytes = read_file(path, max_list_bytes);
  if (!bytes) return bytes.error();
  auto names = parse_names(*bytes, path);
  if (!names) return names.error();
  const std::string found =
      std::to_string(names->size()) + " names; the network has " + std::to_string(classes) + " classes";
  if (names->size() < static_cast<std::size_t>(classes)) return malformed(path, found);
  if (names->size() > static_cast<std::size_t>(classes)) warn(path + ": " + found);
  return names;
}

}  // namespace nightjar
