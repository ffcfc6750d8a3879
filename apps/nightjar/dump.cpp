// nightjar dump: layer outputs as .npy files, for comparing engines layer by layer.
#include <cstdio>
#include <optional>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"
#include "engine/host/files.h"
#include "engine/host/output_file.h"
#include "parsers/message.h"
#include "parsers/npy.h"

namespace nightjar {
namespace {

constexpr std::int64_t max_input_bytes = std::int64_t{4} << 30;

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); i++) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}

// The network's input, (channels, height, width); a batch of one in front is well.
Result<std::vector<float>> read_input(const std::string& file, Shape network) {
  const auto bytes = read_file(file, max_input_bytes);
  if (!bytes) return bytes.error();
  auto array = parse_npy(*bytes, file);
  if (!array) return array.error();
  const std::vector<std::int64_t> wanted = {network.c, network.h, network.w};
  std::span<const std::int64_t> found = array->shape;
  if (found.size() == 4 && found[0] == 1) found = found.subspan(1);
  if (!std::equal(found.begin(), found.end(), wanted.begin(), wanted.end())) {
    return malformed(file, "shape " + shape_text(array->shape) + "; the network takes " + shape_text(wanted));
  }
  return std::move(array->values);
}

std::string layer_file(const std::string& folder, int layer) {
  char name[32];
  std::snprintf(name, sizeof name, "/%03d.npy", layer);
  return folder + name;
}

// The files written so far; all of them go again unless they are kept.
class LayerFiles {
 public:
  explicit LayerFiles(std::string folder) : folder_(std::move(folder)) {}
  LayerFiles(const LayerFiles&) = delete;
  LayerFiles& operator=(const LayerFiles&) = delete;
  ~LayerFiles() {
    for (const std::string& path : paths_) std::remove(path.c_str());
  }

  void add(int layer, Shape shape, std::span<const float> values) {
    if (error_) return;
    NpyArray array{{shape.c, shape.h, shape.w}, {values.begin(), values.end()}};
    std::string path = layer_file(folder_, layer);
    paths_.reserve(paths_.size() + 1);  // nothing must fail once the file is there
    const auto done = write_file(path, format_npy(array));
    if (!done) {
      error_ = done.error();
    } else {
      paths_.push_back(std::move(path));
    }
  }

  Result<void> keep() {
    if (error_) return *error_;
    paths_.clear();
    return {};
  }

 private:
  std::string folder_;
  std::vector<std::string> paths_;
  std::optional<Error> error_;
};

Result<void> refuse_overwriting_inputs(const std::string& folder, const Model& model,
                                       const std::vector<std::string>& inputs) {
  std::vector<std::string> outputs;
  for (int layer = 0; layer < model.layers(); layer++) outputs.push_back(layer_file(folder, layer));
  return refuse_overwriting(outputs, inputs);
}

Result<void> run(const ModelArguments& network, const std::string& input_file, const std::string& folder) {
  if (auto usable = check_folder(folder); !usable) return usable;
  const auto loaded = load_model(network);
  if (!loaded) return loaded.error();
  const auto input = read_input(input_file, loaded->model.input());
  if (!input) return input.error();
  std::vector<std::string> inputs = loaded->files;
  inputs.push_back(input_file);
  if (auto fine = refuse_overwriting_inputs(folder, loaded->model, inputs); !fine) return fine;
  if (auto made = make_folder(folder); !made) return made;
  LayerFiles files(folder);
  const auto output = loaded->model.forward(
      *input,
      [&](int layer, Shape shape, std::span<const float> values) { files.add(layer, shape, values); });
  return output ? files.keep() : output.error();
}

}  // namespace

int dump(const Arguments& arguments) {
  ModelArguments network;
  std::string input, folder, compat;
  bool all = false;
  Options options("Run a network on a raw input and write its layers' outputs.", "nightjar dump");
  options.footer(
      "Writes DIR/NNN.npy (NNN: Darknet's layer number), float32 (channels, height, width), for each layer "
      "whose\n"
      "output the plan keeps: detection heads, what feeds them, and the last layer always.\n\n"
      "Example:\n  nightjar dump --cfg yolov3-tiny.cfg --weights yolov3-tiny.weights --input x.npy --out "
      "layers");
  network.add_to(options);
  options.add_option("--input", input, "float32 .npy of shape (channels, height, width), RGB in 0..1")
      .required();
  options.add_option("--out", folder, "Folder for the files; made if it is missing").required();
  options.add_option("--compat", compat, "Whose order of the weights of [lstm] and [gru]; default alexeyab",
                     one_of({"alexeyab", "pjreddie"}));
  options.add_flag("--all", all, "Fuse nothing, so that every layer has an output");
  options.add_flag("--synth", network.synth, "Made-up weights, the same as in export --synth");
  if (const auto end = options.parse(arguments)) return *end;
  network.fuse = !all;
  network.alexeyab = compat != "pjreddie";
  const auto done = run(network, input, folder);
  return done ? 0 : fail(done.error());
}

}  // namespace nightjar
