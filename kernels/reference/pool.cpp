// Maxima and means over windows, channels and whole planes.
#include <algorithm>
#include <limits>

#include "kernels/reference/elements.h"
#include "kernels/reference/reference.h"

namespace nightjar::reference {
namespace {

// Calls visit(value) for the cells of a pooling window that lie inside the image. Op: MaxPool or
// LocalAvgPool.
template <class Op, class Visit>
void for_each_in_window(const Op& op, const Tensor& in, int n, int c, int y, int x, Visit visit) {
  const int top = y * op.stride_y - op.padding / 2, left = x * op.stride_x - op.padding / 2;
  for (int in_y = std::max(top, 0); in_y < std::min(top + op.size, op.in.h); ++in_y)
    for (int in_x = std::max(left, 0); in_x < std::min(left + op.size, op.in.w); ++in_x)
      visit(*in.at(n, c, in_y, in_x));
}

}  // namespace

void run(const ops::MaxPool& op, Inputs in, Arrays, const Tensor& out) {
  for_each_element(out, [&](int n, int c, int y, int x) {
    float largest = -std::numeric_limits<float>::max();
    for_each_in_window(op, in[0], n, c, y, x, [&](float value) { largest = std::max(largest, value); });
    *out.at(n, c, y, x) = largest;
  });
}

void run(const ops::MaxPoolDepth& op, Inputs in, Arrays, const Tensor& out) {
  for_each_element(out, [&](int n, int c, int y, int x) {
    float largest = -std::numeric_limits<float>::max();
    for (int k = c; k < op.in.c; k += op.out.c) largest = std::max(largest, *in[0].at(n, k, y, x));
    *out.at(n, c, y, x) = largest;
  });
}

void run(const ops::LocalAvgPool& op, Inputs in, Arrays, const Tensor& out) {
  for_each_element(out, [&](int n, int c, int y, int x) {
    double sum = 0;
    int cells = 0;
    for_each_in_window(op, in[0], n, c, y, x, [&](float value) { sum += value, ++cells; });
    *out.at(n, c, y, x) = static_cast<float>(sum / cells);
  });
}

void run(const ops::AvgPool& op, Inputs in, Arrays, const Tensor& out) {
  for_each_element(out, [&](int n, int c, int, int) {
    double sum = 0;
    for (int y = 0; y < op.in.h; ++y)
      for (int x = 0; x < op.in.w; ++x) sum += *in[0].at(n, c, y, x);
    *out.at(n, c, 0, 0) = static_cast<float>(sum / (static_cast<double>(op.in.h) * op.in.w));
  });
}

}  // namespace nightjar::reference
