// The gradients of layers against those that were recorded in double precision: operations one after the
// other, forward and back.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "kernels/ops/activate.h"
#include "kernels/ops/add.h"
#include "kernels/ops/avg_pool.h"
#include "kernels/ops/batch_norm_train.h"
#include "kernels/ops/concat.h"
#include "kernels/ops/connected.h"
#include "kernels/ops/conv.h"
#include "kernels/ops/losses/cost.h"
#include "kernels/ops/losses/softmax_loss.h"
#include "kernels/ops/max_pool.h"
#include "kernels/ops/multiply.h"
#include "kernels/ops/softmax.h"
#include "kernels/ops/upsample.h"
#include "tests/catch.h"
#include "tests/kernels/gradients.h"
#include "tests/kernels/npz.h"
#include "tests/source_dir.h"

using namespace nightjar;
using namespace nightjar::testing;
namespace fs = std::filesystem;

namespace {

const fs::path folder = source_dir().parent_path() / "shared/train/layer_grads";

using Arrays = std::map<std::string, Array>;

// An operation of a layer. It reads the arrays of these names, "" for what the operation before it wrote.
struct Stage {
  Op op;
  std::vector<std::string> reads;
};

void check_equal(const Tensor& ours, const Array& truth) {
  const std::vector<float> values = planar(ours);
  CHECK(relative_error(values, {truth.values.begin(), truth.values.end()}) < 1e-4);
}

class Layer {
 public:
  Layer(const Arrays& arrays, const std::vector<Stage>& stages) : arrays_(arrays), stages_(stages) {}

  void check() {
    for (const Stage& stage : stages_) run(stage);
    check_equal(outs_.back()[0].view, arrays_.at("y"));
    const Value written = stages_.back().op.writes()[0].value;
    std::vector<OwnedTensor> by_output;
    by_output.push_back(tensor_of(arrays_.at("dy"), written));
    for (std::size_t s = stages_.size(); s-- > 0;) by_output = back(s, by_output);
  }

 private:
  void run(const Stage& stage) {
    const Operands operands = stage.op.reads();
    REQUIRE(operands.size() == stage.reads.size());
    std::vector<OwnedTensor> made;
    std::vector<Tensor> ins;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (stage.reads[i].empty()) {
        ins.push_back(outs_.back()[0].view);
        continue;
      }
      made.push_back(tensor_of(arrays_.at(stage.reads[i]), operands[i].value));
      ins.push_back(made.back().view);
    }
    ins_.push_back(ins);
    owned_.push_back(std::move(made));
    outs_.push_back(define(stage.op, ins, {}));
  }

  // Checks what is recorded; returns the gradient by what the stage before wrote.
  std::vector<OwnedTensor> back(std::size_t s, const std::vector<OwnedTensor>& by_output) {
    std::vector<OwnedTensor> by_inputs =
        gradients_by_inputs(stages_[s].op, ins_[s], views(outs_[s]), views(by_output));
    std::vector<OwnedTensor> by_previous;
    for (std::size_t i = 0; i < by_inputs.size(); ++i) {
      const std::string& name = stages_[s].reads[i];
      INFO(stages_[s].op.words() << ", by " << (name.empty() ? "its image" : name));
      const auto recorded = arrays_.find("d_" + name);
      if (recorded != arrays_.end()) check_equal(by_inputs[i].view, recorded->second);
      if (name.empty()) by_previous.push_back(std::move(by_inputs[i]));
    }
    return by_previous;
  }

  const Arrays& arrays_;
  const std::vector<Stage>& stages_;
  std::vector<std::vector<Tensor>> ins_;
  std::vector<std::vector<OwnedTensor>> owned_, outs_;
};

Shape image_shape(const Array& array) {
  const std::vector<int>& s = array.shape;
  return s.size() == 4 ? Shape{s[1], s[2], s[3]} : Shape{s[1], 1, 1};
}
int whole(const Arrays& arrays, const char* name) {
  return static_cast<int>(arrays.at(name).values[0]);
}

Activation activation_of(const std::string& name) {
  for (int i = 0; i < activation_count; ++i)
    if (name == activation_names[i]) return static_cast<Activation>(i);
  FAIL("no activation " + name);
  return Activation::linear;
}

void add_activation(std::vector<Stage>& stages, Activation activation) {
  if (activation == Activation::linear) return;
  stages.push_back({ops::Activate{stages.back().op.writes()[0].value.shape, activation}, {""}});
}

