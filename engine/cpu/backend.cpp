// A CPU: a plan of kernels chosen for an instruction set, their weights packed once for all contexts.
#include "engine/backend.h"

#include <algorithm>
#include <cstdlib>

#include "engine/cpu/executor.h"
#include "engine/cpu/pack.h"
#include "engine/cpu/plan.h"
#include "engine/cpu/tune.h"
#include "engine/format_line.h"
#include "engine/host/cores.h"
#include "engine/plan/explain.h"

namespace nightjar {
namespace cpu {
namespace {

Result<KernelSet> choose_isa(const std::string& asked) {
  const char* forced = std::getenv("NIGHTJAR_ISA");
  const std::string isa = asked.empty() && forced ? forced : asked;
  if (isa.empty()) return kernel_sets().front();
  for (const KernelSet& set : kernel_sets()) {
    if (isa == set.isa) return set;
  }
  std::string have;
  for (const KernelSet& set : kernel_sets()) have += std::string(have.empty() ? "" : ", ") + set.isa;
  return Error{Failure::usage, "instruction set '" + isa + "' " +
                                   (is_known_isa(isa) ? "is not what this CPU has" : "is not known") +
                                   "; it has " + have};
}

int threads_of(const ModelOptions& options) {
  return options.threads > 0 ? options.threads : available_cores();
}

class CpuBackend : public Backend {
 public:
  CpuBackend(const KernelSet& set, const ModelOptions& options) : set_(set), options_(options) {}

  Result<void> plan(const Graph& graph) override {
    graph_ = &graph;
    plan_ = make_plan(graph, set_, {.winograd = options_.winograd});
    if (!options_.tune) return {};
    ThreadPool pool(threads_of(options_));
    const Tuning tuning = tune(graph, plan_, pool);
    plan_ = make_plan(graph, set_, {.winograd = options_.winograd, .tuning = &tuning});
    return {};
  }

  Result<void> read_and_pack(std::unique_ptr<ParameterSource> parameters) override {
    ThreadPool pool(threads_of(options_));
    auto packed = pack_weights(*graph_, plan_, *parameters, pool);
    if (!packed) return packed.error();
    packed_ = std::move(*packed);
    if (plan_.region_bytes(Region::once, 1) == 0) return {};
    parameters_ = std::move(parameters);
    parameters_->outlive_source();
    return {};
  }

  Result<std::unique_ptr<Executor>> make_executor(int batch, int threads) const override {
    auto made = CpuExecutor::create(*graph_, plan_, packed_.get(), parameters_.get(), batch,
                                    threads > 0 ? threads : threads_of(options_));
    if (!made) return made.error();
    return std::unique_ptr<Executor>(std::move(*made));
  }

  // One a thread, if their activations fit in.
  int most_side_by_side(int batch, int threads) const override {
    constexpr std::int64_t most_bytes = std::int64_t{2} << 30;
    const std::int64_t bytes = 1 + plan_.region_bytes(Region::arena, batch) +
                               plan_.region_bytes(Region::kept, batch) + plan_.region_bytes(Region::once, 1) +
                               plan_.repacked_bytes;
    return static_cast<int>(std::clamp<std::int64_t>(most_bytes / bytes, 1, threads));
  }

  std::string explain() const override {
    constexpr Unit megacycles{"Mcycles", 1e6};
    return nightjar::explain(*graph_, plan_, megacycles,
                             format(", activations %.1f MB, packed weights %.1f MB\n",
                                    double(plan_.region_bytes(Region::arena, 1)) * 1e-6,
                                    double(plan_.packed_bytes + plan_.repacked_bytes) * 1e-6));
  }
  const std::string& device() const override { return device_; }
  const std::string& isa() const override { return plan_.isa; }

 private:
  KernelSet set_;
  ModelOptions options_;
  const Graph* graph_ = nullptr;
  Plan plan_;
  HostMemory packed_;
  std::unique_ptr<ParameterSource> parameters_;  // for contexts to come, where their parameters are their own
  std::string device_ = "cpu";
};

}  // namespace
}  // namespace cpu

Result<std::unique_ptr<Backend>> cpu_backend(const ModelOptions& options) {
  const auto set = cpu::choose_isa(options.isa);
  if (!set) return set.error();
  if (options.precision != Precision::fp32 || options.convolutions != Library::ours) {
    return Error{
        Failure::usage,
        "the CPU computes in fp32 with kernels of its own; precision and library are for CUDA devices"};
  }
  return std::unique_ptr<Backend>(std::make_unique<cpu::CpuBackend>(*set, options));
}

}  // namespace nightjar
