// A training goes on from any checkpoint as if it had never stopped.
#include "engine/train/trainer.h"

#include "tests/catch.h"
#include "tests/engine/train/drawn_set.h"

using namespace nightjar;
using nightjar::testing::drawn_set;
using nightjar::testing::picture_of_two;

namespace {

std::string detector(const std::string& net, const std::string& head = {}, const std::string& rate = ".01") {
  const std::string conv = "[convolutional]\nbatch_normalize=1\nsize=3\nstride=2\npad=1\nactivation=leaky\n";
  return "[net]\nwidth=64\nheight=48\nchannels=3\nbatch=4\nsubdivisions=2\nmax_batches=24\n"
         "resize_step=8\nlearning_rate=" +
         rate + "\n" + net + conv + "filters=6\n" + conv + "filters=8\n" + conv +
         "filters=8\n[convolutional]\nfilters=14\nsize=1\nactivation=linear\n[yolo]\nmask=0,1\n"
         "anchors=14,14,20,20\nclasses=2\nnum=2\njitter=.2\n" +
         head;
}

// A network over four bytes.
std::string reader(const std::string& layer) {
  return "[net]\ninputs=4\nbatch=6\nsubdivisions=2\ntime_steps=3\nmax_batches=24\nlearning_rate=.05\n" +
         layer + "[connected]\noutput=4\nactivation=linear\n[softmax]\n";
}

Material material_for(const std::string& cfg) {
  if (cfg.find("time_steps") == std::string::npos) return material_of(drawn_set(7, picture_of_two));
  std::string text;
  for (int i = 0; i < 40; ++i) text.push_back(static_cast<char>(i * i % 4 + i % 3 % 2));
  return material_of(text, "text");
}

Result<std::unique_ptr<Trainer>> open(const std::string& cfg, std::optional<Checkpoint> checkpoint = {},
                                      TrainerOptions options = {}) {
  if (options.model.threads == 0) options.model.threads = 1;
  return Trainer::create(cfg, "x.cfg", material_for(cfg), {{}, std::move(checkpoint)}, options);
}

std::unique_ptr<Trainer> opened(const std::string& cfg, std::optional<Checkpoint> checkpoint = {},
                                const TrainerOptions& options = {}) {
  auto trainer = open(cfg, std::move(checkpoint), options);
  INFO((trainer ? "" : trainer.error().message));
  REQUIRE(trainer);
  return std::move(*trainer);
}

struct Trained {
  std::vector<double> losses;
  std::vector<int> widths;
  std::vector<std::vector<float>> weights;
  bool operator==(const Trained&) const = default;
};

void train(Trainer& trainer, int until, Trained& trained) {
  while (trainer.done() < until) {
    const auto report = trainer.update();
    INFO((report ? "" : report.error().message));
    REQUIRE(report);
    trained.losses.push_back(report->loss);
    trained.widths.push_back(report->width);
  }
  const auto weights = trainer.weights();
  REQUIRE(weights);
  trained.weights = *weights;
}

Trained undisturbed(const std::string& cfg) {
  Trained trained;
  train(*opened(cfg), 24, trained);
  return trained;
}

Trained interrupted(const std::string& cfg, int after) {
  Trained trained;
  std::optional<Checkpoint> checkpoint;
  for (int update = after; update < 24; update += after) {
    const auto trainer = opened(cfg, std::move(checkpoint));
    train(*trainer, update, trained);
    auto made = trainer->checkpoint();
    REQUIRE(made);
    checkpoint = std::move(*made);
  }
  train(*opened(cfg, std::move(checkpoint)), 24, trained);
  return trained;
}

std::string refusal(const std::string& cfg, const Checkpoint& checkpoint,
                    const TrainerOptions& options = {}) {
  const auto trainer = open(cfg, checkpoint, options);
  return trainer ? "" : trainer.error().message;
}

}  // namespace

