// What heads with anchors share on the way from values to boxes: the cells that hold an object, and what
// makes a box of one.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/heads/base.h"
#include "kernels/tensor.h"

namespace nightjar {

// One anchor slot of one cell.
struct AnchorCell {
  int y, x, slot;
  float objectness;
};

// What a slot says of its cell: coordinates, then objectness, then classes, in any block size.
struct Entries {
  const float* cell;                        // channel 0
  std::span<const std::ptrdiff_t> offsets;  // from there, one an entry
  int first_class;

  float operator[](std::size_t i) const { return cell[offsets[i]]; }
  float of_class(int i) const { return cell[offsets[first_class + i]]; }
};

// The cells of one image of a head's values. Refers to the values.
class Cells {
 public:
  Cells(const AnchorHead& head, const Tensor& values, int n);

  // Whose objectness is above the threshold; slot by slot, cell by cell in rows.
  std::vector<AnchorCell> find(float threshold) const;
  Entries entries(const AnchorCell& at) const;

 private:
  void find_in_row(int slot, int y, float threshold, std::vector<AnchorCell>& found) const;

  const Tensor& values_;
  int n_, slots_, per_slot_, coordinates_;
  std::vector<std::ptrdiff_t> offsets_;  // of each channel from channel 0 of the same cell
};

// Cell by cell in rows, slots inside.
std::vector<AnchorCell> by_cell(std::vector<AnchorCell> candidates);

// A box, still without sides, whose centre lies `x`, `y` cells from the corner of its own.
Detection centred(const AnchorCell& at, float x, float y, Shape grid);
// A side relative to the input, from its raw value; `unit` is the input's, in what the anchor is measured in.
float exponential_side(float value, float anchor, int unit);

// Adds a class whose probability passes.
void keep_class(Detection& box, int class_id, float probability, float threshold);
// Of all classes those that pass; probability(i) is that of class i.
template <class Probability>
void keep_scored(Detection& box, int classes, const DecodeOptions& options, Probability probability) {
  if (options.by_objectness) return keep_class(box, 0, box.objectness, options.threshold);
  for (int i = 0; i < classes; ++i) keep_class(box, i, probability(i), options.threshold);
}
// Appends a box that has a place, and a class unless every object is asked for, whoever found it; its most
// probable class comes first, of equals the first. Where exponentials overflowed, as they do where a network
// has gone wrong, there is no place.
void keep_box(Detection box, const DecodeOptions& options, Boxes& boxes);

}  // namespace nightjar
