#include "engine/cpu/executor.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "engine/cpu/plan.h"
#include "engine/image/fit.h"
#include "engine/plan/explain.h"
#include "engine/plan/walk.h"

namespace nightjar::cpu {
namespace {

std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

// Zeroes the cells around each plane of one image: whole rows above and below, the ends of the rows between.
void clear_halo(const Storage& s, float* image) {
  const std::size_t edge = static_cast<std::size_t>(s.halo) * static_cast<std::size_t>(s.block);
  for (int block = 0; block < s.channel_blocks; ++block) {
    float* plane = image + block * s.plane();
    std::memset(plane, 0, (static_cast<std::size_t>(s.halo * s.row()) + edge) * sizeof(float));
    // The right end of a row and the left end of the next lie side by side.
    for (int y = 1; y < s.h; ++y) {
      std::memset(plane + (s.halo + y) * s.row() - static_cast<std::ptrdiff_t>(edge), 0,
                  2 * edge * sizeof(float));
    }
    float* last = plane + (s.halo + s.h) * s.row() - static_cast<std::ptrdiff_t>(edge);
    std::memset(last, 0, (static_cast<std::size_t>(s.halo * s.row()) + edge) * sizeof(float));
  }
}

// The values of a row of image n, whatever stands for them.
void read_row(const Tensor& t, int n, int c, int y, float* to) {
  for (int x = 0; x < t.shape.w; ++x)
    to[x] = t.type == Type::i8 ? t.scale * *t.element<std::int8_t>(n, c, y, x) : *t.at(n, c, y, x);
}

}  // namespace

Result<std::unique_ptr<CpuExecutor>> CpuExecutor::create(const Graph& graph, const Plan& plan,
                                                         const std::byte* packed,
                                                         const ParameterSource* parameters, int batch,
                                                         int threads) {
  std::unique_ptr<CpuExecutor> made(new CpuExecutor(graph, plan, packed, batch, threads));
  if (auto done = made->create_variables(parameters); !done) return done.error();
  if (!made->allocate()) {
    return Error{Failure::too_large,
                 graph.file + ": " + std::to_string(plan.region_bytes(Region::arena, batch)) +
                     " bytes of activations do not fit into memory; use a smaller size or batch"};
  }
  return made;
}

Result<void> CpuExecutor::create_variables(const ParameterSource* parameters) {
  if (!parameters) return {};
  auto variables = Variables::create(graph_, plan_, *parameters);
  if (!variables) return variables.error();
  variables_ = std::move(*variables);
  return {};
}

bool CpuExecutor::allocate() {
  arena_ = allocate_host(plan_.region_bytes(Region::arena, batch_));
  kept_ = allocate_host(plan_.region_bytes(Region::kept, batch_));
  repacked_ = allocate_host(plan_.repacked_bytes);
  if (!arena_ || !kept_ || !repacked_) return false;
  regions_ = {arena_.get(), kept_.get(), variables_ ? variables_->memory() : nullptr};
  steps_.resize(plan_.steps.size());
  prepare_all(batch_);
  std::int64_t shared = 0;
  for (const Prepared& step : steps_) {
    thread_bytes_ = std::max(thread_bytes_, whole_lines(step.work.thread_bytes));
    shared = std::max(shared, step.work.shared_bytes);
  }
  scratch_ = allocate_host(thread_bytes_ * pool_.threads() + shared);
  return scratch_ != nullptr;
}

Tensor CpuExecutor::tensor(int value, int images) const {
  Tensor t = tensor_of(graph_, plan_, value, batch_, regions_);
  if (graph_.values[at(value)].per_image) t.batch = images;
  return t;
}

void CpuExecutor::prepare(const Step& step, int images, int number, Prepared& prepared) const {
  const Node& node = graph_.nodes[at(step.node)];
  prepared.step = &step;
  prepared.kernel = &cpu_kernel_of(step.kernel);
  prepared.op = &node.op;
  prepared.in.clear();
  prepared.out.clear();
  const Stride stride = stride_of(graph_, node, number);
  const auto operand = [&](int value, int step_of_it) {
    return part_of_step(graph_, value, tensor(value, images), step_of_it);
  };
  for (const int value : inputs_of(node, Role::data)) prepared.in.push_back(operand(value, stride.reads));
  for (const int value : node.outputs) prepared.out.push_back(operand(value, stride.writes));
  const std::byte* packed = (step.repacked ? repacked_.get() : packed_) + step.packed_at;
  prepared.call = {{prepared.in.data(), static_cast<int>(prepared.in.size()), prepared.out.data(), packed},
                   pool_.threads()};
  prepared.by_kernel.resize(prepared.kernel->prepared_bytes);
  prepared.work = prepared.kernel->prepare(node.op, prepared.call, prepared.by_kernel.data());
}

void CpuExecutor::prepare_all(int images) {
  for (std::size_t i = 0; i < steps_.size(); ++i)
    prepare(plan_.steps[i], images, turns_of(graph_, graph_.nodes[at(plan_.steps[i].node)].walk).front(),
            steps_[i]);
  prepared_images_ = images;
}

void CpuExecutor::clear_halos(const Step& step, int images) const {
  for (const int i : step.clear) {
    const Storage& s = plan_.storages[at(i)];
    auto* first = reinterpret_cast<float*>(arena_.get() + s.offset * batch_);
    for (int n = 0; n < images; ++n) clear_halo(s, first + n * s.image());
  }
}

Result<void> CpuExecutor::repack() {
  if (!variables_) return {};
  return variables_->refresh(pool_, [&](const Step& step, Weights weights) -> Result<void> {
    step.kernel->pack(graph_.nodes[at(step.node)].op, weights, repacked_.get() + step.packed_at);
    return {};
  });
}

Result<void> CpuExecutor::run(int images, const After& after) {
  if (auto done = repack(); !done) return done;
  if (images != prepared_images_) prepare_all(images);
  if (after) {
    if (auto done = after(Graph::input_value); !done) return done;
  }
  return run_phase(Phase::run, images, after);
}

Result<void> CpuExecutor::update() {
  auto done = run_phase(Phase::update, prepared_images_, {});
  if (variables_) variables_->have_changed();
  return done;
}

void CpuExecutor::run_step(const Prepared& step) {
  run_kernel(*step.kernel, *step.op, step.call, step.by_kernel.data(), step.work, pool_, scratch_.get(),
             thread_bytes_);
}

// Some neighbours, which walk together or are one that does not.
void CpuExecutor::run_steps(std::span<Prepared> steps, int images) {
  for (const Prepared& step : steps) clear_halos(*step.step, images);
  const Walk walk = graph_.nodes[at(steps.front().step->node)].walk;
  if (walk == Walk::at_once) return run_step(steps.front());
  for (const int turn : turns_of(graph_, walk)) {
    for (Prepared& step : steps) {
      if (rests_at(graph_, graph_.nodes[at(step.step->node)], turn)) continue;
      prepare(*step.step, images, turn, step);
      run_step(step);
    }
  }
}

Result<void> CpuExecutor::run_phase(Phase phase, int images, const After& after) {
  const int nodes = static_cast<int>(graph_.nodes.size());
  std::size_t step = 0;
  for (int node = 0, end = 0; node < nodes; node = end) {
    end = end_of_walk(graph_, node);
    const std::size_t first = step;
    while (step < steps_.size() && steps_[step].step->node < end) ++step;
    if (graph_.nodes[at(node)].phase != phase) continue;
    if (step > first) run_steps({&steps_[first], step - first}, images);
    if (!after) continue;
    for (int i = node; i < end; ++i) {
      for (const int value : graph_.nodes[at(i)].outputs) {
        if (!graph_.values[at(value)].per_image) continue;
        if (auto done = after(value); !done) return done;
      }
    }
  }
  return {};
}

Result<void> CpuExecutor::fit(std::span<const PictureView> pictures, Fit fit) {
  const Tensor input = tensor(Graph::input_value, batch_);
  for (int n = 0; n < static_cast<int>(pictures.size()); ++n) fit_image(pictures[at(n)], fit, input, n);
  return {};
}

Result<void> CpuExecutor::write(int value, int image, std::span<const float> values) {
  const Tensor input = tensor(value, batch_);
  const float* from = values.data();
  for (int c = 0; c < input.shape.c; ++c) {
    for (int y = 0; y < input.shape.h; ++y, from += input.shape.w) {
      float* to = input.at(image, c, y, 0);
      for (int x = 0; x < input.shape.w; ++x, to += input.pixel) *to = from[x];
    }
  }
  return {};
}

Result<std::vector<Boxes>> CpuExecutor::decode(int images, const DecodeOptions& options) {
  std::vector<Boxes> boxes(at(images));
  for (int n = 0; n < images; ++n) {
    for (const Head& head : graph_.heads)
      nightjar::decode(head, tensor(base(head).value, batch_), n, graph_.input, options, boxes[at(n)]);
  }
  return boxes;
}

Result<void> CpuExecutor::read(int value, std::vector<float>& values, int image) {
  const Tensor t = tensor(value, batch_);
  values.resize(static_cast<std::size_t>(t.shape.size()));
  float* to = values.data();
  for (int c = 0; c < t.shape.c; ++c) {
    for (int y = 0; y < t.shape.h; ++y, to += t.shape.w) read_row(t, image, c, y, to);
  }
  return {};
}

Result<void> CpuExecutor::reset() {
  for (int value = 0; value < static_cast<int>(graph_.values.size()); ++value) {
    const GraphValue& v = graph_.values[at(value)];
    if (v.kind != Kind::state || !v.per_image) continue;
    const Storage& s = plan_.storage_of(value);
    std::memset(kept_.get() + s.offset * batch_, 0, static_cast<std::size_t>(s.image_bytes() * batch_));
  }
  return {};
}

Result<void> CpuExecutor::write_parameter(int index, std::span<const float> values) {
  if (!variables_) return fixed_parameters(graph_);
  return variables_->write(index, values);
}

Result<std::vector<StepTime>> CpuExecutor::profile() {
  std::vector<StepTime> times;
  const auto timed = [](const auto& work) {
    const auto before = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before).count();
  };
  Result<void> packed;
  const double packing = timed([&] { packed = repack(); });
  if (!packed) return packed.error();
  if (variables_) times.push_back({"all", "pack what changed", "", {}, packing, 0, 0});
  if (batch_ != prepared_images_) prepare_all(batch_);
  for (Prepared& step : steps_) {
    const double time = timed([&] { run_steps({&step, 1}, batch_); });
    times.push_back(step_time(graph_, *step.step, time, batch_));
  }
  if (variables_) variables_->have_changed();
  return times;
}

}  // namespace nightjar::cpu
