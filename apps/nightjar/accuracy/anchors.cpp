// nightjar anchors: the sizes that a network's boxes should start from, out of the labels it will be trained
// on.
#include <algorithm>

#include "apps/nightjar/accuracy/anchors_chart.h"
#include "apps/nightjar/accuracy/label_sizes.h"
#include "apps/nightjar/accuracy/picture_set.h"
#include "apps/nightjar/arguments.h"
#include "apps/nightjar/figures/table.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/files/reports.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

constexpr auto footer =
    R"(Anchors are the means of clusters of boxes, found by k-means with 1 - IoU of boxes around one centre as the
distance, as the papers of YOLOv2 and YOLOv3 say: clusters by width and height in pixels would serve large boxes
alone. Starts are drawn by k-means++ with fixed random numbers, so that the same labels give the same anchors, and
the best of eight is taken. The mean IoU says how well they fit: on COCO, YOLOv3's own nine have 63 %, and nine such
clusters 67 %.

A set is a Darknet .data file (its train=), or pictures: files, folders, patterns, @list.txt. Labels are YOLO's .txt,
Pascal VOC's .xml or COCO's .json, and are looked for where Darknet does, in labels/ beside images/, in Annotations/,
and beside the picture.

Examples:
  nightjar anchors cells.data --clusters 6 --width 416 --height 416
  nightjar anchors coco/images/train2017 --labels instances_train2017.json --svg anchors.svg
  nightjar anchors JPEGImages/ --scales 2 --clusters 6)";

struct AnchorArguments {
  PictureSetArguments set;
  int clusters = 9, width = 416, height = 416, scales = 0;
  std::string svg;
};

// Three heads, as YOLOv3 has, or two as YOLOv3-tiny, whichever the anchors can be shared among.
int scales_of(const AnchorArguments& arguments) {
  if (arguments.scales > 0) return std::min(arguments.scales, arguments.clusters);
  return arguments.clusters % 3 == 0 ? 3 : arguments.clusters % 2 == 0 ? 2 : 1;
}

std::string joined(const std::vector<std::string>& parts, const char* separator) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : separator) + part;
  return text;
}

// A row a head, the coarsest grid first.
std::string heads_table(const AnchorClusters& clusters, const AnchorArguments& arguments) {
  using enum Table::Align;
  Table table({{"head", left}, {"grid", left}, {"mask", left}, {"anchors", left}});
  const int scales = scales_of(arguments);
  int stride = 32, number = 0;
  for (const std::vector<int>& mask : split_over_scales(arguments.clusters, scales)) {
    std::vector<std::string> numbers, sizes;
    for (const int i : mask) {
      const BoxSize& anchor = clusters.anchors[static_cast<std::size_t>(i)];
      numbers.push_back(std::to_string(i));
      sizes.push_back(fixed(double{anchor.w}, 0) + "x" + fixed(double{anchor.h}, 0));
    }
    table.add({std::to_string(++number),
               std::to_string(arguments.width / stride) + "x" + std::to_string(arguments.height / stride),
               joined(numbers, ","), joined(sizes, "  ")});
    stride = std::max(1, stride / 2);
  }
  return table.text();
}

Result<std::string> run(const AnchorArguments& arguments) {
  const auto set = open_set(arguments.set, "train");
  if (!set) return set.error();
  if (auto fine = refuse_overwriting({arguments.svg}, set->inputs); !fine) return fine.error();
  std::vector<BoxSize> sizes;
  AnchorClusters clusters;
  Reports reports;
  const auto chart = [&] { return anchors_chart(sizes, clusters, arguments.width, arguments.height); };
  if (auto open = reports.add(arguments.svg, chart); !open) return open.error();
  const auto labels = labels_of(*set, arguments.set, {}, 0);
  if (!labels) return labels.error();
  sizes = label_sizes(*labels, arguments.width, arguments.height);
  if (auto fine = check_clusters(sizes, arguments.clusters); !fine) return fine.error();
  clusters = cluster(sizes, arguments.clusters);
  if (auto done = reports.write(); !done) return done.error();
  return std::to_string(sizes.size()) + " boxes of " + std::to_string(labels->files) + " pictures, " +
         std::to_string(arguments.clusters) + " anchors for " + std::to_string(arguments.width) + "x" +
         std::to_string(arguments.height) + ", mean IoU " + fixed(clusters.mean_iou * 100, 2) + " %\n\n" +
         heads_table(clusters, arguments) + "\nFor the cfg:\nnum=" + std::to_string(arguments.clusters) +
         "\nanchors = " + anchors_text(clusters.anchors, arguments.width) + "\n";
}

}  // namespace

int anchors(const Arguments& arguments) {
  AnchorArguments parsed;
  Options options("Find anchors for a network from the labels it will be trained on.", "nightjar anchors");
  options.footer(footer);
  parsed.set.add_to(options);
  options.add_option("--clusters", parsed.clusters, "How many anchors; default 9", count(1, max_clusters));
  options.add_option("--width", parsed.width, "Of the network, in pixels; default 416", count(1, max_side));
  options.add_option("--height", parsed.height, "Of the network, in pixels; default 416", count(1, max_side));
  options.add_option("--scales", parsed.scales,
                     "Heads to share them among; default 3, or 2 where 3 do not divide them",
                     count(1, max_clusters));
  options.add_option("--svg", parsed.svg, "Write a picture of the boxes and their clusters to this file");
  if (const auto end = options.parse(arguments)) return *end;
  const auto text = run(parsed);
  return text ? print(*text) : fail(text.error());
}

}  // namespace nightjar
