# The sources of the CUDA kernels, by what a device or a build must have to run them. The emulator (tests/simt) compiles
# all but those that call a library or the driver.
set(NIGHTJAR_CUDA_HOST_SOURCES
  conv/geometry.cpp
  limit.cpp
  manifest.cpp
  vendor/shared_library.cpp)
set(NIGHTJAR_LIBRARY_SOURCES vendor/finish.cu)
set(NIGHTJAR_LIBRARY_HOST_SOURCES vendor/libraries.cpp)
set(NIGHTJAR_CUBLAS_SOURCES vendor/cublas.cu)
set(NIGHTJAR_CUBLAS_HOST_SOURCES vendor/matmul.cpp)
set(NIGHTJAR_CUDNN_HOST_SOURCES
  vendor/cudnn.cpp
  vendor/cudnn_descriptor.cpp
  vendor/cudnn_graph.cpp
  vendor/cudnn_plan.cpp)
set(NIGHTJAR_CUDA_SOURCES
  conv/deconv.cu
  conv/depthwise.cu
  conv/first.cu
  conv/local.cu
  conv/simt.cu
  conv/xnor.cu
  decode/decode.cu
  decode/heads.cu
  eltwise/add.cu
  eltwise/affine.cu
  eltwise/blend.cu
  eltwise/clamp.cu
  eltwise/multiply.cu
  image/fit.cu
  image/planar.cu
  pool/avgpool.cu
  pool/depth.cu
  pool/window.cu
  resize/concat.cu
  resize/constant.cu
  resize/copy.cu
  resize/crop.cu
  resize/reorg.cu
  resize/reshape.cu
  resize/upsample.cu
  vector/connected.cu
  vector/local_response_norm.cu
  vector/normalize_channels.cu
  vector/softmax.cu)
set(NIGHTJAR_CUDA_AMPERE_SOURCES
  conv/first_mma.cu
  conv/mma.cu)
set(NIGHTJAR_CUDA_HOPPER_SOURCES
  conv/tensor_map.cu
  conv/wgmma.cu
  conv/wgmma_persistent.cu)
