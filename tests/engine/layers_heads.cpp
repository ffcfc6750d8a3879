// Detection heads: anchors, masks, NMS, and the channels that they need.
#include "tests/engine/cfg_graph.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

// A head after a convolution with `filters` filters; the head's section is line 8.
std::string head(int filters, const std::string& section) {
  return with_input("[convolutional]\nactivation=linear\nfilters=" + std::to_string(filters) + "\n" +
                    section);
}

const std::string three_anchors = "num=3\nanchors=1,2, 3,4, 5,6\nclasses=2\n";

}  // namespace

TEST_CASE("yolo takes the anchors that its mask selects") {
  const Graph graph = graph_of(head(14, "[yolo]\nmask=2,0\nscale_x_y=1.05\n" + three_anchors));
  const auto& op = last_op<ops::YoloHead>(graph);
  CHECK((op.anchors == 2 && op.classes == 2 && op.scale_x_y == 1.05f && !op.new_coords));
  REQUIRE(graph.heads.size() == 1);
  const auto& found = std::get<YoloHead>(graph.heads[0]);
  CHECK(found.anchors == std::vector<float>{5, 6, 1, 2});
  CHECK((graph.values[found.value].producer == 1 && found.layer == 1 && found.classes == 2));
}

TEST_CASE("yolo: defaults are one anchor of half a pixel and 20 classes") {
  const Graph graph = graph_of(head(25, "[yolo]\n"));
  const auto& found = std::get<YoloHead>(graph.heads[0]);
  CHECK(found.anchors == std::vector<float>{.5f, .5f});
  CHECK(found.classes == 20);
  CHECK(found.nms == Nms::sort);
}

TEST_CASE("yolo: new_coords and the kinds of NMS") {
  const auto built = [](const std::string& keys) {
    return std::get<YoloHead>(graph_of(head(7, "[yolo]\nclasses=2\n" + keys)).heads[0]);
  };
  CHECK(built("new_coords=1\n").new_coords);
  CHECK(built("nms_kind=default\n").nms == Nms::sort);
  CHECK(built("nms_kind=cornersnms\n").nms == Nms::corners);
  const YoloHead greedy = built("nms_kind=greedynms\nbeta_nms=.9\n"),
                 diou = built("nms_kind=diounms\nbeta_nms=.9\n");
  CHECK((greedy.nms == Nms::diou && greedy.beta_nms == .6f));
  CHECK((diou.nms == Nms::diou && diou.beta_nms == .9f));
}

TEST_CASE("Gaussian_yolo has nine planes and a point") {
  const Graph graph =
      graph_of(head(33, "[Gaussian_yolo]\nyolo_point=right_bottom\nuc_normalizer=1\n" + three_anchors));
  CHECK(last_op<ops::GaussianHead>(graph).anchors == 3);
  CHECK(std::get<GaussianHead>(graph.heads[0]).point == GaussianHead::Point::right_bottom);
  CHECK(graph.warnings.empty());
}

TEST_CASE("region: classes by softmax, as they are, or by a tree that is given") {
  using Classes = ops::RegionHead::Classes;
  const auto op = [](const std::string& keys, const BuildOptions& options = {}) {
    return last_op<ops::RegionHead>(graph_of(head(21, "[region]\n" + three_anchors + keys), options))
        .activation;
  };
  CHECK(op("softmax=1\n") == Classes::softmax);
  CHECK(op("") == Classes::raw);
  BuildOptions options;
  options.tree = flat_tree(2);
  CHECK(op("softmax=1\ntree=data/9k.tree\n", options) == Classes::tree);
  CHECK(op("softmax=1\n", options) == Classes::softmax);
}

TEST_CASE("region: the head carries tree, map and classfix") {
  BuildOptions options;
  options.tree = flat_tree(2);
  options.class_map = {1, 0, 1};
  const Graph graph = graph_of(head(21, "[region]\ntree=t\nmap=m\nclassfix=-1\n" + three_anchors), options);
  const auto& found = std::get<RegionHead>(graph.heads[0]);
  CHECK(found.tree.names.size() == 2);
  CHECK(found.class_map == std::vector<int>{1, 0, 1});
  CHECK(found.class_fix);
  CHECK(found.slots() == 3);
}

TEST_CASE("a head that does not fit its input names both numbers") {
  CHECK(refusal(head(20, "[yolo]\n" + three_anchors)) ==
        "x.cfg:11: layer 1 [yolo]: the input has 20 channels; 3 anchors x (5 + 2 classes) need filters=21 in "
        "the "
        "convolution before");
  CHECK(refusal(head(21, "[Gaussian_yolo]\n" + three_anchors))
            .find("3 anchors x (9 + 2 classes) need filters=33") != std::string::npos);
  CHECK(refusal(head(20, "[region]\n" + three_anchors)).find("need filters=21") != std::string::npos);
}
