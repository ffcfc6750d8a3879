// The CUDA backend beside the CPU's: the same cfg in, the same values and boxes out. On the emulated device,
// and on a GPU where there is one (tests/cuda).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <thread>

#include "tests/catch.h"
#include "tests/relative_error.h"
#include "tests/simt/buffer.h"
#include "tests/simt/networks.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

// Two heads, of three anchors each, over a route and a shortcut.
std::string two_heads(Shape input = {3, 64, 96}) {
  return with_net(input, conv(16, 3, 2) + conv(16, 3, 2) + conv(16, 3, 1) +
                             "[shortcut]\nfrom=-2\nactivation=linear\n" + conv(24, 3, 2) +
                             conv(3 * 9, 1, 1, "activation=linear\n") + yolo(4) + "[route]\nlayers=-3\n" +
                             "[upsample]\nstride=2\n" + "[route]\nlayers=-1,3\n" +
                             conv(3 * 9, 1, 1, "activation=linear\n") + yolo(4, "0,1,2", "scale_x_y=1.1\n"));
}

const std::vector<std::pair<const char*, std::string>> networks{
    {"two yolo heads", two_heads()},
    {"pools, reorganisation and a region head",
     with_net({3, 48, 32}, conv(8, 3, 1) + "[maxpool]\nsize=2\nstride=2\n" + conv(16, 3, 1) +
                               "[maxpool]\nsize=2\nstride=2\n" + "[maxpool]\nsize=2\nstride=1\n" +
                               "[reorg]\nstride=2\n" + conv(16, 3, 1) + "[route]\nlayers=-1,-2\n" +
                               conv(2 * 8, 1, 1, "activation=linear\n") +
                               "[region]\nanchors=1,2, 3,1\nnum=2\nclasses=3\ncoords=4\nsoftmax=1\n")},
    {"attention and a gaussian head",
     with_net({3, 32, 32},
              conv(12, 3, 2) + conv(12, 1, 1, "activation=logistic\n") + "[sam]\nfrom=-2\n" + "[avgpool]\n" +
                  conv(12, 1, 1, "activation=logistic\n") + "[scale_channels]\nfrom=-3\n" +
                  conv(12, 3, 1, "groups=12\nactivation=swish\n") +
                  conv(2 * 12, 1, 1, "activation=linear\n") +
                  "[Gaussian_yolo]\nmask=0,1\nanchors=8,8, 16,24\nnum=2\nclasses=3\nscale_x_y=1.05\n")},
    {"a route of half a layer, new coordinates",
     with_net({1, 32, 48},
              conv(16, 3, 2, "activation=mish\n") + "[route]\nlayers=-1\ngroups=2\ngroup_id=1\n" +
                  conv(12, 3, 1) + "[route]\nlayers=-1,-2\n" + "[local_avgpool]\nsize=2\nstride=2\n" +
                  conv(3 * 7, 1, 1, "activation=logistic\n") + yolo(2, "0,1,2", "new_coords=1\n"))},
    {"a classifier", with_net({3, 24, 24}, conv(10, 5, 2) + "[dropout]\nprobability=.5\n" + conv(7, 3, 2) +
                                               "[connected]\noutput=9\nactivation=relu\n" + "[softmax]\n")},
    {"a board of Go", with_net({1, 19, 19}, conv(12, 3, 1, "batch_normalize=1\nactivation=relu\n") +
                                                conv(12, 3, 1, "batch_normalize=1\nactivation=relu\n") +
                                                conv(1, 1, 1, "activation=linear\n") + "[softmax]\n")},
    {"normalisations and a segmentation",
     with_net({3, 24, 16}, conv(20, 3, 1) + "[normalization]\nalpha=.3\n[l2norm]\n" +
                               "[activation]\nactivation=gelu\n" + conv(9, 1, 1, "activation=linear\n") +
                               "[iseg]\nclasses=5\nids=4\n")},
    {"a first yolo", with_net({3, 24, 24}, conv(10, 5, 2) + "[connected]\noutput=126\nactivation=logistic\n" +
                                               "[detection]\nside=3\nnum=2\nclasses=4\ncoords=4\nsqrt=1\n")},
    {"a first yolo without a vector, and with a softmax",
     with_net({3, 24, 24}, conv(14, 3, 8, "activation=logistic\n") +
                               "[detection]\nside=3\nnum=2\nclasses=4\ncoords=4\nsoftmax=1\n")},
    {"cropped, blurred, grown again, with filters of their own",
     with_net({3, 36, 40},
              "[crop]\ncrop_height=32\ncrop_width=33\n" +
                  conv(12, 3, 2, "batch_normalize=1\nactivation=leaky\nantialiasing=1\n") +
                  "[maxpool]\nsize=2\nstride=2\nantialiasing=2\n" +
                  "[deconvolutional]\nbatch_normalize=1\nfilters=10\nsize=4\nstride=2\npadding=1\n"
                  "activation=leaky\n[local]\nfilters=7\nsize=3\nstride=2\npad=1\nactivation=leaky\n" +
                  "[implicit]\nfilters=7\n[scale_channels]\nfrom=-2\n[reorg]\nflatten=1\n" +
                  "[reorg]\nextra=5\n")},
    {"a narrow yolov3-tiny", narrowed("yolov3-tiny", 16)},
};

