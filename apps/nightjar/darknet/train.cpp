// detector train, classifier train, rnn train: nightjar train by Darknet's words.
#include "apps/nightjar/train/training.h"

#include "apps/nightjar/darknet/commands.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

// As --device names it. Without a GPU Darknet's own builds take no notice of -gpus.
std::string device_of(const std::string& gpus) {
  if (gpus.empty()) return "cpu";
  const std::string first = gpus.substr(0, gpus.find(','));
  if (first != gpus) warn("-gpus " + gpus + ": one GPU trains a network here, number " + first);
  return first == "0" ? "auto" : "cuda:" + first;
}

// What all of them have. Darknet writes over what it wrote before.
TrainingRequest request_of(const DarknetFlags& flags) {
  if (flags.streams)
    warn("-mjpeg_port is not supported; chart.svg beside the weights has the chart, for any browser");
  TrainingRequest request;
  request.overwrite = true;
  request.clear = flags.clear;
  request.threads = flags.threads;
  request.device = device_of(flags.gpus);
  request.alexeyab = !flags.pjreddie();
  return request;
}

int train_by(const DarknetFlags& flags) {
  const Arguments& files = flags.positionals;
  if (files.size() < 2) return fail({Failure::usage, "usage: " + flags.usage});
  TrainingRequest request = request_of(flags);
  request.data = files[0];
  request.cfg = files[1];
  if (files.size() > 2) request.weights = files[2];
  request.validate = flags.map;
  return run_training(request);
}

}  // namespace

int detector_train(const DarknetFlags& flags) {
  return train_by(flags);
}

int rnn_train(const DarknetFlags& flags) {
  const Arguments& files = flags.positionals;
  if (files.empty() || files.size() > 2) return fail({Failure::usage, "usage: " + flags.usage});
  TrainingRequest request = request_of(flags);
  request.cfg = files[0];
  if (files.size() > 1) request.weights = files[1];
  request.text = flags.file;
  request.out = flags.backup;
  request.seed = flags.random_seed;
  request.resume = flags.resume;
  request.validate = false;
  return run_training(request);
}

int classifier_train(const DarknetFlags& flags) {
  return train_by(flags);
}

}  // namespace nightjar
