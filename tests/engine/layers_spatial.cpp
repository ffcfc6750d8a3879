// What convolutions, poolings and the like make of their options: nodes, shapes, weights in file order.
#include "tests/engine/cfg_graph.h"

using namespace nightjar;
using namespace nightjar::test;

TEST_CASE("convolutional: defaults are one 1x1 filter and a logistic") {
  const Graph graph = graph_of(with_input("[convolutional]\n"));
  REQUIRE(graph.nodes.size() == 2);
  CHECK(graph.nodes[0].op.as<ops::Conv>()->size == 1);
  CHECK(last_op<ops::Activate>(graph).activation == Activation::logistic);
  CHECK(shape_of(graph, 1) == Shape{1, 8, 8});
  CHECK(parameter_list(graph) == "biases:1 weights:3");
  CHECK(weights_of(graph, 0) == std::vector<int>{1, 0});
}

TEST_CASE("convolutional with batch normalisation: file order, nodes, and what each reads") {
  const Graph graph = graph_of(with_input(
      "[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\nstride=2\npad=1\nactivation=leaky\n"));
  CHECK(parameter_list(graph) == "biases:4 scales:4 rolling_mean:4 rolling_variance:4 weights:108");
  REQUIRE(graph.nodes.size() == 3);
  CHECK(weights_of(graph, 0) == std::vector<int>{4});
  CHECK(weights_of(graph, 1) == std::vector<int>{0, 1, 2, 3});
  CHECK(last_op<ops::Activate>(graph).activation == Activation::leaky);
  CHECK(shape_of(graph, 2) == Shape{4, 4, 4});
  CHECK(graph.parameters[4].offset == 16);
  CHECK(graph.parameter_floats() == 124);
  CHECK(graph.nodes[0].op.flops() == 2 * 27 * 4 * 16);
  CHECK(graph.nodes[1].op.flops() == 0);
}

TEST_CASE("convolutional: cross-iteration batch normalisation is batch normalisation") {
  CHECK(parameter_list(graph_of(with_input("[conv]\ncbn=1\nactivation=linear\n"))) ==
        "biases:1 scales:1 rolling_mean:1 rolling_variance:1 weights:3");
}

TEST_CASE("convolutional: groups, a stride for each direction, padding") {
  const Graph graph = graph_of(with_input(
      "[convolutional]\nfilters=6\nsize=3\ngroups=3\nstride=2\nstride_x=1\npadding=2\nactivation=linear\n"));
  const auto& conv = last_op<ops::Conv>(graph);
  CHECK(conv.groups == 3);
  CHECK((conv.stride_x == 1 && conv.stride_y == 2));
  CHECK(conv.pad == 2);
  CHECK(conv.out == Shape{6, 5, 10});
  CHECK(parameter_list(graph) == "biases:6 weights:54");
}

TEST_CASE("convolutional: pad stands for half the size, whatever padding says") {
  const Graph graph = graph_of(with_input("[convolutional]\nsize=5\npad=1\npadding=1\nactivation=linear\n"));
  CHECK(last_op<ops::Conv>(graph).pad == 2);
}

TEST_CASE("convolutional: dilation widens the padding and keeps the shape; a 1x1 kernel has none") {
  const Graph graph = graph_of(with_input("[convolutional]\nsize=3\npad=1\ndilation=2\nactivation=linear\n"));
  CHECK(last_op<ops::Conv>(graph).pad == 2);
  CHECK(last_op<ops::Conv>(graph).dilation == 2);
  CHECK(last_shape(graph) == Shape{1, 8, 8});
  CHECK(
      last_op<ops::Conv>(graph_of(with_input("[convolutional]\ndilation=4\nactivation=linear\n"))).dilation ==
      1);
  CHECK(refusal(with_input("[convolutional]\nsize=3\ndilation=2\n")) ==
        "x.cfg:7: layer 0 [convolutional]: dilation=2 with size=3 and padding=0; an odd size and "
        "padding=size/2 are "
        "needed");
}

