// What the backend asks of the CUDA runtime, so that the rest of it needs no CUDA header: runtime.cpp asks a
// GPU, tests/simt/runtime.cpp the emulator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "kernels/cuda/kernel.h"
#include "parsers/result.h"

struct CUevent_st;

namespace nightjar::cuda {

struct Gpu {
  int index = 0;
  std::string name;  // "NVIDIA H200"
  Device device;
  double clock_ghz = 0;              // at most
  double bytes_per_microsecond = 0;  // of its memory, at most
};

// A status where there is no GPU, or no driver for one.
Status device_count(int& count);
Status describe_device(int index, Gpu& gpu);
// Makes a device the calling thread's; everything below works on that.
Status use_device(int index);

// "out of memory"
std::string message_of(Status status);
// Whether a status means that memory ran out.
bool is_out_of_memory(Status status);

struct FreeDevice {
  void operator()(std::byte* p) const;
};
struct FreePinned {
  void operator()(std::byte* p) const;
};
using DeviceMemory = std::unique_ptr<std::byte, FreeDevice>;
using PinnedMemory =
    std::unique_ptr<std::byte, FreePinned>;  // the host's, which a GPU copies without the CPU
Status allocate(std::int64_t bytes, DeviceMemory& memory);
Status allocate(std::int64_t bytes, PinnedMemory& memory);

// What the stream still does ends first: it may use memory that is freed next.
struct EndStream {
  void operator()(Stream stream) const;
};
using OwnedStream = std::unique_ptr<CUstream_st, EndStream>;
Status make_stream(OwnedStream& stream);
Status wait(Stream stream);

// A place in the work of a stream that others can wait for.
struct EndEvent {
  void operator()(CUevent_st* event) const;
};
using OwnedEvent = std::unique_ptr<CUevent_st, EndEvent>;
Status make_event(OwnedEvent& event);
// Behind all that the stream was given so far.
Status mark(const OwnedEvent& event, Stream stream);
// What the stream is given from now on begins when the work before the mark has ended. Nobody waits here.
Status wait_for(const OwnedEvent& event, Stream stream);

// In the stream's order. Host memory that is not pinned is copied at once.
Status copy_to_device(void* to, const void* from, std::int64_t bytes, Stream stream);
Status copy_to_host(void* to, const void* from, std::int64_t bytes, Stream stream);
Status fill(void* to, int byte, std::int64_t bytes, Stream stream);

// What was enqueued between the two calls, as a CUDA graph: it did not run, and runs whole at each replay.
struct EndRecording {
  void operator()(void* recording) const;
};
using Recording = std::unique_ptr<void, EndRecording>;
Status begin_recording(Stream stream);
Status end_recording(Stream stream, Recording& recording);
Status replay(const Recording& recording, Stream stream);
// Replays, waits, and says how long the device took.
Status time_replay(const Recording& recording, Stream stream, double& milliseconds);

}  // namespace nightjar::cuda
