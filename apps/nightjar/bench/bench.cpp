// nightjar bench: how long a network takes on this machine.
#include <optional>

#include "apps/nightjar/arguments.h"
#include "apps/nightjar/bench/libraries.h"
#include "apps/nightjar/bench/paper.h"
#include "apps/nightjar/bench/report.h"
#include "apps/nightjar/bench/training_step.h"
#include "apps/nightjar/bench/turns.h"
#include "apps/nightjar/files/destinations.h"
#include "apps/nightjar/files/reports.h"
#include "apps/nightjar/report.h"

namespace nightjar {
namespace {

struct BenchArguments {
  ModelArguments network;
  BenchPlan plan;
  bool unchecked = false;
  std::string format = "table", json, svg, markdown;
  bool paper = false, compare_conv = false, turns = false;
  std::vector<std::string> only;
};

Result<std::string> run_one(const BenchArguments& arguments) {
  BenchPlan plan = arguments.plan;
  plan.layers |= !arguments.svg.empty();
  plan.against_peak = arguments.format != "ms" || !arguments.json.empty();
  BenchResult result;
  Reports reports;
  if (auto open = reports.add(arguments.json, [&] { return bench_json(result); }); !open) return open.error();
  if (auto open = reports.add(arguments.svg, [&] { return bench_chart(result); }); !open) return open.error();
  auto measured =
      plan.training ? run_training_bench(arguments.network, plan) : run_bench(arguments.network, plan);
  if (!measured) return measured.error();
  result = std::move(*measured);
  if (auto done = reports.write(); !done) return done.error();
  if (!arguments.plan.layers) result.steps.clear();  // they were for the files
  if (arguments.format == "ms") return bench_ms(result);
  return arguments.format == "json" ? bench_json(result) : bench_table(result);
}

Result<std::string> run_tables(const BenchArguments& arguments) {
  PaperReport report;
  Reports reports;
  if (auto open = reports.add(arguments.json, [&] { return paper_json(report); }); !open) return open.error();
  if (auto open = reports.add(arguments.markdown, [&] { return paper_markdown(report); }); !open)
    return open.error();
  if (auto open = reports.add(arguments.svg, [&] { return paper_chart(report); }); !open) return open.error();
  auto measured = run_paper(arguments.network, arguments.plan, arguments.only);
  if (!measured) return measured.error();
  report = std::move(*measured);
  if (auto done = reports.write(); !done) return done.error();
  return arguments.format == "json" ? paper_json(report) : paper_text(report);
}

Result<std::string> run_comparison(const BenchArguments& arguments) {
  LibrariesReport report;
  Reports reports;
  if (auto open = reports.add(arguments.json, [&] { return libraries_json(report); }); !open)
    return open.error();
  auto measured = run_libraries(arguments.network, arguments.plan);
  if (!measured) return measured.error();
  report = std::move(*measured);
  if (auto done = reports.write(); !done) return done.error();
  return arguments.format == "json" ? libraries_json(report) : libraries_text(report);
}

void add_options(Options& options, BenchArguments& a) {
  a.network.add_to(options);
  options.add_flag("--synth", a.network.synth, "Made-up weights: time a network without its trained ones");
  const auto batch = options.add_option(
      "--batch", a.plan.batch, "Pictures in one forward pass; default 1, with --training as the cfg has it",
      count(1, max_batch));
  const auto streams =
      options
          .add_option("--streams", a.plan.streams,
                      "So many contexts of one thread each, at once on one model: for throughput",
                      count(1, max_threads))
          .excludes({"--threads"});
  options.add_option(
      "--repeat", a.plan.repeat,
      "Passes that are timed; default: until the best time has stood for a second and 10 passes",
      count(1, 1'000'000));
  options.add_flag("--no-check", a.unchecked, "Time without comparing the heads first");
  const auto layers = options.add_flag("--layers", a.plan.layers, "Time each step, the best of 10 passes");
  options.add_option("--format", a.format,
                     "table (default), json, or ms: one number, the best time in milliseconds",
                     one_of({"table", "json", "ms"}));
  options.add_option("--json", a.json, "Also write the figures to this file");
  const auto training =
      options
          .add_flag(
              "--training", a.plan.training,
              "Time updates of a training in place of forward passes: forward, losses, backward, update,\n"
              "from made-up weights on made-up pictures")
          .excludes({"--model", "--weights", "--tree", "--map", "--conv"})
          .excludes({streams});
  const auto svg = options.add_option(
      "--svg", a.svg, "Also write a chart to this file: the time of each step, or the paper's tables");
  const auto paper =
      options
          .add_flag("--paper", a.paper,
                    "The YOLOv3 paper's tables: its networks measured here beside its figures")
          .excludes({"--model", "--cfg", "--weights", "--width", "--height", "--tree", "--map", "--synth"})
          .excludes({batch, streams, layers, training});
  options
      .add_flag("--compare-conv", a.compare_conv,
                "Time each step on a GPU with our convolutions, cuBLAS's and cuDNN's, side by side, and "
                "beside\nthe least time that the device allows")
      .excludes({"--conv"})
      .excludes({streams, layers, svg, paper, training});
  options
      .add_flag("--turns", a.turns,
                "Load the network and wait: each line of standard input, 'prepare BATCH' or 'time BATCH\n"
                "SECONDS', is answered by a line of JSON; for programs that let several engines take turns")
      .excludes({batch, streams, layers, svg, paper, training});
  options
      .add_option("--only", a.only, "With --paper: these networks alone, separated by commas",
                  one_of(paper_names()))
      .delimiter(',')
      .needs(paper);
  options.add_option("--markdown", a.markdown, "With --paper: also write the tables to this file")
      .needs(paper);
}

}  // namespace

int bench(const Arguments& arguments) {
  BenchArguments bench;
  Options options("Measure the forward pass of a network, after a warm-up.", "nightjar bench");
  options.footer(
      "Times are of one batch: the best of all passes, their median and their 95th percentile. Before it "
      "times,\n"
      "it runs a made-up picture through the CPU's direct convolutions too, and fails (7) if a detection "
      "head "
      "or the\n"
      "output differs by more than 1e-3; on a GPU by more than 1e-4, 2e-3 or 1e-2 in fp32, tf32 or fp16. "
      "Memory "
      "and\n"
      "load time are taken before that. What the CPU could do at most is measured before and after, and "
      "again "
      "while\n"
      "others on the machine disturb it; work is counted as direct sums, of which Winograd's convolutions "
      "save "
      "some.\n\n"
      "Examples:\n"
      "  nightjar bench --model yolov3-tiny --layers\n"
      "  nightjar bench --cfg cfg/yolov4.cfg --synth --width 608 --height 608 --threads 4 --repeat 30\n"
      "  nightjar bench --cfg cfg/yolov3.cfg --synth --format ms      (one number: best milliseconds)\n"
      "  nightjar bench --cfg cfg/yolov3.cfg --synth --streams 4      (pictures a second)\n"
      "  nightjar bench --cfg cfg/yolov3.cfg --synth --device cuda --precision fp16 --batch 8\n"
      "  nightjar bench --cfg cfg/yolov3.cfg --synth --device cuda --precision fp16 --compare-conv\n"
      "  nightjar bench --cfg cfg/yolov3-tiny.cfg --training --batch 4 --layers\n"
      "  nightjar bench --paper --svg paper.svg --markdown paper.md");
  add_options(options, bench);
  if (const auto end = options.parse(arguments)) return *end;
  if (bench.paper && bench.format == "ms")
    return fail({Failure::usage, "--format ms is one network's time; --paper has table and json"});
  if (bench.compare_conv && bench.format == "ms")
    return fail({Failure::usage, "--format ms is one network's time; --compare-conv has table and json"});
  const ModelArguments& network = bench.network;
  if (auto fine = refuse_overwriting({bench.json, bench.svg, bench.markdown},
                                     {network.cfg, network.weights, network.tree, network.map});
      !fine)
    return fail(fine.error());
  bench.plan.check = !bench.unchecked;
  if (bench.turns) {
    const auto done = take_turns(network);
    return done ? 0 : fail(done.error());
  }
  const auto text = bench.paper          ? run_tables(bench)
                    : bench.compare_conv ? run_comparison(bench)
                                         : run_one(bench);
  return text ? print(*text) : fail(text.error());
}

}  // namespace nightjar
