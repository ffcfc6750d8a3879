// cuDNN's graph API (its "backend"): everything is a descriptor with attributes, which is finalized once it
// has them all.
#pragma once

#include <cudnn_graph.h>

#include <cstdint>
#include <span>
#include <utility>

#include "kernels/cuda/kernel.h"

namespace nightjar::cuda::cudnn {

// All of them are in every cuDNN of the headers' major version.
struct Functions {
  decltype(&::cudnnCreate) create;
  decltype(&::cudnnSetStream) set_stream;
  decltype(&::cudnnBackendCreateDescriptor) create_descriptor;
  decltype(&::cudnnBackendDestroyDescriptor) destroy_descriptor;
  decltype(&::cudnnBackendSetAttribute) set_attribute;
  decltype(&::cudnnBackendGetAttribute) get_attribute;
  decltype(&::cudnnBackendFinalize) finalize;
  decltype(&::cudnnBackendExecute) execute;
};
// May be called where library_error(Library::cudnn) is "".
const Functions& functions();

Status status_of(cudnnStatus_t status);

// cuDNN's name for a C++ type.
constexpr auto type_of(std::int64_t) {
  return CUDNN_TYPE_INT64;
}
constexpr auto type_of(bool) {
  return CUDNN_TYPE_BOOLEAN;
}
constexpr auto type_of(float) {
  return CUDNN_TYPE_FLOAT;
}
constexpr auto type_of(double) {
  return CUDNN_TYPE_DOUBLE;
}
constexpr auto type_of(void*) {
  return CUDNN_TYPE_VOID_PTR;
}
constexpr auto type_of(cudnnHandle_t) {
  return CUDNN_TYPE_HANDLE;
}
constexpr auto type_of(cudnnDataType_t) {
  return CUDNN_TYPE_DATA_TYPE;
}
constexpr auto type_of(cudnnConvolutionMode_t) {
  return CUDNN_TYPE_CONVOLUTION_MODE;
}
constexpr auto type_of(cudnnPointwiseMode_t) {
  return CUDNN_TYPE_POINTWISE_MODE;
}
constexpr auto type_of(cudnnBackendHeurMode_t) {
  return CUDNN_TYPE_HEUR_MODE;
}

// A descriptor and the first thing that went wrong with it, after which nothing more is done to it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(cudnnBackendDescriptorType_t type)
      : status_(functions().create_descriptor(type, &pointer_)) {}
  ~Descriptor() {
    if (pointer_) functions().destroy_descriptor(pointer_);
  }
  Descriptor(Descriptor&& other) noexcept
      : pointer_(std::exchange(other.pointer_, nullptr)), status_(other.status_) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(pointer_, other.pointer_);
    std::swap(status_, other.status_);
    return *this;
  }

  template <class T>
  void set(cudnnBackendAttributeName_t name, std::span<const T> values) {
    set(name, type_of(T{}), static_cast<std::int64_t>(values.size()), values.data());
  }
  template <class T>
  void set(cudnnBackendAttributeName_t name, const T& value) {
    set(name, type_of(T{}), 1, &value);
  }
  void set(cudnnBackendAttributeName_t name, const Descriptor& value) {
    set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &value.pointer_);
  }
  void set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, std::int64_t count,
           const void* values) {
    if (ok()) status_ = functions().set_attribute(pointer_, name, type, count, values);
  }
  void finalize() {
    if (ok()) status_ = functions().finalize(pointer_);
  }

  // How many values an attribute has, of which at most `room` are written.
  std::int64_t get(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, std::int64_t room,
                   void* values) const {
    std::int64_t count = 0;
    if (!ok() ||
        functions().get_attribute(pointer_, name, type, room, &count, values) != CUDNN_STATUS_SUCCESS)
      return 0;
    return count;
  }

  bool ok() const { return pointer_ && status_ == CUDNN_STATUS_SUCCESS; }
  cudnnBackendDescriptor_t get() const { return pointer_; }

 private:
  cudnnBackendDescriptor_t pointer_ = nullptr;
  cudnnStatus_t status_ = CUDNN_STATUS_SUCCESS;
};

}  // namespace nightjar::cuda::cudnn
