// What a step touches is a value: states outlive a run, parameters change between runs, whole numbers have a
// scale.
#include <cmath>
#include <random>

#include "engine/cpu/executor.h"
#include "engine/cpu/pack.h"
#include "engine/cpu/plan.h"
#include "engine/nightjar.h"
#include "engine/passes/passes.h"
#include "kernels/ops/conv_int8.h"
#include "kernels/ops/dequantise.h"
#include "kernels/ops/quantise.h"
#include "kernels/ops/quantise_weights.h"
#include "tests/engine/cfg_graph.h"
#include "tests/engine/changed_parameter.h"
#include "tests/engine/recurrent.h"
#include "tests/engine/recurrent_layers.h"
#include "tests/engine/spatial.h"
#include "tests/engine/text_model.h"
#include "tests/relative_error.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

template <class Check>
void on_each_isa(const Check& check) {
  for (const cpu::KernelSet& set : cpu::kernel_sets()) {
    INFO(set.isa);
    ModelOptions options;
    options.isa = set.isa;
    options.threads = 2;
    check(options);
  }
}

}  // namespace

TEST_CASE("a recurrent network remembers, step by step, and forgets when it is told to") {
  on_each_isa([](const ModelOptions& options) {
    CHECK(recurrent_error({40, 24, 30, ""}, options) <= 1e-5);
    CHECK(recurrent_error({40, 24, 30, "shortcut=1\n"}, options) <= 1e-5);
  });
}

TEST_CASE("each recurrent layer is what its loop says, step by step") {
  on_each_isa([](const ModelOptions& options) {
    for (const RecurrentCase& recurrent : recurrent_cases()) {
      INFO(recurrent.name);
      CHECK(recurrent_layer_error(recurrent, options) <= 1e-5);
    }
  });
}

TEST_CASE("each recurrent layer is computed by kernels that are fast") {
  for (const RecurrentCase& recurrent : recurrent_cases()) {
    INFO(recurrent.name);
    const Graph graph = run_passes(test::graph_of(net_of(recurrent.input) + recurrent.sections));
    for (const cpu::KernelSet& set : cpu::kernel_sets()) {
      if (set.block == 1) continue;  // the definitions
      INFO(set.isa);
      const Plan plan = cpu::make_plan(graph, set);
      for (const Step& step : plan.steps) {
        const Op& op = graph.nodes[static_cast<std::size_t>(step.node)].op;
        const auto* conv = op.as<ops::Conv>();
        const auto* add = op.as<ops::Add>();
        if (conv && conv->groups > 1) continue;  // of any layer
        if (add && !add->is_plain()) continue;   // a source that ends within a block
        CHECK(std::string(step.kernel->name) != "reference");
      }
    }
  }
}

TEST_CASE("a reset reaches every image of a batch") {
  const TextModel model(
      "[net]\nwidth=1\nheight=1\nchannels=3\n[rnn]\noutput=7\nhidden=5\nactivation=tanh\n"
      "[yolo]\nmask=0\nanchors=1,1\nclasses=2\nnum=1\n");
  auto context = Context::create(*model, 2);
  REQUIRE(context);
  const std::vector<Image> pictures{{1, 1, 3, {10, 200, 30}}, {1, 1, 3, {250, 20, 90}}};
  DetectOptions options;
  options.threshold = 0;
  const auto places = [&] {
    std::vector<float> all;
    const auto boxes = context->detect(pictures, options);
    REQUIRE(boxes);
    for (const Boxes& found : *boxes) {
      REQUIRE(found.size() == 1);
      all.push_back(found[0].x);
    }
    return all;
  };
  const auto first = places(), second = places();
  CHECK(first[0] != second[0]);
  CHECK(first[1] != second[1]);
  REQUIRE(context->reset());
  CHECK(places() == first);
}

