# The CUDA backend but for runtime.cpp, which alone needs the toolkit: the tests compile the rest against an emulator
# (tests/simt).
set(NIGHTJAR_CUDA_BACKEND_SOURCES
  backend.cpp
  boxes.cpp
  device.cpp
  errors.cpp
  executor.cpp
  launcher.cpp
  pack.cpp
  pictures.cpp
  plan.cpp
  repack.cpp
  shipped_times.cpp
  staging.cpp
  tune.cpp
  uploads.cpp)
