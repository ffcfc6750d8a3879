#include "engine/cuda/runtime.h"

#include <cuda_runtime.h>

#include <utility>

namespace nightjar::cuda {
namespace {

// Events around what a stream does.
class Stopwatch {
 public:
  Status start(Stream stream) {
    for (cudaEvent_t* event : {&start_, &end_}) {
      if (const Status status = cudaEventCreate(event)) return status;
    }
    return cudaEventRecord(start_, stream);
  }
  Status stop(Stream stream, double& milliseconds) {
    float elapsed = 0;
    if (const Status status = cudaEventRecord(end_, stream)) return status;
    if (const Status status = cudaEventSynchronize(end_)) return status;
    const Status status = cudaEventElapsedTime(&elapsed, start_, end_);
    milliseconds = elapsed;
    return status;
  }
  ~Stopwatch() {
    for (const cudaEvent_t event : {start_, end_}) {
      if (event) cudaEventDestroy(event);
    }
  }

 private:
  cudaEvent_t start_ = nullptr, end_ = nullptr;
};

}  // namespace

Status device_count(int& count) {
  return cudaGetDeviceCount(&count);
}

Status describe_device(int index, Gpu& gpu) {
  cudaDeviceProp properties;
  if (const Status status = cudaGetDeviceProperties(&properties, index)) return status;
  int clock_khz = 0, memory_khz = 0, memory_bits = 0;
  const std::pair<cudaDeviceAttr, int*> wanted[] = {{cudaDevAttrClockRate, &clock_khz},
                                                    {cudaDevAttrMemoryClockRate, &memory_khz},
                                                    {cudaDevAttrGlobalMemoryBusWidth, &memory_bits}};
  for (const auto& [attribute, value] : wanted) {
    if (const Status status = cudaDeviceGetAttribute(value, attribute, index)) return status;
  }
  constexpr int transfers = 2;  // a cycle
  gpu = {index,
         properties.name,
         {10 * properties.major + properties.minor, properties.multiProcessorCount},
         clock_khz * 1e-6,
         memory_khz * 1e-3 * transfers * memory_bits / 8};
  return cudaSuccess;
}

Status use_device(int index) {
  return cudaSetDevice(index);
}

std::string message_of(Status status) {
  return cudaGetErrorString(static_cast<cudaError_t>(status));
}
bool is_out_of_memory(Status status) {
  return status == cudaErrorMemoryAllocation;
}

void FreeDevice::operator()(std::byte* p) const {
  cudaFree(p);
}
void FreePinned::operator()(std::byte* p) const {
  cudaFreeHost(p);
}

Status allocate(std::int64_t bytes, DeviceMemory& memory) {
  void* p = nullptr;
  const Status status = cudaMalloc(&p, static_cast<std::size_t>(bytes));
  memory.reset(static_cast<std::byte*>(p));
  return status;
}

Status allocate(std::int64_t bytes, PinnedMemory& memory) {
  void* p = nullptr;
  const Status status = cudaMallocHost(&p, static_cast<std::size_t>(bytes));
  memory.reset(static_cast<std::byte*>(p));
  return status;
}

void EndStream::operator()(Stream stream) const {
  cudaStreamSynchronize(stream);
  cudaStreamDestroy(stream);
}

Status make_stream(OwnedStream& stream) {
  Stream made = nullptr;
  const Status status = cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking);
  stream.reset(made);
  return status;
}

Status wait(Stream stream) {
  return cudaStreamSynchronize(stream);
}

void EndEvent::operator()(CUevent_st* event) const {
  cudaEventDestroy(event);
}

Status make_event(OwnedEvent& event) {
  cudaEvent_t made = nullptr;
  const Status status = cudaEventCreateWithFlags(&made, cudaEventDisableTiming);
  event.reset(made);
  return status;
}

Status mark(const OwnedEvent& event, Stream stream) {
  return cudaEventRecord(event.get(), stream);
}

Status wait_for(const OwnedEvent& event, Stream stream) {
  return cudaStreamWaitEvent(stream, event.get(), 0);
}

Status copy_to_device(void* to, const void* from, std::int64_t bytes, Stream stream) {
  return cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyHostToDevice, stream);
}

Status copy_to_host(void* to, const void* from, std::int64_t bytes, Stream stream) {
  return cudaMemcpyAsync(to, from, static_cast<std::size_t>(bytes), cudaMemcpyDeviceToHost, stream);
}

Status fill(void* to, int byte, std::int64_t bytes, Stream stream) {
  return cudaMemsetAsync(to, byte, static_cast<std::size_t>(bytes), stream);
}

void EndRecording::operator()(void* recording) const {
  cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(recording));
}

// Of this thread's calls alone: other contexts may allocate meanwhile.
Status begin_recording(Stream stream) {
  return cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal);
}

Status end_recording(Stream stream, Recording& recording) {
  cudaGraph_t graph = nullptr;
  if (const Status status = cudaStreamEndCapture(stream, &graph)) return status;
  cudaGraphExec_t runnable = nullptr;
  const Status status = cudaGraphInstantiateWithFlags(&runnable, graph, 0);
  cudaGraphDestroy(graph);
  recording.reset(runnable);
  return status;
}

Status replay(const Recording& recording, Stream stream) {
  return cudaGraphLaunch(static_cast<cudaGraphExec_t>(recording.get()), stream);
}

Status time_replay(const Recording& recording, Stream stream, double& milliseconds) {
  Stopwatch watch;
  if (const Status status = watch.start(stream)) return status;
  if (const Status status = replay(recording, stream)) return status;
  return watch.stop(stream, milliseconds);
}

}  // namespace nightjar::cuda
