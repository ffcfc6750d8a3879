// The machine instructions that CUDA C++ has no words for, one function each, with the section of the PTX ISA
// manual that defines them. tests/simt defines those above the Hopper ones for the host.
#pragma once

#include "kernels/cuda/device.cuh"

#ifdef __CUDACC__

namespace nightjar::cuda {

// The address that instructions on shared memory take.
NIGHTJAR_DEVICE std::uint32_t shared_address(const void* p) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(p));
}

// ldmatrix (9.7.14.5.15, sm_75): four 8 x 8 matrices of 16-bit values. Lane 8m + i brings the address of row
// i, 16 bytes, of matrix m, and takes word `lane % 4` of row `lane / 4` of each. Four tf32 fill a row as
// eight halves do.
template <class T>
NIGHTJAR_DEVICE void ldmatrix_x4(std::uint32_t (&r)[4], const T* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}

// With .trans, each matrix turned: a lane takes elements 2 (lane % 4) and the next one of column `lane / 4`.
NIGHTJAR_DEVICE void ldmatrix_x4_turned(std::uint32_t (&r)[4], const half* row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(shared_address(row))
               : "memory");
}

// mma (9.7.14.5, sm_80): d += a b on one warp, 16 x 8 results, summed in fp32. T = half: m16n8k16; T = float:
// m16n8k8 in tf32, of whose operands the low 13 bits are ignored.
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

// cp.async (9.7.9.25.3, sm_80): 16 bytes from global to shared memory, past the first-level cache, or 16
// zeros.
template <class T>
NIGHTJAR_DEVICE void cp_async16(T* to, const T* from, bool valid) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)),
               "l"(__cvta_generic_to_global(from)), "r"(valid ? 16 : 0)
               : "memory");
}
NIGHTJAR_DEVICE void cp_async_commit() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}
// Until at most `groups` of this thread's groups are under way.
template <int groups>
NIGHTJAR_DEVICE void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(groups) : "memory");
}

// From here on sm_90.

// mbarrier (9.7.13.15): a counter of arrivals in shared memory, and of bytes that the copy engine
// ("TMA") still owes.
// A phase ends when both reach zero; waiting is for the end of the phase of the given parity.
NIGHTJAR_DEVICE void barrier_init(std::uint64_t* barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(arrivals)
               : "memory");
}
// Makes initialised barriers visible to the copy engine.
NIGHTJAR_DEVICE void fence_barrier_init() {
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}
NIGHTJAR_DEVICE void barrier_arrive(std::uint64_t* barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(barrier)) : "memory");
}
NIGHTJAR_DEVICE void barrier_arrive_expecting(std::uint64_t* barrier, int bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(barrier)),
               "r"(bytes)
               : "memory");
}
NIGHTJAR_DEVICE void barrier_wait(std::uint64_t* barrier, int parity) {
  std::uint32_t done = 0;
  while (done == 0) {
    asm volatile(
        "{ .reg .pred p;\n"
        "mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
        "selp.u32 %0, 1, 0, p; }"
        : "=r"(done)
        : "r"(shared_address(barrier)), "r"(parity)
        : "memory");
  }
}

// prefetch.tensormap (9.7.9.15): the copy engine's description of a tensor, which it needs before its first
// tile.
NIGHTJAR_DEVICE void prefetch_map(const void* map) {
  asm volatile("prefetch.tensormap [%0];" ::"l"(map) : "memory");
}
// prefetch (9.7.9.15): a line into the second-level cache (L2).
NIGHTJAR_DEVICE void prefetch_l2(const void* p) {
  asm volatile("prefetch.global.L2 [%0];" ::"l"(p) : "memory");
}
// bar.sync (9.7.13.1): for the first `threads` threads of a block alone.
template <int threads>
NIGHTJAR_DEVICE void sync_first() {
  asm volatile("bar.sync 1, %0;" ::"n"(threads) : "memory");
}