TEST_CASE("pictures are no sequence to a detector that remembers") {
  const TextModel model(
      "[net]\nwidth=8\nheight=8\nchannels=3\n[crnn]\noutput=7\nhidden=5\nactivation=tanh\n"
      "[yolo]\nmask=0\nanchors=1,1\nclasses=2\nnum=1\n");
  std::vector<Image> pictures;
  for (const unsigned char grey : {10, 200, 10, 10})
    pictures.push_back({8, 8, 3, std::vector<std::uint8_t>(192, grey)});
  DetectOptions options;
  options.threshold = 0;
  options.nms = 1;
  for (const int batch : {1, 2, 4}) {
    INFO(batch);
    const auto boxes = model->detect(pictures, options, batch);
    REQUIRE(boxes);
    REQUIRE(boxes->size() == 4);
    CHECK((*boxes)[0][0].x != (*boxes)[1][0].x);
    CHECK((*boxes)[2][0].x == (*boxes)[0][0].x);
    CHECK((*boxes)[3][0].x == (*boxes)[0][0].x);
  }
}

TEST_CASE("rnn.cfg in its own size", "[slow]") {
  CHECK(recurrent_error({256, 1024, 1024, ""}, {}) <= 1e-5);
}

TEST_CASE("each context of a recurrent network has a memory of its own, and Model::forward has none") {
  const TextModel model("[net]\ninputs=5\n[rnn]\noutput=4\n");
  const std::vector<float> input{1, 2, 3, 4, 5};
  auto a = Context::create(*model), b = Context::create(*model);
  REQUIRE(a);
  REQUIRE(b);
  const auto first = *a->forward(input), second = *a->forward(input);
  CHECK(first != second);
  CHECK(*b->forward(input) == first);
  for (int i = 0; i < 2; ++i) CHECK(*model->forward(input) == first);
}

TEST_CASE("layers with an order of weights of their own compute what Darknet's loops do") {
  on_each_isa([](const ModelOptions& options) { CHECK(spatial_error(options) <= 1e-5); });
}

TEST_CASE("a changed parameter gives the bits of a model that was loaded with it") {
  on_each_isa(check_changed_parameters);
}

TEST_CASE("parameters that are fixed, and values that do not fit, are refused") {
  const std::string cfg =
      "[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nbatch_normalize=1\nfilters=4\n";
  const TextModel fixed(cfg), varied(cfg, true);
  auto context = Context::create(*fixed), free = Context::create(*varied);
  REQUIRE(context);
  REQUIRE(free);
  const std::vector<float> four(4);
  CHECK(context->set_parameter(0, four).error().kind == Failure::usage);
  CHECK(context->set_parameter(0, four).error().message.find("its parameters are fixed") !=
        std::string::npos);
  CHECK(free->set_parameter(0, four));
  CHECK(free->set_parameter(5, four).error().message.find("there is no parameter 5; it has 5") !=
        std::string::npos);
  CHECK(free->set_parameter(4, four).error().message.find(
            "4 values for the weights of layer 0; they are 12") != std::string::npos);
  CHECK(free->set_parameter(3, std::vector<float>{1, 1, -1, 1}).error().message.find("negative variance") !=
        std::string::npos);
}

namespace {

// Convolution in fp32, quantise, 1x1 convolution in whole numbers, dequantise, convolution in fp32.
struct Int8Network {
  Graph graph =
      test::graph_of("[net]\nwidth=9\nheight=7\nchannels=3\n[convolutional]\nfilters=24\nsize=3\npad=1\n");
  int quantised, sums;  // values
  ops::ConvInt8 conv;

  Int8Network() {
    const Shape shape = graph.shape(graph.output);
    quantised = graph.add_node(ops::Quantise{shape, .01f}, {graph.output});
    conv = {{.in = shape, .out = {40, 7, 9}, .activation = Activation::leaky, .bias = true}, .01f, .02f};
    const int weights = add_parameter("weights", conv.conv.weights()),
              biases = add_parameter("biases", {40, 1, 1});
    const int small = graph.add_node(ops::QuantiseWeights{conv.conv.weights()}, {weights});
    sums = graph.add_node(conv, {quantised, small, small + 1, biases});
    const int back = graph.add_node(ops::Dequantise{conv.conv.out, conv.out_scale}, {sums});
    const ops::Conv last{.in = conv.conv.out, .out = {16, 7, 9}, .size = 3, .pad = 1, .bias = true};
    graph.output = graph.add_node(
        last, {back, add_parameter("weights", last.weights()), add_parameter("biases", {16, 1, 1})});
    graph.values[graph.output].kind = Kind::result;
    graph.values[quantised].kind = graph.values[sums].kind = Kind::result;
  }

