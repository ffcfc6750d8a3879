// nightjar detector calc_anchors: Darknet's words and files, with anchors that are the same each time.
#include <algorithm>

#include "apps/nightjar/accuracy/label_sizes.h"
#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/darknet/listed_pictures.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/numbers.h"
#include "apps/nightjar/report.h"
#include "engine/format_line.h"
#include "engine/host/output_file.h"

namespace nightjar {
namespace {

constexpr auto anchors_file = "anchors.txt", counters_file = "counters_per_class.txt";

// "12, 0, 7": how many labels there are of each class.
std::string counters_text(const LabelledPictures& labels, int classes) {
  std::vector<int> counters(static_cast<std::size_t>(classes));
  for (const LabelledPicture& picture : labels.pictures) {
    for (const Truth& truth : picture.truths) {
      const auto its = static_cast<std::size_t>(truth.class_id);
      if (its >= counters.size()) counters.resize(its + 1);
      ++counters[its];
    }
  }
  std::string text;
  for (const int count : counters) text += (text.empty() ? "" : ", ") + std::to_string(count);
  return text;
}

Result<std::string> calculate(const DarknetFlags& flags) {
  if (flags.positionals.empty() || !flags.width || !flags.height) {
    return Error{Failure::usage,
                 "calc_anchors needs DATA and the size of the network; usage: " + flags.usage};
  }
  const auto data = DataSet::read(flags.positionals[0]);
  if (!data) return data.error();
  auto pictures = data->pictures("train");
  if (!pictures) return pictures.error();
  std::vector<std::string> inputs = *pictures;
  inputs.push_back(data->file());
  if (auto fine = refuse_overwriting({anchors_file, counters_file}, inputs); !fine) return fine.error();
  const auto labels = read_labels(*pictures, {});
  if (!labels) return labels.error();
  warn(labels->warnings);
  const std::vector<BoxSize> sizes = label_sizes(*labels, *flags.width, *flags.height);
  if (auto fine = check_clusters(sizes, flags.num_of_clusters); !fine) return fine.error();
  const AnchorClusters clusters = cluster(sizes, flags.num_of_clusters);
  const std::string* classes = data->find("classes");
  const std::string counters =
      "counters_per_class = " +
      counters_text(*labels, classes ? parse_count(*classes, 1, 1 << 20).value_or(1) : 1);
  const std::string anchors = anchors_text(clusters.anchors, *flags.width);
  if (auto done = write_file(counters_file, counters); !done) return done.error();
  if (auto done = write_file(anchors_file, anchors); !done) return done.error();
  return "\n num_of_clusters = " + std::to_string(flags.num_of_clusters) +
         ", width = " + std::to_string(*flags.width) + ", height = " + std::to_string(*flags.height) +
         " \n read labels from " + std::to_string(pictures->size()) +
         " images \n loaded \t image: " + std::to_string(pictures->size()) +
         " \t box: " + std::to_string(sizes.size()) +
         "\n all loaded. \n\n calculating k-means++ ...\n\n iterations = " + std::to_string(clusters.rounds) +
         " \n\n\n" + counters + "\n" + format("\n avg IoU = %2.2f %% \n", clusters.mean_iou * 100) +
         "\nSaving anchors to the file: " + anchors_file + " \nanchors = " + anchors + "\n";
}

}  // namespace

int detector_calc_anchors(const DarknetFlags& flags) {
  const auto text = calculate(flags);
  return text ? print(*text) : fail(text.error());
}

}  // namespace nightjar
