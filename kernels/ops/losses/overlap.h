// How far two boxes lie over each other, and how that changes with one of them: what the losses of boxes are
// made of (docs/darknet-format.md section 12.2), on a CPU and on a GPU.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "kernels/activation.h"

namespace nightjar {

// IoU; less the share of the hull that neither covers [Rezatofighi et al. 2019]; less the distance of the
// centres by the hull's diagonal, and less the difference of the aspects [Zheng et al. 2020].
enum class Overlap : std::uint8_t { iou, giou, diou, ciou };

// Centre and sides, in any unit.
struct CentredBox {
  double x = 0, y = 0, w = 0, h = 0;
};

// A derivative by x, y, w, h.
struct BoxSlope {
  double by[4];
};

namespace overlaps {

NIGHTJAR_FORMULA double lesser(double a, double b) {
  return b < a ? b : a;
}
NIGHTJAR_FORMULA double greater(double a, double b) {
  return a < b ? b : a;
}

constexpr double aspect_scale = 4 / (std::numbers::pi * std::numbers::pi);
constexpr double aspect_floor = 1e-6;  // Darknet adds it to what the aspects are weighed by

struct Edges {
  double left, right, top, bottom;
  NIGHTJAR_FORMULA explicit Edges(const CentredBox& b)
      : left(b.x - b.w / 2), right(b.x + b.w / 2), top(b.y - b.h / 2), bottom(b.y + b.h / 2) {}
};

NIGHTJAR_FORMULA double square(double x) {
  return x * x;
}

// Of two boxes together. Common sides are negative where there is nothing in common.
struct Pair {
  Edges a, b;
  double common_w, common_h, hull_w, hull_h, centres;  // the last: distance squared

  NIGHTJAR_FORMULA Pair(const CentredBox& first, const CentredBox& second)
      : a(first),
        b(second),
        common_w(lesser(a.right, b.right) - greater(a.left, b.left)),
        common_h(lesser(a.bottom, b.bottom) - greater(a.top, b.top)),
        hull_w(greater(a.right, b.right) - lesser(a.left, b.left)),
        hull_h(greater(a.bottom, b.bottom) - lesser(a.top, b.top)),
        centres(square(first.x - second.x) + square(first.y - second.y)) {}
  NIGHTJAR_FORMULA bool touch() const { return common_w > 0 && common_h > 0; }
  NIGHTJAR_FORMULA double diagonal() const { return square(hull_w) + square(hull_h); }
};

NIGHTJAR_FORMULA double aspect_difference(const CentredBox& a, const CentredBox& b) {
  return std::atan(b.w / b.h) - std::atan(a.w / a.h);
}

// By left, right, top and bottom of a box.
struct Slopes {
  double left = 0, right = 0, top = 0, bottom = 0;

  NIGHTJAR_FORMULA BoxSlope by_centre_and_sides() const {
    return {{left + right, top + bottom, right - left, bottom - top}};
  }
};
NIGHTJAR_FORMULA Slopes operator+(const Slopes& a, const Slopes& b) {
  return {a.left + b.left, a.right + b.right, a.top + b.top, a.bottom + b.bottom};
}
NIGHTJAR_FORMULA Slopes operator*(double s, const Slopes& a) {
  return {s * a.left, s * a.right, s * a.top, s * a.bottom};
}
NIGHTJAR_FORMULA Slopes operator-(const Slopes& a, const Slopes& b) {
  return a + -1 * b;
}

// Of areas, and of what is made of them, by the edges of box a.
struct Areas {
  double common, both, hull;  // `both`: the union
  Slopes of_common, of_both, of_hull;

