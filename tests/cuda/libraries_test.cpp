// What can be said of NVIDIA's libraries without a GPU.
#include "kernels/cuda/vendor/libraries.h"

#include <cstdio>

#include "kernels/cuda/manifest.h"
#include "tests/catch.h"
#include "tests/kernels/op_cases.h"
#include "tests/simt/device_case.h"

#ifdef NIGHTJAR_HAVE_CUDNN
#include "kernels/cuda/half_bits.h"
#include "kernels/cuda/vendor/cudnn_graph.h"
#endif

using namespace nightjar;
using namespace nightjar::testing;

TEST_CASE("a library can be used, or one line says what to do") {
  for (const Library library : {Library::cublas, Library::cudnn}) {
    const std::string error = cuda::library_error(library);
    INFO(error);
    CHECK((error.empty() || error.find("use --conv ours") != std::string::npos));
    CHECK(error.find('\n') == std::string::npos);
    CHECK((cuda::library_function(
               library, library == Library::cublas ? "cublasLtMatmul" : "cudnnBackendExecute") != nullptr) ==
          error.empty());
  }
}

#ifdef NIGHTJAR_HAVE_CUDNN

TEST_CASE("cuDNN finds every convolution's graph well formed") {
  if (!cuda::library_error(Library::cudnn).empty()) {
    std::puts("SKIPPED: needs cuDNN");
    return;
  }
  int fused_graphs = 0;
  for (const OpCase& c : op_cases()) {
    const auto* op = c.op.as<ops::Conv>();
    if (!op) continue;
    for (const Type type : {Type::f32, Type::f16}) {
      const auto [in, outs] = describe(c.op, 2, {type, 8});
      INFO(c.name);
      CHECK(cuda::cudnn::make_graph(*op, in.data(), outs[0], false, nullptr).graph.ok());
      if (!cuda::cudnn::has_activations(*op)) continue;
      CHECK(cuda::cudnn::make_graph(*op, in.data(), outs[0], true, nullptr).graph.ok());
      ++fused_graphs;
    }
  }
  CHECK(fused_graphs > 0);
}

TEST_CASE("cuDNN lacks some activations") {
  ops::Conv op;
  for (const Activation activation : {Activation::linear, Activation::leaky, Activation::mish}) {
    op.activation = activation;
    CHECK(cuda::cudnn::has_activations(op));
  }
  op.residual_activation = Activation::hard_mish;
  CHECK(cuda::cudnn::has_activations(op));
  op.residual = true;
  CHECK_FALSE(cuda::cudnn::has_activations(op));
  op = {};
  op.activation = Activation::stair;
  CHECK_FALSE(cuda::cudnn::has_activations(op));
}

TEST_CASE("cuDNN's weights lie by filter, tap and channel") {
  ops::Conv op;
  op.in = {6, 4, 4}, op.out = {4, 4, 4};
  op.size = 3, op.pad = 1, op.groups = 2;
  std::vector<float> weights(4 * 3 * 9);
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<float>(i);
  const void* arrays[] = {weights.data(), nullptr};
  std::vector<std::byte> packed(static_cast<std::size_t>(cuda::conv_cudnn_fp16.packed_bytes(op)));
  REQUIRE(packed.size() == 256 + weights.size() * 2);
  cuda::conv_cudnn_fp16.pack(op, {arrays}, packed.data());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const std::size_t filter = i / 27, tap = i % 27 / 3, channel = i % 3;
    CHECK(reinterpret_cast<const std::uint16_t*>(packed.data() + 256)[i] ==
          cuda::half_bits(weights[(filter * 3 + channel) * 9 + tap]));
  }
}

#endif
