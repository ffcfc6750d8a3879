// The whole engine: every network we ship, every instruction set, threads and batches, against the reference.
#include "engine/nightjar.h"

#include <cmath>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "kernels/cpu/kernel_set.h"
#include "tests/catch.h"
#include "tests/relative_error.h"
#include "tests/source_dir.h"

using namespace nightjar;

namespace {

std::string shipped(const std::string& name) {
  return source_dir() / "cfg" / (name + ".cfg");
}

Model load(const std::string& name, ModelOptions options) {
  if (!options.synthesise) options.synthesise = 1;
  auto model = Model::load(shipped(name), "", options);
  INFO(name << ": " << (model ? "" : model.error().message));
  REQUIRE(model);
  return std::move(*model);
}

std::vector<float> made_up_input(const Shape& shape) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(0, 1);
  std::vector<float> values(static_cast<std::size_t>(shape.size()));
  for (float& v : values) v = uniform(random);
  return values;
}

// Output of every layer that a plan keeps.
std::map<int, std::vector<float>> layers_of(const Model& model) {
  std::map<int, std::vector<float>> layers;
  const auto output =
      model.forward(made_up_input(model.input()), [&](int layer, Shape, std::span<const float> values) {
        layers[layer].assign(values.begin(), values.end());
      });
  REQUIRE(output);
  return layers;
}

void check_layers(const std::map<int, std::vector<float>>& ours,
                  const std::map<int, std::vector<float>>& truth, double tolerance) {
  CHECK(ours.size() > truth.size() / 2);
  for (const auto& [layer, values] : ours) {
    INFO("layer " << layer);
    REQUIRE(truth.count(layer));
    REQUIRE(values.size() == truth.at(layer).size());
    CHECK(testing::relative_error(values, truth.at(layer)) <= tolerance);
  }
}

Image noise(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  Image picture{width, height, 3, {}};
  picture.pixels.resize(static_cast<std::size_t>(width) * height * 3);
  for (auto& p : picture.pixels) p = static_cast<std::uint8_t>(random());
  return picture;
}

bool same(const Boxes& a, const Boxes& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Detection& p, const Detection& q) {
    return p.x == q.x && p.y == q.y && p.w == q.w && p.h == q.h && p.classes.size() == q.classes.size() &&
           p.classes[0].class_id == q.classes[0].class_id &&
           p.classes[0].probability == q.classes[0].probability;
  });
}

}  // namespace

TEST_CASE("every instruction set computes what the reference computes") {
  const std::string name =
      GENERATE("yolov3-tiny", "yolov4-tiny", "yolov7-tiny", "yolov2-tiny", "enet-coco", "yolo-fastest-1.1");
  INFO(name);
  ModelOptions options;
  options.width = 96, options.height = 64;
  options.isa = "reference";
  const auto truth = layers_of(load(name, options));
  for (const cpu::KernelSet& set : cpu::kernel_sets()) {
    INFO(set.isa);
    options.isa = set.isa;
    options.winograd = true;
    check_layers(layers_of(load(name, options)), truth, 1e-3);
    options.winograd = false;
    check_layers(layers_of(load(name, options)), truth, 1e-4);
  }
}

TEST_CASE("every network we ship runs, and the instruction sets agree", "[slow]") {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() / "cfg")) {
    if (entry.path().extension() == ".cfg") names.insert(entry.path().stem());
  }
  CHECK(names.size() >= 20);
  for (const std::string& name : names) {
    INFO(name);
    ModelOptions options;
    options.width = options.height = 64;
    if (name.find("yolo9000") != std::string::npos) continue;  // needs a class tree
    std::map<int, std::vector<float>> best;
    for (const cpu::KernelSet& set : cpu::kernel_sets()) {
      if (set.block == 1) continue;
      options.isa = set.isa;
      const auto layers = layers_of(load(name, options));
      if (best.empty()) best = layers;
      check_layers(layers, best, 2e-3);
    }
  }
}

TEST_CASE("without fusing every layer has its output, and it is the same") {
  ModelOptions options;
  options.width = options.height = 96;
  const Model fused = load("yolov3", options);
  options.fuse = false;
  const Model plain = load("yolov3", options);
  const auto all = layers_of(plain);
  CHECK(all.size() == static_cast<std::size_t>(plain.layers()));
  check_layers(layers_of(fused), all, 1e-4);
}

