// States and parameters that change, on the emulated GPU; tests/cuda runs the same on a real one.
#include "tests/catch.h"
#include "tests/engine/changed_parameter.h"
#include "tests/engine/recurrent.h"
#include "tests/engine/recurrent_layers.h"
#include "tests/engine/spatial.h"
#include "tests/simt/buffer.h"
#include "tests/simt/networks.h"

using namespace nightjar;
using namespace nightjar::testing;

TEST_CASE("on a GPU, too, a recurrent network remembers and forgets") {
  if (!has_device()) return;
  CHECK(recurrent_error({40, 24, 30, ""}, on_gpu()) <= 1e-5);
  CHECK(recurrent_error({40, 24, 30, "shortcut=1\n"}, on_gpu()) <= 1e-5);
  CHECK(recurrent_error({40, 24, 30, ""}, on_gpu(Precision::fp16)) <= 1e-2);
}

TEST_CASE("on a GPU, too, each recurrent layer is what its loop says", "[slow]") {
  if (!has_device()) return;
  for (const RecurrentCase& recurrent : recurrent_cases()) {
    INFO(recurrent.name);
    CHECK(recurrent_layer_error(recurrent, on_gpu()) <= 1e-5);
    CHECK(recurrent_layer_error(recurrent, on_gpu(Precision::fp16)) <= 1e-2);
  }
}

TEST_CASE("on a GPU, rnn.cfg in its own size", "[slow]") {
  if (!has_device()) return;
  CHECK(recurrent_error({256, 1024, 1024, ""}, on_gpu()) <= 1e-5);
}

TEST_CASE("on a GPU, too, layers with an order of weights of their own compute what Darknet's loops do") {
  if (!has_device()) return;
  CHECK(spatial_error(on_gpu()) <= 1e-5);
  CHECK(spatial_error(on_gpu(Precision::fp16)) <= 1e-2);
}

TEST_CASE("on a GPU, too, a changed parameter gives the bits of a model that was loaded with it") {
  if (!has_device()) return;
  check_changed_parameters(on_gpu());
  check_changed_parameters(on_gpu(Precision::fp16));
}
