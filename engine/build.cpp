// Cfg -> Graph: [net] becomes the input, every other section is handed to its layer.
#include "engine/build.h"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "engine/layers/layer.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

constexpr std::string_view net_keys[] = {
    // what inference reads
    "width", "height", "channels", "inputs", "letter_box",
    // batching, of which inference uses one picture at a time
    "batch", "subdivisions", "time_steps", "track", "sequential_subdivisions", "dynamic_minibatch",
    // optimiser and schedule
    "learning_rate", "learning_rate_min", "momentum", "decay", "policy", "burn_in", "power", "max_batches",
    "step", "scale", "gamma", "steps", "scales", "seq_scales", "adam", "adamw", "B1", "B2", "eps",
    "sgdr_cycle", "sgdr_mult", "ema_alpha", "ema_start", "max_gradient_norm", "loss_scale", "try_fix_nan",
    "weights_reject_freq", "max_chart_loss",
    // augmentation
    "max_crop", "min_crop", "max_ratio", "min_ratio", "center", "clip", "angle", "aspect", "saturation",
    "exposure", "hue", "flip", "random", "notruth", "mixup", "cutmix", "mosaic", "mosaic_bound", "blur",
    "gaussian_noise", "flip_vertical", "least_visible", "zoom", "stretch", "label_smooth_eps", "resize_step",
    "augment_speed", "contrastive", "contrastive_jit_flip", "contrastive_color", "unsupervised",
    "adversarial_lr", "attention", "equidistant_point", "badlabels_rejection_percentage",
    "num_sigmas_reject_badlabels",
    // memory and GPU
    "optimized_memory", "workspace_size_limit_MB", "use_cuda_graph"};

