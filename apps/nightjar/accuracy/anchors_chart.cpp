#include "apps/nightjar/accuracy/anchors_chart.h"

#include <algorithm>

#include "apps/nightjar/figures/palette.h"
#include "apps/nightjar/figures/svg.h"
#include "apps/nightjar/figures/table.h"

namespace nightjar {
namespace {

using Anchor = Svg::Anchor;

constexpr double left = 60, top = 64, plot = 560, legend = 150, bottom = 44;
constexpr std::size_t most_points = 4000;
constexpr const char *grey = "#666666", *pale = "#e4e4e4";
constexpr Svg::Font heading{.size = 17, .bold = true}, remark{.colour = grey},
    along{.size = 11, .anchor = Anchor::middle, .colour = grey},
    beside{.size = 11, .anchor = Anchor::end, .colour = grey};

// Pixels of the network -> places of the picture; the origin is below on the left.
struct Scale {
  double unit, height;
  double x(double value) const { return left + value * unit; }
  double y(double value) const { return top + height - value * unit; }
};

void draw_axes(Svg& svg, const Scale& at, int width, int height) {
  for (double v = 0, step = axis_step(width, 8); v <= width; v += step) {
    svg.line(at.x(v), at.y(0), at.x(v), at.y(height), pale);
    svg.text(at.x(v), at.y(0) + 16, fixed(v, 0), along);
  }
  for (double v = 0, step = axis_step(height, 8); v <= height; v += step) {
    svg.line(at.x(0), at.y(v), at.x(width), at.y(v), pale);
    svg.text(at.x(0) - 6, at.y(v) + 4, fixed(v, 0), beside);
  }
  svg.text(at.x(width / 2.), at.y(0) + 34, "width, pixels of the network", along);
}

void draw_points(Svg& svg, const Scale& at, const std::vector<BoxSize>& sizes,
                 const AnchorClusters& clusters) {
  const std::size_t step = std::max<std::size_t>(1, (sizes.size() + most_points - 1) / most_points);
  for (std::size_t i = 0; i < sizes.size(); i += step) {
    svg.dot(at.x(double{sizes[i].w}), at.y(double{sizes[i].h}), 1.6,
            palette_colour(static_cast<std::size_t>(clusters.cluster_of[i])));
  }
}

void draw_anchors(Svg& svg, const Scale& at, const AnchorClusters& clusters) {
  std::vector<int> counts(clusters.anchors.size());
  for (const int its : clusters.cluster_of) ++counts[static_cast<std::size_t>(its)];
  for (std::size_t i = 0; i < clusters.anchors.size(); ++i) {
    const double w = double{clusters.anchors[i].w}, h = double{clusters.anchors[i].h};
    svg.outline(at.x(0), at.y(h), w * at.unit, h * at.unit, palette_colour(i), 1.5);
  }
  for (std::size_t i = 0; i < clusters.anchors.size(); ++i) {
    const double w = double{clusters.anchors[i].w}, h = double{clusters.anchors[i].h};
    svg.circle(at.x(w), at.y(h), 4, palette_colour(i), "#222222");
  }
  for (std::size_t i = 0; i < clusters.anchors.size(); ++i) {
    const double x = left + plot + 20, y = top + 12 + 18 * static_cast<double>(i);
    svg.rectangle(x, y - 9, 10, 10, palette_colour(i));
    svg.text(x + 16, y,
             fixed(double{clusters.anchors[i].w}, 0) + " x " + fixed(double{clusters.anchors[i].h}, 0) +
                 ", " + std::to_string(counts[i]) + " boxes");
  }
}

}  // namespace

std::string anchors_chart(const std::vector<BoxSize>& sizes, const AnchorClusters& clusters, int width,
                          int height) {
  const double unit = plot / width;
  const Scale at{unit, height * unit};
  const double rows = 18 * static_cast<double>(clusters.anchors.size()) + 20;
  Svg svg(left + plot + 20 + legend + 20, top + std::max(at.height, rows) + bottom);
  svg.text(left, 28,
           std::to_string(sizes.size()) + " boxes in " + std::to_string(clusters.anchors.size()) +
               " clusters by 1 - IoU",
           heading);
  svg.text(left, 48,
           "mean IoU of a box with its anchor: " + fixed(clusters.mean_iou * 100, 2) +
               " %; height upwards, width to the right",
           remark);
  draw_axes(svg, at, width, height);
  draw_points(svg, at, sizes, clusters);
  draw_anchors(svg, at, clusters);
  return svg.document();
}

}  // namespace nightjar
