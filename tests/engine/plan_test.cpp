// Passes and plans: what may be fused, where values may lie, what a plan looks like.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/build.h"
#include "engine/cpu/plan.h"
#include "engine/nightjar.h"
#include "engine/passes/passes.h"
#include "engine/plan/choose.h"
#include "kernels/ops/add.h"
#include "parsers/cfg.h"
#include "tests/catch.h"
#include "tests/engine/cfg_graph.h"
#include "tests/source_dir.h"

using namespace nightjar;
using cpu::KernelSet, cpu::kernel_sets, cpu::make_plan;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

const std::string net = "[net]\nwidth=32\nheight=32\nchannels=3\n";
const std::string conv = "[convolutional]\nbatch_normalize=1\nfilters=32\nsize=3\npad=1\nactivation=leaky\n";
const std::string linear = "[convolutional]\nfilters=32\nsize=1\nactivation=linear\n";

const KernelSet& portable() {
  for (const KernelSet& set : kernel_sets()) {
    if (std::string(set.isa) == "portable") return set;
  }
  return kernel_sets().back();
}

const ops::Conv& conv_of(const Graph& graph, int node) {
  return *graph.nodes[node].op.as<ops::Conv>();
}

// Where the output of a layer lies.
const Place& place_of(const Graph& graph, const Plan& plan, int layer) {
  return plan.places[graph.layer_output[layer]];
}
// The picture's place is that of layer -1.
int block_of(const Graph& graph, const Plan& plan, int layer) {
  return layer < 0 ? plan.places[Graph::input_value].block : place_of(graph, plan, layer).block;
}

}  // namespace

TEST_CASE("batch norm and activation go into the convolution") {
  const Graph graph = fuse_activation(fold_batchnorm(test::graph_of(net + conv)));
  CHECK(fault_of(graph) == "");
  REQUIRE(graph.nodes.size() == 2);
  CHECK(graph.nodes[0].op.is<ops::FoldBatchNorm>());
  CHECK(graph.nodes[0].inputs.size() == 5);
  CHECK(conv_of(graph, 1).activation == Activation::leaky);
  CHECK(conv_of(graph, 1).bias);
  CHECK(graph.nodes[1].inputs[1] == graph.nodes[0].outputs[0]);
  CHECK(graph.nodes[1].inputs[2] == graph.nodes[0].outputs[1]);
  CHECK(test::layer_nodes(graph) == std::vector<int>{1});
}

TEST_CASE("what is folded of fixed parameters is constant") {
  const Graph graph = run_passes(test::graph_of(net + conv));
  for (const int value : graph.nodes[0].outputs) CHECK(is_constant(graph, value));
  const Plan plan = make_plan(graph, portable());
  REQUIRE(plan.steps.size() == 1);
  CHECK(!plan.steps[0].repacked);
  CHECK(plan.packed_bytes > 0);
  CHECK(plan.region_bytes(Region::once, 1) == 0);

  const Graph varied = run_passes(test::graph_of(net + conv), {.vary_parameters = true});
  for (const int value : varied.nodes[0].outputs) CHECK(!is_constant(varied, value));
  const Plan again = make_plan(varied, portable());
  REQUIRE(again.steps.size() == 1);
  CHECK(again.steps[0].repacked);
  CHECK(again.packed_bytes == 0);
  CHECK(again.repacked_bytes == plan.packed_bytes);
  // Weights and four arrays of a value a filter, as they are and folded.
  CHECK(again.region_bytes(Region::once, 7) == 2 * (27 * 32 + 32) * 4 + 3 * 32 * 4);
}

TEST_CASE("a shortcut goes into the convolution in front of it") {
  const Graph graph =
      run_passes(test::graph_of(net + linear + linear + "[shortcut]\nfrom=-2\nactivation=relu\n" + linear));
  REQUIRE(graph.nodes.size() == 3);
  CHECK(conv_of(graph, 1).residual);
  CHECK(conv_of(graph, 1).residual_activation == Activation::relu);
  CHECK(test::sources_of(graph, 1) == std::vector<int>{0, 0});
  CHECK(test::layer_nodes(graph) == std::vector<int>{0, -2, 1, 2});
}

