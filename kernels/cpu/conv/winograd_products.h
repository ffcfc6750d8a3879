// Winograd's stage between its transforms: the products U x V of each position, for one filter group and
// block.
#pragma once

#include <utility>

#include "kernels/cpu/conv/accumulate.h"
#include "kernels/cpu/conv/winograd_tiles.h"

namespace nightjar::cpu::NIGHTJAR_ISA {

// A position: the product of i down and j across, the sum of up to four slices. U has them in this order.
constexpr int most_slices = 4;
template <class F>
struct Position {
  int i, j, first, slices;  // the first one's place in U

  constexpr int slice(int s) const {
    const int across = F::Largest::lines_of(j);
    return F::Largest::line(i, s / across) * F::lines + F::Largest::line(j, s % across);
  }
};
template <class F>
struct Positions {
  Position<F> all[F::positions] = {};
  int place[F::slices] = {};  // of a slice in U

  constexpr Positions() {
    int places = 0;
    for (int p = 0; p < F::positions; ++p) {
      const int i = p / F::products, j = p % F::products;
      all[p] = {i, j, places, F::Largest::lines_of(i) * F::Largest::lines_of(j)};
      for (int s = 0; s < all[p].slices; ++s) place[all[p].slice(s)] = places++;
    }
  }
};
template <class F>
constexpr Positions<F> positions{};

struct Product {
  const float *u[most_slices], *v[most_slices];
  int slices;
  int channels, chunk;       // of the input; those that are added up before they are added to others'
  std::ptrdiff_t v_channel;  // between channel blocks of V
  float* m;
  std::ptrdiff_t m_block;  // between the filter blocks of M
  bool add;                // to what M has
  Ahead ahead;
};

// M = U x V of one position, for `pixels` tiles.
template <int blocks, int pixels>
void multiply_position(const Product& p) {
  Ahead ahead = p.ahead;
  for (int first = 0; first < p.channels; first += p.chunk) {
    Vec sums[blocks][pixels];
#pragma GCC unroll 2
    for (int b = 0; b < blocks; ++b) {
#pragma GCC unroll 16
      for (int i = 0; i < pixels; ++i) sums[b][i] = set(0.f);
    }
    const int last = min(first + p.chunk, p.channels);
    for (int slice = 0; slice < p.slices; ++slice) {
      const float *v = p.v[slice] + first / lanes * p.v_channel,
                  *u = p.u[slice] + std::ptrdiff_t{first} * group_filters;
      for (int c = first; c < last; c += lanes, v += p.v_channel, u += lanes * group_filters) {
        accumulate(sums, v, lanes, u, min(lanes, last - c), ahead);
        ahead.at += lanes * ahead.step;
      }
    }
    const bool onto = p.add || first > 0;
#pragma GCC unroll 2
    for (int b = 0; b < blocks; ++b) {
#pragma GCC unroll 16
      for (int i = 0; i < pixels; ++i) {
        float* m = p.m + b * p.m_block + i * lanes;
        store(m, onto ? sums[b][i] + load(m) : sums[b][i]);
      }
    }
  }
}

template <int blocks, int... pixels>
auto pick_multiply(int n, std::integer_sequence<int, pixels...>) {
  static constexpr void (*tiles[])(const Product&) = {&multiply_position<blocks, pixels + 1>...};
  return tiles[n - 1];
}

// U of some channels of one filter group. While they are multiplied, the taps of those to be transformed next
// are asked for; without `taps` U comes from memory, and what follows of it is.
struct Filters {
  const float* u;
  std::ptrdiff_t slice;  // between slices
  int first, channels;
  const float* taps;
};

// The tiles of a position are cut into equal parts of at most max_pixels.
template <class F>
int parts_of(const Block<F>& block, const Position<F>& position) {
  return ceil_div(block.tiles(position.i, position.j), max_pixels);
}

// How many floats of the next taps to ask for a channel, so that the last are asked for at the end: faster
// than memory delivers them they would be lost.
template <class F>
std::ptrdiff_t ahead_step(const Block<F>& block) {
  int rounds = 0;
  for (const Position<F>& position : positions<F>.all) rounds += parts_of(block, position) * position.slices;
  return ceil_div(9 * group_filters, rounds);
}

// The multiplications with `filters`, all positions of a block.
template <class F>
void multiply_group(const Cut<F>& cut, const Block<F>& block, int blocks, const Filters& filters,
                    const float* v, float* m) {
  const std::ptrdiff_t tile_block = std::ptrdiff_t{cut.block_tiles} * lanes;
  Product p{{}, {}, 0, filters.channels, F::chunk, tile_block, nullptr, tile_block, filters.first > 0, {}};
  p.ahead = filters.taps ? Ahead{filters.taps, ahead_step(block)} : Ahead{nullptr, group_filters};
  constexpr auto all = std::make_integer_sequence<int, max_pixels>{};
  for (const Position<F>& position : positions<F>.all) {
    const int tiles = block.tiles(position.i, position.j), parts = parts_of(block, position);
    p.slices = position.slices;
    for (int s = 0; s < p.slices; ++s) p.u[s] = filters.u + (position.first + s) * filters.slice;
    for (int part = 0; part < parts; ++part) {
      const Run run = run_of(tiles, parts, part);
      const std::ptrdiff_t tile = std::ptrdiff_t{run.first} * lanes;
      const float* v_part = v + filters.first / lanes * tile_block + tile;
      for (int s = 0; s < p.slices; ++s) p.v[s] = v_part + position.slice(s) * cut.v_slice;
      p.m = m + (position.i * F::products + position.j) * cut.m_position + tile;
      if (!filters.taps) p.ahead.at = p.u[0] + prefetch_floats;
      (blocks == filter_blocks ? pick_multiply<2>(run.count, all) : pick_multiply<1>(run.count, all))(p);
      if (filters.taps) p.ahead.at += p.slices * filters.channels * p.ahead.step;
    }
  }
}

}  // namespace nightjar::cpu::NIGHTJAR_ISA
