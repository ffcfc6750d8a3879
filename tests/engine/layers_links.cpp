// Layers that look back (route, shortcut, sam, scale_channels), vectors, and layers that only pass on.
#include "engine/passes/passes.h"
#include "tests/engine/cfg_graph.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

std::string conv(int filters, const std::string& more = {}) {
  return "[convolutional]\nactivation=linear\nfilters=" + std::to_string(filters) + "\n" + more;
}

}  // namespace

TEST_CASE("route of one whole layer is that layer") {
  const Graph graph = graph_of(with_input(conv(4) + conv(5) + "[route]\nlayers=-2\n"));
  CHECK(graph.nodes.size() == 2);
  CHECK(layer_nodes(graph) == std::vector<int>{0, 1, 0});
  CHECK(graph.values[graph.output].producer == 0);
}

TEST_CASE("route puts layers one after the other, by absolute and relative numbers") {
  const Graph graph = graph_of(with_input(conv(4) + conv(5) + "[route]\nlayers=-1, 0\n"));
  const auto& concat = last_op<ops::Concat>(graph);
  CHECK(concat.out() == Shape{9, 8, 8});
  CHECK(sources_of(graph, last_node(graph)) == std::vector<int>{1, 0});
  REQUIRE(concat.slices.size() == 2);
  CHECK((concat.slices[0].channels == 5 && concat.slices[1].channels == 4));
}

TEST_CASE("route takes one group of each layer") {
  const Graph graph = graph_of(with_input(conv(4) + conv(6) + "[route]\nlayers=0,1\ngroups=2\ngroup_id=1\n"));
  const auto& concat = last_op<ops::Concat>(graph);
  CHECK(concat.out().c == 5);
  CHECK((concat.slices[0].first == 2 && concat.slices[0].channels == 2));
  CHECK((concat.slices[1].first == 3 && concat.slices[1].channels == 3));
}

TEST_CASE("shortcut adds one or several layers") {
  const Graph graph =
      graph_of(with_input(conv(4) + conv(4) + conv(4) + "[shortcut]\nfrom=-2,-3\nactivation=leaky\n"));
  CHECK(sources_of(graph, last_node(graph) - 1) == std::vector<int>{2, 1, 0});
  CHECK(last_op<ops::Activate>(graph).activation == Activation::leaky);
  const Graph fused = run_passes(graph);
  CHECK(last_op<ops::Add>(fused).activation == Activation::leaky);
}

TEST_CASE("shortcut with weights has one an input, or one a channel") {
  using Add = ops::Add;
  const auto build = [](const std::string& keys) {
    return graph_of(with_input("[empty]\n[empty]\n[shortcut]\nfrom=-2\n" + keys));
  };
  for (const char* type : {"per_feature", "per_layer"}) {
    const Graph graph = build("weights_type=" + std::string(type) + "\nweights_normalization=avg_relu\n");
    CHECK(parameter_list(graph) == "weights:2");
    CHECK(last_op<Add>(graph).weights == Add::Weights::per_feature);
    CHECK(last_op<Add>(graph).normalization == Add::Normalization::relu);
  }
  const Graph graph = build("weights_type=per_channel\nweights_normalization=softmax\n");
  CHECK(parameter_list(graph) == "weights:6");
  CHECK(weights_of(graph, last_node(graph)) == std::vector<int>{0});
  CHECK(last_op<Add>(graph).normalization == Add::Normalization::softmax);
}

TEST_CASE("shortcut takes other channels, and sizes in one ratio") {
  CHECK(last_shape(graph_of(with_input(conv(4) + conv(6, "stride=2\n") + "[shortcut]\nfrom=0\n"))) ==
        Shape{6, 4, 4});
  const std::string up = conv(2) + "[upsample]\n[shortcut]\nfrom=0\n";
  CHECK(last_shape(graph_of(with_input(up))) == Shape{2, 16, 16});
}

TEST_CASE("sam multiplies value by value") {
  const Graph graph = graph_of(with_input(conv(4) + conv(4) + "[sam]\nfrom=-2\nactivation=relu\n"));
  CHECK(last_op<ops::Activate>(graph).activation == Activation::relu);
  CHECK(sources_of(graph, last_node(graph) - 1) == std::vector<int>{1, 0});
  const Graph fused = run_passes(graph);
  CHECK(last_op<ops::Multiply>(fused).factor == ops::Multiply::Factor::full);
  CHECK(last_op<ops::Multiply>(fused).activation == Activation::relu);
}

TEST_CASE("scale_channels multiplies by channel or by pixel") {
  const Graph channels = graph_of(with_input(conv(4) + "[avgpool]\n[scale_channels]\nfrom=-2\n"));
  CHECK(last_op<ops::Multiply>(channels).factor == ops::Multiply::Factor::per_channel);
  CHECK(last_shape(channels) == Shape{4, 8, 8});
  const Graph pixels = graph_of(with_input(conv(4) + conv(1) + "[scale_channels]\nfrom=-2\nscale_wh=1\n"));
  CHECK(last_op<ops::Multiply>(pixels).factor == ops::Multiply::Factor::per_pixel);
}

