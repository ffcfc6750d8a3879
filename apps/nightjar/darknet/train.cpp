// detector train, classifier train: nightjar train by Darknet's words.
#include "apps/nightjar/train/training.h"

#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

// Darknet writes over what it wrote before.
int train_by(const DarknetFlags& flags) {
  const Arguments& files = flags.positionals;
  if (files.size() < 2) return fail({Failure::usage, "usage: " + flags.usage});
  if (flags.streams)
    warn("-mjpeg_port is not supported; chart.svg beside the weights has the chart, for any browser");
  TrainingRequest request;
  request.data = files[0];
  request.cfg = files[1];
  if (files.size() > 2) request.weights = files[2];
  request.overwrite = true;
  request.clear = flags.clear;
  request.validate = flags.map;
  request.threads = flags.threads;
  request.alexeyab = !flags.pjreddie();
  return run_training(request);
}

}  // namespace

int detector_train(const DarknetFlags& flags) {
  return train_by(flags);
}

int classifier_train(const DarknetFlags& flags) {
  return train_by(flags);
}

}  // namespace nightjar
