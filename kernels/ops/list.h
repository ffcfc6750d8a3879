// The operations there are. A new one is a file beside this one that defines ops::<name>, its definition in
// kernels/reference, and a line here.
#pragma once

#include <cstdint>

#define NIGHTJAR_OPS(OP)       \
  OP(Activate)                 \
  OP(ActivateGradient)         \
  OP(AdamUpdate)               \
  OP(AdaptLossScale)           \
  OP(Add)                      \
  OP(AddSourceGradient)        \
  OP(AddWeightsGradient)       \
  OP(AverageWeights)           \
  OP(AvgPool)                  \
  OP(AvgPoolGradient)          \
  OP(BatchNorm)                \
  OP(BatchNormGradient)        \
  OP(BatchNormTrain)           \
  OP(BiasGradient)             \
  OP(BinariseWeights)          \
  OP(BinomialFilter)           \
  OP(Blend)                    \
  OP(BlendGradient)            \
  OP(Clamp)                    \
  OP(ClampGradient)            \
  OP(ClipGradients)            \
  OP(Concat)                   \
  OP(Connected)                \
  OP(ConnectedDataGradient)    \
  OP(ConnectedWeightsGradient) \
  OP(Constant)                 \
  OP(Conv)                     \
  OP(ConvDataGradient)         \
  OP(ConvInt8)                 \
  OP(ConvWeightsGradient)      \
  OP(ConvXnor)                 \
  OP(Copy)                     \
  OP(Cost)                     \
  OP(Crop)                     \
  OP(Deconv)                   \
  OP(Dequantise)               \
  OP(DetectionLoss)            \
  OP(Dropout)                  \
  OP(Embed)                    \
  OP(FoldBatchNorm)            \
  OP(GaussianHead)             \
  OP(GaussianYoloLoss)         \
  OP(GiouFocalLoss)            \
  OP(Local)                    \
  OP(LocalAvgPool)             \
  OP(LocalAvgPoolGradient)     \
  OP(LocalResponseNorm)        \
  OP(MaxPool)                  \
  OP(MaxPoolDepth)             \
  OP(MaxPoolGradient)          \
  OP(Multiply)                 \
  OP(MultiplyFactorGradient)   \
  OP(NormalizeChannels)        \
  OP(Quantise)                 \
  OP(QuantiseWeights)          \
  OP(RegionHead)               \
  OP(RegionLoss)               \
  OP(Reorg)                    \
  OP(Reshape)                  \
  OP(ScaleLoss)                \
  OP(SgdUpdate)                \
  OP(Softmax)                  \
  OP(SoftmaxLoss)              \
  OP(TurnFilters)              \
  OP(Upsample)                 \
  OP(YoloHead)                 \
  OP(YoloLoss)

namespace nightjar {

enum class OpKind : std::uint8_t {
#define NIGHTJAR_OP_KIND(name) name,
  NIGHTJAR_OPS(NIGHTJAR_OP_KIND)
#undef NIGHTJAR_OP_KIND
};

namespace ops {
#define NIGHTJAR_DECLARE_OP(name) struct name;
NIGHTJAR_OPS(NIGHTJAR_DECLARE_OP)
#undef NIGHTJAR_DECLARE_OP
}  // namespace ops

// Position of an operation in the list; it has no definition for what is not listed.
template <class T>
struct KindOf;
#define NIGHTJAR_KIND_OF(name)                    \
  template <>                                     \
  struct KindOf<ops::name> {                      \
    static constexpr OpKind value = OpKind::name; \
  };
NIGHTJAR_OPS(NIGHTJAR_KIND_OF)
#undef NIGHTJAR_KIND_OF
template <class T>
inline constexpr OpKind kind_of = KindOf<T>::value;

inline constexpr const char* op_names[] = {
#define NIGHTJAR_OP_NAME(name) #name,
    NIGHTJAR_OPS(NIGHTJAR_OP_NAME)
#undef NIGHTJAR_OP_NAME
};
inline constexpr int op_count = sizeof op_names / sizeof *op_names;
inline const char* name_of(OpKind kind) {
  return op_names[static_cast<int>(kind)];
}

}  // namespace nightjar
