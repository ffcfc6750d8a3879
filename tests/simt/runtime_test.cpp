// The emulated runtime itself: work runs when it is waited for, and what CUDA would not forgive is found.
#include "engine/cuda/runtime.h"

#include "kernels/cuda/image/image.h"
#include "tests/catch.h"
#include "tests/simt/emulated.h"
#include "tests/simt/simt.h"

using namespace nightjar::cuda;

namespace {

// A stream of device 0, and four floats on the device and pinned.
struct Setup {
  OwnedStream stream;
  DeviceMemory device;
  PinnedMemory pinned;

  Setup() {
    REQUIRE(use_device(0) == 0);
    REQUIRE(make_stream(stream) == 0);
    REQUIRE(allocate(16, device) == 0);
    REQUIRE(allocate(16, pinned) == 0);
    for (int i = 0; i < 4; ++i) host()[i] = static_cast<float>(i);
  }
  float* host() const { return reinterpret_cast<float*>(pinned.get()); }
  Stream on() const { return stream.get(); }
};

void idle() {}

}  // namespace

TEST_CASE("what a stream was given happens when it is waited for") {
  const Setup s;
  CHECK(copy_to_device(s.device.get(), s.pinned.get(), 16, s.on()) == 0);
  CHECK(fill(s.device.get(), 0, 8, s.on()) == 0);
  CHECK(copy_to_host(s.pinned.get(), s.device.get(), 16, s.on()) == 0);
  CHECK(s.host()[1] == 1);
  CHECK(wait(s.on()) == 0);
  CHECK(s.host()[1] == 0);
  CHECK(s.host()[3] == 3);
  float plain[4];
  CHECK(copy_to_host(plain, s.device.get(), 16, s.on()) == 0);  // memory that is not pinned: at once
  CHECK(plain[3] == 3);
}

TEST_CASE("a recording runs at each replay, and not before") {
  const Setup s;
  DeviceMemory pixels, other;
  REQUIRE(allocate(16, pixels) == 0);
  const nightjar::Tensor two_pixels = nhwc_tensor(pixels.get(), {2, 1, 2}, 1, 2, nightjar::Type::f32);
  const auto* planar = reinterpret_cast<float*>(s.device.get());
  CHECK(copy_to_device(s.device.get(), s.pinned.get(), 16, s.on()) == 0);
  CHECK(from_planar(planar, two_pixels, s.on()) == 0);  // or it could not be recorded
  CHECK(fill(pixels.get(), 0, 16, s.on()) == 0);
  CHECK(begin_recording(s.on()) == 0);
  CHECK_THROWS_AS(allocate(16, other), simt::Violation);
  CHECK_THROWS_AS(wait(s.on()), simt::Violation);
  CHECK(from_planar(planar, two_pixels, s.on()) == 0);
  Recording recording;
  CHECK(end_recording(s.on(), recording) == 0);
  const auto second_value = [&] {
    CHECK(copy_to_host(s.pinned.get(), pixels.get(), 16, s.on()) == 0);
    CHECK(wait(s.on()) == 0);
    return s.host()[1];
  };
  CHECK(second_value() == 0);
  double milliseconds = 0;
  CHECK(time_replay(recording, s.on(), milliseconds) == 0);
  CHECK(milliseconds > 0);
  CHECK(second_value() == 2);  // of the first pixel: planar, that was the third
}

TEST_CASE("a kernel that first starts in a recording is found") {
  const Setup s;
  CHECK(begin_recording(s.on()) == 0);
  const auto start = [&] { return launch(idle, {dim3(1), dim3(1)}, s.on()); };
  CHECK_THROWS_AS(start(), simt::Violation);
  CHECK(start() == 0);
  Recording recording;
  CHECK(end_recording(s.on(), recording) == 0);
}

TEST_CASE("memory, streams and devices that do not belong together are found") {
  const Setup s;
  CHECK(fill(s.device.get(), 0, 17, s.on()) == 0);
  CHECK_THROWS_AS(wait(s.on()), simt::Violation);
  CHECK(fill(s.pinned.get(), 0, 16, s.on()) == 0);
  CHECK_THROWS_AS(wait(s.on()), simt::Violation);
  CHECK(use_device(1) == 0);
  CHECK_THROWS_AS(fill(s.device.get(), 0, 16, s.on()), simt::Violation);
}

TEST_CASE("a stream waits for another one's work where it was told to, and only there") {
  const Setup s, other;
  OwnedEvent event;
  REQUIRE(make_event(event) == 0);
  const auto second_value = [&](bool waits) {
    CHECK(fill(s.device.get(), 0, 16, s.on()) == 0);
    CHECK(wait(s.on()) == 0);
    CHECK(copy_to_device(s.device.get(), s.pinned.get(), 16, s.on()) == 0);
    CHECK(mark(event, s.on()) == 0);
    CHECK(fill(s.device.get(), 0, 16, s.on()) == 0);  // behind the mark
    if (waits) CHECK(wait_for(event, other.on()) == 0);
    CHECK(copy_to_host(other.pinned.get(), s.device.get(), 16, other.on()) == 0);
    CHECK(wait(other.on()) == 0);
    return other.host()[1];
  };
  CHECK(second_value(true) == 1);
  CHECK(second_value(false) == 0);
}

TEST_CASE("pinned memory that is freed under a copy is found") {
  Setup s;
  CHECK(copy_to_device(s.device.get(), s.pinned.get(), 16, s.on()) == 0);
  s.pinned.reset();
  CHECK_THROWS_AS(wait(s.on()), simt::Violation);
}
