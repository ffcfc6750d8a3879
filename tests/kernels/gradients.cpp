#include "tests/kernels/gradients.h"

#include "kernels/reference/elements.h"

namespace nightjar::testing {
namespace {

void add(const Tensor& from, const Tensor& to) {
  reference::for_each_element(
      to, [&](int n, int c, int y, int x) { *to.at(n, c, y, x) += *from.at(n, c, y, x); });
}

}  // namespace

std::vector<OwnedTensor> gradients_by_inputs(const Op& op, const std::vector<Tensor>& ins,
                                             const std::vector<Tensor>& outs,
                                             const std::vector<Tensor>& by_outputs) {
  using From = Gradient::From;
  const Gradient gradient = op.gradient().value();
  std::vector<OwnedTensor> sums;
  for (const Tensor& in : ins) sums.push_back(make_tensor(in.shape, in.batch, 1, 0));
  std::vector<std::vector<OwnedTensor>> of_terms;
  for (const Gradient::Term& term : gradient.terms) {
    std::vector<Tensor> reads;
    for (const auto& [from, index] : term.reads) {
      const auto i = static_cast<std::size_t>(index);
      reads.push_back(from == From::input             ? ins[i]
                      : from == From::output          ? outs[i]
                      : from == From::output_gradient ? by_outputs[i]
                      : from == From::sum             ? sums[i].view
                                                      : of_terms[i][0].view);
    }
    of_terms.push_back(define(term.op, reads, {}));
    for (std::size_t i = 0; i < term.of.size(); ++i) {
      if (term.of[i] < 0) continue;
      OwnedTensor &written = of_terms.back()[i], &sum = sums[static_cast<std::size_t>(term.of[i])];
      if (term.op.writes()[i].value.per_image) {
        add(written.view, sum.view);
      } else {
        copy_elements(written.view, sum.view);  // it took up what was there
      }
    }
  }
  return sums;
}

}  // namespace nightjar::testing
