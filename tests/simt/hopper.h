// Hopper's own instructions on the host, for kernels/cuda/ptx.cuh: barriers in shared memory that count
// arrivals and bytes (mbarrier), the copy engine (the "Tensor Memory Accelerator", TMA), and the matrix
// products of warpgroups (wgmma), as the PTX manual has them.
//
// Everything that runs on by itself ends as late as it may, so that a missing wait shows: copies arrive when
// no thread of the block can go on, and are no numbers until then; stores are read when they are waited for,
// or when the block ends; products are made when they are waited for, and their sums are no numbers until
// then.
#pragma once

#include <type_traits>

#include "kernels/cuda/kernel.h"
#include "tests/simt/half.h"
#include "tests/simt/memory.h"

#define __grid_constant__
#define NIGHTJAR_HAS_WGMMA 1

// A tensor as the copy engine knows it.
struct CUtensorMap {
  std::byte* data = nullptr;
  int element_bytes = 0, row_bytes = 0;  // of a row of the box, swizzled
  int rows = 0;                          // of the box
  bool im2col = false;
  // A matrix: its columns and rows. A picture: channels, width, height, images.
  int sizes[4] = {};
  std::int64_t strides[4] = {};                      // bytes
  int lower = 0, upper = 0, step_x = 1, step_y = 1;  // where corners walk
};

namespace simt {

std::uint32_t shared_address(const std::byte* p);

void barrier_init(const std::byte* barrier, int arrivals);
void barrier_arrive(const std::byte* barrier, int bytes);
void barrier_wait(const std::byte* barrier, int parity, Where where);
// The first `threads` to come, or as many as a warpgroup has.
void named_barrier(int number, int threads, Where where);

struct TensorCoordinates {
  int channel, x, y, n, offset_x, offset_y;  // of a matrix: column and row in channel and x
};
void tensor_load(std::byte* to, const CUtensorMap& map, const std::byte* barrier,
                 const TensorCoordinates& at);
void tensor_store(const CUtensorMap& map, const std::byte* from, int column, int row);
void tensor_store_wait_read();

void wgmma(float* sums, int columns, bool half_type, std::uint64_t a, std::uint64_t b, bool add);
void wgmma_commit();
void wgmma_wait(int groups);

}  // namespace simt

namespace nightjar::cuda {

template <class T>
std::uint32_t shared_address(simt::Shared<T> p) {
  return simt::shared_address(reinterpret_cast<const std::byte*>(p.raw()));
}
inline const std::byte* bytes_of_barrier(simt::Shared<std::uint64_t> barrier) {
  return reinterpret_cast<const std::byte*>(barrier.raw());
}

inline void barrier_init(simt::Shared<std::uint64_t> barrier, int arrivals) {
  simt::barrier_init(bytes_of_barrier(barrier), arrivals);
}
inline void fence_barrier_init() {}
inline void barrier_arrive(simt::Shared<std::uint64_t> barrier) {
  simt::barrier_arrive(bytes_of_barrier(barrier), 0);
}
inline void barrier_arrive_expecting(simt::Shared<std::uint64_t> barrier, int bytes) {
  simt::barrier_arrive(bytes_of_barrier(barrier), bytes);
}
inline void barrier_wait(simt::Shared<std::uint64_t> barrier, int parity,
                         simt::Where where = simt::Where::current()) {
  simt::barrier_wait(bytes_of_barrier(barrier), parity, where);
}
template <int threads>
void sync_first(simt::Where where = simt::Where::current()) {
  simt::named_barrier(1, threads, where);
}
inline void sync_warpgroup(int warpgroup, simt::Where where = simt::Where::current()) {
  simt::named_barrier(2 + warpgroup, 128, where);
}

inline unsigned take_ticket(simt::Global<unsigned> counter) {
  const unsigned before = *counter;
  *counter = before + 1;
  return before;
}
inline void set_flag(simt::Global<unsigned> flag) {
  *flag = 1u;
}
// Blocks run one after the other, the last first: what is waited for was done before, or never is.
inline void wait_for_flag(simt::Global<unsigned> flag) {
  if (*flag == 0u) throw simt::Violation("a flag that no block has set is waited for");
}

inline void prefetch_map(const CUtensorMap*) {}
template <class T>
void prefetch_l2(simt::Global<T>) {}
inline void tensor_prefetch_2d(const CUtensorMap*, int, int) {}
inline void tensor_load_2d(simt::Shared<unsigned char> to, const CUtensorMap* map,
                           simt::Shared<std::uint64_t> barrier, int x, int y) {
  simt::tensor_load(reinterpret_cast<std::byte*>(to.raw()), *map, bytes_of_barrier(barrier),
                    {x, y, 0, 0, 0, 0});
}
inline void tensor_load_im2col(simt::Shared<unsigned char> to, const CUtensorMap* map,
                               simt::Shared<std::uint64_t> barrier, int channel, int x, int y, int n,
                               int offset_x, int offset_y) {
  simt::tensor_load(reinterpret_cast<std::byte*>(to.raw()), *map, bytes_of_barrier(barrier),
                    {channel, x, y, n, offset_x, offset_y});
}
inline void tensor_store_2d(const CUtensorMap* map, simt::Shared<unsigned char> from, int x, int y) {
  simt::tensor_store(*map, reinterpret_cast<const std::byte*>(from.raw()), x, y);
}
inline void tensor_store_commit() {}
inline void tensor_store_wait_read() {
  simt::tensor_store_wait_read();
}
inline void fence_for_copy_engine() {}

template <int registers>
void give_registers() {}
template <int registers>
void take_registers() {}
inline void wgmma_fence() {}
inline void wgmma_commit() {
  simt::wgmma_commit();
}
template <int groups>
void wgmma_wait() {
  simt::wgmma_wait(groups);
}
template <class T, int count>
void wgmma(float (&sums)[count], std::uint64_t a, std::uint64_t b, int add) {
  simt::wgmma(sums, 2 * count, std::is_same_v<T, half>, a, b, add != 0);
}

}  // namespace nightjar::cuda
