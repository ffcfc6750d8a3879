// The stages, in an order that keeps each from disturbing the others' figures.
#include "apps/nightjar/bench/run.h"

#include <algorithm>

#include "apps/nightjar/bench/check.h"
#include "apps/nightjar/bench/peak.h"
#include "engine/cpu/peak.h"
#include "engine/host/cores.h"

namespace nightjar {
namespace {

// One context of all threads, or one thread each for the streams; run once, which touches their memory.
Result<std::vector<Context>> make_contexts(const Model& model, const BenchPlan& plan) {
  std::vector<Context> contexts;
  for (int i = 0; i < std::max(1, plan.streams); i++) {
    auto context = Context::create(model, plan.forward_batch(), plan.streams > 0 ? 1 : 0);
    if (!context) return context.error();
    if (auto done = make_up_inputs(model, plan.forward_batch(), *context); !done) return done.error();
    if (const auto done = context->run(); !done) return done.error();
    contexts.push_back(std::move(*context));
  }
  return contexts;
}

Machine machine_of(const Model& model, int threads) {
  Machine machine{model.device(), model.isa()};
  if (machine.is_cpu()) machine.threads = threads;
  return machine;
}

std::vector<Pass> passes_of(std::vector<Context>& contexts) {
  std::vector<Pass> passes;
  for (Context& context : contexts) passes.emplace_back([&context] { return context.run(); });
  return passes;
}

// By the names of the kernels of `steps`, or of one pass where there are none.
Result<bool> uses_winograd(const std::vector<StepTime>& steps, Context& context) {
  const auto is_one = [](const StepTime& step) { return step.kernel.find("winograd") != std::string::npos; };
  if (!steps.empty()) return std::any_of(steps.begin(), steps.end(), is_one);
  const auto once = context.profile();
  if (!once) return once.error();
  return std::any_of(once->begin(), once->end(), is_one);
}

}  // namespace

Result<BenchResult> run_bench(ModelArguments network, const BenchPlan& plan) {
  if (network.threads == 0) network.threads = available_cores();
  const auto loaded = load_model(network);
  if (!loaded) return loaded.error();
  const Model& model = loaded->model;
  auto contexts = make_contexts(model, plan);
  if (!contexts) return contexts.error();
  BenchResult result{.cfg = loaded->files[0],
                     .machine = machine_of(model, plan.streams > 0 ? plan.streams : network.threads),
                     .made_up_weights = loaded->options.synthesise.has_value(),
                     .width = model.input().w,
                     .height = model.input().h,
                     .batch = plan.forward_batch(),
                     .streams = plan.streams,
                     .gflop = model.gflop(),
                     .load_ms = loaded->load_ms,
                     // Before the check, whose second model is freed again but would count.
                     .resident_bytes = peak_resident_bytes()};
  if (plan.check) {
    const auto error = check_heads(*loaded, contexts->front());
    if (!error) return error.error();
    result.error = *error;
  }
  PeakMeter peak([&] { return measure_peak_gflops(result.machine.isa, result.machine.threads); });
  const bool against_peak = plan.against_peak && result.machine.is_cpu();
  // Once before and once after, as a neighbour that takes time away may be there for one of them.
  if (against_peak) peak.measure();
  auto measured = measure(passes_of(*contexts), plan.repeat);
  if (!measured) return measured.error();
  result.timings = std::move(measured->passes);
  result.pictures_per_s =
      plan.forward_batch() * (plan.streams > 0 ? measured->rate_per_s : 1000 / result.timings.best());
  if (plan.layers) {
    auto steps = profile_steps([&] { return contexts->front().profile(); }, plan.profile_passes());
    if (!steps) return steps.error();
    result.steps = std::move(*steps);
  }
  if (against_peak) {
    const auto winograd = uses_winograd(result.steps, contexts->front());
    if (!winograd) return winograd.error();
    result.winograd = *winograd;
    peak.measure();
    peak.settle(result.winograd ? 0 : result.gflops());
    result.peak_gflops = peak.best();
    result.peak_steady = peak.steady();
  }
  return result;
}

}  // namespace nightjar
