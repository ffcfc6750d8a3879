// Every cfg that the Darknet forks publish: built with as many weights as its .weights file holds, or refused
// for the one thing that is not supported.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "engine/passes/passes.h"
#include "tests/engine/cfg_graph.h"
#include "tests/source_dir.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

const std::filesystem::path folder = source_dir() / "../shared/darknet/cfg";

// Floats in the body of the .weights file.
const std::map<std::string, std::int64_t> expected_floats = {
    {"alexeyab/Gaussian_yolov3_BDD.cfg", 61646347},
    {"alexeyab/alexnet.cfg", 62378344},
    {"alexeyab/cd53paspp-gamma.cfg", 64429405},
    {"alexeyab/cifar.cfg", 7687050},
    {"alexeyab/cifar.test.cfg", 7687050},
    {"alexeyab/crnn.train.cfg", 9015808},
    {"alexeyab/csdarknet53-omega.cfg", 27677512},
    {"alexeyab/cspx-p7-mish-omega.cfg", 159301240},
    {"alexeyab/cspx-p7-mish.cfg", 276555572},
    {"alexeyab/cspx-p7-mish_hp.cfg", 276446517},
    {"alexeyab/csresnext50-panet-spp-original-optimal.cfg", 57030845},
    {"alexeyab/darknet.cfg", 7323480},
    {"alexeyab/darknet19.cfg", 20856776},
    {"alexeyab/darknet53.cfg", 41645640},
    {"alexeyab/darknet53_448_xnor.cfg", 41659976},
    {"alexeyab/densenet201.cfg", 17206440},
    {"alexeyab/efficientnet-lite3.cfg", 7522856},
    {"alexeyab/efficientnet_b0.cfg", 4890040},
    {"alexeyab/enet-coco.cfg", 4808270},
    {"alexeyab/extraction22k.cfg", 97605650},
    {"alexeyab/go.test.cfg", 3993217},
    {"alexeyab/gru.cfg", 16851200},
    {"alexeyab/lstm.train.cfg", 22380800},
    {"alexeyab/resnet101.cfg", 41870248},
    {"alexeyab/resnet50.cfg", 22825896},
    {"alexeyab/strided.cfg", 85583400},
    {"alexeyab/t1.test.cfg", 36531294},
    {"alexeyab/tiny-coco.cfg", 67055775},
    {"alexeyab/tiny-yolo-voc.cfg", 15867885},
    {"alexeyab/tiny-yolo.cfg", 27099950},
    {"alexeyab/tiny-yolo_xnor.cfg", 16175385},
    {"alexeyab/tiny.cfg", 1046488},
    {"alexeyab/vgg-16.cfg", 138357544},
    {"alexeyab/xyolo.test.cfg", 27108078},
    {"alexeyab/yolo-coco.cfg", 234210543},
    {"alexeyab/yolo-small.cfg", 93970430},
    {"alexeyab/yolo.2.0.cfg", 67465609},
    {"alexeyab/yolo.cfg", 197328243},
    {"alexeyab/yolo.train.cfg", 197328243},
    {"alexeyab/yolo2.cfg", 197328243},
    {"alexeyab/yolo9000.cfg", 48807501},
    {"alexeyab/yolov2-tiny.cfg", 11237145},
    {"alexeyab/yolov2-voc.cfg", 50676061},
    {"alexeyab/yolov2.cfg", 50983561},
    {"alexeyab/yolov3-spp.cfg", 63052381},
    {"alexeyab/yolov3-tiny-prn.cfg", 4939758},
    {"alexeyab/yolov3-tiny.cfg", 8858734},
    {"alexeyab/yolov3-tiny_occlusion_track.cfg", 15664020},
    {"alexeyab/yolov3-tiny_xnor.cfg", 8858734},
    {"alexeyab/yolov3-voc.cfg", 61678657},
    {"alexeyab/yolov3.cfg", 62001757},
    {"alexeyab/yolov4-csp-s-mish.cfg", 8291165},
    {"alexeyab/yolov4-csp-swish.cfg", 52986205},
    {"alexeyab/yolov4-csp-x-mish.cfg", 99847037},
    {"alexeyab/yolov4-csp.cfg", 52986205},
    {"alexeyab/yolov4-p5.cfg", 70917468},
    {"alexeyab/yolov4-sam-mish-csp-reorg-bfm.cfg", 61562973},
    {"alexeyab/yolov4-tiny-3l.cfg", 6334045},
    {"alexeyab/yolov4-tiny.cfg", 6062814},
    {"alexeyab/yolov4-tiny_contrastive.cfg", 7390429},
    {"alexeyab/yolov4.cfg", 64429405},
    {"alexeyab/yolov7-tiny.cfg", 6241885},
    {"alexeyab/yolov7.cfg", 36974557},
    {"pjreddie/darknet9000.cfg", 29485226},
    {"pjreddie/densenet201.cfg", 17206440},
    {"pjreddie/extraction.cfg", 23455400},
    {"pjreddie/go.cfg", 7093761},
    {"pjreddie/go.test.cfg", 7093761},
    {"pjreddie/gru.cfg", 1250048},
    {"pjreddie/jnet-conv.cfg", 18870048},
    {"pjreddie/resnet18.cfg", 11523496},
    {"pjreddie/resnet34.cfg", 21639080},
    {"pjreddie/resnext101-32x4d.cfg", 41639208},
    {"pjreddie/resnext50.cfg", 22312872},
    {"pjreddie/strided.cfg", 85583400},
    {"pjreddie/t1.test.cfg", 36531294},
    {"pjreddie/vgg-16.cfg", 138357544},
    {"pjreddie/vgg-conv.cfg", 14714688},
    {"pjreddie/writing.cfg", 19681},
    {"pjreddie/yolov1-tiny.cfg", 27099950},
    {"pjreddie/yolov3.cfg", 62001757},
};

