// Head values -> candidate boxes, relative to the network's input (SEMANTICS.md sections 5.1 and 5.3).
#pragma once

#include "engine/detect/boxes.h"
#include "engine/graph.h"
#include "kernels/tensor.h"

namespace nightjar {

struct DecodeOptions {
  float threshold = .25f;  // a class is kept where objectness * class probability > threshold
  float hierarchy = .5f;   // of a class tree
  // The two published readings of YOLOv2 heads: objectness reported as 1, order of boxes, tree rule.
  bool alexeyab = true;
};

// What makes a box of a candidate, whoever found it. False where exponentials overflowed, as they do where a
// network has gone wrong: what has no finite place is no box.
bool has_place(const Detection& box);
// Adds a class whose probability passes.
void keep_class(Detection& box, int class_id, float probability, float threshold);
// The most probable first; of equals the first class.
void sort_classes(Detection& box);

// Appends the boxes of image `n` of the batch whose objectness and at least one class pass the threshold,
// cell by cell in rows, anchors inside. `values` are the head's, after its activations: channels anchors x
// (coords, objectness, classes), any block size. x, y, w, h are relative to the network's input. NaN never
// passes.
void decode(const Head& head, const Tensor& values, int n, Shape network, const DecodeOptions& options,
            Boxes& boxes);

}  // namespace nightjar
