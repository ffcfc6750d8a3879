// What a network starts from.
#include "engine/train/initialise.h"

#include <algorithm>
#include <cmath>

#include "engine/weights_file.h"
#include "tests/engine/cfg_graph.h"
#include "tests/engine/temporary_files.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

const std::string body =
    "[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nbatch_normalize=1\nfilters=64\nsize=3\n"
    "stride=4\npad=1\nactivation=leaky\n[convolutional]\nfilters=14\nsize=1\nactivation=linear\n";

std::string head(const std::string& keys) {
  return "[yolo]\nmask=0,1\nanchors=4,4,8,8\nclasses=2\nnum=2\n" + keys;
}

Graph learning(const std::string& text) {
  BuildOptions build;
  build.learn = true;
  return graph_of(text, build);
}

using Arrays = std::vector<std::vector<float>>;

Arrays read_all(const Graph& graph, const ParameterSource& source) {
  Arrays all;
  for (std::size_t i = 0; i < graph.parameters.size(); ++i) {
    all.emplace_back(static_cast<std::size_t>(graph.parameters[i].count));
    REQUIRE(source.read(graph, static_cast<int>(i), all.back()));
  }
  return all;
}

float greatest(const std::vector<float>& values) {
  float most = 0;
  for (const float v : values) most = std::max(most, std::abs(v));
  return most;
}

bool all_are(const std::vector<float>& values, float wanted) {
  return std::all_of(values.begin(), values.end(), [&](float v) { return v == wanted; });
}

}  // namespace

TEST_CASE("first weights are Darknet's: even, and as wide as their inputs say") {
  const Graph graph = learning(body + head(""));
  const Arrays all = read_all(graph, *initialise(1));
  // Biases, scales, rolling means and variances, weights; biases and weights.
  REQUIRE(all.size() == 7);
  CHECK(all_are(all[0], 0));
  CHECK(all_are(all[1], 1));
  CHECK(all_are(all[2], 0));
  CHECK(all_are(all[3], 1));
  const float side = std::sqrt(2.f / 27);
  CHECK(greatest(all[4]) <= side);
  CHECK(greatest(all[4]) > .99f * side);
  double squares = 0;
  for (const float v : all[4]) squares += double{v} * v;
  CHECK(squares / static_cast<double>(all[4].size()) == Approx(side * side / 3).epsilon(.05));
  CHECK(all_are(all[5], 0));
  CHECK(greatest(all[6]) > .95f * std::sqrt(2.f / 64));
}

TEST_CASE("first weights are the seed's") {
  const Graph graph = learning(body + head(""));
  CHECK(read_all(graph, *initialise(1)) == read_all(graph, *initialise(1)));
  CHECK(read_all(graph, *initialise(1))[4] != read_all(graph, *initialise(2))[4]);
}

TEST_CASE("with loss=giou_focal objectness starts at its prior, and the head's weights are small") {
  const Arrays usual = read_all(learning(body + head("")), *initialise(1));
  const Arrays low = read_all(learning(body + head("loss=giou_focal\n")), *initialise(1));
  for (std::size_t i = 0; i < low[5].size(); ++i)
    CHECK(low[5][i] == Approx(i % 7 == 4 ? std::log(.018 / .982) : 0));
  for (std::size_t i = 0; i < low[6].size(); ++i) CHECK(low[6][i] == Approx(.3f * usual[6][i]));
  CHECK(low[4] == usual[4]);
  const Arrays half =
      read_all(learning(body + head("loss=giou_focal\nobjectness_prior=.5\n")), *initialise(1));
  CHECK(all_are(half[5], 0));
  BuildOptions build;
  build.learn = true;
  CHECK(refusal(body + head("loss=giou_focal\nobjectness_prior=1\n"), build).find("between 0 and 1") !=
        std::string::npos);
}

TEST_CASE("weighted shortcuts start as sums, implicit layers as they say") {
  const Graph graph = learning(
      "[net]\nwidth=8\nheight=8\nchannels=4\n[convolutional]\nfilters=4\nactivation=linear\n[convolutional]\n"
      "filters=4\nactivation=linear\n[shortcut]\nfrom=-2\nweights_type=per_channel\nactivation=linear\n"
      "[implicit]\nfilters=64\nmean=1\nstd=.02\n");
  const Arrays all = read_all(graph, *initialise(1));
  CHECK(all_are(all[4], 1));
  for (const float v : all[5]) CHECK(std::abs(v - 1) <= .02f * std::sqrt(3.f) + 1e-6f);
  CHECK(all[5][0] != all[5][1]);
}

TEST_CASE("a file that ends with a layer gives what it has, and the rest is drawn") {
  const testing::TemporaryFile file(".weights", "");
  const Graph graph = learning(body + head(""));
  const Arrays drawn = read_all(graph, *initialise(1)), other = read_all(graph, *initialise(2));
  const std::string path = file.path();
  REQUIRE(write_weights(path, 77, Arrays(other.begin(), other.begin() + 5)));
  auto held = open_held_weights(path, graph);
  REQUIRE(held);
  CHECK(held->seen == 77);
  CHECK(held->arrays == 5);
  const Arrays all = read_all(graph, *continue_from(std::move(*held), 1));
  CHECK(Arrays(all.begin(), all.begin() + 5) == Arrays(other.begin(), other.begin() + 5));
  CHECK(Arrays(all.begin() + 5, all.end()) == Arrays(drawn.begin() + 5, drawn.end()));
  for (const std::size_t arrays : {1u, 4u, 6u}) {
    REQUIRE(
        write_weights(path, 0, Arrays(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(arrays))));
    const auto refused = open_held_weights(path, graph);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("it ends within the") != std::string::npos);
  }
  Arrays more = other;
  more.push_back({1});
  REQUIRE(write_weights(path, 0, more));
  CHECK_FALSE(open_held_weights(path, graph));
}