TEST_CASE("convolutional: flipped weights are transposed when they are read") {
  const Graph graph =
      graph_of(with_input("[convolutional]\nfilters=2\nsize=3\nflipped=1\nactivation=linear\n"));
  CHECK(graph.parameters[1].transposed_rows == 2);
  CHECK(graph.parameters[1].transposed_cols == 27);
  CHECK(graph.parameters[0].transposed_rows == 0);
}

TEST_CASE("convolutional: share_index reads another layer's arrays and adds none") {
  const std::string conv = "[convolutional]\nbatch_normalize=1\nfilters=3\nsize=3\npad=1\nactivation=leaky\n";
  const Graph graph = graph_of(with_input(conv + conv + "share_index=-1\n" + conv + "share_index=1\n"));
  CHECK(graph.parameter_floats() == 12 + 81);
  REQUIRE(graph.nodes.size() == 9);
  for (const int node : {3, 6}) {
    CHECK(weights_of(graph, node) == weights_of(graph, 0));
    CHECK(weights_of(graph, node + 1) == weights_of(graph, 1));
  }
  CHECK(refusal(with_input(conv + "[convolutional]\nsize=3\nfilters=2\nshare_index=0\n")) ==
        "x.cfg:14: layer 1 [convolutional]: share_index=0 is no convolution with the same filters, size, "
        "channels per "
        "group and batch_normalize; one is needed");
}

TEST_CASE("convolutional: coordconv is ignored, as on Darknet's CPUs, and told of") {
  const Graph graph = graph_of(with_input("[convolutional]\ncoordconv=1\nactivation=linear\n"));
  CHECK(graph.nodes.size() == 1);
  CHECK(graph.warnings == std::vector<std::string>{
                              "x.cfg:6: layer 0 [convolutional]: coordconv adds no coordinates, in Darknet "
                              "neither; ignored"});
}

TEST_CASE("antialiasing: the layer steps by 1, and a constant blur behind its activation takes the strides") {
  const Graph graph = graph_of(
      with_input("[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\nstride=2\nstride_x=3\npad=1\n"
                 "activation=leaky\nantialiasing=1\n"));
  REQUIRE(graph.nodes.size() == 5);
  const auto& conv = *graph.nodes[0].op.as<ops::Conv>();
  CHECK((conv.stride_x == 1 && conv.stride_y == 1 && conv.out == Shape{4, 8, 8}));
  CHECK(graph.nodes[2].op.is<ops::Activate>());
  const auto& filter = *graph.nodes[3].op.as<ops::BinomialFilter>();
  CHECK((filter.channels == 4 && filter.size == 3));
  const auto& blur = last_op<ops::Conv>(graph);
  CHECK((blur.size == 3 && blur.pad == 1 && blur.groups == 4 && !blur.bias));
  CHECK((blur.stride_x == 3 && blur.stride_y == 2 && blur.out == Shape{4, 4, 3}));
  CHECK(sources_of(graph, 4) == std::vector<int>{2});
  CHECK(is_constant(graph, graph.nodes[4].inputs[1]));
  CHECK(parameter_list(graph) == "biases:4 scales:4 rolling_mean:4 rolling_variance:4 weights:108");
}

TEST_CASE("antialiasing=2 blurs 2x2 cells without padding; pools are blurred alike") {
  const Graph graph = graph_of(with_input("[maxpool]\nsize=3\nstride=2\nantialiasing=2\n"));
  REQUIRE(graph.nodes.size() == 3);
  const auto& pool = *graph.nodes[0].op.as<ops::MaxPool>();
  CHECK((pool.stride_x == 1 && pool.padding == 2 && pool.out == Shape{3, 8, 8}));
  const auto& blur = last_op<ops::Conv>(graph);
  CHECK((blur.size == 2 && blur.pad == 0 && blur.stride_x == 2 && blur.out == Shape{3, 4, 4}));
}

TEST_CASE("share_index of a convolution that blurs takes its weights, not the blur's") {
  const std::string conv = "[convolutional]\nfilters=3\nsize=3\npad=1\nactivation=linear\n";
  const Graph graph = graph_of(with_input(conv + "antialiasing=1\n" + conv + "share_index=0\n"));
  CHECK(graph.parameter_floats() == 3 + 81);
  CHECK(weights_of(graph, last_node(graph)) == weights_of(graph, 0));
}

