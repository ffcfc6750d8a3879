// nightjar train: from labelled pictures to weights.
#include <limits>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/train/training.h"

namespace nightjar {
namespace {

constexpr int most = std::numeric_limits<int>::max();

constexpr auto footer =
    R"(DATA is a Darknet .data file:
  classes = 3
  names   = cells.names      a name on each line
  train   = train.txt        pictures to learn from: a list, or their folder
  valid   = valid.txt        others, to measure on; may be missing
  backup  = trained          the folder of what is written; --out names another
Labels are found where Darknet looks for them: beside the pictures, or in labels/ beside images/.

[net] of the CFG says how it learns: batch and subdivisions, learning_rate, burn_in, policy, max_batches (how many
updates), momentum, decay, adam=1. [yolo] of it what a right answer is: loss=giou_focal for small sets of pictures,
Darknet's losses without it. docs/darknet-format.md section 12 lists all keys; nightjar anchors finds anchors.

What is written, NAME being the CFG's:
  NAME_last.weights   what was learned so far; NAME_best.weights: what measured best; NAME_final.weights: at the end
  NAME.checkpoint     all that --resume needs. A training that was killed at any moment and goes on ends with the
                      weights that it would have had undisturbed, bit for bit, on any number of threads
  log.jsonl           a line an update; chart.svg: loss and mAP@.50 so far, for any browser

Ctrl-C ends it after the update that is being computed, with a checkpoint. A loss that is no number ends it at once
(exit 8), and what was saved before stays.

Examples:
  nightjar train cells.data cells.cfg --dry-run --examples seen    what would be trained, on how much; how it looks
  nightjar train cells.data cells.cfg --minutes 10
  nightjar train cells.data cells.cfg --resume                     the same, ten minutes later or after a crash
  nightjar weights yolov3-tiny.cfg yolov3-tiny.weights --partial 15 -o yolov3-tiny.conv.15
  nightjar train cells.data yolov3-tiny-cells.cfg yolov3-tiny.conv.15 --freeze 10
  nightjar detect --cfg cells.cfg --weights trained/cells_best.weights --names cells.names photo.jpg)";

void declare(Options& options, TrainingRequest& r, std::string& precision) {
  options.add_option("DATA", r.data, "What to learn: a Darknet .data file").required();
  options.add_option("CFG", r.cfg, "The network, and how it learns: a Darknet .cfg file").required();
  options.add_option("WEIGHTS", r.weights,
                     "Weights to start from; they may end with any layer (nightjar weights --partial).\n"
                     "Default: drawn at random");
  options.add_option("--out", r.out, "Folder of what is written; default: backup= of DATA, else this one");
  options.add_option(
      "--seed", r.seed,
      "Of first weights, order and changes of pictures; the same seed, the same weights; default "
      "1",
      count(0, most));
  options.add_option("--updates", r.updates, "How many, in place of max_batches", count(1, most));
  options.add_option("--minutes", r.minutes, "End after so long, with a checkpoint", count(1, 1 << 20));
  options.add_option("--threads", r.threads, "Default: one for each core", count(1, max_threads));
  options.add_option(
      "--device", r.device,
      "cpu (default), cuda or cuda:N: a GPU; auto: the first GPU if there is one, else the cpu");
  add_precision_to(options, precision);
  options.add_flag("--resume", r.resume, "Go on with the training whose checkpoint is there");
  options.add_flag("--overwrite", r.overwrite, "Begin anew where a training is there already");
  options.add_option("--valid-every", r.valid_every,
                     "Measure mAP@.50 on valid= after so many updates; default: four epochs, at least 100",
                     count(1, most));
  options.add_option("--save-every", r.save_every,
                     "Write checkpoint and weights after so many updates; default 100, and once a minute",
                     count(1, most));
  options.add_option("--freeze", r.freeze, "So many layers at the beginning do not learn", count(1, 4096));
  options.add_flag("--clear", r.clear,
                   "The pictures that WEIGHTS have seen do not count: rates begin at update 1");
  options.add_flag("--strict", r.strict, "Refuse keys of the cfg that are not known");
  options.add_option(
      "--examples", r.examples,
      "Write the pictures of the first update, changed and with their boxes, into this folder");
  options.add_flag("--dry-run", r.dry_run,
                   "Read everything, say what would be done, write nothing but --examples");
}

}  // namespace

int train(const Arguments& arguments) {
  TrainingRequest request;
  std::string precision = "fp32";
  bool no_valid = false;
  Options options("Train a network on labelled pictures.", "nightjar train");
  options.footer(footer);
  declare(options, request, precision);
  options.add_flag("--no-valid", no_valid, "Measure nothing on the way");
  if (const auto end = options.parse(arguments)) return *end;
  request.precision = precision_of(precision);
  request.validate = !no_valid;
  return run_training(request);
}

}  // namespace nightjar
