#include "apps/nightjar/train/telling.h"

#include "apps/nightjar/report.h"
#include "engine/format_line.h"

namespace nightjar {
namespace {

using P = LossParts;

// Of a head: how well what it was trained on is found, over how many boxes. A classifier's loss has none.
std::string words_of(const LossReport& layer) {
  const auto& parts = layer.parts;
  const double pairs = parts[P::pairs];
  if (parts[P::predictions] == 0) return {};
  if (pairs == 0) return format("; layer %d: no boxes", layer.layer);
  return format("; layer %d: IoU %.2f, objectness %.2f (%.4f elsewhere), class %.2f of %.0f", layer.layer,
                parts[P::overlap] / pairs, parts[P::objectness] / pairs,
                parts[P::background] / parts[P::predictions], parts[P::class_probability] / pairs, pairs);
}

}  // namespace

void Stretch::add(const LogEntry& entry) {
  const UpdateReport& report = entry.report;
  ++updates_;
  images_ += report.images;
  loss_ += report.loss;
  seconds_ += report.images / entry.images_per_second;
  add_up(layers_, report.layers);
}

std::string Stretch::line(const LogEntry& last, int updates) {
  const double speed = images_ / seconds_;
  const double left = static_cast<double>(updates - last.report.update) * last.report.images / speed;
  std::string text =
      format("update %d of %d, epoch %.1f: loss %.4g, rate %.4g, %.1f %s/s, ", last.report.update, updates,
             last.epoch, loss_ / updates_, last.report.rate, speed, last.unit);
  text += duration(left) + " left";
  for (const LossReport& layer : layers_) text += words_of(layer);
  *this = {};
  return text + '\n';
}

}  // namespace nightjar
