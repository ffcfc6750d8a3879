// Where the tags of a picture's boxes go.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/image/canvas.h"

namespace nightjar {

struct TagPlace {
  Rect rect;
  bool hides;  // some of what is protected lies beneath
};

// Remembers what lies where in coarse cells, and in each only so much that looking costs the same however
// many boxes there are.
class TagPlaces {
 public:
  // `height` is a usual tag's, which is what is small measured by.
  TagPlaces(const Rect& area, int height);

  // Tags are not to hide this object, if it is small: of a large one a tag hides little.
  void protect(const Rect& object);

  // A place for a tag of the size of `tag`: the first at the frame of its box that is free, else the nearest
  // some way off, else the one that hides least, other tags before objects. It is free no more.
  TagPlace take(const Rect& tag, const Rect& frame);

 private:
  struct Occupant {
    Rect rect;
    float weight;  // of a pixel
  };
  struct Cost {
    float tags = 0, objects = 0;  // of the tag's own area; of the objects'
  };

  bool is_small(const Rect& object) const;
  template <class Visit>
  void each_cell(const Rect& rect, Visit visit) const;
  void add(const Rect& rect, float weight, bool tag);
  Cost cost(const Rect& rect) const;

  Rect area_;
  int height_, cell_, columns_;
  std::vector<std::vector<Occupant>> tags_, objects_;  // in each cell
};

}  // namespace nightjar
