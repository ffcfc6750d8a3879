// The first half of fitting: a picture's rows, resized to the columns that are covered.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "kernels/fit_area.h"
#include "kernels/reference/picture_rows.h"
#include "parsers/pixels.h"

namespace nightjar {

// Columns or rows `position` of what is covered, counted in `from` resized to `size`.
int place_in(int position, int skip, int size, bool turned);

// Which two neighbours make a column or row, and how much of each: keep * source[first] + add *
// source[second].
struct Tap {
  int first, second;
  float keep, add;
};
Tap tap_between(int position, int in, int out);

// Source rows as the covered columns have them, planar. Output rows ask for neighbours y and y + 1 in rising
// or falling order, so the two rows seen last are all that is worth keeping: even ones in one slot, odd ones
// in the other.
class ResizedRows {
 public:
  // The picture must outlive it. `turned`: left and right change places.
  ResizedRows(const PictureView& picture, const FitArea& area, bool turned, const PictureRows& loops);

  // Channel `c` of row `y` of the source, or of the nearest row there is. Valid until two other rows were
  // asked for.
  const float* row(int y, int c);

 private:
  struct Slot {
    int y = -1;
    std::vector<float> values;
  };

  void resize(int y, float* out);
  void resize_bytes(const std::byte* from, int channels, float* out);
  void resize_reals(const std::byte* from, float* out) const;

  const PictureView& picture_;
  int width_;
  const PictureRows& loops_;
  bool interleaved_, reversed_;  // channels side by side; from the last to the first
  ColumnTaps taps_;
  const std::byte* end_;         // of the picture's memory
  std::vector<std::byte> edge_;  // a copy of what the loops would read past it from
  std::array<Slot, 2> slots_;
};

}  // namespace nightjar
