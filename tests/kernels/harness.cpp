#include "tests/kernels/harness.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include "kernels/reference/reference.h"

namespace nightjar::testing {

void fill(OwnedTensor& t, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1.5f, 1.5f);
  for (int n = 0; n < t.view.batch; ++n)
    for (int c = 0; c < t.view.shape.c; ++c)
      for (int y = 0; y < t.view.shape.h; ++y)
        for (int x = 0; x < t.view.shape.w; ++x) *t.view.at(n, c, y, x) = uniform(random);
}

std::vector<float> planar(const Tensor& t) {
  std::vector<float> values;
  for (int n = 0; n < t.batch; ++n)
    for (int c = 0; c < t.shape.c; ++c)
      for (int y = 0; y < t.shape.h; ++y)
        for (int x = 0; x < t.shape.w; ++x) values.push_back(*t.at(n, c, y, x));
  return values;
}

std::vector<std::vector<float>> make_arrays(const OpCase& c) {
  std::mt19937 random(99);
  std::uniform_real_distribution<float> uniform(-1.f, 1.f);
  std::vector<std::vector<float>> arrays;
  for (const std::size_t size : c.arrays) {
    arrays.emplace_back(size);
    for (float& v : arrays.back()) v = uniform(random);
  }
  // A variance is positive.
  if (std::holds_alternative<ops::BatchNorm>(c.op)) {
    for (float& v : arrays[3]) v = std::abs(v) + .5f;
  }
  return arrays;
}

namespace {

// Runs all phases, each cut into `ranges` ranges, last range first.
void run_in_ranges(const Kernel& kernel, const Op& op, const Call& call, int ranges) {
  const Work work = kernel.work(op, call);
  std::vector<float> thread(static_cast<std::size_t>(work.thread_floats) + 16, NAN);
  std::vector<float> shared(static_cast<std::size_t>(work.shared_floats) + 16, NAN);
  for (int phase = 0; phase < work.phases; ++phase) {
    const int items = work.items[phase];
    for (int r = ranges - 1; r >= 0; --r) {
      const int begin = items * r / ranges, end = items * (r + 1) / ranges;
      if (begin < end) kernel.run(op, call, phase, begin, end, {thread.data(), shared.data()});
    }
  }
}

}  // namespace

OwnedTensor make_tensor(Shape shape, int batch, int block, int halo, float fill_value) {
  OwnedTensor t;
  t.view.shape = shape;
  t.view.batch = batch;
  t.view.block = block;
  t.view.halo = halo;
  t.view.row = std::ptrdiff_t{shape.w + 2 * halo} * block;
  t.view.plane = (shape.h + 2 * halo) * t.view.row;
  t.view.image = t.view.blocks() * t.view.plane + 16;
  // Aligned like the engine's: kernels may store whole cache lines past the caches.
  constexpr std::size_t line = 64;
  t.memory.assign(static_cast<std::size_t>(batch * t.view.image) + line / sizeof(float), fill_value);
  const std::size_t past = reinterpret_cast<std::uintptr_t>(t.memory.data()) % line;
  t.view.data = t.memory.data() + (line - past) / sizeof(float) + halo * (t.view.row + block);
  return t;
}

Outcome run_case(const Kernel& kernel, const OpCase& c, int batch, int in_block, int out_block, int ranges) {
  Outcome outcome;
  std::vector<OwnedTensor> in;
  std::vector<Tensor> views;
  for (std::size_t i = 0; i < c.in.size(); ++i) {
    in.push_back(make_tensor(c.in[i], batch, i == 0 ? in_block : out_block, i == 0 ? kernel.halo(c.op) : 0));
    fill(in.back(), static_cast<unsigned>(i) + 1);
    views.push_back(in.back().view);
  }
  OwnedTensor out = make_tensor(c.out, batch, out_block, 0);
  if (!kernel.accepts(c.op, views.data(), out.view)) return outcome;
  outcome.accepted = true;

  const auto arrays = make_arrays(c);
  std::vector<const float*> pointers;
  for (const auto& a : arrays) pointers.push_back(a.data());
  pointers.push_back(nullptr);
  std::vector<float> packed(static_cast<std::size_t>(kernel.packed_floats(c.op)) + 1);
  kernel.pack(c.op, pointers.data(), packed.data());
  run_in_ranges(kernel, c.op, {views.data(), static_cast<int>(views.size()), out.view, packed.data(), ranges},
                ranges);

  OwnedTensor expected = make_tensor(c.out, batch, 1, 0);
  if (arrays.size() < pointers.size() - 1) pointers.pop_back();
  std::visit(
      [&](const auto& op) {
        reference::run(op, reference::Inputs(views), reference::Arrays(pointers.data(), pointers.size()),
                       expected.view);
      },
      c.op);

  outcome.values = planar(out.view);
  outcome.error = relative_error(outcome.values, planar(expected.view));
  outcome.padding_finite =
      std::all_of(out.memory.begin(), out.memory.end(), [](float v) { return std::isfinite(v); });
  return outcome;
}

}  // namespace nightjar::testing
