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

TEST_CASE("anchors in another number than num's are told, missing ones are one half, and a mask finds more") {
  const auto built = [](const std::string& keys) { return graph_of(head(14, "[yolo]\nclasses=2\n" + keys)); };
  const auto anchors = [](const Graph& graph) { return std::get<YoloHead>(graph.heads[0]).anchors; };
  const Graph few = built("num=3\nanchors=1,2, 3\nmask=1,2\n");
  CHECK(anchors(few) == std::vector<float>{3, .5f, .5f, .5f});
  CHECK(few.warnings ==
        std::vector<std::string>{"x.cfg:11: layer 1 [yolo]: 3 numbers in anchors where num=3 has "
                                 "6; 0.5 stands for each that is missing"});
  const Graph many = built("num=2\nanchors=1,2, 3,4, 5,6\n");
  CHECK(anchors(many) == std::vector<float>{1, 2, 3, 4});
  CHECK(many.warnings ==
        std::vector<std::string>{"x.cfg:11: layer 1 [yolo]: 6 numbers in anchors where num=2 has "
                                 "4; the others have no effect, unless mask= names them"});
  CHECK(anchors(built("num=2\nanchors=1,2, 3,4, 5\nmask=2,0\n")) == std::vector<float>{5, .5f, 1, 2});
}

TEST_CASE("region takes the first num anchors") {
  const Graph graph = graph_of(head(14, "[region]\nclasses=2\nnum=2\nanchors=1,2, 3,4, 5,6\n"));
  CHECK(std::get<RegionHead>(graph.heads[0]).anchors == std::vector<float>{1, 2, 3, 4});
  CHECK(graph.warnings.size() == 1);
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

namespace {

// [detection] behind a vector of 4 x (2 + 3 x 5) values; its section is line 8.
std::string vector_head(const std::string& keys) {
  return with_input(
      "[connected]\noutput=68\nactivation=linear\n[detection]\nside=2\nnum=3\nclasses=2\ncoords=4\n" + keys);
}

}  // namespace

TEST_CASE("detection has values of its own, which are its input's") {
  const Graph graph = graph_of(vector_head("sqrt=1\nrescore=1\njitter=.2\n"));
  CHECK(last_op<ops::Copy>(graph).shape == Shape{68, 1, 1});
  REQUIRE(graph.heads.size() == 1);
  const auto& found = std::get<DetectionHead>(graph.heads[0]);
  CHECK((found.classes == 2 && found.slots == 3 && found.side == 2 && found.square_root && found.stretched));
  CHECK((found.nms == Nms::sort && found.layer == 1));
  CHECK(graph.values[found.value].producer == last_node(graph));
  CHECK(graph.warnings.empty());
  CHECK_FALSE(std::get<DetectionHead>(graph_of(vector_head("")).heads[0]).square_root);
}

TEST_CASE("detection with softmax takes one over each cell's classes, and leaves confidences and boxes") {
  const auto op = last_op<ops::Softmax>(graph_of(vector_head("softmax=1\n")));
  CHECK((op.groups == 4 && op.rest == 60 && op.temperature == 1 && op.group_sizes.empty()));
}

TEST_CASE("detection reads an image as a vector, too") {
  const Graph graph =
      graph_of(with_input("[detection]\nside=8\nnum=2\nclasses=2\ncoords=4\nsoftmax=1\n", 12));
  CHECK(last_op<ops::Softmax>(graph).rest == 8 * 8 * 10);
}

TEST_CASE("the classes of boxes are the head's, or the map's") {
  RegionHead region;
  region.classes = 5;
  CHECK(classes_of(region) == 5);
  region.class_map = {3, 1};
  CHECK(classes_of(region) == 2);
  DetectionHead detection;
  detection.classes = 7;
  CHECK(classes_of(detection) == 7);
}
