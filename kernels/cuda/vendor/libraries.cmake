# Finds the headers of the libraries that ours are compared with, as NIGHTJAR_CUBLAS and NIGHTJAR_CUDNN say; afterwards
# NIGHTJAR_HAVE_CUBLAS and NIGHTJAR_HAVE_CUDNN tell whether. The libraries themselves are opened when a program asks for
# them (libraries.h), so nothing links against them.
function(nightjar_find_library library name header package)
  set(NIGHTJAR_HAVE_${library} FALSE)
  if(NOT NIGHTJAR_${library} STREQUAL "OFF")
    find_path(NIGHTJAR_${library}_INCLUDE_DIR ${header} HINTS ${CUDAToolkit_INCLUDE_DIRS})
    mark_as_advanced(NIGHTJAR_${library}_INCLUDE_DIR)
    if(NIGHTJAR_${library}_INCLUDE_DIR)
      set(NIGHTJAR_HAVE_${library} TRUE)
      message(STATUS "CUDA: with ${name}'s convolutions, for comparison")
    elseif(NIGHTJAR_${library} STREQUAL "ON")
      message(FATAL_ERROR "NIGHTJAR_${library}=ON, but ${header} was not found: install ${package}, or set NIGHTJAR_${library}_INCLUDE_DIR")
    else()
      message(STATUS "CUDA: no ${header}, building without ${name}")
    endif()
  endif()
  set(NIGHTJAR_HAVE_${library} ${NIGHTJAR_HAVE_${library}} PARENT_SCOPE)
endfunction()

nightjar_find_library(CUBLAS cuBLAS cublasLt.h "the toolkit's cuBLAS headers")
nightjar_find_library(CUDNN cuDNN cudnn_graph.h "the headers of cuDNN 9")