struct Answer {
  std::map<int, std::vector<float>> layers;
  std::vector<float> output;
};

Answer answer_of(const Model& model) {
  Answer answer;
  const auto output =
      model.forward(made_up_input(model), [&](int layer, Shape, std::span<const float> values) {
        answer.layers[layer] = {values.begin(), values.end()};
      });
  REQUIRE(output);
  answer.output = *output;
  return answer;
}

// Each in its own order, the most probable first: two that are equal but for rounding may change places.
void check_close(std::vector<ClassScore> found, std::vector<ClassScore> expected, float margin) {
  REQUIRE(found.size() == expected.size());
  for (std::vector<ClassScore>* scores : {&found, &expected}) {
    CHECK(std::is_sorted(scores->begin(), scores->end(), [](const ClassScore& a, const ClassScore& b) {
      return a.probability > b.probability;
    }));
    std::sort(scores->begin(), scores->end(),
              [](const ClassScore& a, const ClassScore& b) { return a.class_id < b.class_id; });
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(found[i].class_id == expected[i].class_id);
    CHECK(found[i].probability == Approx(expected[i].probability).epsilon(margin));
  }
}

void check_close(const Boxes& found, const Boxes& expected, float margin) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(found[i].x == Approx(expected[i].x).margin(margin));
    CHECK(found[i].y == Approx(expected[i].y).margin(margin));
    CHECK(found[i].w == Approx(expected[i].w).epsilon(margin));
    CHECK(found[i].h == Approx(expected[i].h).epsilon(margin));
    CHECK(found[i].objectness == Approx(expected[i].objectness).epsilon(margin));
    check_close(found[i].classes, expected[i].classes, margin);
  }
}

// To the bit.
bool same(const Boxes& a, const Boxes& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Detection& p, const Detection& q) {
    return p.x == q.x && p.y == q.y && p.w == q.w && p.h == q.h && p.objectness == q.objectness;
  });
}

ModelOptions small(ModelOptions options, const std::string& cfg) {
  if (cfg.find("width=416") != std::string::npos) options.width = options.height = 64;
  return options;
}

}  // namespace

TEST_CASE("layers and output are the CPU's, in every precision") {
  if (!has_device()) return;
  struct Case {
    Precision precision;
    double tolerance;
  };
  for (const auto& [name, cfg] : networks) {
    const Answer truth = answer_of(model_of(cfg, small({}, cfg)));
    for (const Case& c : {Case{Precision::fp32, 1e-4}, {Precision::tf32, 2e-3}, {Precision::fp16, 1e-2}}) {
      INFO(name << ", precision " << static_cast<int>(c.precision));
      const Answer found = answer_of(model_of(cfg, small(on_gpu(c.precision), cfg)));
      CHECK(relative_error(found.output, truth.output) <= c.tolerance);
      REQUIRE(found.layers.size() == truth.layers.size());
      for (const auto& [layer, values] : truth.layers) {
        INFO("layer " << layer);
        CHECK(relative_error(found.layers.at(layer), values) <= c.tolerance);
      }
    }
  }
}

