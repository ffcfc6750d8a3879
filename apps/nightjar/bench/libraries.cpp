// One model a library, each gone before the next is loaded.
#include "apps/nightjar/bench/libraries.h"

#include "apps/nightjar/bench/check.h"

namespace nightjar {
namespace {

Result<void> check(const LoadedModel& loaded, LibraryProfile& profile) {
  auto context = Context::create(loaded.model);  // of one picture, as the CPU's beside it
  if (!context) return context.error();
  const auto error = check_heads(loaded, *context);
  if (!error) return error.error();
  profile.error = *error;
  return {};
}

Result<void> time_steps(const LoadedModel& loaded, const BenchPlan& plan, LibraryProfile& profile) {
  if (plan.check) {
    if (auto done = check(loaded, profile); !done) return done;
  }
  auto context = Context::create(loaded.model, plan.forward_batch());
  if (!context) return context.error();
  if (auto done = make_up_inputs(loaded.model, plan.forward_batch(), *context); !done) return done;
  auto steps = profile_steps([&] { return context->profile(); }, plan.profile_passes());
  if (!steps) return steps.error();
  profile.steps = std::move(*steps);
  return {};
}

Result<LibrariesReport> run_ours(const ModelArguments& network, const BenchPlan& plan) {
  const auto loaded = load_model(network);
  if (!loaded) return loaded.error();
  const Model& model = loaded->model;
  if (model.device() == "cpu")
    return Error{Failure::usage, "--compare-conv compares what a GPU runs; use it with --device cuda"};
  LibrariesReport report;
  report.cfg = loaded->files[0];
  report.machine.device = model.device();
  report.machine.isa = model.isa();
  report.made_up_weights = loaded->options.synthesise.has_value();
  report.width = model.input().w;
  report.height = model.input().h;
  report.batch = plan.forward_batch();
  report.profiles = {{.name = "ours", .title = "ours"}};
  if (auto done = time_steps(*loaded, plan, report.profiles[0]); !done) return done.error();
  return report;
}

LibraryProfile run_library(const ModelArguments& network, const BenchPlan& plan, const char* title) {
  LibraryProfile profile{.name = network.convolutions, .title = title};
  const auto loaded = load_model(network);
  const Result<void> done = loaded ? time_steps(*loaded, plan, profile) : loaded.error();
  if (!done) profile.why_not = done.error().message;
  return profile;
}

}  // namespace

Result<LibrariesReport> run_libraries(ModelArguments network, const BenchPlan& plan) {
  network.convolutions = "ours";
  auto report = run_ours(network, plan);
  if (!report) return report;
  for (const auto& [name, title] : {std::pair{"cublas", "cuBLAS"}, std::pair{"cudnn", "cuDNN"}}) {
    network.convolutions = name;
    report->profiles.push_back(run_library(network, plan, title));
  }
  return report;
}

}  // namespace nightjar
