// Loading, and what a model says of itself.
#include "apps/c/model.h"

#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <utility>

#include "apps/c/error.h"
#include "apps/c/options.h"
#include "apps/c/source.h"
#include "engine/host/files.h"
#include "parsers/lists.h"

namespace nightjar::c {
namespace {

constexpr std::int64_t max_list_bytes = std::int64_t{16} << 20;

nightjar_model_options model_defaults() {
  nightjar_model_options options{};
  options.struct_size = sizeof options;
  options.winograd = 1;
  options.fuse = 1;
  return options;
}

// A list that may be missing.
template <class List, class Parse>
Result<List> read_list(const nightjar_source& given, const char* what, Parse parse) {
  if (!is_given(given)) return List{};
  const auto source = source_of(&given, what);
  if (!source) return source.error();
  const auto bytes = read_source(*source, max_list_bytes);
  if (!bytes) return bytes.error();
  return parse(*bytes, source->file);
}

Result<std::optional<ClassTree>> parse_tree(std::string_view bytes, const std::string& file) {
  auto tree = parse_class_tree(bytes, file);
  if (!tree) return tree.error();
  return std::optional(std::move(*tree));
}

// Which classes there are is known when the cfg is.
Result<std::optional<std::vector<int>>> parse_map(std::string_view bytes, const std::string& file) {
  auto map = parse_class_map(bytes, file, std::numeric_limits<int>::max());
  if (!map) return map.error();
  return std::optional(std::move(*map));
}

Result<void> read_lists(const nightjar_model_options& given, ModelOptions& options) {
  auto names = read_list<std::vector<std::string>>(given.names, "names", parse_names);
  if (!names) return names.error();
  options.names = std::move(*names);
  auto tree = read_list<std::optional<ClassTree>>(given.tree, "class tree", parse_tree);
  if (!tree) return tree.error();
  options.tree = std::move(*tree);
  auto map = read_list<std::optional<std::vector<int>>>(given.map, "class map", parse_map);
  if (!map) return map.error();
  options.class_map = std::move(*map);
  return {};
}

Result<ModelOptions> read_model_options(const nightjar_model_options& given) {
  if (given.precision < NIGHTJAR_FP32 || given.precision > NIGHTJAR_FP16)
    return Error{Failure::usage, "precision is " + std::to_string(given.precision) +
                                     ", which is none of those that nightjar_c.h names"};
  ModelOptions options;
  if (given.device) options.device = given.device;
  options.precision = static_cast<Precision>(given.precision);
  options.width = given.width, options.height = given.height;
  options.threads = given.threads;
  if (given.isa) options.isa = given.isa;
  options.strict = given.strict != 0;
  options.winograd = given.winograd != 0;
  options.fuse = given.fuse != 0;
  options.tune = given.tune != 0;
  options.alexeyab = given.fork != NIGHTJAR_PJREDDIE;
  options.signed_padding = given.signed_padding != 0;
  if (given.temperature != 0) options.temperature = given.temperature;
  if (given.synthesise) options.synthesise = given.seed;
  if (auto done = read_lists(given, options); !done) return done.error();
  return options;
}

Result<std::unique_ptr<nightjar_model>> load(const nightjar_source* cfg, const nightjar_source* weights,
                                             const nightjar_model_options& given) {
  auto options = read_model_options(given);
  if (!options) return options.error();
  const auto graph = source_of(cfg, "cfg");
  if (!graph) return graph.error();
  auto values = options->synthesise ? Source("") : source_of(weights, "weights");
  if (!values) return values.error();
  auto model = Model::load(*graph, *values, *options);
  if (!model) return model.error();
  return std::make_unique<nightjar_model>(nightjar_model{std::move(*model), std::move(options->names)});
}

// Freed by nightjar_text_free().
Result<void> hand_out(const std::string& text, char** out) {
  *out = static_cast<char*>(std::malloc(text.size() + 1));
  if (!*out) throw std::bad_alloc();
  std::memcpy(*out, text.c_str(), text.size() + 1);
  return {};
}

// Fills as much of a caller's struct as he has.
template <class Info>
void fill(Info* info, Info facts) {
  write_options(facts, info, info->struct_size);
}

}  // namespace

nightjar_shape shape_of(const Shape& shape) {
  return {shape.c, shape.h, shape.w};
}

Fit usual_fit(const Model& model) {
  return model.stretched() ? Fit::stretch : Fit::letterbox;
}

}  // namespace nightjar::c

using namespace nightjar;

int32_t nightjar_abi(void) {
  return NIGHTJAR_ABI;
}
const char* nightjar_version(void) {
  return version();
}

