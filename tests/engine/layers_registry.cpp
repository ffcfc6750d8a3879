// The registry: each type has a working example here, under its name and its aliases.
#include <map>
#include <set>

#include "engine/layers/layer.h"
#include "tests/engine/cfg_graph.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

// What stands before and inside a section of each type, for the least graph that has one.
struct Example {
  std::string before, keys;
};

const std::map<std::string_view, Example> examples = {
    {"Gaussian_yolo", {"", "classes=3\n"}},
    {"activation", {}},
    {"avgpool", {}},
    {"batchnorm", {}},
    {"connected", {}},
    {"conv_lstm", {}},
    {"contrastive", {}},
    {"convolutional", {}},
    {"cost", {}},
    {"crnn", {}},
    {"detection", {"", "side=8\ncoords=4\nclasses=2\nnum=2\n"}},
    {"crop", {}},
    {"deconvolutional", {}},
    {"dropout", {}},
    {"empty", {}},
    {"gru", {}},
    {"history", {}},
    {"iseg", {"", "classes=9\nids=3\n"}},
    {"l2norm", {}},
    {"implicit", {}},
    {"local", {}},
    {"local_avgpool", {}},
    {"lstm", {}},
    {"logistic", {}},
    {"maxpool", {}},
    {"normalization", {}},
    {"region", {"", "classes=7\n"}},
    {"reorg", {}},
    {"reorg3d", {}},
    {"rnn", {}},
    {"route", {"[empty]\n", "layers=0\n"}},
    {"sam", {"[empty]\n", "from=0\n"}},
    {"scale_channels", {"[empty]\n[avgpool]\n", "from=0\n"}},
    {"shortcut", {"[empty]\n", "from=0\n"}},
    {"softmax", {}},
    {"upsample", {}},
    {"yolo", {"", "classes=7\n"}},
};

}  // namespace

TEST_CASE("every layer type has an example that builds without a warning") {
  std::set<std::string_view> names;
  for (const LayerType* type : layer_types()) {
    INFO(type->name);
    CHECK(names.insert(type->name).second);
    REQUIRE(examples.count(type->name) == 1);
    const auto& [before, keys] = examples.at(type->name);
    std::vector<std::string_view> spellings(type->aliases.begin(), type->aliases.end());
    spellings.push_back(type->name);
    for (const std::string_view spelling : spellings) {
      CHECK(find_layer_type(spelling) == type);
      const Graph graph = graph_of(with_input(before + "[" + std::string(spelling) + "]\n" + keys, 12));
      CHECK(graph.layer_type.back() == type->name);
      CHECK(graph.warnings.empty());
    }
  }
  CHECK(names.size() == examples.size());
}

TEST_CASE("layers know each key once, and take keys that every layer has") {
  for (const LayerType* type : layer_types()) {
    INFO(type->name);
    const std::set<std::string_view> unique(type->keys.begin(), type->keys.end());
    CHECK(unique.size() == type->keys.size());
  }
  CHECK(
      graph_of(with_input("[avgpool]\nstopbackward=1\nonlyforward=1\nlearning_rate=.1\n")).warnings.empty());
}

TEST_CASE("section names are case-sensitive") {
  CHECK(find_layer_type("gaussian_yolo") == nullptr);
  CHECK(find_layer_type("Convolutional") == nullptr);
}

TEST_CASE("an unknown layer is refused with those that there are") {
  const std::string message = refusal(with_input("[foo\x1b]\n"));
  CHECK(message.find("x.cfg:5: layer 0: unknown layer type [foo\\x1b]; known are activation, avgpool") == 0);
}
