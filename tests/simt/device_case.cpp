#include "tests/simt/device_case.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <variant>

#include "kernels/cuda/half_bits.h"
#include "kernels/reference/reference.h"

namespace nightjar::testing {
namespace {

std::size_t element(const cuda::Tensor& t, int n, int c, int y, int x) {
  return static_cast<std::size_t>(((std::int64_t{n} * t.shape.h + y) * t.shape.w + x) * t.pixel + c);
}

float get(const DeviceTensor& t, std::size_t i) {
  if (t.view.type == cuda::Type::f32) return static_cast<const float*>(t.memory.host())[i];
  return cuda::half_value(static_cast<const std::uint16_t*>(t.memory.host())[i]);
}

void put(const DeviceTensor& t, std::size_t i, float value) {
  if (t.view.type == cuda::Type::f32) {
    static_cast<float*>(t.memory.host())[i] = value;
  } else {
    static_cast<std::uint16_t*>(t.memory.host())[i] = cuda::half_bits(value);
  }
}

template <class Visit>
void each_element(const cuda::Tensor& t, Visit visit) {
  for (int n = 0; n < t.batch; ++n)
    for (int c = 0; c < t.shape.c; ++c)
      for (int y = 0; y < t.shape.h; ++y)
        for (int x = 0; x < t.shape.w; ++x) visit(n, c, y, x);
}

DeviceTensor allocate(Shape shape, int batch, DeviceLayout layout) {
  const int pixel = shape.c + layout.gap;
  const auto bytes =
      static_cast<std::size_t>(std::int64_t{batch} * shape.h * shape.w * pixel * bytes_of(layout.type));
  DeviceTensor t{Buffer(bytes), {}};
  t.view = {t.memory.data(), shape, batch, pixel, layout.type};
  return t;
}

// Memory starts out as NaN; so must the gaps be in the end.
bool gaps_untouched(const DeviceTensor& t) {
  const cuda::Tensor& v = t.view;
  for (std::int64_t pixel = 0; pixel < v.pixels(); ++pixel)
    for (int c = v.shape.c; c < v.pixel; ++c) {
      if (!std::isnan(get(t, static_cast<std::size_t>(pixel * v.pixel + c)))) return false;
    }
  return true;
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

}  // namespace

DeviceTensor to_device(const Tensor& values, DeviceLayout layout) {
  DeviceTensor t = allocate(values.shape, values.batch, layout);
  each_element(t.view, [&](int n, int c, int y, int x) {
    put(t, element(t.view, n, c, y, x), *values.at(n, c, y, x));
  });
  t.memory.upload();
  return t;
}

OwnedTensor from_device(const DeviceTensor& tensor) {
  tensor.memory.download();
  const cuda::Tensor& t = tensor.view;
  OwnedTensor values = make_tensor(t.shape, t.batch, 1, 0);
  each_element(t, [&](int n, int c, int y, int x) {
    *values.view.at(n, c, y, x) = get(tensor, element(t, n, c, y, x));
  });
  return values;
}

DeviceOutcome run_on_device(const cuda::CudaKernel& kernel, const OpCase& c, int batch, DeviceLayout layout,
                            cuda::Device device) {
  std::vector<DeviceTensor> in;
  std::vector<cuda::Tensor> views;
  std::vector<OwnedTensor> stored;  // what the device was given
  std::vector<Tensor> stored_views;
  for (std::size_t i = 0; i < c.in.size(); ++i) {
    OwnedTensor values = make_tensor(c.in[i], batch, 1, 0);
    fill(values, static_cast<unsigned>(i) + 1);
    in.push_back(to_device(values.view, layout));
    views.push_back(in.back().view);
    stored.push_back(from_device(in.back()));
    stored_views.push_back(stored.back().view);
  }
  const DeviceTensor out = allocate(c.out, batch, layout);
  DeviceOutcome outcome;
  if (device.sm < kernel.minimum_sm || device.sm > kernel.maximum_sm ||
      !kernel.accepts(c.op, views.data(), out.view))
    return outcome;
  outcome.accepted = true;

  const auto arrays = make_arrays(c);
  std::vector<const float*> pointers;
  for (const auto& a : arrays) pointers.push_back(a.data());
  pointers.push_back(nullptr);  // a missing bias
  const Buffer packed(static_cast<std::size_t>(kernel.packed_bytes(c.op)));
  const Buffer workspace = make_workspace(kernel.workspace_bytes(c.op, out.view, device));
  kernel.pack(c.op, pointers.data(), packed.host());
  packed.upload();
  const cuda::Call call{
      views.data(), static_cast<int>(views.size()), out.view, packed.data(), workspace.data(), device,
      nullptr};
  const auto launch = [&] {
    const cuda::Status status = kernel.launch(c.op, call);
    if (status != 0) throw std::runtime_error("launch failed: " + std::to_string(status));
    return planar(from_device(out).view);
  };
  outcome.values = launch();

  OwnedTensor expected = make_tensor(c.out, batch, 1, 0);
  pointers.pop_back();
  std::visit(
      [&](const auto& op) {
        reference::run(op, reference::Inputs(stored_views),
                       reference::Arrays(pointers.data(), pointers.size()), expected.view);
      },
      c.op);
  outcome.error = relative_error(outcome.values, planar(expected.view));
  outcome.gaps_untouched = gaps_untouched(out);
  if (workspace.bytes() > 0)
    outcome.workspace_clean = launch() == outcome.values && zeros_are_zero(workspace);
  return outcome;
}

}  // namespace nightjar::testing
