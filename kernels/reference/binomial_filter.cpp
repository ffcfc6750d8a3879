#include "kernels/ops/binomial_filter.h"

#include <vector>

namespace nightjar {

void ops::BinomialFilter::define(Inputs, Outputs outs) const {
  std::vector<double> row{1};
  while (static_cast<int>(row.size()) < size) {  // Pascal's triangle, each row halved
    row.push_back(0);
    for (std::size_t k = row.size() - 1; k > 0; --k) row[k] = (row[k] + row[k - 1]) / 2;
    row[0] /= 2;
  }
  auto* to = static_cast<float*>(outs[0].data);
  for (int c = 0; c < channels; ++c)
    for (const double y : row)
      for (const double x : row) *to++ = static_cast<float>(y * x);
}

}  // namespace nightjar