TEST_CASE("a shortcut to what is computed later is not fused") {
  // Layer 1's convolution runs before the pool that it would add.
  const Graph graph = run_passes(test::graph_of(net + linear + linear + "[route]\nlayers=0\n" +
                                                "[maxpool]\nsize=3\nstride=1\n[shortcut]\nfrom=1\n"));
  for (const Node& node : graph.nodes)
    if (const auto* c = node.op.as<ops::Conv>()) CHECK(!c->residual);
  CHECK(test::layer_nodes(graph)[1] == 1);
}

TEST_CASE("a convolution that somebody else reads keeps its own output") {
  // Layer 1 is read by the shortcut and by the route behind it.
  const Graph graph =
      run_passes(test::graph_of(net + linear + linear + "[shortcut]\nfrom=-2\n" + "[route]\nlayers=-1,-2\n"));
  CHECK(!conv_of(graph, 1).residual);
  CHECK(test::layer_nodes(graph)[1] == 1);
}

TEST_CASE("a shortcut of unequal channels is not fused") {
  const Graph graph = run_passes(test::graph_of(
      net + "[convolutional]\nfilters=8\nsize=1\nactivation=linear\n" + linear + "[shortcut]\nfrom=-2\n"));
  CHECK(!conv_of(graph, 1).residual);
}

TEST_CASE("passes that are not wanted are left out") {
  const std::string text = net + linear + linear + "[shortcut]\nfrom=-2\n";
  CHECK(run_passes(test::graph_of(text)).nodes.size() == 2);
  CHECK(run_passes(test::graph_of(text), {.fuse = false}).nodes.size() == 3);
}

TEST_CASE("a route costs nothing where blocks line up") {
  const Graph graph = run_passes(test::graph_of(net + linear + linear + "[route]\nlayers=-1,-2\n" + linear));
  const Plan plan = make_plan(graph, portable());
  CHECK(plan.steps.size() == 3);
  CHECK(place_of(graph, plan, 0).storage == place_of(graph, plan, 2).storage);
  CHECK(place_of(graph, plan, 1).storage == place_of(graph, plan, 2).storage);
  CHECK(place_of(graph, plan, 0).first_block == 32 / portable().block);
}

TEST_CASE("half of a layer is a view of it") {
  const Graph graph =
      run_passes(test::graph_of(net + linear + "[route]\nlayers=-1\ngroups=2\ngroup_id=1\n" + linear));
  const Plan plan = make_plan(graph, portable());
  CHECK(plan.steps.size() == 2);
  CHECK(place_of(graph, plan, 1).storage == place_of(graph, plan, 0).storage);
  CHECK(place_of(graph, plan, 1).first_block == 16 / portable().block);
}

TEST_CASE("what outlives a run has memory of its own, which no run uses for anything else") {
  const Graph graph = run_passes(test::graph_of("[net]\ninputs=40\n[rnn]\noutput=24\n[rnn]\noutput=8\n"));
  const Plan plan = make_plan(graph, portable());
  CHECK(plan.region_bytes(Region::kept, 3) == 3 * (192 + 128 + 64));  // whole cache lines
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (graph.values[i].kind != Kind::state) continue;
    CHECK(plan.storages[plan.places[i].storage].region == Region::kept);
    for (std::size_t j = 0; j < graph.values.size(); ++j)
      CHECK((i == j || plan.places[i].storage != plan.places[j].storage));
  }
}

