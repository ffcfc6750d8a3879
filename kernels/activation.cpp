#include "kernels/activation.h"

namespace nightjar {

const char* name_of(Activation activation) {
  switch (activation) {
    case Activation::linear:
      return "linear";
    case Activation::leaky:
      return "leaky";
    case Activation::logistic:
      return "logistic";
    case Activation::loggy:
      return "loggy";
    case Activation::relu:
      return "relu";
    case Activation::relu6:
      return "relu6";
    case Activation::relie:
      return "relie";
    case Activation::ramp:
      return "ramp";
    case Activation::elu:
      return "elu";
    case Activation::selu:
      return "selu";
    case Activation::tanh:
      return "tanh";
    case Activation::plse:
      return "plse";
    case Activation::hardtan:
      return "hardtan";
    case Activation::lhtan:
      return "lhtan";
    case Activation::stair:
      return "stair";
    case Activation::swish:
      return "swish";
    case Activation::mish:
      return "mish";
    case Activation::hard_mish:
      return "hard_mish";
    case Activation::gelu:
      return "gelu";
  }
  return "?";
}

}  // namespace nightjar
