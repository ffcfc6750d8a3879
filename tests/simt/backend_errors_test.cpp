// The CUDA backend where something is missing or goes wrong, and what it says of itself.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/catch.h"
#include "tests/simt/emulated.h"
#include "tests/simt/networks.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

// The machine is whole again afterwards.
struct MachineGuard {
  explicit MachineGuard(const simt::Machine& machine) { simt::set_machine(machine); }
  ~MachineGuard() { simt::set_machine({}); }
};

std::string tiny() {
  return with_net({3, 16, 16},
                  conv(8, 3, 2) + conv(16, 3, 1) + conv(3 * 7, 1, 1, "activation=linear\n") + yolo(2));
}

Error refusal(const std::string& device, const simt::Machine& machine) {
  const MachineGuard guard(machine);
  ModelOptions options;
  options.device = device;
  const auto model = try_model(tiny(), options);
  REQUIRE(!model);
  return model.error();
}

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

auto lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

// A folder for what --tune keeps, in place of the user's.
class CacheFolder {
 public:
  CacheFolder() {
    char name[] = "/tmp/nightjar-cache-XXXXXX";
    folder_ = mkdtemp(name);
    setenv("XDG_CACHE_HOME", folder_.c_str(), 1);
  }
  ~CacheFolder() {
    unsetenv("XDG_CACHE_HOME");
    std::filesystem::remove_all(folder_);
  }
  std::filesystem::path file(const std::string& name) const { return folder_ / "nightjar" / name; }

 private:
  std::filesystem::path folder_;
};

}  // namespace

TEST_CASE("a device that cannot be used is refused with its reason") {
  const auto is = [](const Error& error, Failure kind, const char* part) {
    INFO(error.message);
    CHECK(error.kind == kind);
    CHECK(error.message.find(part) != std::string::npos);
    CHECK(error.message.find('\n') == std::string::npos);
  };
  is(refusal("cuda:1", {}), Failure::device, "cuda:1: there is 1 device; use cuda:0");
  is(refusal("cuda:5", {.devices = 3}), Failure::device, "there are 3 devices; use cuda:0 to cuda:2");
  is(refusal("cuda", {.devices = 0}), Failure::device, "no CUDA-capable device is detected; install a GPU");
  is(refusal("cuda", {.driver = false}), Failure::device, "driver version is insufficient");
  is(refusal("cuda:0", {.sm = 61}), Failure::device,
     "has compute capability 6.1; this nightjar has code for 7.5");
  is(refusal("cuda", {.broken = true}), Failure::device, "illegal memory access");
  for (const char* name : {"cuda:x", "cuda:", "cuda:-1", "cuda:1 ", "cuda0", "gpu", "", "cuda:99999999999"}) {
    is(refusal(name, {}), Failure::usage, "expected cpu, auto, cuda or cuda:N");
  }
  CHECK(simt::live_objects() == 0);
}

TEST_CASE("auto takes the GPU, and the CPU where that cannot be used") {
  ModelOptions options = on_gpu(Precision::fp16);
  options.device = "auto";
  options.convolutions = Library::ours;
  const Model gpu = model_of(tiny(), options);
  CHECK(gpu.device() == "cuda:0 (Emulated)");
  CHECK(gpu.isa() == "sm_90 fp16");
  CHECK(gpu.device_note().empty());
  const MachineGuard guard({.devices = 0});
  const Model cpu = model_of(tiny(), options);
  CHECK(cpu.device() == "cpu");
  CHECK(cpu.device_note().find("no CUDA-capable device") != std::string::npos);
}

TEST_CASE("a library that was not built in is refused") {
  ModelOptions options = on_gpu();
  options.convolutions = Library::cudnn;
  const auto model = try_model(tiny(), options);
  REQUIRE(!model);
  CHECK(model.error().kind == Failure::device);
  CHECK(model.error().message.find("cuDNN") != std::string::npos);
}