// In fp32 only: where a rounding turns a sign, a sum changes by two weights.
TEST_CASE("networks of signs are the CPU's") {
  if (!has_device()) return;
  const std::string linear = "batch_normalize=1\nactivation=linear\n", leaky = "activation=leaky\n";
  const std::string cfg =
      with_net({3, 24, 32}, conv(24, 3, 2, linear) + conv(40, 3, 1, linear + "xnor=1\nbin_output=1\n") +
                                conv(40, 3, 1, "batch_normalize=1\nxnor=1\n" + leaky) +
                                "[shortcut]\nfrom=-2\nactivation=linear\n" +
                                conv(70, 1, 1, leaky + "binary=1\n") + conv(9, 3, 2, leaky + "xnor=1\n"));
  for (const bool signed_padding : {false, true}) {
    ModelOptions cpu, gpu = on_gpu();
    cpu.signed_padding = gpu.signed_padding = signed_padding;
    const Answer truth = answer_of(model_of(cfg, cpu)), found = answer_of(model_of(cfg, gpu));
    CHECK(relative_error(found.output, truth.output) <= 1e-4);
    REQUIRE(found.layers.size() == truth.layers.size());
    for (const auto& [layer, values] : truth.layers) {
      INFO("layer " << layer);
      CHECK(relative_error(found.layers.at(layer), values) <= 1e-4);
    }
  }
}

TEST_CASE("with a library's convolutions the output is the same") {
  if (!has_device()) return;
  struct Case {
    Precision precision;
    double tolerance;
  };
  const std::string cfg = two_heads();
  const Answer truth = answer_of(model_of(cfg));
  for (const Library library : {Library::cublas, Library::cudnn}) {
    for (const Case& c : {Case{Precision::fp32, 1e-4}, {Precision::tf32, 2e-3}, {Precision::fp16, 1e-2}}) {
      INFO((library == Library::cublas ? "cuBLAS" : "cuDNN")
           << ", precision " << static_cast<int>(c.precision));
      ModelOptions options = on_gpu(c.precision);
      options.convolutions = library;
      const auto model = try_model(cfg, options);
      if (!model) {
        std::printf("not tested: %s\n", model.error().message.c_str());
        continue;
      }
      const char* name = library == Library::cublas ? "conv_cublas" : "conv_cudnn";
      CHECK(model->explain().find(name) != std::string::npos);
      CHECK(relative_error(answer_of(*model).output, truth.output) <= c.tolerance);
    }
  }
}

TEST_CASE("a narrow yolov3 is the CPU's, with and without its layers fused") {
  if (!has_device()) return;
  const std::string cfg = narrowed("yolov3", 32);
  for (const bool fuse : {true, false}) {
    ModelOptions cpu, gpu = on_gpu();
    for (ModelOptions* options : {&cpu, &gpu}) options->width = options->height = 32, options->fuse = fuse;
    const Answer truth = answer_of(model_of(cfg, cpu)), found = answer_of(model_of(cfg, gpu));
    CHECK(found.layers.size() == truth.layers.size());
    for (const auto& [layer, values] : truth.layers) {
      INFO("layer " << layer);
      CHECK(relative_error(found.layers.at(layer), values) <= 1e-4);
    }
  }
}

TEST_CASE("a run without an observer gives what the observed one does") {
  if (!has_device()) return;
  for (const auto& [name, cfg] : networks) {
    INFO(name);
    const Model model = model_of(cfg, small(on_gpu(Precision::fp16), cfg));
    auto context = Context::create(model);
    REQUIRE(context);
    const auto observed = context->forward(made_up_input(model), [](int, Shape, std::span<const float>) {});
    const auto replayed = context->forward(made_up_input(model)),
               again = context->forward(made_up_input(model));
    REQUIRE((observed && replayed && again));
    CHECK(*replayed == *observed);
    CHECK(*again == *replayed);
  }
}

TEST_CASE("boxes are the CPU's, whatever the batch, the fit and the head", "[slow]") {
  if (!has_device()) return;
  DetectOptions detect;
  detect.threshold = 2e-4f;  // made-up weights are unsure
  detect.nms = .8f;
  for (const auto& [name, cfg] : networks) {
    const Model cpu = model_of(cfg, small({}, cfg)), gpu = model_of(cfg, small(on_gpu(), cfg));
    if (!cpu.detects()) continue;
    std::vector<Image> pictures;
    for (unsigned i = 0; i < 4; ++i)
      pictures.push_back(noise(20 + 13 * static_cast<int>(i), 40, cpu.input().c, i));
    std::size_t boxes = 0;
    for (const Fit fit : {Fit::letterbox, Fit::stretch}) {
      detect.fit = fit;
      detect.alexeyab = fit == Fit::stretch;  // regions differ
      const auto expected = cpu.detect(pictures, detect);
      REQUIRE(expected);
      boxes += expected->front().size();
      for (const int batch : {1, 2, 3}) {  // of the last one's second, one image is there
        INFO(name << ", " << (fit == Fit::stretch ? "stretched" : "letterboxed") << ", batch " << batch);
        const auto found = gpu.detect(pictures, detect, batch);
        REQUIRE(found);
        for (std::size_t i = 0; i < pictures.size(); ++i) check_close((*found)[i], (*expected)[i], 1e-4f);
      }
    }
    INFO(name);
    CHECK(boxes > 0);
  }
}

