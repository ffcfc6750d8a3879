// nightjar's public interface: load a Darknet model, detect objects in pictures.
//
//   auto model = nightjar::Model::load("yolov3-tiny.cfg", "yolov3-tiny.weights");
//   if (!model) { std::cerr << model.error().message << '\n'; return 1; }
//   auto boxes = model->detect(picture);
//
// Nothing here prints, exits or throws for a bad file: what can fail returns Result. A Model is immutable and
// may be used by many threads at once; each call works in a Context of its own. Calls that work on a GPU make
// it the calling thread's CUDA device.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/build_info.h"
#include "engine/detect/boxes.h"
#include "engine/image/fit.h"
#include "engine/source.h"
#include "engine/stream.h"
#include "kernels/precision.h"
#include "parsers/image.h"
#include "parsers/lists.h"
#include "parsers/result.h"

namespace nightjar {

struct ModelOptions {
  std::string device =
      "cpu";  // or "cuda", "cuda:1", ...; "auto": the first GPU if that can be used, else the CPU
  Precision precision = Precision::fp32;
  Library convolutions = Library::ours;
  int width = 0, height = 0;  // network size in pixels; 0 keeps the cfg's
  int threads = 0;  // worker threads of a context on the CPU; 0: one for each core this process may use
  std::string isa;  // of the CPU: "avx512", "avx2", "portable", "reference"; empty: NIGHTJAR_ISA, else the
                    // best there is
  bool strict = false;   // refuse unknown cfg keys
  bool winograd = true;  // false: direct convolutions only (slower; no transformed weights)
  bool tune = false;     // time the candidate kernels once, remember the times in the user's cache folder
  bool fuse = true;      // false keeps every layer's own output (slower; for comparing layers)
  bool variable_parameters =
      false;  // Context::set_parameter() may change them (slower: each context packs its own)
  bool signed_padding = false;  // cells outside count as -1 in xnor=1 layers, as in AlexeyAB's commands, not
                                // as 0, as in training
  std::optional<ClassTree> tree;              // for cfgs that name tree=; paths inside a cfg are never opened
  std::optional<std::vector<int>> class_map;  // for cfgs that name map=
  std::vector<std::string> names;             // of the classes, for the boxes to carry
  bool alexeyab = true;  // where the forks keep weights in another order ([lstm], [gru]): AlexeyAB's, or
                         // pjreddie's; the file does not say whose it is
  std::optional<float> temperature;  // of each [softmax], in place of the cfg's; above 0
  // Time and compare without trained weights: values made up from this seed, in place of a weights file.
  std::optional<unsigned> synthesise;
};

struct DetectOptions {
  float threshold = .25f;     // least objectness * class probability
  float nms = .45f;           // greatest overlap of two boxes of one class; from 1 on nothing is suppressed
  float hierarchy = .5f;      // of a class tree: least probability of the class, or of the way to it
  std::optional<Fit> fit;     // unset: letterbox
  bool alexeyab = true;       // where the forks decode differently: AlexeyAB's way, or pjreddie's
  std::vector<int> classes;   // to look for; empty: all
  bool agnostic_nms = false;  // boxes of different classes suppress each other, too
  int max_detections = 0;     // of a picture, the most probable ones; 0: all
  // Boxes in the order that Darknet's suppression leaves them in, which its mean average precision depends
  // on.
  bool darknet_order = false;
  // Whatever they show: objectness stands for the probability of class 0, which is each box's only one.
  bool by_objectness = false;
  // Boxes that no class passes for stay, without classes, and nothing is suppressed: for who does it himself.
  bool every_object = false;
};

struct ClassifyOptions {
  Fit fit = Fit::crop;
  bool leaves_only = false;  // of a class tree: classes that have others below them count nothing
};

struct PictureSize {
  int width, height;
};

// Called after each layer whose output the plan keeps: Darknet's layer number, its planar (c, h, w) values.
using LayerObserver = std::function<void(int layer, Shape shape, std::span<const float> values)>;

// One of them, for one image of a batch.
struct LayerValues {
  int layer, image;
  Shape shape;
  std::span<const float> values;  // there until the observer returns
};
using BatchObserver = std::function<void(const LayerValues&)>;

// One step of a plan, timed.
struct StepTime {
  std::string layers;     // Darknet's layer numbers
  std::string operation;  // "conv 3x3/2 + leaky"
  std::string kernel;
  Shape output;
  double milliseconds;            // for the whole batch
  double gflop;                   // for the whole batch, as Darknet counts
  double limit_milliseconds = 0;  // what the device could do at best; 0 where unknown
};

// A layer of the cfg.
struct LayerInfo {
  std::string type;     // as Darknet spells the section: "convolutional"
  Shape input, output;  // of several inputs, the first
};

// A detection layer, for who decodes its values himself (docs/darknet-format.md section 6).
struct HeadInfo {
  enum class Kind { yolo, gaussian_yolo, region, detection };  // as the variant of engine/heads/head.h
  int layer;                                                   // Darknet's layer number
  Kind kind;
  int classes, slots;          // of a cell
  int coordinates;             // values of a slot in front of its objectness
  bool new_coords;             // sides are squares of twice the value, not exponentials
  std::vector<float> anchors;  // w, h of each slot: in the network's pixels, of [region] in cells
};

// An array of the weights file.
struct ParameterInfo {
  int layer;  // Darknet's layer number
  std::string
      part;  // of a layer that consists of several, as [rnn] does: "input", "self", "output"; else empty
  std::string name;  // "biases", "scales", "rolling_mean", "rolling_variance", "weights"
  std::int64_t count;
};

class Context;

// What a stream makes of the pictures of a batch: all of Detected but picture and time.
using StreamAnswer = std::function<Result<std::vector<Detected>>(Context&, std::span<const Image>)>;

class Model {
 public:
  // Reads the cfg and the weights, files or bytes, and prepares them to run. Bytes may go afterwards. Errors:
  // cannot_read, malformed, too_large, usage (isa, the name of a device), device (a GPU that is not there).
  static Result<Model> load(const Source& cfg, const Source& weights, const ModelOptions& options = {});

