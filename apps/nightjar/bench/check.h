// Is the answer right? Asked before its time counts.
#pragma once

#include "apps/nightjar/model_arguments.h"

namespace nightjar {

// Runs one made-up picture through `context`, which is of the loaded model, and through a second model on the
// CPU whose convolutions are all direct sums, and compares the detection heads, the last layer and what feeds
// these. Returns the largest relative RMS error; an error (device) naming the layer where that is above 1e-3
// on a CPU, 1e-4, 2e-3 or 1e-2 on a GPU in fp32, tf32 or fp16.
Result<double> check_heads(const LoadedModel& loaded, Context& context);

// A picture of noise for the network, the same every time: planar, 0..1.
std::vector<float> made_up_input(Shape shape, unsigned seed = 1);
// One each for all images of a context's batch, and a pass over them.
Result<void> make_up_inputs(const Model& model, int batch, Context& context);

}  // namespace nightjar
