// Passes and plans: what may be fused, where values may lie, what a plan looks like.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/build.h"
#include "engine/nightjar.h"
#include "engine/passes/passes.h"
#include "engine/plan/plan.h"
#include "parsers/cfg.h"
#include "tests/catch.h"
#include "tests/engine/cfg_graph.h"

using namespace nightjar;

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

Graph all_passes(Graph graph) {
  return fuse_shortcut(fuse_activation(fold_batchnorm(std::move(graph))));
}

const KernelSet& portable() {
  for (const KernelSet& set : kernel_sets()) {
    if (std::string(set.isa) == "portable") return set;
  }
  return kernel_sets().back();
}

const ops::Conv& conv_of(const Graph& graph, int node) {
  return std::get<ops::Conv>(graph.nodes[node].op);
}

}  // namespace

TEST_CASE("batch norm and activation go into the convolution") {
  const Graph graph = fuse_activation(fold_batchnorm(test::graph_of(net + conv)));
  REQUIRE(graph.nodes.size() == 2);
  CHECK(graph.nodes[1].parameters.size() == 5);
  CHECK(conv_of(graph, 1).activation == Activation::leaky);
  CHECK(graph.layer_output[0] == 1);
}

TEST_CASE("a shortcut goes into the convolution in front of it") {
  const Graph graph =
      all_passes(test::graph_of(net + conv + conv + "[shortcut]\nfrom=-2\nactivation=relu\n" + conv));
  REQUIRE(graph.nodes.size() == 4);
  CHECK(conv_of(graph, 2).residual);
  CHECK(conv_of(graph, 2).residual_activation == Activation::relu);
  CHECK(graph.nodes[2].inputs == std::vector<int>{1, 1});
  CHECK(graph.layer_output == std::vector<int>{1, -1, 2, 3});
}

TEST_CASE("a convolution that somebody else reads keeps its own output") {
  // Layer 1 is read by the shortcut and by the route behind it.
  const Graph graph =
      all_passes(test::graph_of(net + conv + conv + "[shortcut]\nfrom=-2\n" + "[route]\nlayers=-1,-2\n"));
  CHECK(!conv_of(graph, 2).residual);
  CHECK(graph.layer_output[1] == 2);
}

TEST_CASE("a shortcut of unequal channels is not fused") {
  const Graph graph = all_passes(test::graph_of(
      net + "[convolutional]\nfilters=8\nsize=1\nactivation=linear\n" + linear + "[shortcut]\nfrom=-2\n"));
  CHECK(!conv_of(graph, 2).residual);
}

TEST_CASE("a route costs nothing where blocks line up") {
  const Graph graph = all_passes(test::graph_of(net + conv + conv + "[route]\nlayers=-1,-2\n" + linear));
  const Plan plan = make_plan(graph, portable());
  CHECK(plan.steps.size() == 3);
  CHECK(plan.values[1].storage == plan.values[3].storage);
  CHECK(plan.values[2].storage == plan.values[3].storage);
  CHECK(plan.values[1].first_block == 32 / portable().block);
}

TEST_CASE("half of a layer is a view of it") {
  const Graph graph =
      all_passes(test::graph_of(net + conv + "[route]\nlayers=-1\ngroups=2\ngroup_id=1\n" + linear));
  const Plan plan = make_plan(graph, portable());
  CHECK(plan.steps.size() == 2);
  CHECK(plan.values[2].storage == plan.values[1].storage);
  CHECK(plan.values[2].first_block == 16 / portable().block);
}

TEST_CASE("values of few channels lie in blocks of half a register, as far as kernels take them") {
  const std::string few = "[convolutional]\nfilters=8\nsize=1\nactivation=leaky\n";
  const std::string depthwise = "[convolutional]\nfilters=8\ngroups=8\nsize=3\npad=1\nactivation=leaky\n";
  const Graph graph = all_passes(test::graph_of(net + few + depthwise + linear + few));
  for (const KernelSet& set : kernel_sets()) {
    INFO(set.isa);
    const Plan plan = make_plan(graph, set);
    CHECK(plan.values[0].block == 1);
    for (const int narrow : {1, 2, 4}) CHECK(plan.values[narrow].block == set.narrow_block);
    CHECK(plan.values[3].block == set.block);
    for (const Step& step : plan.steps)
      CHECK(std::string(step.kernel->name).find(set.isa) != std::string::npos);
  }
}