TEST_CASE("interrupted after any update, a training ends with the same bits") {
  for (const char* net : {"momentum=.9\n", "adam=1\n", "adam=1\nema_alpha=.9\n"}) {
    INFO(net);
    const std::string cfg = detector(net, "loss=giou_focal\n");
    const Trained whole = undisturbed(cfg);
    CHECK(whole == interrupted(cfg, 5));
    CHECK(whole == interrupted(cfg, 1));
  }
}

TEST_CASE("interrupted, sequences go on with what was remembered of them") {
  for (const char* layer : {"[rnn]\noutput=5\nbatch_normalize=1\n", "[lstm]\noutput=5\n"}) {
    INFO(layer);
    const std::string cfg = reader(layer);
    const Trained whole = undisturbed(cfg);
    CHECK(whole == interrupted(cfg, 5));
    CHECK(whole == interrupted(cfg, 1));
    const auto trainer = opened(cfg);
    REQUIRE(trainer->update());
    auto checkpoint = trainer->checkpoint();
    REQUIRE(checkpoint);
    CHECK(checkpoint->seen == 18);
    CHECK(!checkpoint->learned.memories.empty());
    checkpoint->learned.memories.clear();
    Trained forgetful;
    train(*opened(cfg, *checkpoint), 24, forgetful);
    CHECK(whole.weights != forgetful.weights);
  }
}

TEST_CASE("at other input sizes, what was learned stays") {
  const std::string cfg = detector("", "random=1\n");
  // So few updates are all at the greatest size.
  CHECK(undisturbed(cfg).widths == std::vector<int>(24, 96));
  TrainerOptions options;
  options.updates = 1000;
  Trained whole, parts;
  train(*opened(cfg, {}, options), 24, whole);
  CHECK(whole.widths[9] == 96);
  CHECK(whole.widths[10] != 96);
  const auto first = opened(cfg, {}, options);
  train(*first, 12, parts);
  const auto checkpoint = first->checkpoint();
  REQUIRE(checkpoint);
  train(*opened(cfg, *checkpoint, options), 24, parts);
  CHECK(whole == parts);
}

TEST_CASE("a checkpoint is only gone on from under its own terms") {
  const std::string cfg = detector("");
  const auto trainer = opened(cfg);
  REQUIRE(trainer->update());
  const auto checkpoint = trainer->checkpoint();
  REQUIRE(checkpoint);
  CHECK(refusal(cfg, *checkpoint) == "");
  CHECK(refusal(detector("momentum=.8\n"), *checkpoint).find("by another cfg") != std::string::npos);
  TrainerOptions options;
  options.seed = 5;
  CHECK(refusal(cfg, *checkpoint, options).find("with seed 0") != std::string::npos);
  options = {};
  options.frozen = 1;
  CHECK(refusal(cfg, *checkpoint, options).find("with 0 layers frozen") != std::string::npos);
  Checkpoint other = *checkpoint;
  other.size = 8;
  CHECK(refusal(cfg, other).find("on 8 pictures, not 7") != std::string::npos);
  other = *checkpoint;
  other.learned.states.pop_back();
  CHECK(refusal(cfg, other).find("of another network, optimiser or precision") != std::string::npos);
}

TEST_CASE("a loss that is no number is told with its layer, and no checkpoint holds such parameters") {
  const auto trainer = opened(detector("", "", "1e38"));
  Result<UpdateReport> report = trainer->update();
  for (int i = 0; i < 10 && report; ++i) report = trainer->update();
  REQUIRE_FALSE(report);
  CHECK(report.error().kind == Failure::diverged);
  CHECK(report.error().message.find("the loss of layer 4 [yolo] is no number") != std::string::npos);
}

TEST_CASE("what is no training is refused") {
  const auto message = [](const std::string& cfg) {
    const auto trainer = open(cfg);
    return trainer ? "" : trainer.error().message;
  };
  CHECK(message("[net]\nwidth=8\nheight=8\nchannels=3\nmax_batches=3\n[convolutional]\nfilters=2\n")
            .find("no layer of it has a loss") != std::string::npos);
  CHECK(message("[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nfilters=2\n")
            .find("max_batches is missing") != std::string::npos);
}
