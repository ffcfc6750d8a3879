// Small networks for the CUDA backend.
#pragma once

#include <string>
#include <vector>

#include "engine/nightjar.h"

namespace nightjar::testing {

// The text of a network: [net] of this input, then `layers`.
std::string with_net(Shape input, const std::string& layers);
std::string conv(int filters, int size, int stride,
                 const std::string& more = "batch_normalize=1\nactivation=leaky\n");
std::string yolo(int classes, const std::string& mask = "0,1,2", const std::string& more = "");

// A network we ship, with a share of its filters: those of heads stay.
std::string narrowed(const std::string& name, int divisor);

// Made-up weights on the device "cuda", or as `options` say. The text lies in a file only while it is read.
Result<Model> try_model(const std::string& cfg, ModelOptions options = {});
Model model_of(const std::string& cfg, const ModelOptions& options = {});  // requires that it loads
ModelOptions on_gpu(Precision precision = Precision::fp32);

// The same pseudo-random pictures and inputs at every call.
Image noise(int width, int height, int channels, unsigned seed);
std::vector<float> made_up_input(const Model& model);

}  // namespace nightjar::testing
