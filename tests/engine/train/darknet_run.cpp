#include "tests/engine/train/darknet_run.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/build.h"
#include "engine/train/learner.h"
#include "kernels/ops/losses/truth.h"
#include "parsers/cfg.h"
#include "parsers/image.h"
#include "tests/catch.h"
#include "tests/relative_error.h"
#include "tests/source_dir.h"

namespace nightjar {

namespace {

namespace fs = std::filesystem;

const fs::path folder = source_dir().parent_path() / "shared/train/darknet";

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The body of a .weights file of version 0.2.5.
std::vector<float> read_weights(const fs::path& path) {
  const std::string bytes = read_text(path);
  std::vector<float> values((bytes.size() - 20) / sizeof(float));
  std::memcpy(values.data(), bytes.data() + 20, values.size() * sizeof(float));
  return values;
}

// What a case trains on: one picture, for every image of every run.
struct Sample {
  std::vector<float> picture, truth;
};

std::vector<float> planar_picture(const fs::path& path) {
  const auto image = parse_image(read_text(path), path.string());
  REQUIRE(image);
  const std::size_t cells = image->pixels.size() / 3;
  std::vector<float> values(image->pixels.size());
  for (std::size_t i = 0; i < cells; ++i)
    for (std::size_t c = 0; c < 3; ++c)
      values[c * cells + i] = static_cast<float>(image->pixels[3 * i + c]) / 255;
  return values;
}

Sample read_sample(const fs::path& picture, const Graph& graph, bool detects) {
  Sample sample{planar_picture(picture.string() + ".png"), {}};
  sample.truth.resize(static_cast<std::size_t>(graph.shape(graph.training->truth).size()));
  if (!detects) {
    sample.truth[0] = 1;
    return sample;
  }
  std::ifstream labels(picture.string() + ".txt");
  float* box = sample.truth.data();
  for (float class_id, x, y, w, h; labels >> class_id >> x >> y >> w >> h; box += TrueBox::floats) {
    const float fields[] = {x, y, w, h, class_id, 1};
    std::copy(std::begin(fields), std::end(fields), box);
  }
  return sample;
}

struct Case {
  std::string name;
  nlohmann::json log;
  Recipe recipe;
  Graph graph;
  std::unique_ptr<ParameterSource> start;
  Sample sample;
};

Case load(const std::string& name) {
  Case c;
  c.name = name;
  c.log = nlohmann::json::parse(read_text(folder / name / "log.json"));
  const auto cfg = parse_cfg(read_text(folder / name / "net.cfg"), name);
  REQUIRE(cfg);
  const auto recipe = read_recipe(*cfg);
  REQUIRE(recipe);
  c.recipe = *recipe;
  BuildOptions options;
  options.learn = true;
  options.alexeyab = c.log["fork"] == "alexey_fixed";
  auto graph = build_graph(*cfg, options);
  INFO((graph ? "" : graph.error().message));
  REQUIRE(graph);
  auto start = open_weights((folder / name / "start.weights").string(), *graph);
  REQUIRE(start);
  c.start = std::move(*start);
  c.sample = read_sample(folder / std::string(c.log["picture"]), *graph, c.log["mode"] != "classifier");
  c.graph = *std::move(graph);
  return c;
}

// The loss that Darknet prints for an update: the mean of the layers', for each picture.
double loss_of_update(Learner& learner, const Recipe& recipe, const Sample& sample, std::uint64_t& seen) {
  double total = 0;
  for (int subdivision = 0; subdivision < recipe.subdivisions; ++subdivision) {
    for (int image = 0; image < learner.batch(); ++image) {
      REQUIRE(learner.write_picture(image, sample.picture));
      REQUIRE(learner.write_truth(image, sample.truth));
    }
    const auto reports = learner.run(seen += static_cast<std::uint64_t>(learner.batch()));
    REQUIRE(reports);
    for (const LossReport& report : *reports) total += report.loss() / static_cast<double>(reports->size());
  }
  return total / recipe.batch;
}

std::vector<float> weights_of(const Learner& learner) {
  std::vector<float> all;
  for (std::size_t i = 0; i < learner.graph().parameters.size(); ++i) {
    const auto values = learner.parameter(static_cast<int>(i));
    REQUIRE(values);
    all.insert(all.end(), values->begin(), values->end());
  }
  return all;
}

double greatest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  REQUIRE(a.size() == b.size());
  double greatest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) greatest = std::max(greatest, std::abs(double{a[i]} - b[i]));
  return greatest;
}

void check_weights(const Learner& learner, const Case& c, int update) {
  char name[16];
  std::snprintf(name, sizeof name, "w%03d.weights", update);
  const std::vector<float> theirs = read_weights(folder / c.name / name), ours = weights_of(learner);
  if (update < 20) {
    CHECK(greatest_difference(ours, theirs) < 1e-5);
  } else {
    CHECK(testing::relative_error(ours, theirs) < 1e-4);
  }
}

}  // namespace

void testing::follow_darknet(const std::string& run, const ModelOptions& options) {
  INFO(run << " on " << options.device << ", "
           << (options.isa.empty() ? "the best instruction set" : options.isa) << ", " << options.threads
           << " threads");
  Case c = load(run);
  auto made = Learner::create(std::move(c.graph), std::move(c.start), c.recipe, options);
  INFO((made ? "" : made.error().message));
  REQUIRE(made);
  Learner& learner = **made;
  std::uint64_t seen = 0;
  for (int update = 1; update <= 20; ++update) {
    INFO("update " << update);
    const nlohmann::json& theirs = c.log["iterations"][static_cast<std::size_t>(update) - 1];
    const double loss = loss_of_update(learner, c.recipe, c.sample, seen), wanted = theirs["loss"];
    CHECK(loss == Approx(wanted).epsilon(1e-4).margin(1e-6));
    const Rates rates = c.recipe.rates(update);
    CHECK(rates.rate == Approx(double{theirs["rate"]}).margin(1e-6));
    REQUIRE(learner.update(rates));
    if (update == 1 || update == 5 || update == 20) check_weights(learner, c, update);
  }
}

std::vector<std::string> testing::darknet_runs() {
  std::vector<std::string> names;
  if (!fs::is_directory(folder)) return names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (entry.is_directory() && name.find("asis") == std::string::npos) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace nightjar