TEST_CASE("pixels that lie anywhere, and floats, give the boxes that an image does") {
  if (!has_device()) return;
  const Model gpu = model_of(two_heads({3, 32, 48}), on_gpu());
  DetectOptions detect;
  detect.threshold = 2e-4f;
  const Image image = noise(37, 29, 3, 1);
  std::vector<float> reals;
  for (const std::uint8_t byte : image.pixels) reals.push_back(static_cast<float>(byte) / 255.f);
  Image mirrored = image;
  for (int i = 0; i < 37 * 29; ++i)
    std::swap(mirrored.pixels[static_cast<std::size_t>(3 * i)],
              mirrored.pixels[static_cast<std::size_t>(3 * i + 2)]);
  PictureView backwards(mirrored), floats(image);
  backwards.first += 2, backwards.channel = -1;
  floats.first = reinterpret_cast<const std::byte*>(reals.data());
  floats.element = PictureView::Element::real;
  floats.row *= 4, floats.column *= 4, floats.channel *= 4;
  const auto expected = gpu.detect(image, detect);
  REQUIRE((expected && !expected->empty()));
  const auto found = gpu.detect(std::vector{backwards, floats}, detect, 1);
  REQUIRE(found);
  CHECK(same(found->at(0), *expected));
  check_close(found->at(1), *expected, 1e-4f);  // fitted by the host
}

