// The kernels of one instruction set, best first within a cost: the plan asks each for its cost and takes the least.
#include "kernels/cpu/manifest.h"

#include "kernels/cpu/conv/depthwise.h"
#include "kernels/cpu/conv/direct.h"
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
    kernel<ConvDepthwise>(),
    kernel<ConvWinograd<F2>>(),
    kernel<ConvWinograd<F4>>(),
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

KernelSet kernel_set() {
  return {NIGHTJAR_STRING(NIGHTJAR_ISA), lanes, kernels, sizeof kernels / sizeof *kernels, run_fmas};
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
