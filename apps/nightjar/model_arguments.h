// The options by which commands name a network, and the loading of it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/nightjar.h"

namespace nightjar {

class Options;

struct ModelArguments {
  std::string model, cfg, weights, tree, map;
  std::string data;  // the folder to look for the tree that the cfg names, and for `tree` and `map`
  std::string device = "cpu", precision = "fp32", convolutions = "ours";
  int width = 0, height = 0, threads = 0;
  bool strict = false, tune = false, verbose = false;
  bool synth = false;                // made-up weights stand in for --weights
  bool alexeyab = true;              // whose order of [lstm]'s and [gru]'s weights
  std::optional<float> temperature;  // of each [softmax], in place of the cfg's
  bool fuse = true;
  bool signed_padding = false;  // of xnor=1 layers: no option, but a part of --compat

  // Adds --width, --height, --strict: what a network is, whatever it was named by; and --threads, --tune.
  void add_size_to(Options& options);
  void add_shape_to(Options& options);
  // Adds --device, --precision, --conv: what it runs on.
  void add_device_to(Options& options);
  // Adds --tree, --map, --data: files that belong to a cfg, and that its paths do not lead to.
  void add_classes_to(Options& options);
  // Adds all these and --model, --cfg, --weights, -v.
  void add_to(Options& options);
};

// --precision, and what its values name.
void add_precision_to(Options& options, std::string& precision);
Precision precision_of(const std::string& name);

struct NamedModel {
  std::string cfg, weights;         // weights are empty where they are made up
  std::string names = {};           // the catalog's names file for --model; empty otherwise
  std::string tree = {}, map = {};  // empty where there are none
  ModelOptions options = {};

  std::vector<std::string> files() const { return {cfg, weights, tree, map}; }
};

// Finds the files without opening them, but for the catalog, the tree and the map. Errors: usage for a choice
// that makes no sense, and whatever reading these says.
Result<NamedModel> find_model(const ModelArguments& arguments);

struct LoadedModel {
  Model model;
  std::string names;               // the catalog's names file for --model; empty otherwise
  std::vector<std::string> files;  // that were read: cfg, weights, class tree, class map; some may be empty
  ModelOptions options;            // that it was loaded with
  double load_ms;
};

// Finds the files and loads them; warnings of the cfg, and with -v what is about to run, go to stderr.
// Errors: those of find_model(), and whatever loading says.
Result<LoadedModel> load_model(const ModelArguments& arguments);
// What was said of a named model's files, with what a person can do about a weights file that is not there.
Error with_fetch_hint(const Error& error, const NamedModel& model);

// The network of `cfg` without its weights; warnings of the cfg go to stderr.
Result<Model> plan_model(const ModelArguments& arguments);

// The class names for a network of `classes` classes: `file`, or where that is empty the COCO names for 80
// classes and none for any other number. Fewer names than classes are malformed, more are warned about.
Result<std::vector<std::string>> load_names(const std::string& file, int classes);
// The same for a classifier: ImageNet's names for 1000 classes.
Result<std::vector<std::string>> load_classifier_names(const std::string& file, int classes);

}  // namespace nightjar
