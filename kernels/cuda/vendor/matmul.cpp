// Matrix products by cuBLASLt.
#include "kernels/cuda/vendor/matmul.h"

#include <cublasLt.h>

#include <cstddef>
#include <cstring>
#include <map>
#include <mutex>

#include "kernels/cuda/vendor/capture.h"
#include "kernels/cuda/vendor/libraries.h"

namespace nightjar::cuda {
namespace {

// All of them are in every cuBLAS of the headers' major version.
struct Functions {
#define NIGHTJAR_FUNCTION(name) \
  decltype(&::name) name = reinterpret_cast<decltype(&::name)>(library_function(Library::cublas, #name));
  NIGHTJAR_FUNCTION(cublasLtCreate)
  NIGHTJAR_FUNCTION(cublasLtMatmul)
  NIGHTJAR_FUNCTION(cublasLtMatmulAlgoGetHeuristic)
  NIGHTJAR_FUNCTION(cublasLtMatmulDescCreate)
  NIGHTJAR_FUNCTION(cublasLtMatmulDescDestroy)
  NIGHTJAR_FUNCTION(cublasLtMatmulDescSetAttribute)
  NIGHTJAR_FUNCTION(cublasLtMatmulPreferenceCreate)
  NIGHTJAR_FUNCTION(cublasLtMatmulPreferenceDestroy)
  NIGHTJAR_FUNCTION(cublasLtMatmulPreferenceSetAttribute)
  NIGHTJAR_FUNCTION(cublasLtMatrixLayoutCreate)
  NIGHTJAR_FUNCTION(cublasLtMatrixLayoutDestroy)
  NIGHTJAR_FUNCTION(cublasLtMatrixLayoutSetAttribute)
#undef NIGHTJAR_FUNCTION
};

const Functions& lt() {
  static const Functions functions;
  return functions;
}

Status status_of(cublasStatus_t status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS:
      return cudaSuccess;
    case CUBLAS_STATUS_ALLOC_FAILED:
      return cudaErrorMemoryAllocation;
    case CUBLAS_STATUS_ARCH_MISMATCH:
    case CUBLAS_STATUS_NOT_SUPPORTED:
      return cudaErrorNotSupported;
    case CUBLAS_STATUS_EXECUTION_FAILED:
      return cudaErrorLaunchFailure;
    default:
      return cudaErrorUnknown;
  }
}

// One a device, for as long as the program runs: whoever ends last would have to end them before the driver
// does.
cublasStatus_t handle_of_device(cublasLtHandle_t& handle) {
  static std::mutex mutex;
  static std::map<int, cublasLtHandle_t> handles;
  int device = 0;
  if (cudaGetDevice(&device) != cudaSuccess) return CUBLAS_STATUS_NOT_INITIALIZED;
  const std::lock_guard lock(mutex);
  if (!handles.contains(device)) {
    const cublasStatus_t status = lt().cublasLtCreate(&handle);
    if (status != CUBLAS_STATUS_SUCCESS) return status;
    handles[device] = handle;
  }
  handle = handles[device];
  return CUBLAS_STATUS_SUCCESS;
}

// A descriptor of cuBLASLt and the first thing that went wrong with it.
template <class Pointer, auto destroy, auto set>
class Descriptor {
 public:
  template <class Create, class... Arguments>
  explicit Descriptor(Create create, Arguments... arguments) : status_(create(&pointer_, arguments...)) {}
  ~Descriptor() {
    if (pointer_) (lt().*destroy)(pointer_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  template <class Attribute, class Value>
  void set_attribute(Attribute attribute, const Value& value) {
    if (status_ == CUBLAS_STATUS_SUCCESS) status_ = (lt().*set)(pointer_, attribute, &value, sizeof value);
  }
  Pointer get() const { return pointer_; }
  cublasStatus_t status() const { return status_; }

 private:
  Pointer pointer_ = nullptr;
  cublasStatus_t status_;
};
using Layout = Descriptor<cublasLtMatrixLayout_t, &Functions::cublasLtMatrixLayoutDestroy,
                          &Functions::cublasLtMatrixLayoutSetAttribute>;
using Operation = Descriptor<cublasLtMatmulDesc_t, &Functions::cublasLtMatmulDescDestroy,
                             &Functions::cublasLtMatmulDescSetAttribute>;
using Preference = Descriptor<cublasLtMatmulPreference_t, &Functions::cublasLtMatmulPreferenceDestroy,
                              &Functions::cublasLtMatmulPreferenceSetAttribute>;

// As many matrices as there are groups.
void describe(Layout& layout, const Matmul& m, std::int64_t group_elements) {
  layout.set_attribute(CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, std::int32_t{m.groups});
  layout.set_attribute(CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, group_elements);
}

// In cuBLAS's column-major terms D^T = B A^T: its A is our b, transposed as it reads it, and its B our a.
//
// CUBLAS_COMPUTE_32F multiplies floats as floats: TF32 is only for who asks by FAST_TF32. Its pedantic form
// would also forbid what makes it fast without making it less exact.
struct Description {
  Operation operation;
  Layout a, b, d;

  explicit Description(const Matmul& m)
      : operation(lt().cublasLtMatmulDescCreate,
                  m.precision == Precision::tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F,
                  CUDA_R_32F),
        a(lt().cublasLtMatrixLayoutCreate, type_of(m), size(m.k), size(m.columns), m.b_row),
        b(lt().cublasLtMatrixLayoutCreate, type_of(m), size(m.k), size(m.rows), m.a_row),
        d(lt().cublasLtMatrixLayoutCreate, type_of(m), size(m.columns), size(m.rows), m.d_row) {
    operation.set_attribute(CUBLASLT_MATMUL_DESC_TRANSA, std::int32_t{CUBLAS_OP_T});
    describe(a, m, m.b_group);
    describe(b, m, m.a_group);
    describe(d, m, m.d_group);
  }
  cublasStatus_t status() const {
    for (const cublasStatus_t one : {operation.status(), a.status(), b.status(), d.status()}) {
      if (one != CUBLAS_STATUS_SUCCESS) return one;
    }
    return CUBLAS_STATUS_SUCCESS;
  }

 private:
  static cudaDataType type_of(const Matmul& m) { return m.type == Type::f16 ? CUDA_R_16F : CUDA_R_32F; }
  static std::uint64_t size(std::int64_t n) { return static_cast<std::uint64_t>(n); }
};

// The power of two that every matrix starts at a multiple of, those `steps` elements apart included.
std::uint32_t alignment(const Matmul& m, const void* data, std::int64_t steps) {
  const std::uint64_t bits =
      reinterpret_cast<std::uintptr_t>(data) | static_cast<std::uint64_t>(steps * bytes_of(m.type)) | 256;
  return static_cast<std::uint32_t>(bits & (~bits + 1));
}

void prefer(Preference& preference, const Matmul& m) {
  preference.set_attribute(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES,
                           static_cast<std::uint64_t>(matmul_workspace_bytes));
  // Parts of a sum stay in fp32; other schemes keep them in the output's type.
  preference.set_attribute(CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK,
                           static_cast<std::uint32_t>(CUBLASLT_REDUCTION_SCHEME_COMPUTE_TYPE));
  const auto group = [&](std::int64_t elements) { return m.groups > 1 ? elements : 0; };
  const std::uint32_t d = alignment(m, m.d, group(m.d_group) | m.d_step);
  preference.set_attribute(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, alignment(m, m.b, group(m.b_group)));
  preference.set_attribute(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, alignment(m, m.a, group(m.a_group)));
  preference.set_attribute(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, d);
  preference.set_attribute(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, d);
}

static_assert(sizeof(cublasLtMatmulAlgo_t) == sizeof PreparedMatmul::algorithm);

}  // namespace

Status prepare_matmul(const Matmul& m, PreparedMatmul& prepared) {
  prepared.product = m;
  if (!library_error(Library::cublas).empty()) return cudaErrorNotSupported;
  cublasLtHandle_t handle = nullptr;
  if (const cublasStatus_t status = handle_of_device(handle)) return status_of(status);
  const Description description(m);
  if (const cublasStatus_t status = description.status()) return status_of(status);
  Preference preference(lt().cublasLtMatmulPreferenceCreate);
  prefer(preference, m);
  if (const cublasStatus_t status = preference.status()) return status_of(status);

  cublasLtMatmulHeuristicResult_t best{};
  int found = 0;
  const cublasStatus_t status = lt().cublasLtMatmulAlgoGetHeuristic(
      handle, description.operation.get(), description.a.get(), description.b.get(), description.d.get(),
      description.d.get(), preference.get(), 1, &best, &found);
  if (status != CUBLAS_STATUS_SUCCESS) return status_of(status);
  if (found == 0) return cudaErrorNotSupported;
  std::memcpy(prepared.algorithm, &best.algo, sizeof best.algo);
  return cudaSuccess;
}

// The algorithm may be kept as bytes, the descriptions may not: they are made anew.
Status matmul(const PreparedMatmul& prepared, std::int64_t steps, Stream stream) {
  const Matmul& m = prepared.product;
  const RelaxedCapture relaxed;
  cublasLtHandle_t handle = nullptr;
  if (const cublasStatus_t status = handle_of_device(handle)) return status_of(status);
  const Description description(m);
  if (const cublasStatus_t status = description.status()) return status_of(status);
  cublasLtMatmulAlgo_t algorithm;
  std::memcpy(&algorithm, prepared.algorithm, sizeof algorithm);
  void* d = static_cast<std::byte*>(m.d) + steps * m.d_step * bytes_of(m.type);
  const float one = 1, zero = 0;
  return status_of(lt().cublasLtMatmul(handle, description.operation.get(), &one, m.b, description.a.get(),
                                       m.a, description.b.get(), &zero, d, description.d.get(), d,
                                       description.d.get(), &algorithm, m.workspace,
                                       static_cast<std::size_t>(matmul_workspace_bytes), stream));
}

}  // namespace nightjar::cuda