// For the threads of one of the first warpgroups.
NIGHTJAR_DEVICE void sync_warpgroup(int warpgroup) {
  asm volatile("bar.sync %0, 128;" ::"r"(2 + warpgroup) : "memory");
}
// st.release, ld.acquire (9.7.9.8, sm_70): what was written before the flag is there once it is seen; by
// other threads of the block too, if a barrier lies between. atom.acq_rel (9.7.13.5): either, and a counter.
NIGHTJAR_DEVICE void set_flag(unsigned* flag) {
  asm volatile("st.release.gpu.global.u32 [%0], 1;" ::"l"(flag) : "memory");
}
NIGHTJAR_DEVICE unsigned take_ticket(unsigned* counter) {
  unsigned before;
  asm volatile("atom.acq_rel.gpu.global.add.u32 %0, [%1], 1;" : "=r"(before) : "l"(counter) : "memory");
  return before;
}
NIGHTJAR_DEVICE void wait_for_flag(const unsigned* flag) {
  unsigned set = 0;
  while (set == 0) asm volatile("ld.acquire.gpu.global.u32 %0, [%1];" : "=r"(set) : "l"(flag) : "memory");
}

// cp.async.bulk.tensor (9.7.9.27.1.2): a tile into shared memory; its bytes are counted at the barrier. What
// lies outside the tensor arrives as zeros, and counts.
NIGHTJAR_DEVICE void tensor_load_2d(void* to, const void* map, std::uint64_t* barrier, int x, int y) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes [%0], [%1, {%3, "
      "%4}], [%2];" ::"r"(shared_address(to)),
      "l"(map), "r"(shared_address(barrier)), "r"(x), "r"(y)
      : "memory");
}
// cp.async.bulk.prefetch.tensor (9.7.9.27.1.4): the same tile, to the second-level cache (L2) only.
NIGHTJAR_DEVICE void tensor_prefetch_2d(const void* map, int x, int y) {
  asm volatile("cp.async.bulk.prefetch.tensor.2d.L2.global.tile [%0, {%1, %2}];" ::"l"(map), "r"(x), "r"(y)
               : "memory");
}
// The other way; what lies outside the tensor is left out. A thread's stores since its last commit are a
// group.
NIGHTJAR_DEVICE void tensor_store_2d(const void* map, const void* from, int x, int y) {
  asm volatile("cp.async.bulk.tensor.2d.global.shared::cta.tile.bulk_group [%0, {%2, %3}], [%1];" ::"l"(map),
               "r"(shared_address(from)), "r"(x), "r"(y)
               : "memory");
}
NIGHTJAR_DEVICE void tensor_store_commit() {
  asm volatile("cp.async.bulk.commit_group;" ::: "memory");
}
// Until the copy engine has read all that this thread's groups store: the place may be written again.
NIGHTJAR_DEVICE void tensor_store_wait_read() {
  asm volatile("cp.async.bulk.wait_group.read 0;" ::: "memory");
}
// fence.proxy.async (9.7.13.4): what this thread wrote to shared memory is there for the copy engine.
NIGHTJAR_DEVICE void fence_for_copy_engine() {
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
}
// im2col mode: as many pixels as the map says, from corner (x, y) of image n on, each shifted by the offsets.
NIGHTJAR_DEVICE void tensor_load_im2col(void* to, const void* map, std::uint64_t* barrier, int channel, int x,
                                        int y, int n, int offset_x, int offset_y) {
  asm volatile(
      "cp.async.bulk.tensor.4d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes [%0], [%1, {%3, "
      "%4, %5, %6}], "
      "[%2], {%7, %8};" ::"r"(shared_address(to)),
      "l"(map), "r"(shared_address(barrier)), "r"(channel), "r"(x), "r"(y), "r"(n),
      "h"(static_cast<unsigned short>(offset_x)), "h"(static_cast<unsigned short>(offset_y))
      : "memory");
}

// From here on sm_90a.
#if NIGHTJAR_HAS_WGMMA

// wgmma (9.7.15): a warpgroup's products run on while it goes on. fence before the first, and after other
// code wrote the sums; commit closes a group; wait leaves at most `groups` running.
NIGHTJAR_DEVICE void wgmma_fence() {
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}
NIGHTJAR_DEVICE void wgmma_commit() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}
template <int groups>
NIGHTJAR_DEVICE void wgmma_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(groups) : "memory");
}

// setmaxnreg (9.7.20.5): registers of each thread of this warpgroup, from here on; taking more waits for
// another warpgroup of the block to give some.
template <int registers>
NIGHTJAR_DEVICE void give_registers() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(registers));
}
template <int registers>
NIGHTJAR_DEVICE void take_registers() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(registers));
}

