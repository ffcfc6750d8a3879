// From options to a loaded network.
#include "apps/nightjar/model_arguments.h"

#include <chrono>
#include <cmath>
#include <filesystem>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/catalog.h"
#include "apps/nightjar/files/class_files.h"
#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/report.h"
#include "engine/host/files.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t max_list_bytes = std::int64_t{64} << 20;

Result<NamedModel> files_of_catalog(const std::string& name) {
  const auto catalog = load_catalog();
  if (!catalog) return catalog.error();
  const auto entry = find_entry(*catalog, name);
  if (!entry) return entry.error();
  const auto in_folder = weights_folder() + "/" + entry->weights();
  return NamedModel{.cfg = find_data(entry->cfg).value_or(entry->cfg),
                    .weights = find_data("weights/" + entry->weights()).value_or(in_folder),
                    .names = find_data(entry->names).value_or(entry->names)};
}

Result<NamedModel> files_of(const ModelArguments& arguments) {
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
  return NamedModel{.cfg = arguments.cfg, .weights = arguments.weights};
}

// What a person can do about a weights file that is not there: the command that fetches it, where there is
// one.
std::string fetch_hint(const NamedModel& files) {
  if (files.weights.empty() || is_there(files.weights) || !is_there(files.cfg)) return {};
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
Library convolutions_of(const std::string& name) {
  return name == "cublas" ? Library::cublas : name == "cudnn" ? Library::cudnn : Library::ours;
}

// A file that the user names: itself, or one of the data folder.
std::string file_in_data(const std::string& file, const std::string& data) {
  if (file.empty() || data.empty() || is_there(file)) return file;
  const std::string found = find_in_folder(file, data);
  return found.empty() ? file : found;
}

// The files beside the cfg and the weights; empty where there are none.
struct ClassFiles {
  std::string tree, map;
};

Result<ClassFiles> class_files_of(const ModelArguments& arguments, const std::string& cfg) {
  ClassFiles files{file_in_data(arguments.tree, arguments.data), file_in_data(arguments.map, arguments.data)};
  if (!files.tree.empty() || arguments.data.empty()) return files;
  auto tree = find_tree(cfg, arguments.data);
  if (!tree) return tree.error();
  files.tree = std::move(*tree);
  return files;
}

Result<ModelOptions> options_of(const ModelArguments& arguments, const ClassFiles& files) {
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
  options.alexeyab = arguments.alexeyab;
  options.temperature = arguments.temperature;
  options.signed_padding = arguments.signed_padding;
  if (arguments.synth) options.synthesise = 1;
  if (auto done = read_list(files.tree, options.tree, parse_class_tree); !done) return done.error();
  const auto parse_map = [](std::string_view bytes, const std::string& file) {
    return parse_class_map(bytes, file, std::numeric_limits<int>::max());
  };
  if (auto done = read_list(files.map, options.class_map, parse_map); !done) return done.error();
  return options;
}

}  // namespace

Precision precision_of(const std::string& name) {
  return name == "fp16" ? Precision::fp16 : name == "tf32" ? Precision::tf32 : Precision::fp32;
}

void add_precision_to(Options& options, std::string& precision) {
  options.add_option("--precision", precision, "What a GPU multiplies in: fp32 (default), tf32 or fp16",
                     one_of({"fp32", "tf32", "fp16"}));
}

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
  add_precision_to(options, precision);
  options.add_option("--conv", convolutions,
                     "Whose convolutions a GPU runs: ours (default), or cublas or cudnn to compare with",
                     one_of({"ours", "cublas", "cudnn"}));
}

void ModelArguments::add_classes_to(Options& options) {
  options.add_option("--tree", tree,
                     "The class tree of a cfg that names one (tree=), whose own path is not opened");
  options.add_option("--map", map, "Classes of the tree to look for, one number a line, in place of all");
  options.add_option("--data", data,
                     "Folder with the class tree that the cfg names, by its path in the cfg or name");
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
  auto named = files_of(arguments);
  if (!named) return named;
  const auto classes = class_files_of(arguments, named->cfg);
  if (!classes) return classes.error();
  auto options = options_of(arguments, *classes);
  if (!options) return options.error();
  named->tree = classes->tree;
  named->map = classes->map;
  named->options = std::move(*options);
  return named;
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
  return LoadedModel{std::move(*model), named->names, named->files(), named->options, took.count()};
}

Result<Model> plan_model(const ModelArguments& arguments) {
  const auto classes = class_files_of(arguments, arguments.cfg);
  if (!classes) return classes.error();
  const auto options = options_of(arguments, *classes);
  if (!options) return options.error();
  auto model = Model::plan(arguments.cfg, *options);
  if (model) warn(model->warnings());
  return model;
}

namespace {

Result<std::vector<std::string>> read_names(const std::string& path, int classes) {
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

// `file`, or where none is given that of a well-known set of classes, told by their number.
std::string names_file(const std::string& file, int classes, const char* well_known, int its_classes) {
  if (!file.empty() || classes != its_classes) return file;
  return find_data(well_known).value_or("");
}

}  // namespace

Result<std::vector<std::string>> load_names(const std::string& file, int classes) {
  return read_names(names_file(file, classes, "cfg/coco.names", 80), classes);
}

Result<std::vector<std::string>> load_classifier_names(const std::string& file, int classes) {
  return read_names(names_file(file, classes, "cfg/imagenet.names", 1000), classes);
}

}  // namespace nightjar
