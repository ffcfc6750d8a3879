// What learns and what does not, and that threads make no difference.
#include "engine/train/learner.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "kernels/ops/losses/truth.h"
#include "tests/engine/cfg_graph.h"
#include "tests/engine/train/learner_of.h"

using namespace nightjar;
using namespace nightjar::test;

namespace {

// A small detector: two heads of one loss each, a join, a shortcut.
std::string detector(const std::string& first = {}, const std::string& head = {},
                     const std::string& net = {}) {
  const std::string conv = "activation=leaky\nbatch_normalize=1\npad=1\n";
  const std::string yolo = "classes=2\nnum=4\nanchors=4,4, 8,6, 10,14, 20,18\n" + head;
  return "[net]\nwidth=32\nheight=32\nchannels=3\nbatch=3\nlearning_rate=.01\n" + net +
         "[convolutional]\nfilters=10\nsize=3\nstride=2\n" + conv + first +
         "[convolutional]\nfilters=10\nsize=3\n" + conv + "[shortcut]\nfrom=-2\nactivation=linear\n" +
         "[maxpool]\nsize=2\nstride=2\n[convolutional]\nfilters=14\nsize=1\nactivation=linear\n[yolo]\nmask="
         "2,3\n" +
         yolo + "[route]\nlayers=-3\n[upsample]\nstride=2\n[route]\nlayers=-1,2\n" +
         "[convolutional]\nfilters=14\nsize=1\nactivation=linear\n[yolo]\nmask=0,1\n" + yolo;
}

// The same with heads of [Gaussian_yolo].
std::string gaussian_detector(const std::string& head) {
  std::string text = detector({}, head);
  const auto replace = [&](const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  };
  replace("[yolo]", "[Gaussian_yolo]");
  replace("filters=14\n", "filters=22\nbatch_normalize=1\n");  // which keeps values small
  return text;
}

const std::string first_yolo =
    "[net]\nwidth=32\nheight=32\nchannels=3\nbatch=3\nlearning_rate=.01\n[convolutional]\nfilters=8\nsize=3\n"
    "stride=4\nactivation=leaky\nbatch_normalize=1\n[connected]\noutput=108\nactivation=linear\n"
    "[detection]\nclasses=2\ncoords=4\nnum=2\nside=3\nsqrt=1\nrescore=1\ncoord_scale=5\n"
    "noobject_scale=.5\n";

// Made up as ever, but for biases of 0: boxes start as their anchors, not far smaller.
class Unbiased : public ParameterSource {
 public:
  Result<void> read(const Graph& graph, int index, std::span<float> values) const override {
    if (graph.parameters[static_cast<std::size_t>(index)].name != "biases")
      return made_up_->read(graph, index, values);
    std::fill(values.begin(), values.end(), 0.f);
    return {};
  }

 private:
  std::unique_ptr<ParameterSource> made_up_ = synthesise(1);
};

void write_sample(Learner& learner, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> picture(static_cast<std::size_t>(learner.graph().input.size()));
  for (int image = 0; image < learner.batch(); ++image) {
    for (float& value : picture) value = static_cast<float>(random() % 256) / 255;
    const Shape shape = learner.graph().shape(learner.graph().training->truth);
    std::vector<float> truth(static_cast<std::size_t>(shape.size()));
    const float boxes[] = {.3f, .4f, .2f, .25f, 0, 1, .7f, .6f, .5f, .4f, 1, 1};
    std::copy(std::begin(boxes), std::end(boxes), truth.begin());
    REQUIRE(learner.write_picture(image, picture));
    REQUIRE(learner.write_truth(image, truth));
  }
}

struct Outcome {
  std::vector<double> losses, overlaps;  // of each head and run; overlaps: summed over its pairs
  std::vector<std::vector<float>> parameters;
  bool operator==(const Outcome&) const = default;
};

Outcome train(Learner& learner, int updates, float kept = 0, float rate = .01f) {
  Outcome outcome;
  Rates rates{.rate = rate, .share = 1.f / 3, .decay = .01f, .momentum = .9f, .kept = kept};
  for (int update = 1; update <= updates; ++update) {
    write_sample(learner, static_cast<unsigned>(update));
    const auto reports = learner.run(static_cast<std::uint64_t>(3 * update));
    REQUIRE(reports);
    for (const LossReport& report : *reports) {
      outcome.losses.push_back(report.loss());
      outcome.overlaps.push_back(report.parts[LossParts::overlap]);
    }
    rates.update = static_cast<float>(update);
    REQUIRE(learner.update(rates));
  }
  for (std::size_t i = 0; i < learner.graph().parameters.size(); ++i) {
    const auto values = learner.parameter(static_cast<int>(i));
    REQUIRE(values);
    outcome.parameters.push_back(*values);
  }
  return outcome;
}

// The layers whose arrays of that name another update has changed.
std::vector<int> changed_layers(const std::string& text, const std::string& name) {
  const auto learner = learner_of(text);
  const Outcome before = train(*learner, 0), after = train(*learner, 1);
  std::vector<int> layers;
  for (std::size_t i = 0; i < before.parameters.size(); ++i) {
    const Parameter& parameter = learner->graph().parameters[i];
    if (parameter.name == name && before.parameters[i] != after.parameters[i])
      layers.push_back(parameter.layer);
  }
  return layers;
}

using Layers = std::vector<int>;

}  // namespace