TEST_CASE("values of few channels lie in blocks of half a register, as far as kernels take them") {
  const std::string few = "[convolutional]\nfilters=8\nsize=1\nactivation=leaky\n";
  const std::string depthwise = "[convolutional]\nfilters=8\ngroups=8\nsize=3\npad=1\nactivation=leaky\n";
  const Graph graph = run_passes(test::graph_of(net + few + depthwise + linear + few));
  for (const KernelSet& set : kernel_sets()) {
    INFO(set.isa);
    const Plan plan = make_plan(graph, set);
    CHECK(block_of(graph, plan, -1) == 1);
    for (const int narrow : {0, 1, 3}) CHECK(block_of(graph, plan, narrow) == set.narrow_block);
    CHECK(block_of(graph, plan, 2) == set.block);
    for (const Step& step : plan.steps)
      CHECK(std::string(step.kernel->name).find(set.isa) != std::string::npos);
  }
}

TEST_CASE("a concatenation and its inputs have blocks of one width") {
  const std::string few = "[convolutional]\nfilters=8\nsize=1\nactivation=leaky\n";
  const Graph graph = run_passes(test::graph_of(net + few + linear + "[route]\nlayers=-1,-2\n" + linear));
  for (const KernelSet& set : kernel_sets()) {
    INFO(set.isa);
    const Plan plan = make_plan(graph, set);
    for (const int layer : {0, 1, 2}) CHECK(block_of(graph, plan, layer) == set.block);
  }
}

TEST_CASE("a factor of one channel is read in the block of what it scales") {
  // [scale_channels] with scale_wh=1 multiplies a (1, h, w) map into 32 channels.
  const std::string one = "[convolutional]\nfilters=1\nsize=1\nactivation=logistic\n";
  const Graph graph =
      run_passes(test::graph_of(net + linear + one + "[scale_channels]\nfrom=-2\nscale_wh=1\n"));
  for (const KernelSet& set : kernel_sets()) {
    INFO(set.isa);
    const Plan plan = make_plan(graph, set);
    CHECK(block_of(graph, plan, 1) == set.block);
    CHECK(std::string(plan.steps.back().kernel->name).find(set.isa) != std::string::npos);
  }
}

TEST_CASE("transformed filters are packed only where they are small") {
  const auto cfg = parse_cfg(read(source_dir() / "cfg/yolov3.cfg"), "x.cfg");
  REQUIRE(cfg);
  auto graph = build_graph(*cfg, {});
  REQUIRE(graph);
  const Graph optimised = run_passes(std::move(*graph));
  for (const KernelSet& set : kernel_sets()) {
    std::int64_t packed = 0, plain = 0, winograd = 0;
    for (const Step& step : make_plan(optimised, set).steps) {
      const auto* op = optimised.nodes[step.node].op.as<ops::Conv>();
      if (!op) continue;
      const std::int64_t filters = (op->out.c + 31) / 32 * 32, channels = (op->in.c + 15) / 16 * 16;
      const std::int64_t floats = step.kernel->packed_bytes(*op) / 4;
      const std::int64_t allowed = filters * (1 + channels * op->size * op->size);
      INFO(set.isa << ", " << step.kernel->name);
      CHECK(floats <= std::max(allowed, filters + (std::int64_t{5} << 20)));
      packed += floats;
      plain += allowed;
      winograd += cpu::cpu_kernel_of(step.kernel).winograd;
    }
    INFO(set.isa);
    CHECK(packed < 2 * plain);
    if (set.block > 1) CHECK(winograd > 0);
  }
}

TEST_CASE("only a sum of two is taken into a convolution") {
  const auto sums = [](const char* sources) {
    const std::string plain = "[convolutional]\nfilters=8\nsize=3\npad=1\n";
    const Graph graph =
        run_passes(test::graph_of(net + plain + plain + plain + "[shortcut]\nfrom=" + sources + "\n"));
    return std::count_if(graph.nodes.begin(), graph.nodes.end(),
                         [](const Node& node) { return node.op.is<ops::Add>(); });
  };
  CHECK(sums("-2") == 0);
  CHECK(sums("-2,-3") == 1);
}

