#include "kernels/ops/conv_xnor.h"
#include "tests/kernels/conv_cases.h"

namespace nightjar::testing {
namespace {

// Widths around those of a tile of sums: 6, 12, 14 or 28 pixels, 24 pairs of half registers; the rows that a
// 1x1 convolution without halos cuts its plane into are 8 tiles.
void add_widths(std::vector<OpCase>& cases) {
  for (const int w : {5, 6, 7, 11, 12, 13, 14, 15, 24, 25, 28, 29, 46, 48, 50, 56}) {
    cases.push_back(conv({.c = 7, .h = 2, .w = w, .n = 35, .size = 1, .residual = true}));
    cases.push_back(conv({.c = 5, .h = 2, .w = w, .n = 9, .size = 3, .pad = 0 + (w < 7)}));
    cases.push_back(conv({.c = 9, .h = 3, .w = w, .n = 9, .size = 3, .groups = 9}));
  }
  for (const int w : {47, 48, 49, 111, 112, 113})
    cases.push_back(conv({.c = 7, .h = 1, .w = w, .n = 9, .size = 1, .residual = true}));
}

// The picture's half registers want a whole one of pixels, and take three at a time.
void add_picture_widths(std::vector<OpCase>& cases) {
  for (const int w : {15, 16, 17, 31, 32, 33, 47, 48, 49, 64}) {
    cases.push_back(conv({.c = 3, .h = 3, .w = w, .n = 8, .size = 3}));
    cases.push_back(conv({.c = 3, .h = 4, .w = 2 * w, .n = 8, .size = 3, .stride = 2}));
  }
}

// Winograd: from 16 rows of tiles on an item is all stages of a block, and filters of more than 20 MiB
// transformed are not packed. Tiles are 6, 4 and 3 outputs large, at stride 2 they are 3 and 2.
void add_winograd(std::vector<OpCase>& cases) {
  for (int length = 1; length <= 14; ++length) {
    cases.push_back(conv({.c = 5, .h = length, .w = 15 - length, .n = 9, .size = 3, .residual = true}));
    cases.push_back(conv({.c = 5, .h = 2 * length, .w = 29 - 2 * length, .n = 9, .size = 3, .stride = 2}));
  }
  for (const int h : {59, 60, 61, 64, 65, 90, 91, 96, 97})
    cases.push_back(conv({.c = 5, .h = h, .w = 5, .n = 9, .size = 3}));
  for (const int h : {89, 90, 91, 96, 97})
    cases.push_back(conv({.c = 5, .h = h, .w = 5, .n = 9, .size = 3, .stride = 2}));
  cases.push_back(conv({.c = 160, .h = 3, .w = 3, .n = 512, .size = 3}));  // F6: 20 MiB, and more
  cases.push_back(conv({.c = 160, .h = 3, .w = 3, .n = 513, .size = 3}));
  cases.push_back(conv({.c = 160, .h = 3, .w = 3, .n = 930, .size = 3}));               // F4
  cases.push_back(conv({.c = 160, .h = 3, .w = 5, .n = 720, .size = 3, .stride = 2}));  // F3 at stride 2
}

// Signs: tiles of 8 pixels, two of them at once; 4 registers of 16, 32 or 64 filters; bytes that count 63
// steps of 4 channels, and sums of 16 bits.
void add_signs(std::vector<OpCase>& cases) {
  const auto add = [&](const ConvSpec& spec) {
    const ops::ConvXnor op{conv_of(spec)};
    cases.push_back({op.words(), op});
  };
  for (int w = 1; w <= 17; ++w) {
    add({.c = 8, .h = 2, .w = w, .n = 9, .size = 1});
    add({.c = 8, .h = 2, .w = w, .n = 9, .size = 3, .residual = true});
    add({.c = 8, .h = 3, .w = w, .n = 9, .size = 3, .stride = 2});
  }
  for (const int n : {15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 191, 192, 193, 256, 257, 320, 513})
    add({.c = 5, .h = 2, .w = 3, .n = n, .size = 1});
  for (const int c : {4, 11, 12, 13, 83, 84, 85, 251, 252, 253, 256, 503, 504, 505}) {
    add({.c = c, .h = 2, .w = 3, .n = 5, .size = 1});
    add({.c = c, .h = 2, .w = 3, .n = 5, .size = 3});
  }
  for (const int c : {65534, 65535}) add({.c = c, .h = 1, .w = 2, .n = 3, .size = 1});
  // Weights of more than 256 KiB, which rows share.
  add({.c = 516, .h = 9, .w = 3, .n = 257, .size = 3});
}

std::vector<OpCase> make_cases() {
  std::vector<OpCase> cases;
  add_widths(cases);
  add_picture_widths(cases);
  add_winograd(cases);
  add_signs(cases);
  return cases;
}

}  // namespace

const std::vector<OpCase>& limit_cases() {
  static const std::vector<OpCase> cases = make_cases();
  return cases;
}

const std::vector<OpCase>& large_cases() {
  static const std::vector<OpCase> cases{
      conv({.c = 3, .h = 261, .w = 521, .n = 16, .size = 3}),
      conv({.c = 8, .h = 261, .w = 521, .n = 16, .size = 3, .residual = true}),
      conv({.c = 4, .h = 521, .w = 1041, .n = 16, .size = 3, .stride = 2}),
      conv({.c = 16, .h = 261, .w = 521, .n = 16, .size = 3, .groups = 16}),
      conv({.c = 8, .h = 261, .w = 522, .n = 16, .size = 1, .residual = true}),
      conv({.c = 8, .h = 256, .w = 512, .n = 16, .size = 1}),  // 8 MiB, which a cache does hold
      conv({.c = 8, .h = 257, .w = 512, .n = 16, .size = 1}),
      {"xnor", ops::ConvXnor{conv_of({.c = 8, .h = 261, .w = 521, .n = 16, .size = 1, .residual = true})}}};
  return cases;
}

}  // namespace nightjar::testing
