// engine/cuda/runtime.h on the emulator. Stricter than CUDA: a stream is of one device, which must be the
// thread's; memory is not to be had or waited for while something is recorded.
#include "engine/cuda/runtime.h"

#include <atomic>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>

#include "tests/simt/emulated.h"
#include "tests/simt/memory.h"
#include "tests/simt/stream.h"

namespace simt {
namespace {

// cudaError_t's numbers.
constexpr int out_of_memory = 2, no_driver = 35, no_device = 100, illegal_address = 700;

Machine machine;
std::atomic<int> asked{0}, objects{0};
thread_local int current_device = -1, recordings_under_way = 0;

std::mutex mutex;
std::map<const std::byte*, nightjar::testing::Buffer> device_memory;
std::map<const std::byte*, std::vector<std::byte>> pinned_memory;

int status() {
  return machine.broken ? illegal_address : 0;
}

bool is_pinned(const void* p, std::int64_t bytes) {
  const auto* at = static_cast<const std::byte*>(p);
  const std::lock_guard lock(mutex);
  auto after = pinned_memory.upper_bound(at);
  if (after == pinned_memory.begin()) return false;
  --after;
  return at + bytes <= after->first + after->second.size();
}

int start_allocation() {
  if (current_device < 0) throw Violation("memory is asked for before a device was chosen");
  if (recordings_under_way > 0) throw Violation("memory is asked for during a recording");
  if (const int error = status()) return error;
  return ++asked == machine.failing_allocation ? out_of_memory : 0;
}

void check_stream(nightjar::cuda::Stream stream) {
  if (stream->device != current_device) throw Violation("a stream of another device than the thread's");
}

void run(const Queue& work) {
  for (const auto& piece : work) piece();
}

void copy(void* to, const void* from, std::int64_t bytes) {
  std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

}  // namespace

void set_machine(const Machine& next) {
  machine = next;
  asked = 0;
}
int live_objects() {
  return objects;
}
int allocations() {
  return asked;
}

}  // namespace simt

namespace nightjar::cuda {

using namespace simt;

Status device_count(int& count) {
  count = machine.devices;
  if (!machine.driver) return no_driver;
  return count == 0 ? no_device : 0;
}

Status describe_device(int index, Gpu& gpu) {
  gpu = {index, "Emulated", {machine.sm, 4}, 1., 1e5};
  return status();
}

Status use_device(int index) {
  current_device = index;
  return status();
}

std::string message_of(Status s) {
  switch (s) {
    case out_of_memory:
      return "out of memory";
    case no_driver:
      return "CUDA driver version is insufficient for CUDA runtime version";
    case no_device:
      return "no CUDA-capable device is detected";
    default:
      return "an illegal memory access was encountered";
  }
}
bool is_out_of_memory(Status s) {
  return s == out_of_memory;
}

void FreeDevice::operator()(std::byte* p) const {
  const std::lock_guard lock(mutex);
  device_memory.erase(p);
  --objects;
}
void FreePinned::operator()(std::byte* p) const {
  const std::lock_guard lock(mutex);
  pinned_memory.erase(p);
  --objects;
}

Status allocate(std::int64_t bytes, DeviceMemory& memory) {
  if (const Status s = start_allocation()) return s;
  if (bytes <= 0) throw Violation("no memory at all is asked for");
  testing::Buffer buffer(static_cast<std::size_t>(bytes));
  auto* p = static_cast<std::byte*>(buffer.data());
  {
    const std::lock_guard lock(mutex);
    device_memory.emplace(p, std::move(buffer));
  }
  ++objects;
  memory.reset(p);
  return 0;
}

Status allocate(std::int64_t bytes, PinnedMemory& memory) {
  if (const Status s = start_allocation()) return s;
  std::vector<std::byte> bytes_of_it(static_cast<std::size_t>(bytes), std::byte{0xff});
  std::byte* p = bytes_of_it.data();
  {
    const std::lock_guard lock(mutex);
    pinned_memory.emplace(p, std::move(bytes_of_it));
  }
  ++objects;
  memory.reset(p);
  return 0;
}

void EndStream::operator()(Stream stream) const {
  delete stream;
  --objects;
}

Status make_stream(OwnedStream& stream) {
  if (current_device < 0) throw Violation("a stream is asked for before a device was chosen");
  if (const Status s = status()) return s;
  stream.reset(new CUstream_st);
  stream->device = current_device;
  ++objects;
  return 0;
}

Status wait(Stream stream) {
  if (stream->is_recording) throw Violation("a recording is waited for");
  if (const Status s = status()) {
    drop_pending(stream);
    return s;
  }
  run_until(stream, given(stream));
  return 0;
}

void EndEvent::operator()(CUevent_st* event) const {
  delete event;
  --objects;
}

Status make_event(OwnedEvent& event) {
  if (current_device < 0) throw Violation("an event is asked for before a device was chosen");
  if (const Status s = status()) return s;
  event.reset(new CUevent_st);
  ++objects;
  return 0;
}

Status mark(const OwnedEvent& event, Stream stream) {
  check_stream(stream);
  *event = {stream, given(stream)};
  return status();
}

// As late as may be: the other stream's work runs when this one gets there.
Status wait_for(const OwnedEvent& event, Stream stream) {
  check_stream(stream);
  if (!event->stream) return status();  // never marked: nothing to wait for
  enqueue(stream, [other = event->stream, end = event->end] { run_until(other, end); });
  return status();
}

Status copy_to_device(void* to, const void* from, std::int64_t bytes, Stream stream) {
  check_stream(stream);
  if (is_pinned(from, bytes)) {
    enqueue(stream, [=] {
      check_global(to, static_cast<std::size_t>(bytes), 1);
      if (!is_pinned(from, bytes)) throw Violation("a copy from pinned memory that was freed meanwhile");
      copy(to, from, bytes);
    });
    return status();
  }
  if (stream->is_recording) throw Violation("a copy from memory that is not pinned is recorded");
  if (const Status s = wait(stream)) return s;
  check_global(to, static_cast<std::size_t>(bytes), 1);
  copy(to, from, bytes);
  return 0;
}

Status copy_to_host(void* to, const void* from, std::int64_t bytes, Stream stream) {
  check_stream(stream);
  const bool pinned = is_pinned(to, bytes);
  if (!pinned && stream->is_recording) throw Violation("a copy to memory that is not pinned is recorded");
  enqueue(stream, [=] {
    check_global(from, static_cast<std::size_t>(bytes), 1);
    if (pinned && !is_pinned(to, bytes)) throw Violation("a copy to pinned memory that was freed meanwhile");
    copy(to, from, bytes);
  });
  return pinned ? status() : wait(stream);
}

Status fill(void* to, int byte, std::int64_t bytes, Stream stream) {
  check_stream(stream);
  enqueue(stream, [=] {
    check_global(to, static_cast<std::size_t>(bytes), 1);
    std::memset(to, byte, static_cast<std::size_t>(bytes));
  });
  return status();
}

void EndRecording::operator()(void* recording) const {
  delete static_cast<Queue*>(recording);
  --objects;
}

Status begin_recording(Stream stream) {
  check_stream(stream);
  if (const Status s = status()) return s;
  stream->is_recording = true;
  ++recordings_under_way;
  return 0;
}

Status end_recording(Stream stream, Recording& recording) {
  stream->is_recording = false;
  --recordings_under_way;
  recording.reset(new Queue(std::exchange(stream->recorded, {})));
  ++objects;
  return status();
}

Status replay(const Recording& recording, Stream stream) {
  check_stream(stream);
  const auto* work = static_cast<const Queue*>(recording.get());
  enqueue(stream, [work] { simt::run(*work); });
  return status();
}

Status time_replay(const Recording& recording, Stream stream, double& milliseconds) {
  const auto start = std::chrono::steady_clock::now();
  if (const Status s = replay(recording, stream)) return s;
  const Status s = wait(stream);
  milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return s;
}

}  // namespace nightjar::cuda
