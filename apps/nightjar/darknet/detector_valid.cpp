// nightjar detector valid: all boxes of a list of pictures, in the files that others' evaluations read.
#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/darknet/listed_pictures.h"
#include "apps/nightjar/darknet/valid_files.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

Result<Outputs> open_outputs(const DarknetRun& run, const DarknetFlags& flags) {
  const std::string* kind = run.data().find("eval");
  const std::string* folder = run.data().find("results");
  std::vector<std::string> names = run.names();
  names.resize(static_cast<std::size_t>(run.model().classes()));
  auto files =
      valid_files(kind ? *kind : "voc", folder ? *folder : "results", flags.out, names, run.data().file());
  if (!files) return files.error();
  if (auto fine = refuse_overwriting((*files)->files({}), run.inputs()); !fine) return fine.error();
  std::vector<std::unique_ptr<Output>> all;
  all.push_back(std::move(*files));
  return Outputs::open(std::move(all));
}

}  // namespace

// Pictures are decoded by the fastest library: what is written goes to programs that average over thousands.
int detector_valid(const DarknetFlags& flags) {
  const auto run = DarknetRun::open(flags);
  if (!run) return fail(run.error());
  auto outputs = open_outputs(*run, flags);
  if (!outputs) return fail(outputs.error());
  const bool pjreddie = flags.pjreddie();
  DetectionJob job = run->job(flags);
  job.options.threshold = pjreddie ? .005f : .001f;
  if (flags.thresh) warn("-thresh has no effect: valid writes all boxes, as Darknet's does");
  job.options.nms = flags.nms.value_or(pjreddie ? .45f : .6f);
  job.options.darknet_order = true;
  job.pictures.decoder = Decoder::fastest;
  return run_detection(job, *outputs);
}

}  // namespace nightjar