  int add_parameter(const char* name, const Shape& shape) {
    GraphValue value{parameter_of(shape)};
    value.parameter = static_cast<int>(graph.parameters.size());
    Parameter array;
    array.name = name;
    array.count = shape.size();
    array.offset = graph.parameter_floats();
    array.value = graph.add_value(value);
    graph.parameters.push_back(array);
    return array.value;
  }
};

// The values of an i8 tensor of a result, planar, as they are stored.
std::vector<float> stored(const Int8Network& network, const std::vector<float>& in,
                          const ParameterSource& source) {
  const Shape shape = network.conv.conv.in;
  std::vector<float> weights(static_cast<std::size_t>(40 * shape.c)), biases(40);
  REQUIRE(source.read(network.graph, 2, weights));
  REQUIRE(source.read(network.graph, 3, biases));
  std::vector<float> out;
  const int cells = shape.h * shape.w;
  for (int n = 0; n < 40; ++n) {
    float largest = 0;
    for (int c = 0; c < shape.c; ++c) largest = std::max(largest, std::abs(weights[n * shape.c + c]));
    const double scale = largest / 127;
    for (int i = 0; i < cells; ++i) {
      int sum = 0;
      for (int c = 0; c < shape.c; ++c)
        sum += static_cast<int>(std::nearbyint(weights[n * shape.c + c] / (largest / 127))) *
               static_cast<int>(in[c * cells + i]);
      const double value = .01f * scale * sum + biases[n];
      out.push_back(static_cast<float>(std::nearbyint((value > 0 ? value : .1 * value) / .02f)));
    }
  }
  return out;
}

}  // namespace

TEST_CASE("whole numbers with a scale pass through a plan of fp32 neighbours") {
  const Int8Network network;
  REQUIRE(fault_of(network.graph) == "");
  const Graph graph = run_passes(network.graph);
  const auto source = synthesise(11);
  for (const cpu::KernelSet& set : cpu::kernel_sets()) {
    INFO(set.isa);
    const Plan plan = cpu::make_plan(graph, set);
    REQUIRE(plan.steps.size() == 5);
    CHECK(std::string(plan.steps[2].kernel->name) == "reference");
    if (set.block > 1) CHECK(std::string(plan.steps[4].kernel->name) != "reference");
    ThreadPool pool(2);
    const auto packed = cpu::pack_weights(graph, plan, *source, pool);
    REQUIRE(packed);
    auto executor = cpu::CpuExecutor::create(graph, plan, packed->get(), nullptr, 1, 2);
    REQUIRE(executor);
    std::vector<float> picture(3 * 7 * 9);
    std::mt19937 random(2);
    for (float& v : picture) v = std::uniform_real_distribution<float>(0, 1)(random);
    REQUIRE((*executor)->write(Graph::input_value, 0, picture));
    REQUIRE((*executor)->run(1, {}));

    std::vector<float> before, quantised, sums, after;
    const auto producer_input = [&](std::size_t step) {
      return graph.nodes[plan.steps[step].node].inputs[0];
    };
    const int quantised_value = producer_input(2), sums_value = producer_input(3);
    REQUIRE((*executor)->read(quantised_value, quantised, 0));
    REQUIRE((*executor)->read(sums_value, sums, 0));
    REQUIRE((*executor)->read(graph.output, after, 0));
    CHECK(graph.values[quantised_value].scale == .01f);
    // read() gives what is stored times the scale.
    for (float& v : quantised) v = std::nearbyint(v / .01f);
    for (float& v : sums) v = std::nearbyint(v / .02f);
    CHECK(*std::max_element(quantised.begin(), quantised.end()) > 20);
    const std::vector<float> expected = stored(network, quantised, *source);
    int differ = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      CHECK(std::abs(sums[i] - expected[i]) <= 1);  // a half may fall either way
      differ += sums[i] != expected[i];
    }
    CHECK(differ * 100 <= static_cast<int>(sums.size()));
    CHECK(after.size() == 16 * 63);
  }
}