TEST_CASE("a network learns the same bits on any number of threads") {
  const auto one = learner_of(detector(), 1), two = learner_of(detector(), 2),
             three = learner_of(detector(), 3);
  const Outcome outcome = train(*one, 4);
  CHECK(outcome == train(*two, 4));
  CHECK(outcome == train(*three, 4));
}

TEST_CASE("clipping and averages are the same bits on any number of threads") {
  const std::string text = detector({}, {}, "ema_alpha=.5\nmax_gradient_norm=1\nadamw=1\n");
  const auto one = learner_of(text, 1), three = learner_of(text, 3);
  CHECK(train(*one, 3, .5f) == train(*three, 3, .5f));
  for (std::size_t i = 0; i < one->graph().parameters.size(); ++i)
    CHECK(*one->average(static_cast<int>(i)) == *three->average(static_cast<int>(i)));
}

TEST_CASE("a clipped update goes as far as the norm says") {
  const auto learner = learner_of(detector({}, {}, "max_gradient_norm=.5\n")), free = learner_of(detector());
  const auto moved = [](Learner& l, float rate) {
    const Outcome before = train(l, 0);
    write_sample(l, 1);
    REQUIRE(l.run(3));
    REQUIRE(l.update({.rate = rate, .share = 1.f / 3}));
    const Outcome after = train(l, 0);
    double squares = 0;
    for (std::size_t i = 0; i < before.parameters.size(); ++i) {
      if (!l.graph().parameters[i].trained) continue;
      for (std::size_t k = 0; k < before.parameters[i].size(); ++k)
        squares += std::pow(double{after.parameters[i][k]} - before.parameters[i][k], 2);
    }
    return std::sqrt(squares);
  };
  CHECK(moved(*free, 1) > 5);
  CHECK(moved(*learner, 1) == Approx(.5).epsilon(1e-4));
}

TEST_CASE("averages follow what the runs were computed with, rolling statistics included") {
  const auto learner = learner_of(detector({}, {}, "ema_alpha=.5\n"));
  const auto all = [&](auto read) {
    std::vector<std::vector<float>> arrays;
    for (std::size_t i = 0; i < learner->graph().parameters.size(); ++i)
      arrays.push_back(*(learner.get()->*read)(static_cast<int>(i)));
    return arrays;
  };
  std::vector<std::vector<float>> wanted;
  for (int update = 1; update <= 3; ++update) {
    const float kept = update == 1 ? 0 : .75f;
    write_sample(*learner, static_cast<unsigned>(update));
    REQUIRE(learner->run(3));
    const auto now = all(&Learner::parameter);
    if (update == 1) wanted = now;
    for (std::size_t i = 0; i < now.size(); ++i)
      for (std::size_t k = 0; k < now[i].size(); ++k)
        wanted[i][k] = static_cast<float>(wanted[i][k] + .25 * (double{now[i][k]} - wanted[i][k]));
    REQUIRE(learner->update({.rate = .01f, .share = 1.f / 3, .kept = kept}));
  }
  const auto found = all(&Learner::average);
  for (std::size_t i = 0; i < found.size(); ++i) {
    INFO(name_of(learner->graph().parameters[i]));
    CHECK(found[i] == wanted[i]);
    CHECK(found[i] != all(&Learner::parameter)[i]);
  }
}

TEST_CASE("what dropout leaves out depends on the run alone, not on threads") {
  const std::string text =
      detector("[dropout]\nprobability=.3\n[convolutional]\nfilters=10\nactivation=linear\n");
  const auto one = learner_of(text, 1), three = learner_of(text, 3), again = learner_of(text, 1);
  CHECK(train(*one, 3) == train(*three, 3));
  const auto loss_of = [&](std::uint64_t seen) {
    write_sample(*again, 1);
    return again->run(seen)->front().loss();
  };
  const double first = loss_of(3);
  CHECK(loss_of(6) != first);
}