TEST_CASE("convolutional: xnor is a convolution of signs, whose arrays are those of any other") {
  const std::string conv = "[convolutional]\nbatch_normalize=1\nfilters=4\nsize=3\npad=1\nactivation=leaky\n";
  const Graph plain = graph_of(with_input(conv)), graph = graph_of(with_input(conv + "xnor=1\n"));
  CHECK(parameter_list(graph) == parameter_list(plain));
  REQUIRE(graph.nodes.size() == 3);
  const auto* op = graph.nodes[0].op.as<ops::ConvXnor>();
  REQUIRE(op);
  CHECK(op->outside == ops::ConvXnor::Outside::zero);
  CHECK(op->conv.pad == 1);
  CHECK(weights_of(graph, 0) == weights_of(plain, 0));
  CHECK(graph.nodes[0].op.flops() == plain.nodes[0].op.flops() / 32);
  BuildOptions signed_padding;
  signed_padding.signed_padding = true;
  const Graph as_alexeyab = graph_of(with_input(conv + "xnor=1\n"), signed_padding);
  CHECK(as_alexeyab.nodes[0].op.as<ops::ConvXnor>()->outside == ops::ConvXnor::Outside::minus_one);
}

TEST_CASE("convolutional: xnor goes before binary, and has no groups; bin_output changes nothing") {
  const auto op = [](const std::string& keys) {
    return last_op<ops::ConvXnor>(
        graph_of(with_input("[convolutional]\nactivation=linear\nfilters=3\nxnor=1\n" + keys)));
  };
  CHECK(op("binary=1\n").conv.groups == 1);
  CHECK(op("groups=3\n").conv.groups == 1);
  CHECK(parameter_list(graph_of(with_input("[conv]\nxnor=1\nfilters=3\ngroups=3\n"))) ==
        "biases:3 weights:9");
  CHECK(op("groups=2\n").conv.groups == 1);  // 2 divides neither channels nor filters
  const Graph graph = graph_of(with_input("[convolutional]\nxnor=1\nbin_output=1\nactivation=leaky\n"));
  CHECK(last_op<ops::Activate>(graph).activation == Activation::leaky);
  CHECK(graph.warnings.empty());
}

TEST_CASE("convolutional: binary weights are made of the stored ones, before batch normalisation") {
  const Graph graph = graph_of(
      with_input("[convolutional]\nbatch_normalize=1\nfilters=4\ngroups=1\nactivation=linear\nbinary=1\n"));
  REQUIRE(graph.nodes.size() == 3);
  const auto* op = graph.nodes[0].op.as<ops::BinariseWeights>();
  REQUIRE(op);
  CHECK(op->weights == Shape{4, 3, 1});
  CHECK(graph.nodes[0].inputs == std::vector<int>{graph.parameters[4].value});
  CHECK(graph.nodes[1].op.is<ops::Conv>());
  CHECK(inputs_of(graph.nodes[1], Role::weight) == graph.nodes[0].outputs);
  CHECK(parameter_list(graph) == "biases:4 scales:4 rolling_mean:4 rolling_variance:4 weights:12");
}

TEST_CASE("convolutional: a layer may share weights of which another one takes the signs") {
  const std::string conv = "[convolutional]\nfilters=3\nsize=3\npad=1\nactivation=linear\n";
  for (const char* signs : {"binary=1\n", "xnor=1\n"}) {
    INFO(signs);
    const Graph graph = graph_of(with_input(conv + signs + conv + "share_index=0\n"));
    CHECK(parameter_list(graph) == "biases:3 weights:81");
    CHECK(last_op<ops::Conv>(graph).out.c == 3);
    CHECK(weights_of(graph, last_node(graph)) == std::vector<int>{1, 0});
    const Graph other = graph_of(with_input(conv + conv + "share_index=0\n" + signs));
    CHECK(parameter_list(other) == "biases:3 weights:81");
  }
  for (const char* signs : {"", "binary=1\n", "xnor=1\n"}) {
    CHECK(refusal(with_input("[avgpool]\n[convolutional]\nshare_index=0\n" + std::string(signs))) != "");
  }
}