// The rolling statistics that a batch normalisation starts with do not matter to gradients.
void add_batch_norm(std::vector<Stage>& stages, Arrays& arrays, ops::BatchNormTrain::Form form) {
  const Shape shape = stages.back().op.writes()[0].value.shape;
  arrays["zeros"] = {{shape.c}, std::vector<double>(static_cast<std::size_t>(shape.c))};
  stages.push_back({ops::BatchNormTrain{shape, form}, {"", "biases", "scales", "zeros", "zeros"}});
}

std::vector<Stage> convolution(Arrays& arrays, const std::string& name) {
  using Form = ops::BatchNormTrain::Form;
  ops::Conv conv;
  conv.in = image_shape(arrays.at("x")), conv.out = image_shape(arrays.at("y"));
  conv.size = arrays.at("weights").shape[2];
  conv.stride_x = conv.stride_y = whole(arrays, "stride");
  conv.dilation = whole(arrays, "dilation");
  conv.pad = whole(arrays, "pad") * conv.dilation;
  conv.groups = whole(arrays, "groups");
  const bool normalised = arrays.count("scales") != 0;
  conv.bias = !normalised;
  std::vector<Stage> stages{{conv, {"x", "weights"}}};
  if (conv.bias) stages[0].reads.push_back("biases");
  const bool unbiased = name.find("unbiased") != name.npos;
  if (normalised) add_batch_norm(stages, arrays, unbiased ? Form::unbiased : Form::exact);
  for (const char* activation : {"leaky", "mish", "swish"})
    if (name.find(activation) != name.npos) add_activation(stages, activation_of(activation));
  if (name == "conv_1x1" || name == "conv_stride2" || name == "conv_groups")
    add_activation(stages, Activation::leaky);
  if (name == "conv_depthwise") add_activation(stages, Activation::relu);
  return stages;
}

std::vector<Stage> connected(Arrays& arrays, const std::string& name) {
  const bool normalised = name == "connected_bn";
  const ops::Connected op{image_shape(arrays.at("x")), arrays.at("y").shape[1], Activation::linear,
                          !normalised};
  std::vector<Stage> stages{{op, {"x", "weights"}}};
  if (!normalised) stages[0].reads.push_back("biases");
  if (normalised) add_batch_norm(stages, arrays, ops::BatchNormTrain::Form::exact);
  add_activation(stages, Activation::leaky);
  return stages;
}

std::vector<Stage> shortcut(const Arrays& arrays, const std::string& name) {
  using Weights = ops::Add::Weights;
  using Normalization = ops::Add::Normalization;
  ops::Add add;
  Stage stage{add, {}};
  for (const char* source : {"x", "x2", "x3"}) {
    if (arrays.count(source) == 0) continue;
    add.sources.push_back(image_shape(arrays.at(source)));
    stage.reads.push_back(source);
  }
  if (arrays.count("weights") != 0) {
    add.weights = name.find("channel") != name.npos ? Weights::per_channel : Weights::per_feature;
    add.normalization = name.find("relu") != name.npos      ? Normalization::relu
                        : name.find("softmax") != name.npos ? Normalization::softmax
                                                            : Normalization::none;
    stage.reads.push_back("weights");
  }
  stage.op = add;
  std::vector<Stage> stages{stage};
  if (name == "shortcut") add_activation(stages, Activation::leaky);
  if (name == "shortcut_mish") add_activation(stages, Activation::mish);
  return stages;
}

std::vector<Stage> product(const Arrays& arrays, const std::string& name) {
  using Factor = ops::Multiply::Factor;
  const Factor factor = name == "sam"              ? Factor::full
                        : name == "scale_channels" ? Factor::per_channel
                                                   : Factor::per_pixel;
  std::vector<Stage> stages{{ops::Multiply{image_shape(arrays.at("x2")), factor}, {"x", "x2"}}};
  if (name == "sam") add_activation(stages, Activation::logistic);
  if (name == "scale_channels") add_activation(stages, Activation::leaky);
  return stages;
}

std::vector<Stage> route(const Arrays& arrays, const std::string& name) {
  const int groups = name == "route_groups" ? 2 : 1;
  ops::Concat op;
  for (const char* source : {"x", "x2"}) {
    const Shape shape = image_shape(arrays.at(source));
    op.slices.push_back({shape, shape.c / groups * (groups - 1), shape.c / groups});
  }
  return {{op, {"x", "x2"}}};
}

std::vector<Stage> max_pool(const Arrays& arrays) {
  const int size = whole(arrays, "size"), stride = whole(arrays, "stride");
  return {{ops::MaxPool{image_shape(arrays.at("x")), image_shape(arrays.at("y")), size, stride, stride,
                        whole(arrays, "padding")},
           {"x"}}};
}