  // The product of the common sides is taken as it is, also where both are negative.
  NIGHTJAR_FORMULA explicit Areas(const Pair& p) {
    const Edges &a = p.a, &b = p.b;
    const double w = a.right - a.left, h = a.bottom - a.top;
    common = p.common_w * p.common_h;
    both = w * h + (b.right - b.left) * (b.bottom - b.top) - common;
    hull = p.hull_w * p.hull_h;
    of_common = {a.left > b.left ? -p.common_h : 0, a.right < b.right ? p.common_h : 0,
                 a.top > b.top ? -p.common_w : 0, a.bottom < b.bottom ? p.common_w : 0};
    of_both = Slopes{-h, h, -w, w} - of_common;
    of_hull = {a.left < b.left ? -p.hull_h : 0, a.right > b.right ? p.hull_h : 0,
               a.top < b.top ? -p.hull_w : 0, a.bottom > b.bottom ? p.hull_w : 0};
  }
  // Where the two have nothing in common.
  NIGHTJAR_FORMULA void part(const CentredBox& a, const CentredBox& b) {
    common = 0, of_common = {};
    both = a.w * a.h + b.w * b.h;
    of_both = {-a.h, a.h, -a.w, a.w};
  }
  NIGHTJAR_FORMULA Slopes of_iou() const {
    return both > 0 ? 1 / square(both) * (both * of_common - common * of_both) : Slopes{};
  }
  NIGHTJAR_FORMULA Slopes of_covered_hull() const {
    return 1 / square(hull) * (hull * of_both - both * of_hull);
  }
};

// Of minus the centres' distance by the diagonal; by x, y, w, h.
NIGHTJAR_FORMULA BoxSlope slope_of_distance(const CentredBox& box, const CentredBox& truth, const Pair& p) {
  const double c = p.diagonal(), s = p.centres;
  const bool left = p.a.left < p.b.left;
  const bool right = p.b.right < p.a.right;
  const bool top = p.a.top < p.b.top;
  const bool bottom = p.b.bottom < p.a.bottom;
  return {{(2 * (truth.x - box.x) * c - 2 * p.hull_w * (right - left) * s) / square(c),
           (2 * (truth.y - box.y) * c - 2 * p.hull_h * (bottom - top) * s) / square(c),
           p.hull_w * (right + left) * s / square(c), p.hull_h * (bottom + top) * s / square(c)}};
}

}  // namespace overlaps

NIGHTJAR_FORMULA double iou_of(const CentredBox& a, const CentredBox& b) {
  const overlaps::Pair p(a, b);
  const double common = p.touch() ? p.common_w * p.common_h : 0, both = a.w * a.h + b.w * b.h - common;
  return both > 0 ? common / both : 0;
}

// As Darknet has them: diou takes the root 1 / .6 of a share for granted, ciou weighs the aspects by their
// own square.
NIGHTJAR_FORMULA double overlap_of(const CentredBox& a, const CentredBox& b, Overlap kind) {
  const double iou = iou_of(a, b);
  const overlaps::Pair p(a, b);
  if (kind == Overlap::iou || p.diagonal() == 0) return iou;
  if (kind == Overlap::giou) {
    const double hull = p.hull_w * p.hull_h;
    const double both = a.w * a.h + b.w * b.h - (p.touch() ? p.common_w * p.common_h : 0);
    return hull > 0 ? iou - (hull - both) / hull : iou;
  }
  if (kind == Overlap::diou) return iou - std::pow(p.centres / p.diagonal(), .6);
  const double v = overlaps::aspect_scale * overlaps::square(overlaps::aspect_difference(a, b));
  return iou - p.centres / p.diagonal() - v * v / (1 - iou + v + overlaps::aspect_floor);
}

// The derivative of GIoU by x, y, w, h of `box`.
NIGHTJAR_FORMULA BoxSlope slope_of_giou(const CentredBox& box, const CentredBox& truth) {
  const overlaps::Pair p(box, truth);
  overlaps::Areas areas(p);
  if (!p.touch()) areas.part(box, truth);
  const overlaps::Slopes slopes = areas.of_iou() + areas.of_covered_hull();
  BoxSlope slope = slopes.by_centre_and_sides();
  slope.by[2] /= 2, slope.by[3] /= 2;
  return slope;
}

// What Darknet takes as the derivative of the overlap by x, y, w, h of `box`: sides without the factor 1/2;
// where the two do not touch, only what the kind adds to IoU.
NIGHTJAR_FORMULA BoxSlope darknet_slope(const CentredBox& box, const CentredBox& truth, Overlap kind) {
  const overlaps::Pair p(box, truth);
  const overlaps::Areas areas(p);
  overlaps::Slopes slopes = p.touch() || kind == Overlap::iou ? areas.of_iou() : overlaps::Slopes{};
  if (kind == Overlap::giou) slopes = slopes + areas.of_covered_hull();
  BoxSlope slope = slopes.by_centre_and_sides();
  if (kind != Overlap::diou && kind != Overlap::ciou) return slope;
  const BoxSlope of_distance = overlaps::slope_of_distance(box, truth, p);
  for (int i = 0; i < 4; ++i) slope.by[i] += of_distance.by[i];
  if (kind != Overlap::ciou) return slope;
  const double difference = overlaps::aspect_difference(box, truth),
               v = overlaps::aspect_scale * overlaps::square(difference);
  const double weight = v / (1 - areas.common / areas.both + v + overlaps::aspect_floor);
  slope.by[2] += weight * 2 * overlaps::aspect_scale * difference * box.h;
  slope.by[3] -= weight * 2 * overlaps::aspect_scale * difference * box.w;
  return slope;
}

}  // namespace nightjar