TEST_CASE("convolutional: every activation of Darknet is known by name") {
  for (const char* name :
       {"elu",  "gelu", "hard_mish", "hardtan", "leaky", "lhtan",    "linear", "loggy", "logistic", "mish",
        "plse", "ramp", "relie",     "relu",    "relu6", "revleaky", "selu",   "stair", "swish",    "tanh"}) {
    INFO(name);
    graph_of(with_input("[convolutional]\nactivation=" + std::string(name) + "\n"));
  }
  using Kind = ops::NormalizeChannels::Form;
  const auto kind = [](const std::string& name) {
    return last_op<ops::NormalizeChannels>(graph_of(with_input("[convolutional]\nactivation=" + name + "\n")))
        .form;
  };
  CHECK(kind("normalize_channels") == Kind::relu);
  CHECK(kind("normalize_channels_softmax") == Kind::softmax);
  CHECK(kind("normalize_channels_softmax_maxval") == Kind::softmax_maxval);
}

TEST_CASE("maxpool: size and padding follow the stride; odd sizes, SPP and size 2 stride 1") {
  const auto shape = [](const std::string& keys, int side) {
    return last_shape(graph_of(with_input("[maxpool]\n" + keys, 3, side, side)));
  };
  CHECK(shape("stride=2\n", 8) == Shape{3, 4, 4});
  CHECK(shape("stride=2\nsize=2\n", 7) == Shape{3, 4, 4});
  CHECK(shape("stride=1\nsize=2\n", 13) == Shape{3, 13, 13});
  CHECK(shape("stride=1\nsize=13\n", 13) == Shape{3, 13, 13});
  CHECK(shape("stride=2\nsize=3\n", 55) == Shape{3, 28, 28});
  CHECK(shape("stride=2\nsize=3\npadding=0\n", 55) == Shape{3, 27, 27});
  CHECK(shape("stride_x=2\nsize=2\n", 8) == Shape{3, 8, 4});
  const auto pool = last_op<ops::MaxPool>(graph_of(with_input("[max]\nsize=5\n")));
  CHECK((pool.size == 5 && pool.padding == 4 && pool.stride_x == 1));
}

TEST_CASE("maxpool over the channels") {
  const Graph graph = graph_of(with_input("[maxpool]\nmaxpool_depth=1\nout_channels=3\n", 6));
  CHECK(last_op<ops::MaxPoolDepth>(graph).out == Shape{3, 8, 8});
}

TEST_CASE("local_avgpool is shaped as maxpool, avgpool leaves one cell") {
  const Graph graph = graph_of(with_input("[local_avgpool]\nsize=2\nstride=2\n[avgpool]\n"));
  CHECK(shape_of(graph, 0) == Shape{3, 4, 4});
  CHECK(shape_of(graph, 1) == Shape{3, 1, 1});
}

TEST_CASE("upsample grows, or shrinks for a negative stride") {
  const auto up = last_op<ops::Upsample>(graph_of(with_input("[upsample]\nscale=.5\n")));
  CHECK((up.out == Shape{3, 16, 16} && !up.down && up.scale == .5f));
  const auto down = last_op<ops::Upsample>(graph_of(with_input("[upsample]\nstride=-3\n")));
  CHECK((down.out == Shape{3, 2, 2} && down.down && down.stride == 3));
}

TEST_CASE("reorg and reorg3d fold cells into channels") {
  const auto reorg = last_op<ops::Reorg>(graph_of(with_input("[reorg]\nstride=2\n", 4)));
  CHECK((reorg.out == Shape{16, 4, 4} && !reorg.space_to_depth));
  const auto real = last_op<ops::Reorg>(graph_of(with_input("[reorg3d]\nstride=2\n")));
  CHECK((real.out == Shape{12, 4, 4} && real.space_to_depth));
  const auto back = last_op<ops::Reorg>(graph_of(with_input("[reorg]\nstride=2\nreverse=1\n", 8, 3, 5)));
  CHECK((back.out == Shape{2, 6, 10} && back.reverse));
}