TEST_CASE("boxes depend neither on threads, nor on the batch, nor on company") {
  ModelOptions options;
  options.width = 160, options.height = 96;
  std::vector<Image> pictures;
  for (unsigned i = 0; i < 9; ++i) pictures.push_back(noise(50 + 13 * static_cast<int>(i), 80, i));
  DetectOptions detect;
  detect.threshold = 2e-4f;  // made-up weights are unsure
  std::vector<Boxes> truth;
  for (const int threads : {1, 2, 3}) {
    options.threads = threads;
    const Model model = load("yolov3-tiny", options);
    for (const int batch : {1, 2, 8}) {
      const auto boxes = model.detect(pictures, detect, batch);
      REQUIRE(boxes);
      if (truth.empty()) truth = *boxes;
      CHECK(!truth[0].empty());
      for (std::size_t i = 0; i < pictures.size(); ++i) CHECK(same((*boxes)[i], truth[i]));
    }
  }
}

TEST_CASE("one model serves many threads at once") {
  ModelOptions options;
  options.width = options.height = 64;
  options.threads = 1;
  const Model model = load("yolov3-tiny", options);
  DetectOptions detect;
  detect.threshold = 2e-4f;  // made-up weights are unsure
  std::vector<Image> pictures;
  for (unsigned i = 0; i < 4; ++i) pictures.push_back(noise(64, 64, i));
  std::vector<Boxes> truth;
  for (const Image& picture : pictures) truth.push_back(*model.detect(picture, detect));
  std::vector<int> wrong(8);
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 12; ++i) {
        const std::size_t which = static_cast<std::size_t>(i + t) % pictures.size();
        const auto boxes = model.detect(pictures[which], detect);
        wrong[static_cast<std::size_t>(t)] += !boxes || !same(*boxes, truth[which]);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(8));
}

TEST_CASE("requests that make no sense are usage errors") {
  ModelOptions options;
  options.synthesise = 1;
  options.width = options.height = 64;
  const auto model = Model::load(shipped("yolov3-tiny"), "", options);
  REQUIRE(model);
  SECTION("a picture whose pixels are missing") {
    const auto boxes = model->detect(Image{10, 10, 3, {}});
    REQUIRE(!boxes);
    CHECK(boxes.error().kind == Failure::usage);
  }
  SECTION("a grey picture for a network of colours") {
    const auto boxes = model->detect(Image{2, 2, 1, std::vector<std::uint8_t>(4)});
    REQUIRE(!boxes);
    CHECK(boxes.error().kind == Failure::usage);
  }
  SECTION("an input of another size") {
    CHECK(!model->forward(std::vector<float>(7)));
  }
  SECTION("an unknown instruction set") {
    options.isa = "mmx";
    const auto other = Model::load(shipped("yolov3-tiny"), "", options);
    REQUIRE(!other);
    CHECK(other.error().kind == Failure::usage);
  }
  SECTION("boxes of a classifier") {
    const auto classifier = Model::load(shipped("darknet19"), "", options);
    REQUIRE(classifier);
    CHECK(!classifier->detects());
    CHECK(!classifier->detect(noise(8, 8, 1)));
  }
}

TEST_CASE("a plan without weights says the same, and makes no contexts") {
  ModelOptions options;
  options.isa = "portable";
  const Model loaded = load("yolov3-tiny", options);
  const auto planned = Model::plan(shipped("yolov3-tiny"), options);
  REQUIRE(planned);
  CHECK(planned->explain() == loaded.explain());
  CHECK(planned->layer_table() == loaded.layer_table());
  CHECK(planned->gflop() == loaded.gflop());
  const auto context = Context::create(*planned);
  REQUIRE(!context);
  CHECK(context.error().kind == Failure::usage);
  CHECK(!planned->detect(noise(8, 8, 3)));
  CHECK(Model::plan("gone.cfg").error().kind == Failure::cannot_read);
}

TEST_CASE("a plan says what it does") {
  ModelOptions options;
  options.isa = "portable";
  const Model model = load("yolov3-tiny", options);
  CHECK(model.layers() == 24);
  CHECK(model.classes() == 80);
  CHECK(model.gflop() == Approx(5.565).epsilon(1e-3));
  CHECK(model.explain().find("conv_direct_planar_portable") != std::string::npos);
  CHECK(model.layer_table().find("24 layers, 5.565 BFLOPs, 8858734 parameters") != std::string::npos);
}
