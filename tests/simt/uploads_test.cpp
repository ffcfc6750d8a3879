// Pictures that go to the device ahead of their turn. The emulator copies nothing before somebody waits for
// it.
#include "engine/cuda/uploads.h"

#include "engine/cuda/device.h"
#include "engine/cuda/pictures.h"
#include "kernels/cuda/image/image.h"
#include "tests/catch.h"
#include "tests/simt/emulated.h"
#include "tests/simt/networks.h"
#include "tests/simt/simt.h"

using namespace nightjar;
using namespace nightjar::cuda;
using nightjar::testing::noise;

namespace {

constexpr Shape network{3, 8, 10};

// A device with a network's input on it, for one picture.
struct Setup {
  Gpu gpu = *open_gpu(0);
  Uploads uploads{gpu};
  OwnedStream stream;
  DeviceMemory memory;
  Pictures pictures;

  Setup() {
    REQUIRE(make_stream(stream) == 0);
    REQUIRE(allocate(network.h * network.w * 4 * 4, memory) == 0);
    REQUIRE(fill(memory.get(), 0, network.h * network.w * 4 * 4, stream.get()) == 0);
  }
  // What fit() makes of it.
  std::vector<float> fitted(const Image& picture) {
    const Tensor input = nhwc_tensor(memory.get(), network, 1, 4, Type::f32);
    const PictureView view = picture;
    REQUIRE(pictures.fit({&view, 1}, Fit::stretch, input, gpu, stream.get()));
    std::vector<float> values(static_cast<std::size_t>(network.h * network.w * 4));
    const auto bytes = static_cast<std::int64_t>(values.size() * sizeof(float));
    REQUIRE(copy_to_host(values.data(), memory.get(), bytes, stream.get()) == 0);
    return values;
  }
  void stage(std::unique_ptr<StagedPicture> picture) {
    std::vector<std::unique_ptr<StagedPicture>> staged;
    staged.push_back(std::move(picture));
    pictures.take_staged(std::move(staged));
  }
};

}  // namespace

TEST_CASE("a picture that went ahead is fitted as one that did not") {
  Setup s;
  const Image first = noise(13, 7, 3, 1), second = noise(5, 9, 3, 2);
  const auto expected = s.fitted(first), another = s.fitted(second);
  REQUIRE(expected != another);
  Image changing = first;
  auto on_its_way = s.uploads.begin(changing);
  auto behind_it = s.uploads.begin(second);
  REQUIRE((on_its_way && behind_it));
  changing.pixels.assign(changing.pixels.size(), 0);
  s.stage(std::move(on_its_way));
  CHECK(s.fitted(changing) == expected);
  s.stage(std::move(behind_it));
  CHECK(s.fitted(second) == another);
  CHECK(s.fitted(first) == expected);  // what was staged was for one fit()
}

TEST_CASE("memory of pictures that went ahead is the next ones'") {
  Setup s;
  const Image picture = noise(6, 6, 3, 1);
  simt::set_machine({});
  for (int i = 0; i < 5; ++i) REQUIRE(s.uploads.begin(picture));
  CHECK(simt::allocations() == 2);  // on the device and on the host
}

TEST_CASE("a larger picture takes the place of one that nobody waited for") {
  Setup s;
  const Image large = noise(30, 30, 3, 2);
  const auto expected = s.fitted(large);
  REQUIRE(s.uploads.begin(noise(3, 3, 3, 1)));
  s.stage(s.uploads.begin(large));
  CHECK(s.fitted(large) == expected);
}

TEST_CASE("without room or a device a picture does not go ahead") {
  Setup s;
  {
    for (const int failing : {1, 2}) {
      simt::set_machine({.failing_allocation = failing});
      CHECK_FALSE(s.uploads.begin(noise(4, 4, 3, 1)));
    }
    simt::set_machine({.broken = true});
    CHECK_FALSE(s.uploads.begin(noise(4, 4, 3, 1)));
    simt::set_machine({});
    CHECK_FALSE(s.uploads.begin(Image{}));
    CHECK(s.uploads.begin(noise(4, 4, 3, 1)));
  }
  s.stage(nullptr);
  const Image picture = noise(4, 4, 3, 1);
  CHECK(s.fitted(picture) == s.fitted(picture));
}