void nightjar_model_options_init_sized(nightjar_model_options* options, size_t struct_size) {
  c::write_options(c::model_defaults(), options, struct_size);
}

nightjar_status nightjar_model_load(const char* cfg, const char* weights,
                                    const nightjar_model_options* options, nightjar_model** model,
                                    nightjar_error** error) {
  const nightjar_source graph{cfg, nullptr, 0}, values{weights, nullptr, 0};
  return nightjar_model_load_from(&graph, &values, options, model, error);
}

nightjar_status nightjar_model_load_from(const nightjar_source* cfg, const nightjar_source* weights,
                                         const nightjar_model_options* options, nightjar_model** model,
                                         nightjar_error** error) {
  const auto given = c::read_options(options, c::model_defaults());
  const auto name = [](const nightjar_source* source) { return source ? source->file : nullptr; };
  const nightjar_model_options read = given ? *given : c::model_defaults();
  return c::making(model, error, {name(cfg), name(weights), read.names.file, read.tree.file, read.map.file},
                   [&]() -> Result<std::unique_ptr<nightjar_model>> {
                     if (!given) return given.error();
                     return c::load(cfg, weights, read);
                   });
}

void nightjar_model_free(nightjar_model* model) {
  delete model;
}

void nightjar_model_info_get(const nightjar_model* model, nightjar_model_info* info) {
  const Model& of = model->model;
  const auto heads = static_cast<int32_t>(model->heads.size());
  const int classes = of.detects() ? of.classes() : static_cast<int>(of.output().size());
  c::fill(info, {sizeof *info, c::shape_of(of.input()), c::shape_of(of.output()), of.layers(), heads, classes,
                 of.letterbox(), of.stretched(), of.has_class_tree(), of.has_state(), of.gflop()});
}

const char* nightjar_model_device(const nightjar_model* model) {
  return model->model.device().c_str();
}
const char* nightjar_model_device_note(const nightjar_model* model) {
  return model->model.device_note().c_str();
}
const char* nightjar_model_isa(const nightjar_model* model) {
  return model->model.isa().c_str();
}
size_t nightjar_model_warnings(const nightjar_model* model) {
  return model->model.warnings().size();
}
const char* nightjar_model_warning(const nightjar_model* model, size_t index) {
  const auto& warnings = model->model.warnings();
  return index < warnings.size() ? warnings[index].c_str() : nullptr;
}
size_t nightjar_model_names(const nightjar_model* model) {
  return model->names.size();
}
const char* nightjar_model_name(const nightjar_model* model, size_t class_id) {
  return class_id < model->names.size() ? model->names[class_id].c_str() : nullptr;
}

nightjar_status nightjar_model_explain(const nightjar_model* model, char** text, nightjar_error** error) {
  return c::guarded(error, [&] { return c::hand_out(model->model.explain(), text); });
}
nightjar_status nightjar_model_layer_table(const nightjar_model* model, char** text, nightjar_error** error) {
  return c::guarded(error, [&] { return c::hand_out(model->model.layer_table(), text); });
}
void nightjar_text_free(char* text) {
  std::free(text);
}

nightjar_status nightjar_model_layer(const nightjar_model* model, int32_t layer, nightjar_layer* info,
                                     nightjar_error** error) {
  return c::guarded(error, [&]() -> Result<void> {
    if (layer < 0 || layer >= model->model.layers())
      return Error{Failure::usage, "there is no layer " + std::to_string(layer) + "; the network has " +
                                       std::to_string(model->model.layers()) + ", numbered from 0"};
    const LayerInfo& of = model->layers[static_cast<std::size_t>(layer)];
    c::fill(info, {sizeof *info, of.type.c_str(), c::shape_of(of.input), c::shape_of(of.output)});
    return {};
  });
}

nightjar_status nightjar_model_head(const nightjar_model* model, int32_t index, nightjar_head* head,
                                    nightjar_error** error) {
  return c::guarded(error, [&]() -> Result<void> {
    const auto count = static_cast<int32_t>(model->heads.size());
    if (index < 0 || index >= count)
      return Error{Failure::usage, "there is no detection layer " + std::to_string(index) +
                                       "; the network has " + std::to_string(count) + ", numbered from 0"};
    const HeadInfo& of = model->heads[static_cast<std::size_t>(index)];
    c::fill(head, {sizeof *head, of.layer, static_cast<int32_t>(of.kind), of.classes, of.slots,
                   of.coordinates, of.new_coords, of.anchors.empty() ? nullptr : of.anchors.data()});
    return {};
  });
}