  // The same without weights, to see what a network is and how it would run: takes the time and the memory of
  // a plan, and makes no contexts (usage).
  static Result<Model> plan(const Source& cfg, const ModelOptions& options = {});

  // Boxes of one picture, in Darknet's order, relative to the picture. Runs in a context kept for such calls.
  Result<Boxes> detect(const Image& picture, const DetectOptions& options = {}) const;
  // The same for many, in batches of up to `batch`; each picture's boxes do not depend on its company.
  Result<std::vector<Boxes>> detect(std::span<const Image> pictures, const DetectOptions& options = {},
                                    int batch = 8) const;
  Result<std::vector<Boxes>> detect(std::span<const PictureView> pictures, const DetectOptions& options = {},
                                    int batch = 8) const;

  // The same for as many as come, from wherever: loading and what is made of the boxes overlap with the
  // network (engine/stream.h). Each picture by itself, also where the network has a state.
  Result<void> detect_all(const PictureSource& next, const DetectOptions& options = {},
                          const StreamOptions& stream = {}) const;
  // For pictures that are there already, as a camera's: `next` gives the next one, or nothing at the end;
  // `done` has each with its boxes, in order. An error of `done` ends the stream.
  Result<void> detect_all(const std::function<std::optional<Image>()>& next,
                          const std::function<Result<void>(Detected)>& done,
                          const DetectOptions& options = {}, const StreamOptions& stream = {}) const;

  // A classifier's probability of each class, by its number; of a class tree, each times those above it.
  Result<std::vector<float>> classify(const Image& picture, const ClassifyOptions& options = {}) const;
  Result<std::vector<std::vector<float>>> classify(std::span<const PictureView> pictures,
                                                   const ClassifyOptions& options = {}, int batch = 8) const;
  // The same for as many as come, as detect_all(); Detected::scores has them.
  Result<void> classify_all(const PictureSource& next, const ClassifyOptions& options = {},
                            const StreamOptions& stream = {}) const;

  // What the network computes for a raw input (channels, height, width), planar, RGB in 0..1: the last
  // layer's values. `observer` sees the layers on the way.
  Result<std::vector<float>> forward(std::span<const float> input, const LayerObserver& observer = {}) const;

