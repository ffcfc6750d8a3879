#include "apps/python/src/opencv/regions.h"

#include <cmath>
#include <cstddef>

#include "apps/python/src/opencv/suppression.h"

namespace nightjar::python {
namespace {

constexpr int objectness = 4, first_class = 5;  // places in a row, behind x, y, w, h

int width_of_row(const RegionGrid& grid) {
  return first_class + grid.classes;
}

float side(const RegionGrid& grid, float value, float anchor, float unit) {
  return (grid.new_coords ? value * value * 4 : std::exp(value)) * anchor / unit;
}

// `entry`: of a slot, planes apart.
void write_row(const RegionGrid& grid, int x, int y, int slot, const float* entry, float* row) {
  const std::ptrdiff_t plane = std::ptrdiff_t{grid.rows} * grid.columns;
  row[0] = (static_cast<float>(x) + entry[0]) / static_cast<float>(grid.columns);
  row[1] = (static_cast<float>(y) + entry[plane]) / static_cast<float>(grid.rows);
  row[2] = side(grid, entry[2 * plane], grid.anchors[2 * slot], grid.unit_width);
  row[3] = side(grid, entry[3 * plane], grid.anchors[2 * slot + 1], grid.unit_height);
  row[objectness] = entry[objectness * plane];
  const float scale = grid.class_fix && row[objectness] < .5f ? 0 : row[objectness];
  for (int i = first_class; i < width_of_row(grid); ++i) {
    const float score = scale * entry[i * plane];
    row[i] = score > grid.threshold ? score : 0;
  }
}

// The numbers of the rows that show a class at all.
std::vector<int> rows_of_class(const RegionGrid& grid, const float* rows, int count, int column) {
  std::vector<int> found;
  for (int i = 0; i < count; ++i)
    if (rows[std::size_t(i) * width_of_row(grid) + column] > grid.threshold) found.push_back(i);
  return found;
}

void suppress_class(const RegionGrid& grid, float* rows, const std::vector<int>& found, int column) {
  std::vector<Box<float>> boxes;
  std::vector<float> scores;
  for (const int i : found) {
    float* row = rows + std::size_t(i) * width_of_row(grid);
    boxes.push_back({row[0] - row[2] / 2, row[1] - row[3] / 2, row[2], row[3]});
    scores.push_back(row[column]);
    row[column] = 0;
  }
  for (const int i : suppress(boxes, scores, {grid.threshold, grid.nms_threshold}))
    rows[std::size_t(found[i]) * width_of_row(grid) + column] = scores[i];
}

}  // namespace

void region_rows(const RegionGrid& grid, const float* values, float* out) {
  const std::ptrdiff_t plane = std::ptrdiff_t{grid.rows} * grid.columns;
  float* row = out;
  for (int y = 0; y < grid.rows; ++y) {
    for (int x = 0; x < grid.columns; ++x) {
      const float* cell = values + std::ptrdiff_t{y} * grid.columns + x;
      for (int slot = 0; slot < grid.slots; ++slot, row += width_of_row(grid))
        write_row(grid, x, y, slot, cell + slot * width_of_row(grid) * plane, row);
    }
  }
  if (grid.nms_threshold <= 0) return;
  const int count = static_cast<int>(plane) * grid.slots;
  for (int i = first_class; i < width_of_row(grid); ++i)
    suppress_class(grid, out, rows_of_class(grid, out, count, i), i);
}

}  // namespace nightjar::python
