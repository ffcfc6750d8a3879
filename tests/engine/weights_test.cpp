// Weights files that are not what the cfg needs: one line that names file, layer and remedy.
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include <unistd.h>

#include "engine/nightjar.h"
#include "tests/catch.h"

using namespace nightjar;

namespace {

// Two convolutions; the first with batch norm: 4*2 + 2*3 floats of 1x1 weights, then 3 + 3*2.
const char* const cfg_text =
    "[net]\nwidth=4\nheight=4\nchannels=3\n"
    "[convolutional]\nbatch_normalize=1\nfilters=2\nsize=1\nactivation=leaky\n"
    "[convolutional]\nfilters=3\nsize=1\nactivation=linear\n";
constexpr int floats_needed = 8 + 6 + 3 + 6;
constexpr int first_layer_floats = 14;

class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() / ("nightjar-weights-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
    write("net.cfg", cfg_text);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string weights(std::vector<float> values, std::int32_t minor = 2) {
  const std::int32_t version[3] = {0, minor, 0};
  std::string bytes(reinterpret_cast<const char*>(version), sizeof version);
  bytes += std::string(minor >= 2 ? 8 : 4, '\0');
  return bytes + std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

std::vector<float> good_values() {
  std::vector<float> values(floats_needed, .5f);
  return values;
}

Error refusal(const std::string& bytes) {
  const Folder folder;
  folder.write("net.weights", bytes);
  const auto model = Model::load(folder / "net.cfg", folder / "net.weights");
  const auto of_bytes =
      Model::load(Source(folder / "net.cfg", cfg_text), Source(folder / "net.weights", bytes));
  REQUIRE((!model && !of_bytes));
  CHECK(of_bytes.error().message == model.error().message);
  CHECK(model.error().message.find('\n') == std::string::npos);
  return model.error();
}

bool says(const Error& error, const std::string& what) {
  INFO(error.message);
  CHECK(error.message.find(what) != std::string::npos);
  return error.message.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("both header versions give the same network") {
  const Folder folder;
  folder.write("new.weights", weights(good_values()));
  folder.write("old.weights", weights(good_values(), 1));
  const std::vector<float> input(48, .25f);
  const auto a = Model::load(folder / "net.cfg", folder / "new.weights");
  const auto b = Model::load(folder / "net.cfg", folder / "old.weights");
  REQUIRE(a);
  REQUIRE(b);
  CHECK(*a->forward(input) == *b->forward(input));
}

TEST_CASE("batch norm is folded as its formula says") {
  std::vector<float> values = good_values();
  values[0] = .1f, values[2] = 2, values[4] = .3f, values[6] = 4;  // filter 0: bias, scale, mean, variance
  const Folder folder;
  folder.write("net.weights", weights(values));
  const auto model = Model::load(folder / "net.cfg", folder / "net.weights");
  REQUIRE(model);
  std::vector<float> first;
  REQUIRE(model->forward(std::vector<float>(48, 1.f), [&](int layer, Shape, std::span<const float> v) {
    if (layer == 0) first.assign(v.begin(), v.end());
  }));
  CHECK(first[0] == Approx(2 * (1.5 - .3) / std::sqrt(4 + 1e-5) + .1));
}

TEST_CASE("a file of the wrong length names the layer where it ends") {
  std::vector<float> values = good_values();
  SECTION("short, within an array") {
    values.resize(floats_needed - 2);
    const Error error = refusal(weights(values));
    CHECK(error.kind == Failure::malformed);
    CHECK(says(error, "weights of layer 1 (convolutional)"));
  }
  SECTION("short, at a layer's end: a cutoff file") {
    values.resize(first_layer_floats);
    const Error error = refusal(weights(values));
    CHECK(error.kind == Failure::malformed);
    CHECK(says(error, "cutoff"));
  }
  SECTION("one float too many") {
    values.push_back(0);
    CHECK(says(refusal(weights(values)), "4 bytes are left over"));
  }
  SECTION("a byte too few") {
    std::string bytes = weights(values);
    bytes.pop_back();
    CHECK(refusal(bytes).kind == Failure::malformed);
  }
  SECTION("nothing") {
    CHECK(refusal("").kind == Failure::malformed);
  }
}

TEST_CASE("values that no training left behind are refused") {
  std::vector<float> values = good_values();
  SECTION("NaN") {
    values[15] = std::numeric_limits<float>::quiet_NaN();
    CHECK(says(refusal(weights(values)), "biases of layer 1 (convolutional)"));
  }
  SECTION("infinity") {
    values[10] = std::numeric_limits<float>::infinity();
    CHECK(says(refusal(weights(values)), "weights of layer 0 (convolutional)"));
  }
  SECTION("a negative variance") {
    values[7] = -1;
    CHECK(says(refusal(weights(values)), "negative variance"));
  }
  SECTION("in two layers: the first is named, whoever reads it") {
    values[10] = values[15] = std::numeric_limits<float>::infinity();
    CHECK(says(refusal(weights(values)), "weights of layer 0 (convolutional)"));
  }
}

TEST_CASE("what is not a file of weights is said to be what it is") {
  const Folder folder;
  CHECK(Model::load(folder / "net.cfg", folder / "none.weights").error().kind == Failure::cannot_read);
  CHECK(Model::load(folder / "net.cfg", folder / "").error().kind == Failure::cannot_read);
  CHECK(refusal("<!DOCTYPE html><html><body>404</body></html>").kind == Failure::malformed);
}

TEST_CASE("weights in memory may go when loading has ended, also where each context reads its own") {
  std::string bytes = weights(good_values());
  const std::vector<float> input(4 * 4 * 3, .25f);
  ModelOptions options;
  options.variable_parameters = true;
  const auto fixed = Model::load(Source("net.cfg", cfg_text), Source("net.weights", bytes));
  const auto variable = Model::load(Source("net.cfg", cfg_text), Source("net.weights", bytes), options);
  REQUIRE((fixed && variable));
  bytes.assign(bytes.size(), 'x');
  const auto expected = fixed->forward(input), found = variable->forward(input);
  REQUIRE((expected && found));
  for (std::size_t i = 0; i < expected->size(); ++i) CHECK((*found)[i] == Approx((*expected)[i]));
}
