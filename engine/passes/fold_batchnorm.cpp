#include <utility>

#include "engine/passes/passes.h"
#include "engine/passes/rewrite.h"
#include "kernels/ops/batch_norm.h"
#include "kernels/ops/fold_batch_norm.h"

namespace nightjar {

Graph fold_batchnorm(Graph graph) {
  Rewrite rewrite(std::move(graph));
  for (int i = 0; i < rewrite.nodes(); ++i) {
    const Node norm = rewrite.node(i);
    if (!norm.op.is<ops::BatchNorm>()) continue;
    const int source = rewrite.sole_source(norm.inputs[0]);
    if (source < 0 || !rewrite.node(source).op.fuses().bias) continue;

    const int weights = inputs_of(rewrite.node(source), Role::weight)[0];
    std::vector<int> arrays{weights};  // and biases, scales, mean, variance
    arrays.insert(arrays.end(), norm.inputs.begin() + 1, norm.inputs.end());
    const ops::FoldBatchNorm fold{rewrite.graph().shape(weights)};
    const std::vector<int> folded = rewrite.insert(source, fold, std::move(arrays));

    Node& target = rewrite.node(source);
    target.op = target.op.with_bias();
    target.inputs.back() = folded[0];
    target.inputs.push_back(folded[1]);
    rewrite.merge(i, source, target.layer == norm.layer);
  }
  return rewrite.finish();
}

}  // namespace nightjar