TEST_CASE("losses fall, in every form") {
  struct Form {
    std::string text;
    float rate = .01f;
  };
  const std::vector<Form> forms{{detector()},
                                {detector({}, "iou_loss=ciou\n")},
                                {detector({}, "loss=giou_focal\n")},
                                {first_yolo, .0003f}};
  for (const auto& [text, rate] : forms) {
    INFO(text);
    const auto learner = learner_of(text);
    const Outcome outcome = train(*learner, 40, 0, rate);
    const auto sum = [&](std::size_t first) {
      return std::accumulate(outcome.losses.begin() + static_cast<std::ptrdiff_t>(first),
                             outcome.losses.begin() + static_cast<std::ptrdiff_t>(first) + 8, 0.);
    };
    CHECK(sum(outcome.losses.size() - 8) < .8 * sum(0));
  }
}

// Their loss, a sum of squares of deltas, may rise meanwhile: who is sure has steep slopes.
TEST_CASE("boxes of Gaussian heads come to lie over their truths") {
  for (const char* head : {"", "yolo_point=left_top\n", "iou_loss=giou\n"}) {
    INFO(head);
    const auto learner = learner_of(gaussian_detector(head), 2, true, std::make_unique<Unbiased>());
    const std::vector<double> overlaps = train(*learner, 60, 0, .003f).overlaps;
    const auto sum = [&](auto first) { return std::accumulate(first, first + 16, 0.); };
    CHECK(sum(overlaps.end() - 16) > 1.2 * sum(overlaps.begin()));
  }
}

TEST_CASE("everything learns unless its layer says otherwise") {
  CHECK(changed_layers(detector(), "weights") == Layers{0, 1, 4, 9});
  CHECK(changed_layers(detector(), "scales") == Layers{0, 1});
  CHECK(changed_layers(detector(), "rolling_mean") == Layers{0, 1});
  CHECK(changed_layers(detector("dont_update=1\n"), "weights") == Layers{1, 4, 9});
  CHECK(changed_layers(detector("dont_update=1\n"), "biases") == Layers{1, 4, 9});
  CHECK(changed_layers(detector("train_only_bn=1\n"), "weights") == Layers{1, 4, 9});
  CHECK(changed_layers(detector("train_only_bn=1\n"), "scales") == Layers{0, 1});
  CHECK(changed_layers(detector("learning_rate=0\n"), "weights") == Layers{1, 4, 9});
  CHECK(changed_layers(detector("stopbackward=1\n"), "weights") == Layers{1, 4, 9});
}

TEST_CASE("who learns nothing needs no gradient") {
  const auto all = learner_of(detector()), some = learner_of(detector("stopbackward=1\n"));
  CHECK(some->graph().nodes.size() < all->graph().nodes.size());
}

TEST_CASE("a layer that has no gradient is named, unless nothing in front of it learns") {
  const std::string front =
      "[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nfilters=4\nactivation=linear\n";
  const std::string back =
      "[normalization]\n[convolutional]\nfilters=7\nactivation=linear\n[yolo]\nclasses=2\nnum=1\n"
      "anchors=2,2\n";
  BuildOptions build;
  build.learn = true;
  const auto create = [&](const std::string& keys) {
    return Learner::create(graph_of(front + keys + back, build), synthesise(1), {}, {});
  };
  const auto refused = create("");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("x.cfg: layer 1 [normalization] cannot be trained") == 0);
  CHECK(create("stopbackward=1\n"));
}

TEST_CASE("what cannot be trained is refused where the cfg says it") {
  BuildOptions build;
  build.learn = true;
  CHECK(refusal(detector({}, "loss=best\n"), build)
            .find("loss=best is unknown; known are darknet, giou_focal") != std::string::npos);
  CHECK(refusal(detector("[dropout]\ndropblock=1\n"), build)
            .find("training with dropblock is not supported yet") != std::string::npos);
  CHECK(refusal(detector("[dropout]\nprobability=1\n"), build).find("from 0 to below 1") !=
        std::string::npos);
  CHECK(refusal(detector({}, "iou_loss=oiu\n"), build).find("known are mse, iou, giou, diou, ciou") !=
        std::string::npos);
  CHECK(refusal(detector({}, "counters_per_class=3\n"), build).find("1 numbers and classes=2") !=
        std::string::npos);
  CHECK(refusal(detector({}, "loss=giou_focal\nscale_x_y=1.1\n"), build).find("scale_x_y") !=
        std::string::npos);
}
