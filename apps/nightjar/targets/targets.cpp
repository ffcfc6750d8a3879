// nightjar targets: which predictions of a network learn what of a picture.
#include <algorithm>
#include <filesystem>

#include "apps/nightjar/accuracy/labels.h"
#include "apps/nightjar/arguments.h"
#include "apps/nightjar/figures/table.h"
#include "apps/nightjar/files/class_files.h"
#include "apps/nightjar/files/data_folders.h"
#include "apps/nightjar/files/data_set.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/files/picture_file.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"
#include "apps/nightjar/targets/target_pictures.h"
#include "engine/detect/format.h"
#include "engine/host/files.h"
#include "engine/host/output_file.h"

namespace nightjar {
namespace {

constexpr auto footer =
    R"(Of all anchors, the one whose shape is nearest to a box learns it, in the cell where the box's centre is: it is
positive. (With iou_thresh in [yolo] others that are near do, too.) A prediction that lies well over some box and is
not positive is ignored, ignore_thresh saying how well; all others are negative, and learn that there is nothing.

The first table has a line for each box of the picture's labels: its class, its size in pixels of the network's
input, the nearest anchor and the IoU of the two shapes, the layer that has that anchor, and the cell. A box that
another one has pushed out of its prediction, and one whose anchor no layer has, trains nothing there.

--draw DIR writes a picture for each [yolo], PICTURE-layerN.png: its cells, green where something is positive and
orange where something is ignored and nothing positive; the boxes, white where this layer learns them; the anchors of
what is positive, green.

What is ignored depends on what the network says: give its weights. Without them each prediction stands for its
anchor in the middle of its cell.

Examples:
  nightjar targets cells.data cells.cfg cells/images/1.jpg --draw seen
  nightjar targets cells.data cells.cfg cells/images/1.jpg --weights cells.weights)";

constexpr std::int64_t max_names_bytes = std::int64_t{16} << 20;

struct TargetArguments {
  std::string data, cfg, picture, weights, labels, draw, font;
  ModelArguments network;
};

std::string size_text(double w, double h) {
  return fixed(w, 0) + "x" + fixed(h, 0);
}

std::string anchor_text(const Targets& targets, int number) {
  const auto i = static_cast<std::size_t>(number) * 2;
  return std::to_string(number) + " (" +
         size_text(double{targets.anchors[i]}, double{targets.anchors[i + 1]}) + ")";
}

std::string truth_table(const Targets& targets, const std::vector<Truth>& truths, Names names) {
  using enum Table::Align;
  Table table({{"box"},
               {"class", left},
               {"pixels"},
               {"anchor", left},
               {"IoU"},
               {"layer"},
               {"row"},
               {"column"},
               {"", left}});
  for (const TruthTarget& target : targets.truths) {
    const Truth& truth = truths[static_cast<std::size_t>(target.truth)];
    const bool has_head = target.head >= 0;
    const auto of_head = [&](int number) { return has_head ? std::to_string(number) : std::string("-"); };
    const char* note = !has_head           ? "no layer has that anchor"
                       : target.is_trained ? ""
                                           : "pushed out by a later box";
    table.add({std::to_string(target.truth + 1), class_name(names, truth.class_id),
               size_text(double{truth.w} * targets.covered.width, double{truth.h} * targets.covered.height),
               anchor_text(targets, target.anchor), fixed(target.overlap, 3),
               of_head(has_head ? targets.heads[static_cast<std::size_t>(target.head)].layer : 0),
               of_head(target.row), of_head(target.column), note});
  }
  return table.text();
}

std::string head_table(const Targets& targets) {
  using enum Table::Align;
  Table table({{"layer"}, {"grid"}, {"anchors", left}, {"positive"}, {"ignored"}, {"negative"}});
  for (const HeadTargets& head : targets.heads) {
    std::string anchors;
    for (const int number : head.mask)
      anchors += (anchors.empty() ? "" : ", ") + anchor_text(targets, number);
    const std::vector<int>& all = head.assignment.target;
    const auto negative = std::count(all.begin(), all.end(), Assignment::background);
    const auto ignored = std::count(all.begin(), all.end(), Assignment::ignored);
    const auto positive = static_cast<std::ptrdiff_t>(all.size()) - negative - ignored;
    table.add({std::to_string(head.layer), size_text(head.assignment.shape.w, head.assignment.shape.h),
               anchors, std::to_string(positive), std::to_string(ignored), std::to_string(negative)});
  }
  return table.text();
}

// What a picture shows, and what it is called.
struct Subject {
  Image picture;
  std::vector<Truth> truths;
  std::vector<std::string> names;
};

Result<Subject> read_subject(const TargetArguments& arguments) {
  const auto data = DataSet::read(arguments.data);
  if (!data) return data.error();
  Subject subject;
  const auto names_file = data->names_file();
  if (!names_file) return names_file.error();
  const auto lines = read_file(*names_file, max_names_bytes);
  if (!lines) return lines.error();
  auto names = parse_names(*lines, *names_file);
  if (!names) return names.error();
  subject.names = std::move(*names);
  auto picture = read_picture(arguments.picture);
  if (!picture) return picture.error();
  subject.picture = std::move(*picture);
  const auto labels = read_labels({arguments.picture}, {arguments.labels, subject.names, 0});
  if (!labels) return labels.error();
  warn(labels->warnings);
  subject.truths = labels->pictures[0].truths;
  return subject;
}

std::string path_of(const TargetArguments& arguments, const HeadTargets& head) {
  const std::string stem = std::filesystem::path(arguments.picture).stem().string();
  return std::filesystem::path(arguments.draw) / (stem + "-layer" + std::to_string(head.layer) + ".png");
}

Result<void> draw(const TargetArguments& arguments, const Targets& targets, const Subject& subject) {
  std::vector<std::string> paths;
  for (const HeadTargets& head : targets.heads) paths.push_back(path_of(arguments, head));
  if (auto fine = refuse_overwriting(
          paths, {arguments.data, arguments.cfg, arguments.weights, arguments.picture, arguments.labels});
      !fine)
    return fine;
  auto typeface = load_typeface(arguments.font, true);
  if (!typeface) return typeface.error();
  const DrawOptions drawing{*typeface};
  if (auto made = make_folder(arguments.draw); !made) return made;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Image drawn =
        draw_targets(subject.picture, targets, targets.heads[i], subject.truths, subject.names, drawing);
    if (auto done = write_file(paths[i], encode_image(drawn, paths[i])); !done) return done;
  }
  return {};
}

