// Boxes and scores computed by the exported network itself, for who has no decoder of Darknet's heads.
#pragma once

#include "engine/export/onnx_graph.h"
#include "engine/graph.h"

namespace nightjar {

// A row for each anchor slot of each cell, head by head in cfg order, cell by cell in rows, slots inside.
struct DecodedRows {
  OnnxTensor boxes;   // (batch, rows, 4): centre x, y, width, height relative to the network's input
  OnnxTensor scores;  // (batch, rows, classes): objectness times the class's probability
  std::int64_t rows = 0, classes = 0;
};

// Of a head whose values are `values`, (batch, c, h, w) of this shape.
DecodedRows decode_head(const Head& head, const OnnxTensor& values, Shape shape, Shape network);

}  // namespace nightjar