TEST_CASE("connected: the file order is not that of convolutions") {
  const Graph graph = graph_of(with_input("[connected]\noutput=5\nbatch_normalize=1\nactivation=relu\n"));
  CHECK(parameter_list(graph) == "biases:5 weights:960 scales:5 rolling_mean:5 rolling_variance:5");
  REQUIRE(graph.nodes.size() == 3);
  CHECK(weights_of(graph, 0) == std::vector<int>{1});
  CHECK(weights_of(graph, 1) == std::vector<int>{0, 2, 3, 4});
  CHECK(shape_of(graph, 2) == Shape{5, 1, 1});
  CHECK(graph.nodes[0].op.flops() == 2 * 192 * 5);
  const Graph plain = graph_of(with_input("[conn]\noutput=5\nactivation=linear\n"));
  CHECK(weights_of(plain, 0) == std::vector<int>{1, 0});
}

TEST_CASE("connected reads the vector of a net that has only inputs") {
  const Graph graph = graph_of("[net]\ninputs=7\n[connected]\noutput=2\n");
  CHECK(graph.input == Shape{7, 1, 1});
  CHECK(parameter_list(graph) == "biases:2 weights:14");
}

TEST_CASE("softmax: groups, temperature, tree") {
  const auto plain = last_op<ops::Softmax>(graph_of(with_input("[softmax]\ngroups=3\ntemperature=2\n")));
  CHECK((plain.groups == 3 && plain.temperature == 2 && plain.group_sizes.empty()));
  BuildOptions options;
  options.tree = flat_tree(192);
  const auto tree = last_op<ops::Softmax>(graph_of(with_input("[softmax]\ntree=/etc/passwd\n"), options));
  CHECK(tree.group_sizes == std::vector<int>{192});
}

TEST_CASE("dropout, cost and empty pass on what they get") {
  const Graph graph = graph_of(with_input(conv(4) + "[dropout]\n[silence]\n[blank]\n[cost]\ntype=masked\n"));
  CHECK(graph.nodes.size() == 1);
  CHECK(layer_nodes(graph) == std::vector<int>{0, 0, 0, 0, 0});
  CHECK(graph.layer_type == std::vector<std::string>{"convolutional", "dropout", "empty", "empty", "cost"});
  CHECK(graph.values[graph.output].producer == 0);
}

TEST_CASE("cost: types of all forks are known, and another is told") {
  for (const char* type : {"sse", "masked", "smooth", "L1", "seg", "wgan"}) {
    INFO(type);
    CHECK(graph_of(with_input("[cost]\nscale=1\ntype=" + std::string(type) + "\n")).warnings.empty());
  }
  const Graph graph = graph_of(with_input(conv(4) + "[cost]\ntype=l2\n"));
  CHECK(graph.warnings.size() == 1);
  CHECK(graph.warnings[0].find("layer 1 [cost]: type=l2 is unknown; Darknet takes sse for it") !=
        std::string::npos);
  CHECK(graph.values[graph.output].producer == 0);
}

TEST_CASE("activation and logistic activate what they get") {
  const auto activation = [](const std::string& section) {
    return last_op<ops::Activate>(graph_of(with_input(section))).activation;
  };
  CHECK(activation("[activation]\nactivation=mish\n") == Activation::mish);
  CHECK(activation("[logistic]\n") == Activation::logistic);
  CHECK(graph_of(with_input("[activation]\n")).nodes.empty());
}

TEST_CASE("l2norm and normalization keep the shape") {
  CHECK(last_op<ops::NormalizeChannels>(graph_of(with_input("[l2norm]\n"))).form ==
        ops::NormalizeChannels::Form::l2);
  const auto lrn = last_op<ops::LocalResponseNorm>(graph_of(with_input("[lrn]\n")));
  CHECK((lrn.shape == Shape{3, 8, 8} && lrn.size == 5));
  CHECK((lrn.alpha == .0001f && lrn.beta == .75f && lrn.kappa == 1));
  const auto other = last_op<ops::LocalResponseNorm>(
      graph_of(with_input("[normalization]\nsize=3\nalpha=2\nbeta=.5\nkappa=4\n")));
  CHECK((other.size == 3 && other.alpha == 2 && other.beta == .5f && other.kappa == 4));
}

TEST_CASE("iseg activates the classes and leaves the embedding") {
  const Graph graph = graph_of(with_input("[iseg]\nclasses=5\nids=2\n", 7));
  REQUIRE(graph.nodes.size() == 3);
  CHECK(graph.nodes[1].op.as<ops::Activate>()->activation == Activation::logistic);
  CHECK(shape_of(graph, 1) == Shape{5, 8, 8});
  const auto& joined = last_op<ops::Concat>(graph);
  CHECK((joined.slices[1].first == 5 && joined.slices[1].channels == 2));
  CHECK(sources_of(graph, 2) == std::vector<int>{1, -1});
  CHECK(last_op<ops::Activate>(graph_of(with_input("[iseg]\nclasses=7\nids=0\n", 7))).shape ==
        Shape{7, 8, 8});
}

TEST_CASE("contrastive passes on what it gets, and may name a yolo layer") {
  const std::string yolo = conv(7) + "[yolo]\nclasses=2\n[route]\nlayers=-2\n";
  const Graph graph = graph_of(with_input(yolo + "[contrastive]\nyolo_layer=-2\nclasses=1\nmax_delta=10\n"));
  CHECK(graph.output == graph.layer_output[0]);
  CHECK(graph.warnings.empty());
}