constexpr std::string_view common_layer_keys[] = {
    "truth",          "onlyforward",   "stopbackward", "dontsave",    "dontload",      "numload",
    "dontloadscales", "learning_rate", "clip",         "dont_update", "burnin_update", "train_only_bn"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Warns of the keys of a section that neither it nor every section knows; the first is an error if `strict`.
Result<void> check_keys(const Cfg& cfg, const CfgSection& section, std::span<const std::string_view> known,
                        std::span<const std::string_view> also_known, bool strict, Graph& graph) {
  for (const CfgEntry& entry : section.entries) {
    if (contains(known, entry.key) || contains(also_known, entry.key)) continue;
    std::string what = place(cfg.file, entry.line) + ": unknown key '" + printable(entry.key) + "' in [" +
                       printable(section.type) + "]";
    if (strict) return Error{Failure::malformed, what + "; it must be left out"};
    graph.warnings.push_back(std::move(what) + "; ignored");
  }
  return {};
}

// Names the section in an error that begins with "file:line: ".
Error in_section(Error error, const Cfg& cfg, const std::string& name) {
  const std::size_t colon = error.message.find(": ", place(cfg.file).size());
  if (colon != std::string::npos) error.message.insert(colon + 2, name + ": ");
  return error;
}

int read_side(CfgOptions& options, std::string_view key, int replacement = 0) {
  const int side = options.integer(key, 0, {.low = 1});
  if (side == 0 && replacement == 0)
    options.refuse(key, std::string(key) + " is missing; a whole number of at least 1 is needed");
  return replacement != 0 ? replacement : side;
}

// Nets of vectors give only `inputs`; all others width, height and channels.
Shape read_input_shape(CfgOptions& options, const BuildOptions& build) {
  const bool image = options.has("width") || options.has("height") || options.has("channels");
  if (options.has("inputs") && !image && build.width == 0 && build.height == 0)
    return {read_side(options, "inputs"), 1, 1};
  return {read_side(options, "channels"), read_side(options, "height", build.height),
          read_side(options, "width", build.width)};
}

Result<void> build_input(const Cfg& cfg, const BuildOptions& build, Graph& graph) {
  const CfgSection& section = cfg.sections[0];
  if (auto known = check_keys(cfg, section, net_keys, {}, build.strict, graph); !known) return known.error();
  CfgOptions options(cfg.file, section);
  graph.input = read_input_shape(options, build);
  graph.letterbox = options.flag("letter_box", false);
  if (build.learn) graph.training.emplace().steps = options.integer("time_steps", 1, {.low = 1});
  std::optional<Error> error = options.error();
  if (!error) error = shape_error(options.place(), graph.input, build.max_bytes);
  if (error) return in_section(*std::move(error), cfg, "[net]");
  graph.add_value({{.shape = graph.input, .kind = Kind::input}});
  return {};
}

Error no_such_layer(const Cfg& cfg, const CfgSection& section, int index) {
  const std::string found = place(cfg.file, section.line) + ": layer " + std::to_string(index) + ": ";
  const std::string type = "[" + printable(section.type) + "]";
  std::string names;
  for (const LayerType* known : layer_types())
    names += (names.empty() ? "" : ", ") + std::string(known->name);
  return {Failure::malformed, found + "unknown layer type " + type + "; known are " + names};
}

// Weights that Darknet would not take from the file: there is no place to take them from.
void refuse_partial_loading(LayerBuilder& layer) {
  for (const char* key : {"dontload", "dontloadscales", "numload"})
    layer.refuse_unsupported(key, std::string(key) + " leaves weights without values, which is");
}

// What any layer may say of how it learns; `arrays`: parameters of the layers before.
void read_layer_training(LayerBuilder& layer, std::size_t arrays, Graph& graph) {
  const bool only_norms = layer.options.flag("train_only_bn", false);
  const bool fixed = layer.options.flag("dont_update", false);
  if (layer.options.flag("stopbackward", false)) graph.training->frozen = layer.index;
  const float rate = layer.options.real("learning_rate", 1);
  for (std::size_t i = arrays; i < graph.parameters.size(); ++i) {
    Parameter& array = graph.parameters[i];
    array.rate = rate;
    if (fixed || (only_norms && array.name == "weights")) array.trained = false;
  }
}

Result<void> build_layer(const Cfg& cfg, int index, const BuildOptions& build, Graph& graph) {
  const CfgSection& section = cfg.sections[index + 1];
  const LayerType* type = find_layer_type(section.type);
  if (!type) return no_such_layer(cfg, section, index);
  if (auto known = check_keys(cfg, section, type->keys, common_layer_keys, build.strict, graph); !known)
    return known.error();
  graph.layer_type.emplace_back(type->name);
  LayerBuilder layer(graph, build, CfgOptions(cfg.file, section), index);
  refuse_partial_loading(layer);
  const std::size_t arrays = graph.parameters.size();
  type->build(layer);
  if (graph.training) read_layer_training(layer, arrays, graph);
  if (!layer.error()) return {};
  return in_section(*layer.error(), cfg,
                    "layer " + std::to_string(index) + " [" + std::string(type->name) + "]");
}

}  // namespace

Result<Graph> build_graph(const Cfg& cfg, const BuildOptions& options) {
  Graph graph;
  graph.file = cfg.file;
  graph.warnings = cfg.warnings;
  if (auto built = build_input(cfg, options, graph); !built) return built.error();
  const int layers = static_cast<int>(cfg.sections.size()) - 1;
  for (int index = 0; index < layers; ++index)
    if (auto built = build_layer(cfg, index, options, graph); !built) return built.error();
  graph.output = graph.layer_output.back();  // a [cost] at the end forwards what is before it
  GraphValue& output = graph.values[static_cast<std::size_t>(graph.output)];
  if (output.kind == Kind::activation) output.kind = Kind::result;
  // A tree of other classes than the network's is no business of its output.
  if (graph.class_tree && static_cast<std::int64_t>(graph.class_tree->parent.size()) != output.shape.size())
    graph.class_tree.reset();
  verify(graph, "building");
  return graph;
}

}  // namespace nightjar
