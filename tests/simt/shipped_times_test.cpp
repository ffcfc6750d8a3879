// Times that come along. Those of the emulated card, for batches of 7, are in tests/simt/times.
#include "engine/cuda/shipped_times.h"

#include "tests/catch.h"
#include "tests/simt/networks.h"

using namespace nightjar;
using namespace nightjar::testing;

namespace {

// Of a network's convolutions, without --tune.
std::vector<std::string> chosen(int batch, Precision precision = Precision::fp16) {
  const Model model = model_of(with_net({3, 16, 16}, conv(8, 3, 2) + conv(16, 3, 1) +
                                                         conv(3 * 7, 1, 1, "activation=linear\n") + yolo(2)),
                               on_gpu(precision));
  auto context = Context::create(model, batch);
  REQUIRE(context);
  const auto steps = context->profile();
  REQUIRE(steps);
  std::vector<std::string> kernels;
  for (const StepTime& step : *steps) kernels.push_back(step.kernel);
  return kernels;
}

}  // namespace

TEST_CASE(
    "times that came along choose kernels for their card, precision and batch, where they gain enough") {
  const auto here = chosen(7), elsewhere = chosen(6);
  CHECK(elsewhere[0] == "conv_first_mma_fp16");
  CHECK(here[0] == "conv_first");
  CHECK(here[1] == elsewhere[1]);  // 2 % are not enough
  CHECK(here[2] == elsewhere[2]);  // of it they say nothing
  CHECK(chosen(7, Precision::fp32) == chosen(6, Precision::fp32));
}

TEST_CASE("times that came along are found by the machine's name, whatever the version") {
  const cuda::ShippedTimes all[] = {{"NVIDIA-H200-fp16-batch-1", "1.5\tfast\tconv 1x1\n"},
                                    {"NVIDIA-H200-fp16-batch-32", "2.5\tslow\tconv 1x1\n"}};
  const auto found = cuda::find_times(all, "NVIDIA H200 fp16 batch 32");
  REQUIRE(found);
  CHECK(found->text() == all[1].text);
  CHECK_FALSE(cuda::find_times(all, "NVIDIA H200 fp16 batch 3"));
  CHECK_FALSE(cuda::find_times({}, "NVIDIA H200 fp16 batch 32"));
}