  Shape input() const;   // of the network
  Shape output() const;  // of its last layer
  std::vector<LayerInfo> layer_infos() const;
  int layers() const;                    // Darknet's count
  int classes() const;                   // of boxes: the heads', or the class map's; 0 where there is no head
  bool detects() const;                  // has a detection head
  std::vector<int> head_layers() const;  // Darknet's layer numbers of the detection heads
  std::vector<HeadInfo> heads() const;   // in the same order
  bool keeps(int layer) const;           // its output is there while the network runs
  Shape layer_output(int layer) const;   // of such a layer
  int output_layer() const;              // the one that the network ends in
  // How many pictures are on their way through such a stream at most.
  int most_ahead(const StreamOptions& options) const;
  bool letterbox() const;       // [net] letter_box=1
  bool stretched() const;       // of YOLOv1's kind, for which pictures are stretched
  bool has_class_tree() const;  // a classifier's classes form a tree
  bool has_state() const;       // a recurrent network: what a context computes depends on its runs before
  std::vector<ParameterInfo> parameters() const;  // in file order
  double gflop() const;                           // per picture: 2 * multiplies, as Darknet counts them
  const std::string& device() const;              // "cpu"; "cuda:0 (NVIDIA H200)"
  const std::string& device_note() const;         // why "auto" became the CPU; empty otherwise
  const std::string& isa() const;                 // "avx512"; "sm_90 fp16"
  const std::vector<std::string>& warnings() const;
  std::string explain() const;      // the plan as a table, a line a step
  std::string layer_table() const;  // Darknet's layer table

 private:
  friend class Context;
  struct Impl;
  explicit Model(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  template <class F>
  auto with_context(int batch, F use) const -> decltype(use(std::declval<Context&>()));
  template <class Part, class Compute>
  Result<std::vector<Part>> in_batches(std::span<const PictureView> pictures, int batch,
                                       Compute compute) const;
  Result<void> run_stream(const PictureSource& next, const StreamAnswer& answer,
                          const StreamOptions& options) const;
  std::shared_ptr<const Impl> impl_;
};

// What one thread needs to run a model: the activations' memory and the worker threads. Not to be shared
// between threads; keep one a thread where many pictures are to come.
class Context {
 public:
  // `batch`: pictures a run takes at most. `threads`: 0 takes the model's setting.
  static Result<Context> create(const Model& model, int batch = 1, int threads = 0);
  Context(Context&&) noexcept;
  Context& operator=(Context&&) noexcept;
  ~Context();

  Result<std::vector<Boxes>> detect(std::span<const Image> pictures, const DetectOptions& options = {});
  Result<std::vector<Boxes>> detect(std::span<const PictureView> pictures, const DetectOptions& options = {});
  Result<std::vector<std::vector<float>>> classify(std::span<const Image> pictures,
                                                   const ClassifyOptions& options = {});
  Result<std::vector<std::vector<float>>> classify(std::span<const PictureView> pictures,
                                                   const ClassifyOptions& options = {});
  Result<std::vector<float>> forward(std::span<const float> input, const LayerObserver& observer = {});
  // The same for several raw inputs, one after the other, as many as the batch at most. Of `layers`, by
  // Darknet's numbers, the observer sees those whose output the plan keeps.
  Result<void> forward_batch(std::span<const float> inputs, std::span<const int> layers = {},
                             const BatchObserver& observer = {});
  // What forward_batch() left for an image: the values of a detection layer, or of the last one. Errors:
  // usage, for other layers and images.
  Result<std::vector<float>> values(int layer, int image);
  // The boxes of all its images, which were made from pictures of these sizes, fitted as the options say.
  Result<std::vector<Boxes>> boxes(std::span<const PictureSize> pictures, const DetectOptions& options = {});
  // Of its threads, at most so many work from the next step on, the caller's included. Any thread may say so,
  // at any time.
  void use_threads(int threads);
  // Begins a new sequence: what a recurrent network remembers is zero again.
  Result<void> reset();
  // Changes a parameter, by its number in Model::parameters(), for this context's runs to come; `values` as
  // the weights file has them. Errors: usage, unless the model was loaded with variable_parameters.
  Result<void> set_parameter(int parameter, std::span<const float> values);
  // For timing: so many passes over whatever lies in the input, one after the other without waiting in
  // between; they leave it as it is.
  Result<void> run(int count = 1);
  // The same, with the time of each step.
  Result<std::vector<StepTime>> profile();

 private:
  friend class Model;
  struct Impl;
  explicit Context(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace nightjar