// d = a b, or d += a b: 64 x 64, 128 or 256, over 32 bytes along k: 16 halves or 8 tf32. a and b by
// descriptor (conv/wgmma_index.h), both with k innermost. Register 4j + i of d is register i of mma's d for
// the 8 columns j. The numbers at the end: do not negate a or b; and, for halves, do not transpose them.
#define NIGHTJAR_SUMS_8(d, i)                                                                 \
  "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3]), "+f"(d[i + 4]), "+f"(d[i + 5]), \
      "+f"(d[i + 6]), "+f"(d[i + 7])
#define NIGHTJAR_SUMS_32(d, i) \
  NIGHTJAR_SUMS_8(d, i), NIGHTJAR_SUMS_8(d, i + 8), NIGHTJAR_SUMS_8(d, i + 16), NIGHTJAR_SUMS_8(d, i + 24)
#define NIGHTJAR_REGISTERS_32                                                                            \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, " \
  "%22, "                                                                                                \
  "%23, %24, %25, %26, %27, %28, %29, %30, %31"
#define NIGHTJAR_REGISTERS_64                                                                              \
  NIGHTJAR_REGISTERS_32                                                                                    \
  ", %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, %48, %49, %50, %51, " \
  "%52, "                                                                                                  \
  "%53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define NIGHTJAR_REGISTERS_128                                                                   \
  NIGHTJAR_REGISTERS_64                                                                          \
  ", %64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, "           \
  "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95, "             \
  "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111, " \
  "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"
#define NIGHTJAR_WGMMA_TEXT(columns, kind, registers, x, y, adds, rest) \
  "{ .reg .pred p;\nsetp.ne.b32 p, " adds                               \
  ", 0;\n"                                                              \
  "wgmma.mma_async.sync.aligned.m64n" columns kind " {" registers "}, " x ", " y ", p, 1, 1" rest "; }"
#define NIGHTJAR_WGMMA(columns, registers, sums, x, y, adds)                                      \
  if constexpr (std::is_same_v<T, half>) {                                                        \
    asm volatile(NIGHTJAR_WGMMA_TEXT(columns, "k16.f32.f16.f16", registers, x, y, adds, ", 0, 0") \
                 : sums                                                                           \
                 : "l"(a), "l"(b), "r"(add));                                                     \
  } else {                                                                                        \
    asm volatile(NIGHTJAR_WGMMA_TEXT(columns, "k8.f32.tf32.tf32", registers, x, y, adds, "")      \
                 : sums                                                                           \
                 : "l"(a), "l"(b), "r"(add));                                                     \
  }
#define NIGHTJAR_ALL(...) __VA_ARGS__
template <class T>
NIGHTJAR_DEVICE void wgmma(float (&d)[32], std::uint64_t a, std::uint64_t b, int add) {
  NIGHTJAR_WGMMA("64", NIGHTJAR_REGISTERS_32, NIGHTJAR_ALL(NIGHTJAR_SUMS_32(d, 0)), "%32", "%33", "%34")
}
template <class T>
NIGHTJAR_DEVICE void wgmma(float (&d)[64], std::uint64_t a, std::uint64_t b, int add) {
  NIGHTJAR_WGMMA("128", NIGHTJAR_REGISTERS_64, NIGHTJAR_ALL(NIGHTJAR_SUMS_32(d, 0), NIGHTJAR_SUMS_32(d, 32)),
                 "%64", "%65", "%66")
}
template <class T>
NIGHTJAR_DEVICE void wgmma(float (&d)[128], std::uint64_t a, std::uint64_t b, int add) {
  NIGHTJAR_WGMMA("256", NIGHTJAR_REGISTERS_128,
                 NIGHTJAR_ALL(NIGHTJAR_SUMS_32(d, 0), NIGHTJAR_SUMS_32(d, 32), NIGHTJAR_SUMS_32(d, 64),
                              NIGHTJAR_SUMS_32(d, 96)),
                 "%128", "%129", "%130")
}
#undef NIGHTJAR_ALL
#undef NIGHTJAR_WGMMA
#undef NIGHTJAR_WGMMA_TEXT
#undef NIGHTJAR_SUMS_8
#undef NIGHTJAR_SUMS_32
#undef NIGHTJAR_REGISTERS_32
#undef NIGHTJAR_REGISTERS_64
#undef NIGHTJAR_REGISTERS_128

#endif

}  // namespace nightjar::cuda

#endif
