// The options by which commands name a network, and the loading of it.
#pragma once

#include <string>
#include <vector>

#include "engine/nightjar.h"

namespace nightjar {

class Options;

struct ModelArguments {
  std::string model, cfg, weights, tree, map;
  std::string device = "cpu", precision = "fp32", convolutions = "ours";
  int width = 0, height = 0, threads = 0;
  bool strict = false, tune = false, verbose = false;
  bool synth = false;  // made-up weights stand in for --weights
  bool fuse = true;

  // Adds --width, --height, --threads, --strict, --tune: what shapes a network, whatever it was named by.
  void add_shape_to(Options& options);
  // Adds --device, --precision, --conv: what it runs on.
  void add_device_to(Options& options);
  // Adds all these and --model, --cfg, --weights, --tree, --map, -v.
  void add_to(Options& options);
};

struct LoadedModel {
  Model model;
  std::string names;               // the catalog's names file for --model; empty otherwise
  std::vector<std::string> files;  // that were read
  ModelOptions options;            // that it was loaded with
  double load_ms;
};

// Finds the files and loads them; warnings of the cfg, and with -v what is about to run, go to stderr.
// Errors: usage for a choice that makes no sense, and whatever loading says.
Result<LoadedModel> load_model(const ModelArguments& arguments);

// The network of `cfg` without its weights; warnings of the cfg go to stderr.
Result<Model> plan_model(const ModelArguments& arguments);

// The class names for a network of `classes` classes: `file`, or where that is empty the COCO names for 80
// classes and none for any other number. Fewer names than classes are malformed, more are warned about.
Result<std::vector<std::string>> load_names(const std::string& file, int classes);

}  // namespace nightjar
