// nightjar layers and nightjar explain: a network as text, without its weights.
#include "apps/nightjar/arguments.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

int show(const Arguments& arguments, std::string (Model::*text)() const, Options& options,
         ModelArguments& network) {
  options.add_option("CFG", network.cfg, "A Darknet .cfg file").required();
  network.add_shape_to(options);
  if (const auto end = options.parse(arguments)) return *end;
  const auto model = plan_model(network);
  return model ? print(((*model).*text)()) : fail(model.error());
}

}  // namespace

int layers(const Arguments& arguments) {
  Options options("Print a network's layer table as Darknet does: filters, sizes, shapes, BFLOPs.",
                  "nightjar layers");
  options.footer("Example:\n  nightjar layers cfg/yolov3-tiny.cfg --width 608 --height 608");
  ModelArguments network;
  return show(arguments, &Model::layer_table, options, network);
}

int explain(const Arguments& arguments) {
  Options options(
      "Print how a network would run here: a line a step, with the layers fused into it, its kernel and "
      "memory.",
      "nightjar explain");
  options.footer(
      "NIGHTJAR_ISA=avx2 (avx512, portable, reference) plans for that instruction set.\n\n"
      "Examples:\n"
      "  nightjar explain cfg/yolov3-tiny.cfg\n"
      "  nightjar explain cfg/yolov3-tiny.cfg --device cuda --precision fp16");
  ModelArguments network;
  network.add_device_to(options);
  return show(arguments, &Model::explain, options, network);
}

}  // namespace nightjar
