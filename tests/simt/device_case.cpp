#include "tests/simt/device_case.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "kernels/cuda/half_bits.h"
#include "kernels/reference/elements.h"

namespace nightjar::testing {
namespace {

using reference::for_each_element;

// The host's copy.
Tensor on_host(const DeviceTensor& t) {
  Tensor view = t.view;
  view.data = t.memory.host();
  return view;
}

float get(const Tensor& t, int n, int c, int y, int x) {
  return t.type == Type::f32 ? *t.at(n, c, y, x) : cuda::half_value(*t.element<std::uint16_t>(n, c, y, x));
}

void put(const Tensor& t, int n, int c, int y, int x, float value) {
  if (t.type == Type::f32) {
    *t.at(n, c, y, x) = value;
  } else {
    *t.element<std::uint16_t>(n, c, y, x) = cuda::half_bits(value);
  }
}

Tensor view_of(const Value& value, int batch, DeviceLayout layout, bool exact = false) {
  if (!value.per_image) return planar_tensor(nullptr, value.shape);
  const Type type = exact ? Type::f32 : layout.type;
  return cuda::nhwc_tensor(nullptr, value.shape, batch, layout.pixel(value.shape.c), type);
}

DeviceTensor allocate(const Tensor& view) {
  DeviceTensor t{Buffer(static_cast<std::size_t>(view.batch * view.image * bytes_of(view.type))), view};
  t.view.data = t.memory.data();
  return t;
}

DeviceTensor copy_of(const Tensor& values, const Tensor& view) {
  DeviceTensor t = allocate(view);
  const Tensor host = on_host(t);
  for_each_element(host, [&](int n, int c, int y, int x) { put(host, n, c, y, x, *values.at(n, c, y, x)); });
  t.memory.upload();
  return t;
}

// Memory starts out as NaN; so must the gaps be in the end.
bool gaps_untouched(const DeviceTensor& t) {
  Tensor gaps = on_host(t);
  if (gaps.plane != gaps.block) return true;  // planar
  const int first = gaps.shape.c;
  gaps.shape.c = gaps.pixel;
  bool untouched = true;
  for_each_element(gaps, [&](int n, int c, int y, int x) {
    if (c >= first) untouched = untouched && std::isnan(get(gaps, n, c, y, x));
  });
  return untouched;
}

std::size_t zeros_of(const Buffer& workspace) {
  return std::min(workspace.bytes(), static_cast<std::size_t>(cuda::workspace_zeros));
}

// As another kernel may have left it: NaN behind the zeros.
Buffer make_workspace(std::int64_t bytes) {
  Buffer workspace(static_cast<std::size_t>(bytes));
  std::memset(workspace.host(), 0, zeros_of(workspace));
  workspace.upload();
  return workspace;
}

bool zeros_are_zero(const Buffer& workspace) {
  workspace.download();
  const auto* bytes = static_cast<const unsigned char*>(workspace.host());
  return std::all_of(bytes, bytes + zeros_of(workspace), [](unsigned char b) { return b == 0; });
}

void check(cuda::Status status, const char* doing) {
  if (status != 0) throw std::runtime_error(doing + (" failed: " + std::to_string(status)));
}

// What a call is prepared to, moved to another place, as a plan may keep it.
std::vector<std::byte> prepare(const cuda::CudaKernel& kernel, const Op& op, const cuda::Call& call) {
  GuardedMemory first(static_cast<std::int64_t>(kernel.prepared_bytes), 0xff);
  check(kernel.prepare(op, call, first.data()), "prepare");
  const auto* bytes = static_cast<const std::byte*>(first.data());
  std::vector<std::byte> moved(bytes, bytes + first.bytes());
  first.refill(0xff);
  return moved;
}

}  // namespace

DeviceViews describe(const Op& op, int batch, DeviceLayout layout) {
  DeviceViews views;
  for (const Operand& operand : op.reads())
    if (operand.role == Role::data) views.in.push_back(view_of(operand.value, batch, layout, operand.exact));
  layout.type = layout.written.value_or(layout.type);
  for (const Operand& operand : op.writes())
    views.outs.push_back(view_of(operand.value, batch, layout, operand.exact));
  return views;
}

DeviceTensor to_device(const Tensor& values, DeviceLayout layout) {
  return copy_of(values, view_of({.shape = values.shape}, values.batch, layout));
}

OwnedTensor from_device(const DeviceTensor& tensor) {
  tensor.memory.download();
  const Tensor host = on_host(tensor);
  OwnedTensor values = make_tensor(host.shape, host.batch, 1, 0);
  for_each_element(host,
                   [&](int n, int c, int y, int x) { *values.view.at(n, c, y, x) = get(host, n, c, y, x); });
  return values;
}

Packed pack(const cuda::CudaKernel& kernel, const Op& op, const std::vector<OwnedTensor>& weights) {
  GuardedMemory host(kernel.packed_bytes(op), 0xff);
  kernel.pack(op, {pointers_to(weights).data()}, host.data());
  Packed packed{Buffer(static_cast<std::size_t>(host.bytes())), host.guards_intact()};
  std::memcpy(packed.memory.host(), host.data(), packed.memory.bytes());
  packed.memory.upload();
  return packed;
}

DeviceExample make_example(const Op& op, int batch, Type type) {
  DeviceExample example{batch, make_data(op, batch), make_weights(op), {}};
  for (OwnedTensor& values : example.data) {
    if (type == Type::f16) values = from_device(to_device(values.view, {type, 0}));
  }
  example.expected = define(op, views(example.data), example.weights);
  return example;
}

DeviceOutcome run_on_device(const cuda::CudaKernel& kernel, const Op& op, const DeviceExample& example,
                            DeviceLayout layout, cuda::Device device) {
  DeviceOutcome outcome;
  const DeviceViews described = describe(op, example.batch, layout);
  if (device.sm < kernel.minimum_sm || device.sm > kernel.maximum_sm ||
      !kernel.accepts(op, described.in.data(), described.outs.data()))
    return outcome;
  outcome.accepted = true;

  std::vector<DeviceTensor> in, outs;
  std::vector<Tensor> in_views, out_views;
  for (std::size_t i = 0; i < example.data.size(); ++i) {
    in.push_back(copy_of(example.data[i].view, described.in[i]));
    in_views.push_back(in.back().view);
  }
  for (const Tensor& view : described.outs) {
    outs.push_back(allocate(view));
    out_views.push_back(outs.back().view);
  }
  const Packed packed = pack(kernel, op, example.weights);
  outcome.packed_in_bounds = packed.in_bounds;
  const Buffer workspace = make_workspace(kernel.workspace_bytes(op, out_views[0], device));
  const cuda::Call call{
      {in_views.data(), static_cast<int>(in_views.size()), out_views.data(), packed.memory.data()},
      workspace.data(),
      device,
      nullptr};
  const std::vector<std::byte> prepared = prepare(kernel, op, call);
  const auto launch = [&] {
    check(kernel.launch(op, call, prepared.data()), "launch");
    std::vector<OwnedTensor> values;
    for (const DeviceTensor& out : outs) values.push_back(from_device(out));
    return values;
  };
  const std::vector<OwnedTensor> values = launch();
  outcome.values = planar(values);
  for (std::size_t i = 0; i < outs.size(); ++i) {
    const double error = relative_error(planar(values[i].view), planar(example.expected[i].view));
    if (!(error <= outcome.error) && !std::isnan(outcome.error)) outcome.error = error;
    outcome.gaps_untouched = outcome.gaps_untouched && gaps_untouched(outs[i]);
  }
  if (workspace.bytes() > 0)
    outcome.workspace_clean = planar(launch()) == outcome.values && zeros_are_zero(workspace);
  return outcome;
}

}  // namespace nightjar::testing
