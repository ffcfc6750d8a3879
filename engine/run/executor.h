// Runs a plan: the activations' memory of one batch, and the loop over its steps.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/run/aligned.h"
#include "engine/run/thread_pool.h"
#include "parsers/result.h"

namespace nightjar {

class Executor {
 public:
  // The graph, the plan and the packed weights must outlive it. too_large where the memory is not to be had.
  static Result<std::unique_ptr<Executor>> create(const Graph& graph, const Plan& plan, const float* packed,
                                                  int batch, int threads);

  int batch() const { return batch_; }
  // The picture's tensor: planar, to be written before run().
  const Tensor& input() const { return tensors_[0]; }
  // The value of a node, all images; valid until the memory is used again, which is the end of the run for
  // heads and the output, and the time of the observer's call for others.
  const Tensor& value(int node) const { return tensors_[static_cast<std::size_t>(node)]; }

  // Runs the first `images` of the batch. `after` is called with each node in order, once its value is there.
  void run(int images, const std::function<void(int node)>& after = {});

 private:
  Executor(const Graph& graph, const Plan& plan, const float* packed, int batch, int threads);
  bool allocate();
  void place_tensors();
  Call call_of(const Step& step, std::vector<Tensor>& in, int images) const;
  void run_step(const Step& step, int images);

  const Graph& graph_;
  const Plan& plan_;
  const float* packed_;
  int batch_;
  ThreadPool pool_;
  Floats arena_, input_, scratch_;
  std::int64_t thread_floats_ = 0;       // of each thread's scratch; what all share comes behind
  std::vector<Tensor> tensors_;          // one a node
  std::vector<std::vector<Tensor>> in_;  // the inputs of each step
};

}  // namespace nightjar