TEST_CASE("wherever memory runs out, that is said, nothing leaks, and what was there goes on working",
          "[slow]") {
  DetectOptions detect;
  detect.threshold = 0;  // the boxes' room grows too
  const std::vector<Image> pictures{noise(30, 20, 3, 1), noise(16, 16, 3, 2), noise(9, 9, 3, 3)};
  const std::vector<float> input(3 * 16 * 16, .5f);
  const auto use = [&](const Model& model) -> Result<void> {
    if (const auto done = model.detect(pictures, detect, 1); !done) return done.error();
    if (const auto done = model.detect(pictures, detect, 3); !done) return done.error();
    if (const auto done = model.forward(input); !done) return done.error();
    return {};
  };
  int failing = 0;
  for (bool failed = true; failed; ++failing) {
    INFO("allocation " << failing);
    simt::set_machine({.failing_allocation = failing + 1});
    auto model = try_model(tiny(), on_gpu());
    failed = !model;
    Error error = model ? Error{} : model.error();
    if (model) {
      if (const auto done = use(*model); !done) failed = true, error = done.error();
      CHECK(use(*model));
    }
    if (failed) {
      CHECK(error.kind == Failure::too_large);
      CHECK(error.message.find("out of memory") != std::string::npos);
    }
    model = Error{};
    CHECK(simt::live_objects() == 0);
    REQUIRE(failing < 100);
  }
  CHECK(failing > 15);
  simt::set_machine({});
}

TEST_CASE("a device that breaks down is an error, and the end of it no further one") {
  {
    const Model model = model_of(tiny(), on_gpu());
    auto context = Context::create(model);
    REQUIRE(context);
    const MachineGuard guard({.broken = true});
    const std::vector<Image> picture{noise(16, 16, 3, 1)};
    const auto boxes = context->detect(picture);
    REQUIRE(!boxes);
    CHECK(boxes.error().kind == Failure::device);
    const auto run = context->run();
    REQUIRE(!run);
    CHECK(run.error().message.find("illegal memory access") != std::string::npos);
    CHECK(!context->profile());
    CHECK(!Context::create(model, 2));
  }
  CHECK(simt::live_objects() == 0);
}

TEST_CASE("the plan has a row a step, the profile one for each that a run takes") {
  const Model model = model_of(tiny(), on_gpu(Precision::fp16));
  const std::string plan = model.explain();
  CHECK(lines(plan) == 1 + 4 + 1);  // heading, three convolutions and a head, sum
  CHECK(plan.find("conv_first") != std::string::npos);
  CHECK(plan.find("4 steps") != std::string::npos);
  CHECK(plan.find("sm_90 fp16") != std::string::npos);
  auto context = Context::create(model, 2);
  REQUIRE(context);
  const auto steps = context->profile();
  REQUIRE(steps);
  REQUIRE(steps->size() == 3);  // boxes come from the head's raw values
  for (const StepTime& step : *steps) CHECK((step.milliseconds > 0 && step.limit_milliseconds > 0));
  CHECK(steps->front().kernel.starts_with("conv_first"));
  CHECK(steps->back().operation != "yolo head");
}

TEST_CASE("kernels are timed once for each batch, and the times kept", "[slow]") {
  const CacheFolder cache;
  ModelOptions options = on_gpu(Precision::fp16);
  options.tune = true;
  // Times are kept by version, device, precision and batch.
  std::string name = std::string("tuning-") + version() + "-Emulated-fp16-batch-";
  std::replace(name.begin(), name.end(), '.', '-');
  const auto one = cache.file(name + "1.tsv"), two = cache.file(name + "2.tsv");
  const Model model = model_of(tiny(), options);
  const std::string times = read(one);
  CHECK(lines(times) > 5);
  CHECK(times.find("conv_mma_fp16_64x64") != std::string::npos);
  CHECK(model.explain().find(" us)") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(two));
  REQUIRE(Context::create(model, 2));
  CHECK(lines(read(two)) == lines(times));
  const Model again = model_of(tiny(), options);
  CHECK(read(one) == times);
  CHECK(again.explain() == model_of(tiny(), options).explain());
}

TEST_CASE("two devices take turns in one thread") {
  const MachineGuard guard({.devices = 2});
  ModelOptions second = on_gpu();
  second.device = "cuda:1";
  const Model a = model_of(tiny(), on_gpu()), b = model_of(tiny(), second);
  CHECK(a.device() == "cuda:0 (Emulated)");
  CHECK(b.device() == "cuda:1 (Emulated)");
  DetectOptions detect;
  detect.threshold = 0;
  const Image picture = noise(32, 32, 3, 3);
  for (int i = 0; i < 2; ++i) {
    const auto on_a = a.detect(picture, detect), on_b = b.detect(picture, detect);
    REQUIRE((on_a && on_b));
    REQUIRE(on_a->size() == on_b->size());
    CHECK_FALSE(on_a->empty());
    CHECK((*on_a)[0].x == (*on_b)[0].x);
  }
}
