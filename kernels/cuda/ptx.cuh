// The machine instructions that CUDA C++ has no words for, one function each, with the section of the PTX ISA manual
// that defines them. tests/simt defines those above the Hopper ones for the host.
#pragma once

#include "kernels/cuda/device.cuh"

#ifdef __CUDACC__

namespace nightjar::cuda {

// The address that instructions on shared memory take.
NIGHTJAR_DEVICE std::uint32_t shared_address(const void* p) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(p));
}

// ldmatrix (9.7.14.5.15, sm_75): four 8 x 8 matrices of 16-bit values. Lane 8m + i brings the address of row i, 16
// bytes, of matrix m, and takes word `lane % 4` of row `lane / 4` of each. Four tf32 fill a row as eight halves do.
template <class T>
NIGHTJAR_DEVICE void ldmatrix_x4(std::uint32_t (&r)[4], const T* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}

// mma (9.7.14.5, sm_80): d += a b on one warp, 16 x 8 results, summed in fp32. T = half: m16n8k16; T = float: m16n8k8 in
// tf32, of whose operands the low 13 bits are ignored.
template <class T>
NIGHTJAR_DEVICE void mma(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  if constexpr (std::is_same_v<T, half>) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  } else {
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
  }
}

// cvt.rna.tf32.f32 (9.7.9.21, sm_80): the bits of a float rounded to tf32.
NIGHTJAR_DEVICE std::uint32_t round_tf32(std::uint32_t bits) {
  std::uint32_t rounded;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(rounded) : "f"(__uint_as_float(bits)));
  return rounded;
}

// cp.async (9.7.9.25.3, sm_80): 16 bytes from global to shared memory, past the first-level cache, or 16 zeros.
template <class T>
NIGHTJAR_DEVICE void cp_async16(T* to, const T* from, bool valid) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)),
               "l"(__cvta_generic_to_global(from)), "r"(valid ? 16 : 0)
               : "memory");
}
NIGHTJAR_DEVICE void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// Until at most `groups` of this thread's groups are under way.
template <int groups>
NIGHTJAR_DEVICE void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(groups) : "memory");
}

}  // namespace nightjar::cuda

#endif
