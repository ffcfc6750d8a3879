// What a network runs on: a CPU (engine/cpu) or a GPU (engine/cuda).
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/graph.h"
#include "engine/nightjar.h"
#include "engine/parameters.h"

namespace nightjar {

// A picture where Executor::fit() reads it, or on its way there.
class StagedPicture {
 public:
  virtual ~StagedPicture() = default;
};

// What one context needs to run a plan: the memory of one batch, and what works on it.
class Executor {
 public:
  virtual ~Executor() = default;

  virtual int batch() const = 0;
  // Pictures -> the first images of the input. They have its channels, and are no more than the batch.
  virtual Result<void> fit(std::span<const PictureView> pictures, Fit fit) = 0;
  // What Backend::stage() made of the pictures of the next fit(), null where there is nothing of one.
  virtual void take_staged(std::vector<std::unique_ptr<StagedPicture>>) {}
  // Planar (c, h, w) values -> an image of an input, or of a state.
  virtual Result<void> write(int value, int image, std::span<const float> values) = 0;
  // Computes the first `images` of the batch. `after` is called with each value of an image in order, once it
  // is there.
  using After = std::function<Result<void>(int value)>;
  virtual Result<void> run(int images, const After& after = {}) = 0;
  // Changes the parameters of a graph that learns by what the runs since the last update left.
  virtual Result<void> update() = 0;
  // Until what run() began has ended, for who times it; decode() and read() wait by themselves.
  virtual Result<void> wait() { return {}; }
  // The heads' values of the last run -> boxes of each image, relative to the network's input, in the heads'
  // order.
  virtual Result<std::vector<Boxes>> decode(int images, const DecodeOptions& options) = 0;
  // A value of an image, planar, in fp32; of results after a run, of others within `after`.
  virtual Result<void> read(int value, std::vector<float>& values, int image = 0) = 0;
  // All states of images are zero again, as before the first run.
  virtual Result<void> reset() = 0;
  // Changes parameter `index` for the runs to come. Errors: usage, where parameters are fixed.
  virtual Result<void> write_parameter(int index, std::span<const float> values) = 0;
  // Of the CPU's threads, the caller's included, at most so many work from the next step on. Any thread may
  // call it, at any time.
  virtual void use_threads(int) {}
  // Times each step, for the batch.
  virtual Result<std::vector<StepTime>> profile() = 0;
};

// What all contexts of a model share: the plan and the packed weights.
class Backend {
 public:
  virtual ~Backend() = default;

  // Graph -> Plan. The graph must outlive the backend. Errors: too_large, device.
  virtual Result<void> plan(const Graph& graph) = 0;
  // Parameters -> packed weights. Errors: cannot_read, malformed, too_large, device.
  virtual Result<void> read_and_pack(std::unique_ptr<ParameterSource> parameters) = 0;
  // Errors: too_large, device.
  virtual Result<std::unique_ptr<Executor>> make_executor(int batch, int threads) const = 0;
  // Begins to bring a picture to where fit() reads it, ahead of its turn; it may change afterwards. Any
  // thread may call it. Null where fit() has to do it: on a CPU, and where there is no room.
  virtual std::unique_ptr<StagedPicture> stage(const Image&) const { return nullptr; }
  // How many executors of that batch are worth having at once, where `threads` of the host work for all of
  // them.
  virtual int most_side_by_side(int batch, int threads) const = 0;
  virtual std::string explain() const = 0;
  virtual const std::string& device() const = 0;  // "cpu"; "cuda:0 (NVIDIA H200)"
  virtual const std::string& isa() const = 0;     // "avx512"; "sm_90 fp16"
};

// Errors: usage, for an instruction set that is not there or a choice that only a GPU has.
Result<std::unique_ptr<Backend>> cpu_backend(const ModelOptions& options);

struct ChosenBackend {
  std::unique_ptr<Backend> backend;
  std::string note;  // why "auto" became the CPU; empty otherwise
};

// By options.device: cpu, cuda, cuda:N, or auto, which is the first GPU where that can be used and else the
// CPU, without the choices that only a GPU has. Errors: usage, for another name; those of the backends.
Result<ChosenBackend> choose_backend(const ModelOptions& options);

}  // namespace nightjar