// The layer that a case is; none where it is checked elsewhere.
std::vector<Stage> stages_of(Arrays& arrays, const std::string& name) {
  const auto begins = [&](const char* with) { return name.rfind(with, 0) == 0; };
  const auto x = [&] { return image_shape(arrays.at("x")); };
  if (begins("act_")) return {{ops::Activate{x(), activation_of(name.substr(4))}, {"x"}}};
  if (begins("conv_")) return convolution(arrays, name);
  if (begins("connected")) return connected(arrays, name);
  if (begins("shortcut")) return shortcut(arrays, name);
  if (begins("maxpool")) return max_pool(arrays);
  if (begins("route")) return route(arrays, name);
  if (begins("sam") || begins("scale")) return product(arrays, name);
  if (name == "avgpool") return {{ops::AvgPool{x()}, {"x"}}};
  if (name == "upsample") return {{ops::Upsample{x(), image_shape(arrays.at("y")), 2, false, .5f}, {"x"}}};
  return {};
}

bool have_records() {
  if (fs::is_directory(folder)) return true;
  std::cout << "SKIPPED: needs recorded gradients\n";
  return false;
}

}  // namespace

TEST_CASE("the gradients of layers are those that were recorded") {
  if (!have_records()) return;
  int checked = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".npz") continue;
    const std::string name = entry.path().stem();
    INFO(name);
    Arrays arrays = read_npz(entry.path());
    const std::vector<Stage> stages = stages_of(arrays, name);
    if (stages.empty()) continue;
    Layer(arrays, stages).check();
    ++checked;
  }
  CHECK(checked == 50);
}

TEST_CASE("Darknet's own backward of a batch normalisation is the one that was recorded") {
  if (!have_records()) return;
  using Form = ops::BatchNormTrain::Form;
  for (const auto& [form, of_x] :
       {std::pair(Form::pjreddie, "d_x_pjreddie"), {Form::alexeyab, "d_x_alexey_cpu"}}) {
    INFO(of_x);
    Arrays arrays = read_npz(folder / "batchnorm_darknet_cpu.npz");
    arrays["d_x"] = arrays.at(of_x);
    arrays["zeros"] = {{3}, {0, 0, 0}};
    const std::vector<Stage> stages{{ops::BatchNormTrain{image_shape(arrays.at("x")), form},
                                     {"x", "biases", "scales", "zeros", "zeros"}}};
    Layer(arrays, stages).check();
  }
}

TEST_CASE("the gradients of losses are those that were recorded") {
  if (!have_records()) return;
  const auto parts = [](const std::vector<OwnedTensor>& outs) {
    double loss = 0;
    for (int n = 0; n < outs[1].view.batch; ++n) loss += *outs[1].view.at(n, LossParts::sum, 0, 0);
    return loss;
  };
  for (const char* name : {"softmax_ce", "softmax_ce_groups", "softmax_ce_temperature"}) {
    INFO(name);
    Arrays arrays = read_npz(folder / (std::string(name) + ".npz"));
    const Shape shape = image_shape(arrays.at("x"));
    ops::Softmax softmax;
    softmax.shape = shape;
    softmax.groups = whole(arrays, "groups");
    softmax.temperature = static_cast<float>(arrays.at("temperature").values[0]);
    const OwnedTensor x = tensor_of(arrays.at("x"), {shape}), truth = tensor_of(arrays.at("truth"), {shape});
    const std::vector<OwnedTensor> shares = define(softmax, {x.view}, {});
    check_equal(shares[0].view, arrays.at("y"));
    const std::vector<OwnedTensor> outs = define(ops::SoftmaxLoss{shape}, {shares[0].view, truth.view}, {});
    for (double& delta : arrays.at("darknet_delta").values) delta = -delta;
    check_equal(outs[0].view, arrays.at("darknet_delta"));
    CHECK(parts(outs) == Approx(arrays.at("loss").values[0]).epsilon(1e-5));
  }
  Arrays arrays = read_npz(folder / "cost_sse.npz");
  const Shape shape = image_shape(arrays.at("x"));
  const OwnedTensor x = tensor_of(arrays.at("x"), {shape}), truth = tensor_of(arrays.at("truth"), {shape});
  const std::vector<OwnedTensor> outs = define(ops::Cost{shape}, {x.view, truth.view}, {});
  CHECK(parts(outs) == Approx(arrays.at("loss").values[0]).epsilon(1e-5));
  for (double& value : arrays.at("d_x").values) value /= 2;  // Darknet leaves the factor to the rate
  check_equal(outs[0].view, arrays.at("d_x"));
}
