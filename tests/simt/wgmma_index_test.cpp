// The whole-number arithmetic of the Hopper convolution against what the PTX manual says of the copy engine
// (TMA) and the matrix units (tensor cores), and against the convolution itself.
#include "kernels/cuda/conv/wgmma_index.h"

#include <set>
#include <vector>

#include "tests/catch.h"

using namespace nightjar;
using namespace nightjar::cuda;

namespace {

struct Cell {
  int n, y, x;
  bool operator==(const Cell&) const = default;
};

// The copy engine's im2col mode: from a corner on, `pixels` steps through the box in which corners walk,
// along w, then h, then n, each cell shifted by the offsets.
std::vector<Cell> im2col(const ops::Conv& op, int x, int y, int n, int pixels, int offset_x, int offset_y) {
  const wgmma_index::Im2colBox box = wgmma_index::im2col_box(op);
  const int last_x = op.in.w - 1 + box.upper, last_y = op.in.h - 1 + box.upper;
  std::vector<Cell> cells;
  for (int i = 0; i < pixels; ++i) {
    cells.push_back({n, y + offset_y, x + offset_x});
    x += op.stride_x;
    if (x > last_x) x = box.lower, y += op.stride_y;
    if (y > last_y) y = box.lower, ++n;
  }
  return cells;
}

ops::Conv conv(Shape in, int filters, int size, int stride, int pad, int dilation) {
  ops::Conv op;
  op.in = in;
  op.size = size, op.stride_x = op.stride_y = stride, op.pad = pad, op.dilation = dilation;
  const int reach = dilation * (size - 1) + 1;
  op.out = {filters, (in.h + 2 * pad - reach) / stride + 1, (in.w + 2 * pad - reach) / stride + 1};
  return op;
}

const std::vector<ops::Conv> convs{
    conv({64, 13, 13}, 128, 3, 1, 1, 1), conv({48, 26, 20}, 64, 3, 2, 1, 1),
    conv({256, 13, 19}, 75, 1, 1, 0, 1), conv({100, 9, 11}, 32, 3, 1, 2, 2),
    conv({64, 15, 15}, 64, 5, 3, 2, 1),  conv({64, 12, 12}, 64, 2, 1, 0, 1),
};

constexpr int batch = 3, tile_pixels = 128, tile_k = 64;
constexpr ConvTile tile{tile_pixels, 64, tile_k, 1, 1};

ConvGeometry geometry(const ops::Conv& op) {
  const Tensor in = nhwc_tensor(nullptr, op.in, batch, op.in.c, Type::f16),
               out = nhwc_tensor(nullptr, op.out, batch, op.out.c, Type::f16);
  return conv_geometry(op, in, out, tile, 1);
}

}  // namespace

TEST_CASE("the copy engine is asked for the cells that the convolution reads") {
  for (const ops::Conv& op : convs) {
    REQUIRE(wgmma_index::encodable(op));
    const ConvGeometry g = geometry(op);
    const Divider by_channel_tiles(wgmma_index::channel_tiles(op.in.c, tile_k));
    const int steps = op.size * op.size * by_channel_tiles.divisor;
    std::set<std::pair<int, int>> taps;
    for (int first = 0; first < g.pixels; first += tile_pixels) {
      const ConvGeometry::Window w = g.window(first);
      for (int number = 0; number < steps; ++number) {
        const wgmma_index::Step s =
            wgmma_index::step(number, by_channel_tiles, g.by_size, g.dilation, tile_k);
        taps.insert({s.offset_y, s.offset_x});
        const std::vector<Cell> cells = im2col(op, w.x, w.y, w.image, tile_pixels, s.offset_x, s.offset_y);
        bool right = true;
        for (int i = 0; i < tile_pixels && first + i < g.pixels; ++i) {
          const int pixel = first + i, plane = op.out.h * op.out.w;
          const Cell expected{pixel / plane, pixel % plane / op.out.w * op.stride_y - op.pad + s.offset_y,
                              pixel % op.out.w * op.stride_x - op.pad + s.offset_x};
          right = right && cells[static_cast<std::size_t>(i)] == expected;
        }
        REQUIRE(right);
      }
    }
    CHECK(taps.size() == static_cast<std::size_t>(op.size) * static_cast<std::size_t>(op.size));
  }
}

TEST_CASE("a step's weights belong to its tap and channels") {
  for (const ops::Conv& op : convs) {
    const ConvGeometry g = geometry(op);
    const Divider by_channel_tiles(wgmma_index::channel_tiles(op.in.c, tile_k));
    for (int k = 0; k < g.k; ++k) {
      const ConvGeometry::Tap tap = g.tap(k);
      const int place = wgmma_index::packed_k(k, op.in.c, tile_k);
      const wgmma_index::Step s =
          wgmma_index::step(place / tile_k, by_channel_tiles, g.by_size, g.dilation, tile_k);
      REQUIRE(s.offset_x == tap.x);
      REQUIRE(s.offset_y == tap.y);
      REQUIRE(s.channel + place % tile_k == tap.channel);
    }
  }
}

TEST_CASE("what the copy engine cannot describe is refused") {
  CHECK_FALSE(wgmma_index::encodable(conv({64, 300, 300}, 64, 3, 1, 129, 129)));
  CHECK_FALSE(wgmma_index::encodable(conv({64, 90, 90}, 64, 1, 9, 0, 1)));
}

TEST_CASE("the swizzle is the copy engine's: address bits 4-6 exclusive-or bits 7-9") {
  std::set<int> places;
  for (int row = 0; row < 16; ++row)
    for (int chunk = 0; chunk < 8; ++chunk) {
      const int plain = row * 128 + chunk * 16;
      CHECK(mma_index::swizzled(row, chunk) == (plain ^ (plain >> 7 & 7) << 4));
      places.insert(mma_index::swizzled(row, chunk));
    }
  CHECK(places.size() == 128);
}

TEST_CASE("eight rows' chunks that ldmatrix reads at once lie in different banks") {
  for (int chunk = 0; chunk < 8; ++chunk) {
    std::set<int> banks;
    for (int row = 0; row < 8; ++row) banks.insert(mma_index::swizzled(row, chunk) % 128 / 16);
    CHECK(banks.size() == 8);
  }
}

TEST_CASE("a descriptor holds address, stride and pattern") {
  const std::uint64_t d = wgmma_index::descriptor<128>(0x8400 + 32);
  CHECK((d & 0x3fff) == (0x8400 + 32) / 16);
  CHECK((d >> 16 & 0x3fff) == 1);
  CHECK((d >> 32 & 0x3fff) == 64);
  CHECK((d >> 49 & 7) == 0);
  CHECK(d >> 62 == 1);
}

TEST_CASE("a warpgroup's fragments cover its tile once") {
  std::set<std::pair<int, int>> places;
  for (int warp = 0; warp < 4; ++warp)
    for (int lane = 0; lane < 32; ++lane)
      for (int j = 0; j < 8; ++j)
        for (int i = 0; i < 4; ++i) {
          places.insert({warp * 16 + mma_index::d_row(lane, i), j * 8 + mma_index::d_column(lane) + i % 2});
        }
  CHECK(places.size() == 64 * 64);
  CHECK(places.rbegin()->first == 63);
  CHECK(places.rbegin()->second == 63);
}