TEST_CASE("a concatenation and its inputs have blocks of one width") {
  const std::string few = "[convolutional]\nfilters=8\nsize=1\nactivation=leaky\n";
  const Graph graph = all_passes(test::graph_of(net + few + linear + "[route]\nlayers=-1,-2\n" + linear));
  for (const KernelSet& set : kernel_sets()) {
    INFO(set.isa);
    const Plan plan = make_plan(graph, set);
    for (const int value : {1, 2, 3}) CHECK(plan.values[value].block == set.block);
  }
}

TEST_CASE("a factor of one channel is read in the block of what it scales") {
  // [scale_channels] with scale_wh=1 multiplies a (1, h, w) map into 32 channels.
  const std::string one = "[convolutional]\nfilters=1\nsize=1\nactivation=logistic\n";
  const Graph graph =
      all_passes(test::graph_of(net + linear + one + "[scale_channels]\nfrom=-2\nscale_wh=1\n"));
  for (const KernelSet& set : kernel_sets()) {
    INFO(set.isa);
    const Plan plan = make_plan(graph, set);
    CHECK(plan.values[2].block == set.block);
    CHECK(std::string(plan.steps.back().kernel->name).find(set.isa) != std::string::npos);
  }
}

TEST_CASE("transformed filters are packed only where they are small") {
  const auto cfg = parse_cfg(read(NIGHTJAR_SOURCE_DIR "/cfg/yolov3.cfg"), "x.cfg");
  REQUIRE(cfg);
  auto graph = build_graph(*cfg, {});
  REQUIRE(graph);
  const Graph optimised = all_passes(std::move(*graph));
  for (const KernelSet& set : kernel_sets()) {
    std::int64_t packed = 0, plain = 0, winograd = 0;
    for (const Step& step : make_plan(optimised, set).steps) {
      const auto* conv = std::get_if<ops::Conv>(&optimised.nodes[step.node].op);
      if (!conv) continue;
      const std::int64_t filters = (conv->out.c + 31) / 32 * 32, channels = (conv->in.c + 15) / 16 * 16;
      const std::int64_t floats = step.kernel->packed_floats(*conv);
      const std::int64_t allowed = filters * (1 + channels * conv->size * conv->size);
      INFO(set.isa << ", " << step.kernel->name);
      CHECK(floats <= std::max(allowed, filters + (std::int64_t{5} << 20)));
      packed += floats;
      plain += allowed;
      winograd += step.kernel->winograd;
    }
    INFO(set.isa);
    CHECK(packed < 2 * plain);
    if (set.block > 1) CHECK(winograd > 0);
  }
}

TEST_CASE("in no shipped network do two values that are needed at once overlap") {
  for (const auto& entry : std::filesystem::directory_iterator(NIGHTJAR_SOURCE_DIR "/cfg")) {
    if (entry.path().extension() != ".cfg") continue;
    INFO(entry.path().filename().string());
    const auto cfg = parse_cfg(read(entry.path().string()), "x.cfg");
    REQUIRE(cfg);
    BuildOptions options;
    options.width = options.height = 96;
    auto graph = build_graph(*cfg, options);
    if (!graph) continue;  // needs a class tree
    const Plan plan = make_plan(all_passes(std::move(*graph)), kernel_sets().front());
    int overlaps = 0;
    std::int64_t total = 0;
    for (std::size_t a = 0; a < plan.storages.size(); ++a) {
      const Storage& s = plan.storages[a];
      if (!s.in_arena) continue;
      total += s.image_elements();
      CHECK(s.offset + s.image_elements() <= plan.arena_elements);
      for (std::size_t b = 0; b < a; ++b) {
        const Storage& t = plan.storages[b];
        const bool together = t.in_arena && s.first <= t.last && t.first <= s.last;
        overlaps +=
            together && s.offset < t.offset + t.image_elements() && t.offset < s.offset + s.image_elements();
      }
    }
    CHECK(overlaps == 0);
    CHECK(plan.arena_elements < total);  // memory is used again
  }
}

TEST_CASE("the plan of yolov3-tiny is as written down") {
  // The portable kernels' plan, which every machine makes. After a change on purpose:
  //   NIGHTJAR_ISA=portable nightjar explain cfg/yolov3-tiny.cfg > tests/golden/yolov3-tiny.plan
  ModelOptions options;
  options.synthesise = 1;
  options.isa = "portable";
  const auto model = Model::load(NIGHTJAR_SOURCE_DIR "/cfg/yolov3-tiny.cfg", "", options);
  REQUIRE(model);
  CHECK(model->explain() == read(NIGHTJAR_SOURCE_DIR "/tests/golden/yolov3-tiny.plan"));
}
