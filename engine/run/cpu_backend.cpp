// A plan of CPU kernels: chosen for an instruction set, their weights packed once for all contexts.
#include <chrono>
#include <cstdlib>

#include "engine/image/fit.h"
#include "engine/plan/explain.h"
#include "engine/plan/plan.h"
#include "engine/plan/prepare.h"
#include "engine/plan/tune.h"
#include "engine/run/backend.h"
#include "engine/run/executor.h"
#include "engine/run/thread_pool.h"

namespace nightjar {
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

class CpuRunner : public Runner {
 public:
  CpuRunner(const Graph& graph, const Plan& plan, std::unique_ptr<Executor> executor)
      : graph_(graph), plan_(plan), executor_(std::move(executor)) {}

  int batch() const override { return executor_->batch(); }

  Result<void> fit(std::span<const Image> pictures, Fit fit) override {
    int n = 0;
    for (const Image& picture : pictures) fit_image(picture, fit, executor_->input(), n++);
    return {};
  }

  Result<void> write(std::span<const float> values) override {
    const Tensor& to = executor_->input();
    const float* from = values.data();
    for (int c = 0; c < to.shape.c; ++c) {
      for (int y = 0; y < to.shape.h; ++y, from += to.shape.w)
        std::copy_n(from, to.shape.w, to.at(0, c, y, 0));
    }
    return {};
  }

  Result<void> run(int images, const After& after) override {
    Result<void> status;
    const auto report = [&](int node) {
      if (status) status = after(node);
    };
    executor_->run(images, after ? std::function<void(int)>(report) : nullptr);
    return status;
  }

  Result<std::vector<Boxes>> decode(int images, const DecodeOptions& options) override {
    std::vector<Boxes> boxes(static_cast<std::size_t>(images));
    for (int n = 0; n < images; ++n) {
      for (const Head& head : graph_.heads) {
        nightjar::decode(head, executor_->value(base(head).node), n, graph_.input, options,
                         boxes[static_cast<std::size_t>(n)]);
      }
    }
    return boxes;
  }

  Result<void> read(int node, std::vector<float>& values) override {
    const Tensor& t = executor_->value(node);
    values.resize(static_cast<std::size_t>(t.shape.size()));
    float* out = values.data();
    for (int c = 0; c < t.shape.c; ++c) {
      for (int y = 0; y < t.shape.h; ++y) {
        const float* row = t.at(0, c, y, 0);
        for (int x = 0; x < t.shape.w; ++x) *out++ = row[std::ptrdiff_t{x} * t.block];
      }
    }
    return {};
  }

  Result<std::vector<StepTime>> profile() override {
    using Clock = std::chrono::steady_clock;
    std::vector<StepTime> times;
    auto step = plan_.steps.begin();
    auto before = Clock::now();
    executor_->run(batch(), [&](int node) {
      const auto now = Clock::now();
      if (step != plan_.steps.end() && step->node == node) {
        const double milliseconds = std::chrono::duration<double, std::milli>(now - before).count();
        times.push_back(step_time(graph_, node, step++->kernel->name, milliseconds, batch()));
      }
      before = Clock::now();
    });
    return times;
  }

 private:
  const Graph& graph_;
  const Plan& plan_;
  std::unique_ptr<Executor> executor_;
};

class CpuBackend : public Backend {
 public:
  CpuBackend(const KernelSet& set, const ModelOptions& options) : set_(set), options_(options) {
    plan_.isa = set.isa;
  }

  Result<void> prepare(const Graph& graph, std::unique_ptr<ParameterSource> parameters) override {
    graph_ = &graph;
    ThreadPool pool(threads_of(options_));
    plan_ = make_plan(graph, set_, {options_.winograd});
    if (options_.tune) {
      const Tuning tuning = tune(graph, plan_, pool);
      plan_ = make_plan(graph, set_, {options_.winograd, &tuning});
    }
    auto packed = pack_weights(graph, plan_, *parameters, pool);
    if (!packed) return packed.error();
    packed_ = std::move(*packed);
    return {};
  }

  Result<std::unique_ptr<Runner>> make_runner(int batch, int threads) const override {
    auto executor =
        Executor::create(*graph_, plan_, packed_.get(), batch, threads > 0 ? threads : threads_of(options_));
    if (!executor) return executor.error();
    return std::unique_ptr<Runner>(std::make_unique<CpuRunner>(*graph_, plan_, std::move(*executor)));
  }

  std::string explain() const override { return nightjar::explain(*graph_, plan_); }
  const std::string& device() const override { return device_; }
  const std::string& isa() const override { return plan_.isa; }

 private:
  KernelSet set_;
  ModelOptions options_;
  const Graph* graph_ = nullptr;
  Plan plan_;
  Floats packed_;
  std::string device_ = "cpu";
};

}  // namespace

Result<std::unique_ptr<Backend>> cpu_backend(const ModelOptions& options) {
  const auto set = choose_isa(options.isa);
  if (!set) return set.error();
  if (options.precision != Precision::fp32 || options.convolutions != Convolutions::ours) {
    return Error{
        Failure::usage,
        "the CPU computes in fp32 with kernels of its own; precision and library are for CUDA devices"};
  }
  return std::unique_ptr<Backend>(std::make_unique<CpuBackend>(*set, options));
}

}  // namespace nightjar
