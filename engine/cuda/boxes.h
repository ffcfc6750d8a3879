// Heads on the device -> boxes (engine/heads/head.h). YOLO heads are decoded there, from the values before
// their activations, and only what passes the threshold is copied; other heads are copied whole and decoded
// by the CPU.
#pragma once

#include <vector>

#include "engine/cuda/launcher.h"
#include "engine/cuda/staging.h"
#include "engine/graph.h"
#include "kernels/cuda/decode/decode.h"

namespace nightjar::cuda {

class BoxDecoder {
 public:
  BoxDecoder(const Graph& graph, const Launcher& launcher, const Gpu& gpu);

  // Whether a value is that of a head whose boxes are decoded from its raw values, so that nothing reads it.
  bool reads_past(int value) const;

  // The boxes of the first images of the last run, which may still be under way. Errors: too_large, device.
  Result<std::vector<Boxes>> decode(int images, const DecodeOptions& options);

 private:
  // One head, and where in the staging memory its part starts: for one that is decoded on the device a number
  // of each survivor, then their rows; for others the planar values.
  struct Part {
    const Head* head;
    const YoloHead* on_device;  // the same, if it is decoded there; else nullptr
    Tensor values;              // what is read: the head's input if it is decoded on the device
    unsigned capacity;          // survivors that there is room for
    std::int64_t at = 0, rows_at = 0;
  };

  Result<void> lay_out();
  RawHead raw_head(const Part& part, int number, int images) const;
  Status enqueue(int images, float threshold) const;
  bool make_room();
  Tensor planar(const Part& part) const;
  void read_survivors(const Part& part, int number, const DecodeOptions& options,
                      std::vector<Boxes>& boxes) const;

  const Graph& graph_;
  const Launcher& launcher_;
  const Gpu& gpu_;
  std::vector<Part> parts_;  // in the graph's order
  Staging staging_;          // a count a head, then the parts
  std::int64_t bytes_ = 0;   // of it, that are in use
};

}  // namespace nightjar::cuda
