// Activations (kernels/activation.h) by ONNX's own operators where it has them, else by its arithmetic.
#include "engine/export/translation.h"
#include "kernels/ops/activate.h"

namespace nightjar {
namespace {

OnnxTensor leaky(const OnnxTensor& x, float slope) {
  return x.graph->add("LeakyRelu", {x}, {{"alpha", slope}});
}

OnnxTensor relu(const OnnxTensor& x) {
  return x.graph->add("Relu", {x});
}

OnnxTensor tanh(const OnnxTensor& x) {
  return x.graph->add("Tanh", {x});
}

// `inside` between the two bounds, and a slope beyond them that goes on from there.
OnnxTensor bent(const OnnxTensor& x, const OnnxTensor& bounded, const OnnxTensor& inside, float slope) {
  return inside + (x - bounded) * slope;
}

OnnxTensor plse(const OnnxTensor& x) {
  const OnnxTensor bounded = clip(x, -4, 4);
  return bent(x, bounded, bounded * .125f + .5f, .01f);
}

OnnxTensor lhtan(const OnnxTensor& x) {
  const OnnxTensor bounded = clip(x, 0, 1);
  return bent(x, bounded, bounded, .001f);
}

// On odd steps, where the floor is one more than twice that of the half, the fraction is added.
OnnxTensor stair(const OnnxTensor& x) {
  const OnnxTensor floor = x.graph->add("Floor", {x}), half = x.graph->add("Floor", {x * .5f});
  return half + (x - floor) * (floor - half * 2);
}

OnnxTensor swish(const OnnxTensor& x) {
  return x * x.graph->add("Sigmoid", {x});
}

OnnxTensor mish(const OnnxTensor& x) {
  return x * tanh(x.graph->add("Softplus", {x}));
}

OnnxTensor hard_mish(const OnnxTensor& x) {
  const OnnxTensor bend = clip(x, -2, 0);
  return relu(x) + bend * (bend * .5f + 1);
}

OnnxTensor gelu(const OnnxTensor& x) {
  return x * .5f * (tanh(x * .797885f + x * x * x * .035677f) + 1);
}

}  // namespace

OnnxTensor activated(Activation activation, const OnnxTensor& x) {
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::leaky:
      return leaky(x, .1f);
    case Activation::logistic:
      return x.graph->add("Sigmoid", {x});
    case Activation::loggy:
      return tanh(x * .5f);  // 2 / (1 + e^-x) - 1
    case Activation::relu:
      return relu(x);
    case Activation::relu6:
      return clip(x, 0, 6);
    case Activation::relie:
      return leaky(x, .01f);
    case Activation::ramp:
      return relu(x) + x * .1f;
    case Activation::elu:
      return x.graph->add("Elu", {x}, {{"alpha", 1.f}});
    case Activation::selu:
      return x.graph->add("Selu", {x}, {{"alpha", 1.6732f}, {"gamma", 1.0507f}});
    case Activation::tanh:
      return tanh(x);
    case Activation::plse:
      return plse(x);
    case Activation::hardtan:
      return clip(x, -1, 1);
    case Activation::lhtan:
      return lhtan(x);
    case Activation::stair:
      return stair(x);
    case Activation::swish:
      return swish(x);
    case Activation::mish:
      return mish(x);
    case Activation::hard_mish:
      return hard_mish(x);
    case Activation::gelu:
      return gelu(x);
  }
  return x;  // no such activation
}

OnnxTensor translate(const ops::Activate& op, Translation& t) {
  return activated(op.activation, t.in());
}

}  // namespace nightjar