TEST_CASE("measured times decide where every candidate has one, and not before") {
  const Graph graph =
      run_passes(test::graph_of(net + linear + "[convolutional]\nfilters=32\nsize=3\npad=1\n"));
  const Step estimated = make_plan(graph, portable()).steps[1];
  REQUIRE(estimated.candidates.size() > 2);
  const char* slowest = estimated.candidates.back().kernel->name;
  for (const Candidate& timed : estimated.candidates) {
    Tuning one;  // the others' times are not known, and are not 0
    one.set(graph, estimated.node, timed.kernel->name, 1);
    CHECK(make_plan(graph, portable(), {.tuning = &one}).steps[1].kernel == estimated.kernel);
  }
  Tuning all;
  all.set(graph, estimated.node, slowest, 1);
  for (const Candidate& candidate : estimated.candidates)
    if (candidate.kernel->name != slowest) all.set(graph, estimated.node, candidate.kernel->name, 2);
  CHECK(std::string(make_plan(graph, portable(), {.tuning = &all}).steps[1].kernel->name) == slowest);
}

TEST_CASE(
    "a measured time that is hardly shorter leaves the choice to the estimates, where that is asked for") {
  const Graph graph =
      run_passes(test::graph_of(net + linear + "[convolutional]\nfilters=32\nsize=3\npad=1\n"));
  const Step estimated = make_plan(graph, portable()).steps[1];
  const Kernel *preferred = estimated.kernel, *slowest = estimated.candidates.back().kernel;
  REQUIRE(estimated.candidates.size() > 2);
  const auto chosen = [&](double microseconds, double least_gain) {
    Tuning times;
    for (const Candidate& candidate : estimated.candidates)
      times.set(graph, estimated.node, candidate.kernel->name,
                candidate.kernel == slowest ? microseconds : 100);
    return choose(graph, estimated.node, estimated.candidates, &times, least_gain).kernel;
  };
  CHECK(chosen(98, 0) == slowest);
  CHECK(chosen(98, .03) == preferred);
  CHECK(chosen(97, .03) == preferred);
  CHECK(chosen(96, .03) == slowest);
  CHECK(chosen(100, 0) == preferred);
}

TEST_CASE("in no shipped network do two values that are needed at once overlap") {
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() / "cfg")) {
    if (entry.path().extension() != ".cfg") continue;
    INFO(entry.path().filename().string());
    const auto cfg = parse_cfg(read(entry.path().string()), "x.cfg");
    REQUIRE(cfg);
    BuildOptions options;
    options.width = options.height = 96;
    auto graph = build_graph(*cfg, options);
    if (!graph) continue;  // needs a class tree
    for (const Pass& pass : passes) CHECK(fault_of(pass.run(*graph)) == "");
    const Plan plan = make_plan(run_passes(std::move(*graph)), kernel_sets().front());
    int overlaps = 0;
    std::int64_t total = 0;
    for (std::size_t a = 0; a < plan.storages.size(); ++a) {
      const Storage& s = plan.storages[a];
      if (s.region != Region::arena) continue;
      total += s.image_bytes();
      CHECK(s.offset + s.image_bytes() <= plan.region_bytes(Region::arena, 1));
      for (std::size_t b = 0; b < a; ++b) {
        const Storage& t = plan.storages[b];
        const bool together = t.region == Region::arena && s.first <= t.last && t.first <= s.last;
        overlaps +=
            together && s.offset < t.offset + t.image_bytes() && t.offset < s.offset + s.image_bytes();
      }
    }
    CHECK(overlaps == 0);
    CHECK(plan.region_bytes(Region::arena, 1) < total);  // memory is used again
  }
}

TEST_CASE("the plan of yolov3-tiny is as written down") {
  // The portable kernels' plan, which every machine makes. After a change on purpose:
  //   NIGHTJAR_ISA=portable nightjar explain cfg/yolov3-tiny.cfg > tests/golden/yolov3-tiny.plan
  ModelOptions options;
  options.synthesise = 1;
  options.isa = "portable";
  const auto model = Model::load((source_dir() / "cfg/yolov3-tiny.cfg").string(), "", options);
  REQUIRE(model);
  CHECK(model->explain() == read(source_dir() / "tests/golden/yolov3-tiny.plan"));
}
