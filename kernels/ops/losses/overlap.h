// How far two boxes lie over each other, and how that changes with one of them: what the losses of boxes are
// made of (docs/darknet-format.md section 12.2).
#pragma once

#include <array>
#include <cstdint>

namespace nightjar {

// IoU; less the share of the hull that neither covers [Rezatofighi et al. 2019]; less the distance of the
// centres by the hull's diagonal, and less the difference of the aspects [Zheng et al. 2020].
enum class Overlap : std::uint8_t { iou, giou, diou, ciou };

// Centre and sides, in any unit.
struct CentredBox {
  double x = 0, y = 0, w = 0, h = 0;
};

double iou_of(const CentredBox& a, const CentredBox& b);
// As Darknet has them: diou takes the root 1 / .6 of a share for granted, ciou weighs the aspects by their
// own square.
double overlap_of(const CentredBox& a, const CentredBox& b, Overlap kind);
// The derivative of GIoU by x, y, w, h of `box`.
std::array<double, 4> slope_of_giou(const CentredBox& box, const CentredBox& truth);
// What Darknet takes as the derivative of the overlap by x, y, w, h of `box`: sides without the factor 1/2;
// where the two do not touch, only what the kind adds to IoU.
std::array<double, 4> darknet_slope(const CentredBox& box, const CentredBox& truth, Overlap kind);

}  // namespace nightjar
