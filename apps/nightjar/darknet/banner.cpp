// In the order in which both Darknets print: what they run on, the network, its weights.
#include "apps/nightjar/darknet/banner.h"

#include <cstdio>

#include "apps/nightjar/darknet/layer_lines/layer_lines.h"
#include "apps/nightjar/report.h"
#include "engine/format_line.h"
#include "engine/host/cfg_file.h"
#include "engine/weights_file.h"
#include "parsers/message.h"

namespace nightjar {
namespace {

// What AlexeyAB's says of the processor; of others than x86 it says nothing.
std::string processor_lines() {
#ifdef __x86_64__
  const bool avx = __builtin_cpu_supports("avx"),
             fma = __builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2");
  return std::string(avx ? " Used AVX \n" : " Not used AVX \n") +
         (fma ? " Used FMA & AVX2 \n" : " Not used FMA & AVX2 \n");
#else
  return {};
#endif
}

int nms_number(const std::string& kind) {
  return kind == "greedynms" ? 1 : kind == "diounms" ? 2 : kind == "cornersnms" ? 3 : 0;
}

// What AlexeyAB's prints on stdout while it reads the cfg.
std::string cfg_lines(const Cfg& cfg) {
  CfgOptions net(cfg.file, cfg.sections.front());
  std::string lines = format("mini_batch = 1, batch = %d, time_steps = 1, train = 0 \n",
                             net.integer("subdivisions", 1, {.low = 1}));
  for (const CfgSection& section : cfg.sections) {
    CfgOptions options(cfg.file, section);
    const std::string kind = options.text("nms_kind", "default");
    if (kind == "default") continue;
    lines += format("nms_kind: %s (%d), beta = %f \n", kind.c_str(), nms_number(kind),
                    options.real("beta_nms", .6f));
  }
  return lines;
}

// Thousands of pictures, and of batches of 64 of them.
std::string seen_line(const WeightsHeader& header) {
  const std::uint64_t seen = header.seen;
  return format("\n seen %d, trained: %.0f K-images (%.0f Kilo-batches_64) \n",
                header.bytes == weights_header_max_bytes ? 64 : 32, static_cast<float>(seen / 1000),
                static_cast<float>(seen / 64000));
}

void tell(const std::string& text) {
  std::fputs(text.c_str(), stderr);
}

}  // namespace

Result<void> print_banner(const DarknetFlags& flags, const DarknetFiles& files, const Model& model) {
  if (flags.compat.empty()) return {};
  const auto cfg = read_cfg(files.cfg);
  if (!cfg) return cfg.error();
  const auto weights = open_weights_file(files.weights);
  if (!weights) return weights.error();
  const std::string layers = darknet_layer_lines(*cfg, model.layer_infos(), flags.fork());
  const std::string loading = "Loading weights from " + place(files.weights) + "...";
  if (flags.pjreddie()) {
    tell(layers + loading + "Done!\n");
    return {};
  }
  tell(" OpenCV isn't used - data augmentation will be slow \n");
  auto done = print_part(" GPU isn't used \n" + processor_lines() + cfg_lines(*cfg));
  tell(layers + loading);
  if (done) done = print_part(seen_line(weights->header));
  tell(format("Done! Loaded %d layers from weights-file \n", model.layers()));
  return done;
}

std::string detection_layer_lines(const Model& model) {
  std::string lines;
  const std::vector<LayerInfo> layers = model.layer_infos();
  for (const int layer : model.head_layers()) {
    const std::string& type = layers[static_cast<std::size_t>(layer)].type;
    lines += format(" Detection layer: %d - type = %d \n", layer,
                    type == "region" ? 27
                    : type == "yolo" ? 28
                                     : 29);
  }
  return lines;
}

}  // namespace nightjar
