#include "tests/kernels/cpu_case.h"

#include <cmath>
#include <limits>

#include "kernels/reference/elements.h"

namespace nightjar::testing {
namespace {

using cpu::Call, cpu::CpuKernel, cpu::Work;

constexpr unsigned char nan_bytes = 0xff;

Layout layout_of(const CpuKernel& kernel, const Op& op, const CpuLayouts& layouts, std::size_t input) {
  if (input > 0) return layouts.others;
  Layout first = layouts.first;
  if (!first.by_pixel) first.halo += kernel.halo(op);
  return first;
}

// Runs all phases. What a thread's scratch holds does not outlast a range.
void run_in_ranges(const CpuKernel& kernel, const Op& op, const Call& call, CpuOutcome& outcome) {
  const GuardedMemory prepared(static_cast<std::int64_t>(kernel.prepared_bytes), nan_bytes);
  const Work work = kernel.prepare(op, call, prepared.data());
  GuardedMemory thread(work.thread_bytes, nan_bytes);
  const GuardedMemory shared(work.shared_bytes, nan_bytes);
  for (int phase = 0; phase < work.phases; ++phase) {
    const int items = work.items[phase];
    for (int r = call.threads - 1; r >= 0; --r) {
      const int begin = items * r / call.threads, end = items * (r + 1) / call.threads;
      if (begin == end) continue;
      thread.refill(nan_bytes);
      kernel.run(op, call, prepared.data(), phase, begin, end, {thread.data(), shared.data()});
    }
  }
  outcome.in_bounds &= prepared.guards_intact() && thread.guards_intact() && shared.guards_intact();
}

OwnedTensor make_output(const Value& value, int batch, const Layout& layout) {
  OwnedTensor out = make_tensor(value, batch, layout);
  if (value.type == Type::f32) {
    Tensor padded = out.view;
    padded.shape.c = padded.blocks() * padded.block;
    reference::for_each_element(padded, [&](int n, int c, int y, int x) {
      *padded.at(n, c, y, x) = std::numeric_limits<float>::quiet_NaN();
    });
  }
  return out;
}

// All that is no element of the output: zeros, but for the lanes behind its last channel, which are finite.
bool padding_clean(const OwnedTensor& out) {
  const Tensor& t = out.view;
  if (t.type != Type::f32) return true;
  GuardedMemory rest(out.memory.bytes());
  const auto* values = static_cast<const float*>(out.memory.data());
  auto* others = static_cast<float*>(rest.data());
  std::copy_n(values, rest.bytes() / int{sizeof(float)}, others);
  Tensor padded = t;
  padded.data = others + (static_cast<const float*>(t.data) - values);
  padded.shape.c = t.blocks() * t.block;
  bool finite = true;
  reference::for_each_element(padded, [&](int n, int c, int y, int x) {
    float& value = *padded.at(n, c, y, x);
    finite &= c < t.shape.c || std::isfinite(value);
    value = 0;
  });
  return finite &&
         std::all_of(others, others + rest.bytes() / int{sizeof(float)}, [](float v) { return v == 0; });
}

}  // namespace

bool accepts(const CpuKernel& kernel, const Op& op, const CpuLayouts& layouts) {
  if (kernel.op != op.kind()) return false;
  std::vector<Tensor> in, outs;
  for (const Operand& operand : op.reads()) {
    if (operand.role == Role::data)
      in.push_back(describe(operand.value, 1, layout_of(kernel, op, layouts, in.size())));
  }
  for (const Operand& operand : op.writes()) outs.push_back(describe(operand.value, 1, layouts.out));
  return kernel.accepts(op, in.data(), outs.data());
}

CpuOutcome run_on_cpu(const CpuKernel& kernel, const Op& op, const std::vector<Tensor>& data,
                      const std::vector<OwnedTensor>& weights, const CpuLayouts& layouts, int ranges) {
  const int batch = data.empty() ? 1 : data[0].batch;
  std::vector<OwnedTensor> in, outs;
  for (const Operand& operand : op.reads()) {
    if (operand.role != Role::data) continue;
    in.push_back(make_tensor(operand.value, batch, layout_of(kernel, op, layouts, in.size())));
    copy_elements(data[in.size() - 1], in.back().view);
  }
  for (const Operand& operand : op.writes()) outs.push_back(make_output(operand.value, batch, layouts.out));

  const GuardedMemory packed(kernel.packed_bytes(op), nan_bytes);
  const auto pointers = pointers_to(weights);
  kernel.pack(op, {pointers.data()}, packed.data());

  const std::vector<Tensor> in_views = views(in), out_views = views(outs);
  Call call;
  call.in = in_views.data();
  call.inputs = static_cast<int>(in_views.size());
  call.outs = out_views.data();
  call.packed = packed.data();
  call.threads = ranges;
  CpuOutcome outcome;
  run_in_ranges(kernel, op, call, outcome);
  outcome.values = planar(outs);
  outcome.in_bounds &= packed.guards_intact();
  for (const OwnedTensor& out : outs) {
    outcome.in_bounds &= out.memory.guards_intact();
    outcome.padding_clean &= padding_clean(out);
  }
  return outcome;
}

}  // namespace nightjar::testing