bool have_cfgs() {
  if (std::filesystem::is_directory(folder)) return true;
  std::cout << "SKIPPED: needs the official Darknet cfgs\n";
  return false;
}

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<Graph> try_official(const std::string& name) {
  BuildOptions options;
  options.tree = flat_tree(9418);  // as many classes as yolo9000's
  return try_graph(read_text(folder / name), options);
}

}  // namespace

TEST_CASE("official cfgs have as many weights as their files") {
  if (!have_cfgs()) return;
  for (const auto& [name, floats] : expected_floats) {
    INFO(name);
    const Result<Graph> graph = try_official(name);
    REQUIRE(graph);
    CHECK(graph->parameter_floats() == floats);
  }
}

// Every pass, alone and behind those before it, leaves a graph that holds together.
void check_passes(const Graph& built) {
  Graph graph = built;
  for (const Pass& pass : passes) {
    INFO(pass.name);
    CHECK(fault_of(pass.run(built)) == "");
    graph = pass.run(std::move(graph));
    CHECK(fault_of(graph) == "");
  }
}

TEST_CASE("official cfgs are all built, and hold together behind every pass") {
  if (!have_cfgs()) return;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".cfg") continue;
    const std::string name = std::filesystem::relative(entry.path(), folder).generic_string();
    const Result<Graph> graph = try_official(name);
    INFO(name << ": " << (graph ? "built" : graph.error().message));
    CHECK(graph);
    if (graph) check_passes(*graph);
  }
}

TEST_CASE("YOLOv3 costs as many operations as Darknet counts") {
  if (!have_cfgs()) return;
  Result<Graph> graph = try_official("alexeyab/yolov3.cfg");
  REQUIRE(graph);
  std::int64_t total = 0;
  for (const Node& node : graph->nodes) total += node.op.flops();
  CHECK(graph->input == Shape{3, 416, 416});
  CHECK(static_cast<double>(total) * 1e-9 == Approx(65.864).epsilon(1e-4));
  CHECK(graph->heads.size() == 3);
  CHECK(graph->layer_output.size() == 107);
}
