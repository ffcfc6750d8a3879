// A network that learns: forward, losses and backward of some pictures, and updates by what these left.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/backend.h"
#include "engine/graph.h"
#include "engine/parameters.h"
#include "engine/train/recipe.h"
#include "kernels/ops/losses/parts.h"
#include "kernels/ops/updates/loss_scale.h"

namespace nightjar {

// What a loss told of the pictures of a run, or of several, summed.
struct LossReport {
  int layer = 0;
  std::array<double, LossParts::count> parts{};

  // Darknet's figure for all of them together.
  double loss() const;
};

// All that runs and updates change: what another learner of the same network, of any input size, goes on
// with.
struct Learned {
  std::vector<std::vector<float>> parameters;  // in the order of the weights file, each as that has it
  std::vector<std::vector<float>> states;      // what updates keep: velocities, moments, averages
  // What is remembered of each sequence; none where the next run begins others.
  std::vector<std::vector<float>> memories = {};
};

// Adds reports of the same layers to `sums`, which may be empty yet.
void add_up(std::vector<LossReport>& sums, const std::vector<LossReport>& reports);

class Learner {
 public:
  // `graph` was built to learn; parameters start as `source` has them. In fp16 activations and their
  // gradients are halves, of a scaled loss; parameters and what updates keep stay floats. Errors: usage,
  // where a layer cannot be trained; those of choose_backend() and Backend.
  static Result<std::unique_ptr<Learner>> create(Graph graph, std::unique_ptr<ParameterSource> source,
                                                 const Recipe& recipe, const ModelOptions& options);

  const Graph& graph() const { return graph_; }
  // Images of a run. Of a network that learns sequences they are the first elements of all sequences, then
  // the second ones, and so on.
  int batch() const { return executor_->batch(); }
  int sequences() const { return batch() / graph_.training->steps; }
  const std::string& device() const { return backend_->device(); }
  const std::string& isa() const { return backend_->isa(); }

  // The input of an image, planar; what it holds, as the losses read it.
  Result<void> write_picture(int image, std::span<const float> values);
  Result<void> write_truth(int image, std::span<const float> values);
  // Whether a run goes on from what the last one left.
  bool remembers() const { return !memories().empty(); }
  // What earlier runs left of a sequence: from now on its place is another one's.
  Result<void> forget(int sequence);
  // Adds the gradients of the batch to what earlier runs left; with it, `seen` pictures were seen, by which
  // random numbers are drawn, too. A report a loss, in the order of the layers.
  Result<std::vector<LossReport>> run(std::uint64_t seen);
  // Times each step of a run and of the update behind it, with the rates of the last one.
  Result<std::vector<StepTime>> profile() { return executor_->profile(); }
  // Changes all that is trained by the gradients so far, of which nothing is left then.
  Result<void> update(const Rates& rates);

  // Behind an update: by how much gradients are scaled next, and how many updates were left out because one
  // was no number; none where they are not scaled.
  Result<std::optional<LossScale>> loss_scale() const;

  // A parameter as it is now, in the order of the weights file.
  Result<std::vector<float>> parameter(int index) const;
  // All of it between an update and the next run.
  Result<Learned> learned() const;
  // Errors: malformed, where it is another network's or has values that no parameter may have.
  Result<void> restore(const Learned& learned);
  // Its running average, rolling means and variances included: with the others', a network. It follows with
  // update(), by the parameters as they were in the runs before; of what never changes, and where no averages
  // are kept, the parameter itself.
  Result<std::vector<float>> average(int index) const;

 private:
  Learner() = default;
  Result<void> begin_loss_scale(int images);
  std::vector<int> states() const;
  std::vector<int> memories() const;
  // A value of the shape of parameter `index`, in the order of the weights file.
  Result<std::vector<float>> read(int index, int value) const;

  Graph graph_;
  std::uint64_t seed_ = 0;  // of what runs draw
  std::unique_ptr<Backend> backend_;
  std::unique_ptr<Executor> executor_;
};

}  // namespace nightjar
