// The kernels of one instruction set, best first within a cost: the plan asks each for its cost and takes the
// least.
#include "kernels/cpu/manifest.h"

#include "kernels/cpu/conv/depthwise.h"
#include "kernels/cpu/conv/direct.h"
#include "kernels/cpu/conv/narrow_planar.h"
#include "kernels/cpu/conv/narrow_pointwise.h"
#include "kernels/cpu/conv/winograd.h"
#include "kernels/cpu/decode/yolo_head.h"
#include "kernels/cpu/eltwise/eltwise.h"
#include "kernels/cpu/peak.h"
#include "kernels/cpu/pool/pool.h"
#include "kernels/cpu/resize/resize.h"
#include "kernels/cpu/vector/connected.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

static constexpr Kernel kernels[] = {
    kernel<ConvDirect>(),
    kernel<ConvDirectPlanar>(),
#ifdef NIGHTJAR_OTHER_BLOCK
    kernel<ConvDirectOther>(),
#endif
    kernel<ConvDepthwise>(),
#ifdef NIGHTJAR_NARROW_BLOCK
    kernel<ConvNarrowPlanar>(),
    kernel<ConvNarrowPointwise>(),
    kernel<ConvNarrowingPointwise>(),
#endif
    kernel<ConvWinograd<TilesTo6>>(),
    kernel<ConvWinograd<TilesTo4>>(),
    kernel<ConvWinograd<TilesTo3Stride2>>(),
    kernel<MaxPool>(),
    kernel<AvgPool>(),
    kernel<Add>(),
    kernel<Multiply>(),
    kernel<Activate>(),
    kernel<Upsample>(),
    kernel<Concat>(),
    kernel<YoloHead>(),
    kernel<Connected>(),
};

KernelList kernel_list() {
  return {lanes, kernels, sizeof kernels / sizeof *kernels, run_fmas};
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
