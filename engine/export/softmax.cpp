// Softmax over groups: one of all, equal ones, or those of a class tree.
#include <map>
#include <numeric>

#include "engine/export/translation.h"
#include "kernels/ops/softmax.h"

namespace nightjar {
namespace {

OnnxTensor softmax(const OnnxTensor& x, std::int64_t rows, std::int64_t groups, std::int64_t size,
                   std::int64_t columns) {
  if (groups == 1) return x.graph->add("Softmax", {x}, {{"axis", std::int64_t{2}}});
  const OnnxTensor apart = reshape(x, {0, rows * groups, size, columns});
  const OnnxTensor shares = x.graph->add("Softmax", {apart}, {{"axis", std::int64_t{2}}});
  return reshape(shares, {0, rows, groups * size, columns});
}

OnnxTensor gather(const OnnxTensor& x, const Int64s& indices) {
  return x.graph->add("Gather", {x, x.graph->integers(indices)}, {{"axis", std::int64_t{2}}});
}

// Where the groups of each size begin.
std::map<int, Int64s> begins_by_size(const std::vector<int>& sizes) {
  std::map<int, Int64s> begins;
  std::int64_t at = 0;
  for (const int size : sizes) {
    begins[size].push_back(at);
    at += size;
  }
  return begins;
}

}  // namespace

// A class tree has thousands of groups in few sizes: those of one size are gathered, and put back at the end.
OnnxTensor grouped_softmax(const OnnxTensor& x, int rows, int columns, const std::vector<int>& sizes) {
  const std::map<int, Int64s> begins = begins_by_size(sizes);
  if (begins.size() == 1) {
    const auto groups = static_cast<std::int64_t>(sizes.size());
    return softmax(x, rows, groups, sizes[0], columns);
  }
  std::vector<OnnxTensor> parts;
  Int64s place(static_cast<std::size_t>(std::accumulate(sizes.begin(), sizes.end(), 0)));
  std::int64_t gathered = 0;
  for (const auto& [size, firsts] : begins) {
    Int64s indices;
    for (const std::int64_t first : firsts) {
      for (std::int64_t i = first; i < first + size; ++i) {
        indices.push_back(i);
        place[static_cast<std::size_t>(i)] = gathered++;
      }
    }
    const auto groups = static_cast<std::int64_t>(firsts.size());
    parts.push_back(softmax(gather(x, indices), rows, groups, size, columns));
  }
  return gather(concat(parts, 2), place);
}

OnnxTensor translate(const ops::Softmax& op, Translation& t) {
  const std::int64_t values = op.sliced();
  std::vector<int> sizes;
  if (op.group_sizes.empty()) {
    sizes.assign(static_cast<std::size_t>(op.groups), static_cast<int>(values / op.groups));
  } else {
    for (std::int64_t grouped = 0; grouped < values;) {
      sizes.push_back(op.group_sizes[sizes.size() % op.group_sizes.size()]);
      grouped += sizes.back();
    }
  }
  const OnnxTensor all = reshape(t.in(), {0, 1, op.shape.size(), 1});
  const std::vector<OnnxTensor> parts =
      op.rest == 0 ? std::vector{all} : t.onnx.split(all, 2, {values, op.rest});
  OnnxTensor scores = parts[0];
  if (op.temperature != 1) scores = scores / t.onnx.number(op.temperature);
  std::vector<OnnxTensor> shares{grouped_softmax(scores, 1, 1, sizes)};
  if (op.rest != 0) shares.push_back(parts[1]);
  return reshape(concat(shares, 2), {0, op.shape.c, op.shape.h, op.shape.w});
}

}  // namespace nightjar