TEST_CASE("weights in memory may go when loading has ended, also where later batches need more of them") {
  if (!has_device()) return;
  const std::string cfg = two_heads({3, 32, 32});
  std::string weights(std::size_t{20}, '\0');
  weights[4] = 2;  // version 0.2.0
  for (const ParameterInfo& parameter : model_of(cfg, on_gpu()).parameters()) {
    for (std::int64_t i = 0; i < parameter.count; ++i) {
      const float value = parameter.name == "rolling_variance" ? 1 : static_cast<float>(i % 7 - 3) * .1f;
      weights.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
  }
  ModelOptions options = on_gpu();
  options.synthesise.reset();
  const auto kept = Model::load(Source("a.cfg", cfg), Source("a.weights", weights), options);
  std::string lent = weights;
  const auto model = Model::load(Source("a.cfg", cfg), Source("a.weights", lent), options);
  lent.assign(lent.size(), 'x');
  REQUIRE((kept && model));
  DetectOptions detect;
  detect.threshold = 1e-3f;
  const std::vector<Image> pictures{noise(32, 32, 3, 1), noise(32, 32, 3, 2), noise(32, 32, 3, 3)};
  const auto expected = kept->detect(pictures, detect, 3), found = model->detect(pictures, detect, 3);
  REQUIRE((expected && found));
  CHECK_FALSE(expected->front().empty());
  for (std::size_t i = 0; i < pictures.size(); ++i) CHECK(same((*found)[i], (*expected)[i]));
}

TEST_CASE("boxes by objectness are the CPU's") {
  if (!has_device()) return;
  const std::string cfg = two_heads();
  const Image picture = noise(90, 70, 3, 4);
  DetectOptions detect;
  detect.threshold = .01f;
  detect.nms = 1;
  const auto by_class = model_of(cfg).detect(picture, detect);
  detect.by_objectness = true;
  const auto expected = model_of(cfg).detect(picture, detect);
  const auto found = model_of(cfg, on_gpu()).detect(picture, detect);
  REQUIRE((by_class && expected && found));
  CHECK(expected->size() > by_class->size());
  check_close(*found, *expected, 1e-4f);
}

TEST_CASE("half precision finds the same boxes where the network is sure") {
  if (!has_device()) return;
  const std::string cfg = two_heads();
  const Image picture = noise(90, 70, 3, 1);
  DetectOptions detect;
  detect.threshold = 2e-3f;
  const auto expected = model_of(cfg).detect(picture, detect);
  const auto found = model_of(cfg, on_gpu(Precision::fp16)).detect(picture, detect);
  REQUIRE((expected && found));
  const auto difference = static_cast<double>(expected->size()) - static_cast<double>(found->size());
  CHECK(std::abs(difference) <= .1 * static_cast<double>(expected->size()));
}

TEST_CASE("more survivors than there was room for are decoded again") {
  if (!has_device()) return;
  const std::string cfg = two_heads();  // 8 x 12 + 16 x 24 cells of 3 anchors
  DetectOptions detect;
  detect.threshold = 0;
  detect.nms = 1;
  const Image picture = noise(96, 64, 3, 2);
  const Model gpu = model_of(cfg, on_gpu());
  const auto expected = model_of(cfg).detect(picture, detect), found = gpu.detect(picture, detect);
  REQUIRE((expected && found));
  CHECK(expected->size() == 3 * (8 * 12 + 16 * 24));
  CHECK(found->size() == expected->size());
  const auto again = gpu.detect(picture, detect);
  REQUIRE(again);
  CHECK(same(*again, *found));
  detect.threshold = .9f;
  const auto none = gpu.detect(picture, detect);
  REQUIRE(none);
  CHECK(none->empty());
}

TEST_CASE("boxes depend neither on the place in a batch nor on company") {
  if (!has_device()) return;
  const Model model = model_of(two_heads({3, 32, 32}), on_gpu());
  DetectOptions detect;
  detect.threshold = 2e-3f;
  const Image picture = noise(32, 32, 3, 0);
  std::vector<Boxes> found;
  for (const std::size_t place : {0u, 1u, 2u}) {
    std::vector<Image> pictures;
    for (unsigned i = 0; i < 3; ++i) pictures.push_back(i == place ? picture : noise(40, 20, 3, 7 * i + 1));
    const auto boxes = model.detect(pictures, detect, 3);
    REQUIRE(boxes);
    found.push_back((*boxes)[place]);
  }
  CHECK_FALSE(found[0].empty());
  CHECK(same(found[1], found[0]));
  CHECK(same(found[2], found[0]));
}

TEST_CASE("one model serves threads at once, each in a context of its own") {
  if (!has_device()) return;
  const Model model = model_of(two_heads({3, 32, 32}), on_gpu());
  DetectOptions detect;
  detect.threshold = 2e-3f;
  std::vector<Image> pictures;
  std::vector<Boxes> truth;
  for (unsigned i = 0; i < 3; ++i) {
    pictures.push_back(noise(32, 32, 3, i));
    truth.push_back(*model.detect(pictures.back(), detect));
  }
  const auto truth_together = model_of(two_heads({3, 32, 32}), on_gpu()).detect(pictures, detect, 3);
  REQUIRE(truth_together);
  std::vector<int> wrong(3);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 4; ++i) {
        const auto boxes = model.detect(pictures[(i + t) % 3], detect);
        wrong[t] += !boxes || !same(*boxes, truth[(i + t) % 3]);
      }
      const auto together = model.detect(pictures, detect, 3);  // for which there are new weights
      wrong[t] += !together || !same((*together)[t], (*truth_together)[t]);
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == std::vector<int>(3));
}

TEST_CASE("a stream of pictures finds what is found one by one") {
  if (!has_device()) return;
  const Model model = model_of(two_heads({3, 32, 32}), on_gpu());
  DetectOptions detect;
  detect.threshold = 2e-3f;
  std::vector<Image> pictures;
  std::vector<Boxes> expected;
  for (unsigned i = 0; i < 11; ++i) {
    pictures.push_back(noise(24 + static_cast<int>(5 * i % 17), 32, 3, i));
    expected.push_back(*model.detect(pictures.back(), detect));
  }
  CHECK_FALSE(expected[0].empty());
  for (const StreamOptions options : {StreamOptions{3, 1, 0}, {1, 1, 0}, {3, 4, 0}}) {
    INFO(options.threads << " threads, batch " << options.batch);
    std::size_t taken = 0;
    std::vector<Boxes> found;
    const auto next = [&]() -> std::optional<Image> {
      if (taken == pictures.size()) return std::nullopt;
      return pictures[taken++];
    };
    const auto keep = [&](Detected picture) -> Result<void> {
      found.push_back(std::move(picture.boxes));
      return {};
    };
    REQUIRE(model.detect_all(next, keep, detect, options));
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) check_close(found[i], expected[i], 1e-4f);
  }
}