Result<std::string> run(const TargetArguments& arguments) {
  if (!arguments.draw.empty()) {
    if (auto fine = check_folder(arguments.draw); !fine) return fine.error();
  }
  const auto subject = read_subject(arguments);
  if (!subject) return subject.error();
  ModelOptions options;
  options.width = arguments.network.width, options.height = arguments.network.height;
  options.strict = arguments.network.strict, options.threads = arguments.network.threads;
  const auto targets =
      find_targets(arguments.cfg, arguments.weights, subject->picture, subject->truths, options);
  if (!targets) return targets.error();
  warn(targets->warnings);
  if (!arguments.draw.empty()) {
    if (auto done = draw(arguments, *targets, *subject); !done) return done.error();
  }
  if (arguments.weights.empty())
    note("without --weights each prediction counts as its anchor: what a network ignores depends on it");
  return truth_table(*targets, subject->truths, subject->names) + '\n' + head_table(*targets);
}

}  // namespace

int targets(const Arguments& arguments) {
  TargetArguments parsed;
  Options options("Show which predictions of a network learn what of a picture.", "nightjar targets");
  options.footer(footer);
  options.add_option("DATA", parsed.data, "A Darknet .data file, for its names=").required();
  options.add_option("CFG", parsed.cfg, "The network").required();
  options.add_option("PICTURE", parsed.picture, "A picture with labels").required();
  options.add_option("--weights", parsed.weights,
                     "The network's weights: what it says decides what is ignored");
  options.add_option("--labels", parsed.labels, "Where the labels are, if not where Darknet has them");
  options.add_option("--draw", parsed.draw, "Write a picture for each [yolo] to this folder");
  options.add_option("--font", parsed.font, "A TrueType or OpenType font for the names");
  parsed.network.add_size_to(options);
  if (const auto end = options.parse(arguments)) return *end;
  const auto text = run(parsed);
  return text ? print(*text) : fail(text.error());
}

}  // namespace nightjar