namespace {

// Of signs, in every way that a cfg can ask for them.
const std::string signs =
    "[net]\nchannels=3\nheight=19\nwidth=23\n"
    "[conv]\nfilters=24\nsize=3\npad=1\nbatch_normalize=1\nactivation=linear\n"
    "[conv]\nfilters=40\nsize=3\npad=1\nstride=2\nbatch_normalize=1\nactivation=leaky\nxnor=1\nbin_output=1\n"
    "[maxpool]\nsize=2\nstride=1\n"
    "[conv]\nfilters=40\nsize=3\npad=1\nbatch_normalize=1\nactivation=leaky\nxnor=1\n"
    "[shortcut]\nfrom=-2\nactivation=linear\n"
    "[conv]\nfilters=70\nactivation=linear\nbinary=1\n"
    "[conv]\nfilters=7\nsize=3\npad=1\nactivation=linear\nxnor=1\n";

std::vector<float> output_of(const std::string& cfg, const ModelOptions& wanted) {
  const TemporaryFile file(".cfg", cfg);
  ModelOptions options = wanted;
  options.synthesise = 1;
  const auto model = Model::load(file.path(), "", options);
  INFO((model ? "" : model.error().message));
  REQUIRE(model);
  std::mt19937 random(3);
  std::uniform_real_distribution<float> uniform(0, 1);
  std::vector<float> input(static_cast<std::size_t>(model->input().size()));
  for (float& v : input) v = uniform(random);
  const auto output = model->forward(input);
  REQUIRE(output);
  return *output;
}

}  // namespace

TEST_CASE("a network of signs gives the same on every instruction set") {
  for (const bool signed_padding : {false, true}) {
    ModelOptions options;
    options.signed_padding = signed_padding;
    options.isa = "reference";
    const std::vector<float> truth = output_of(signs, options);
    on_each_isa([&](ModelOptions of_isa) {
      of_isa.signed_padding = signed_padding;
      CHECK(relative_error(output_of(signs, of_isa), truth) <= 1e-5);
    });
  }
}

TEST_CASE("the padding of signs shows at the edges, and nowhere else") {
  const std::string cfg =
      "[net]\nchannels=5\nheight=6\nwidth=7\n[conv]\nfilters=3\nsize=3\npad=1\nactivation=linear\nxnor=1\n";
  ModelOptions options;
  const std::vector<float> zero = output_of(cfg, options);
  options.signed_padding = true;
  const std::vector<float> minus_one = output_of(cfg, options);
  REQUIRE(zero.size() == 3 * 6 * 7);
  int changed = 0;
  for (int i = 0; i < 3 * 6 * 7; ++i) {
    const int y = i / 7 % 6, x = i % 7;
    const bool edge = y == 0 || y == 5 || x == 0 || x == 6;
    changed += zero[static_cast<std::size_t>(i)] != minus_one[static_cast<std::size_t>(i)];
    if (!edge) CHECK(zero[static_cast<std::size_t>(i)] == minus_one[static_cast<std::size_t>(i)]);
  }
  CHECK(changed > 0);
}

TEST_CASE("the layer table has a row for a convolution of signs as for any other") {
  const std::string conv =
      "[net]\nchannels=3\nheight=8\nwidth=8\n[conv]\nfilters=64\nsize=3\npad=1\nactivation=linear\n";
  const std::string plain = TextModel(conv)->layer_table();
  CHECK(TextModel(conv + "binary=1\n")->layer_table() == plain);
  // Its operations are counted in words of 32 signs, of which there are too few here to show.
  CHECK(TextModel(conv + "xnor=1\n")->layer_table() == plain);
}

TEST_CASE("binary weights make a convolution of the mean weight and the signs") {
  // On inputs of 1 a filter's sum is mean * (weights above 0 - others); xnor's is the same.
  const std::string conv = "[net]\nchannels=9\nheight=1\nwidth=1\n[conv]\nfilters=5\nactivation=linear\n";
  const auto run = [](const std::string& cfg) {
    const TemporaryFile file(".cfg", cfg);
    ModelOptions options;
    options.synthesise = 1;
    const auto model = Model::load(file.path(), "", options);
    REQUIRE(model);
    const auto output = model->forward(std::vector<float>(9, 1));
    REQUIRE(output);
    return *output;
  };
  const auto binary = run(conv + "binary=1\n"), xnor = run(conv + "xnor=1\n");
  CHECK(relative_error(binary, xnor) <= 1e-6);
  CHECK(relative_error(binary, run(conv)) > 1e-3);
}
