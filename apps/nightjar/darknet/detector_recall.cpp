// nightjar detector recall: a line a picture, with what there is so far.
#include <algorithm>

#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/darknet/listed_pictures.h"
#include "apps/nightjar/report.h"
#include "engine/eval/recall.h"
#include "engine/format_line.h"
#include "engine/host/output_file.h"

namespace nightjar {
namespace {

std::string line_of(const Recall& so_far, std::int64_t number) {
  const double truths = static_cast<double>(std::max<std::int64_t>(1, so_far.truths));
  return format("%5lld %5lld %5lld\tRPs/Img: %.2f\tIOU: %.2f%%\tRecall:%.2f%%\n",
                static_cast<long long>(number - 1), static_cast<long long>(so_far.found),
                static_cast<long long>(so_far.truths),
                static_cast<double>(so_far.proposals) / static_cast<double>(so_far.pictures),
                double{so_far.iou_sum} * 100 / truths, 100. * static_cast<double>(so_far.found) / truths);
}

}  // namespace

int detector_recall(const DarknetFlags& flags) {
  const auto run = DarknetRun::open(flags);
  if (!run) return fail(run.error());
  const auto labels = run->labels();
  if (!labels) return fail(labels.error());
  auto out = OutputFile::open("-");
  if (!out) return fail(out.error());
  DetectionJob job = run->job(flags);
  job.options.threshold = .001f;
  job.options.nms = flags.nms.value_or(.4f);
  job.options.by_objectness = true;
  if (!flags.letter_box) job.options.fit = Fit::stretch;  // both forks, whatever the cfg says
  Recall recall;
  const auto end = run_pictures(job, "measuring", [&](Found found) -> Result<Delivery> {
    const auto& truths = labels->pictures[static_cast<std::size_t>(found.number - 1)].truths;
    return Delivery([&, number = found.number, boxes = std::move(found.detected.boxes)] {
      recall.add(truths, boxes);
      make_way();
      return out->write(line_of(recall, number));
    });
  });
  if (!end) return fail(end.error());
  if (auto done = out->commit(); !done) return fail(done.error());
  return end->status;
}

}  // namespace nightjar