TEST_CASE("reorg with extra is a vector with zeros behind it; flattened it changes the order alone") {
  const auto extra = last_op<ops::Reshape>(graph_of(with_input("[reorg]\nextra=1\nstride=5\n", 1, 19, 19)));
  CHECK((extra.out == Shape{362, 1, 1} && extra.rows == 1));
  const auto flat = last_op<ops::Reshape>(graph_of(with_input("[reorg]\nflatten=1\n", 6, 4, 5)));
  CHECK((flat.out == Shape{6, 4, 5} && flat.rows == 6));
  const auto back =
      last_op<ops::Reshape>(graph_of(with_input("[reorg]\nflatten=1\nreverse=1\nstride=2\n", 8, 4, 5)));
  CHECK((back.out == Shape{2, 8, 10} && back.rows == 20));
}

TEST_CASE("crop takes the middle and makes -1..1 of 0..1, unless noadjust") {
  const auto crop =
      last_op<ops::Crop>(graph_of(with_input("[crop]\ncrop_height=5\ncrop_width=6\nflip=1\nshift=.2\n")));
  CHECK((crop.out == Shape{3, 5, 6} && crop.top == 1 && crop.left == 1));
  CHECK((crop.scale == 2 && crop.shift == -1));
  const auto plain = last_op<ops::Crop>(graph_of(with_input("[crop]\nnoadjust=1\n")));
  CHECK((plain.out == Shape{3, 1, 1} && plain.top == 3 && plain.scale == 1 && plain.shift == 0));
}

TEST_CASE("local has biases, then weights, for each place") {
  const Graph graph = graph_of(with_input("[local]\nfilters=4\nsize=3\nstride=2\npad=1\nactivation=leaky\n"));
  REQUIRE(graph.nodes.size() == 2);
  const auto& local = *graph.nodes[0].op.as<ops::Local>();
  CHECK((local.out == Shape{4, 4, 4} && local.pad == 1 && local.stride == 2));
  CHECK(parameter_list(graph) == "biases:64 weights:1728");
  CHECK(weights_of(graph, 0) == std::vector<int>{1, 0});
  CHECK(graph.nodes[0].op.flops() == 2 * 64 * 27);
  CHECK(last_op<ops::Activate>(graph).activation == Activation::leaky);
  CHECK(last_shape(graph_of(with_input("[local]\nsize=3\n"))) == Shape{1, 6, 6});
  CHECK(last_shape(graph_of(with_input("[local]\nsize=5\npad=2\n"))) == Shape{1, 8, 8});
}

TEST_CASE("deconvolutional grows, and its weights lie channel by channel in the file") {
  const Graph graph =
      graph_of(with_input("[deconv]\nbatch_normalize=1\nfilters=4\nsize=4\nstride=2\npadding=1\n"));
  REQUIRE(graph.nodes.size() == 3);
  CHECK(graph.nodes[0].op.as<ops::Deconv>()->out == Shape{4, 16, 16});
  CHECK(parameter_list(graph) == "biases:4 scales:4 rolling_mean:4 rolling_variance:4 weights:192");
  const Parameter& weights = graph.parameters[4];
  CHECK((weights.transposed_rows == 4 && weights.transposed_cols == 3 && weights.transposed_run == 16));
  CHECK(last_op<ops::Activate>(graph).activation == Activation::logistic);
  CHECK(last_shape(graph_of(with_input("[deconv]\nsize=5\nstride=3\npad=1\n"))) == Shape{1, 22, 22});
}

TEST_CASE("implicit is a value of the weights file for each filter and atom") {
  const Graph graph = graph_of(with_input("[implicit]\nfilters=5\natoms=2\nmean=1\nstd=.02\n"));
  CHECK(last_shape(graph) == Shape{5, 2, 1});
  CHECK(parameter_list(graph) == "weights:10");
  CHECK(last_shape(graph_of(with_input("[implicit]\n"))) == Shape{128, 1, 1});
}

TEST_CASE("batchnorm has biases, scales, mean and variance") {
  const Graph graph = graph_of(with_input("[batchnorm]\n"));
  CHECK(parameter_list(graph) == "biases:3 scales:3 rolling_mean:3 rolling_variance:3");
  CHECK(weights_of(graph, 0) == std::vector<int>{0, 1, 2, 3});
}
