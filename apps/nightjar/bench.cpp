// nightjar bench: how long a network takes on this machine.
#include "apps/nightjar/arguments.h"
#include "apps/nightjar/bench_report.h"
#include "apps/nightjar/measure.h"
#include "apps/nightjar/model_arguments.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

Result<BenchResult> run(const ModelArguments& network, int batch, int repeat) {
  const auto loaded = load_model(network);
  if (!loaded) return loaded.error();
  const Model& model = loaded->model;
  auto context = Context::create(model, batch);
  if (!context) return context.error();
  return BenchResult{.cfg = loaded->files[0],
                     .isa = model.isa(),
                     .width = model.input().w,
                     .height = model.input().h,
                     .batch = batch,
                     .gflop = model.gflop(),
                     .load_ms = loaded->load_ms,
                     .timings = measure(*context, repeat)};
}

}  // namespace

int bench(const Arguments& arguments) {
  ModelArguments network;
  int batch = 1, repeat = 10;
  std::string format = "table";
  CLI::App app("Measure the forward pass of a network, after a warm-up.", "nightjar bench");
  app.footer(
      "Times are of one batch: the best of all repeats, their median and their 95th percentile.\n\n"
      "Examples:\n"
      "  nightjar bench --model yolov3-tiny\n"
      "  nightjar bench --cfg cfg/yolov4.cfg --synth --width 608 --height 608 --threads 4 --repeat 30\n"
      "  nightjar bench --cfg cfg/yolov3.cfg --synth --format ms      (one number: best milliseconds)");
  network.add_to(app);
  app.add_flag("--synth", network.synth, "Made-up weights: time a network without its trained ones");
  app.add_option("--batch", batch, "Pictures in one forward pass; default 1")->check(count(1, max_batch));
  app.add_option("--repeat", repeat, "Passes that are timed; default 10")->check(count(1, 1'000'000));
  app.add_option("--format", format,
                 "table (default), json, or ms: one number, the best time in milliseconds")
      ->check(CLI::IsMember({"table", "json", "ms"}));
  if (const auto end = parse(app, arguments)) return *end;
  const auto result = run(network, batch, repeat);
  return result ? print(bench_report(*result, format)) : fail(result.error());
}

}  // namespace nightjar
