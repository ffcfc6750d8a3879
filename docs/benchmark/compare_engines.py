#!/usr/bin/env python3
"""Times nightjar and other engines on the same networks, round by round, and writes the result into a page.

  python docs/benchmark/compare_engines.py --nightjar build/nightjar --peers PATH/bench_peers.py --weights DIR

bench_peers.py runs the others: each engine in a process of its own, and in every round each of them once,
nightjar among them, so that whatever disturbs the machine meets them all alike. Engines it lacks are left
out. They need

  pip install numpy onnx onnxruntime openvino ncnn "opencv-python-headless<5"

in the Python that --python names. Weights that are not in DIR as NAME.weights are made up by the
darknet_net.py beside bench_peers.py and kept there as synthesised/NAME-SIZE.weights; speed does not depend
on their values.

nightjar compares its heads with direct convolutions once per network before anything is timed. The page gets
a table and a chart between two marker comments that name the block, which are added at its end where it has
none; what stood between them before is replaced. Leave the machine alone meanwhile.
"""

import argparse
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from ratio_chart import chart

ROOT = Path(__file__).resolve().parents[2]
MODELS = [
    "yolov3:416",
    "yolov3:608",
    "yolov3:320",
    "yolov3-tiny:416",
    "yolov4:416",
    "yolov4-tiny:416",
    "yolo-fastest-1.1:320",
    "darknet53:256",
]
ROW = re.compile(r"(?P<engine>\S.*?) +(?P<best>[\d.]+) +(?P<median>[\d.]+) +[\d.]+ +[\d.]+")
SYNTHESISE = (
    "import sys; sys.path.insert(0, sys.argv[1]); from darknet_net import Net; "
    "Net(sys.argv[2], int(sys.argv[3]), int(sys.argv[3])).synthesise().save(sys.argv[4])"
)


class Model:
    """A network at one size: NAME:SIZE."""

    def __init__(self, spec, args):
        self.name, size = spec.split(":")
        self.size = int(size)
        self.cfg = ROOT / "cfg" / f"{self.name}.cfg"
        self.weights = args.weights / f"{self.name}.weights"
        self.trained = self.weights.exists()
        if not self.trained:
            self.weights = args.weights / "synthesised" / f"{self.name}-{self.size}.weights"

    def synthesise(self, args):
        if self.weights.exists():
            return
        self.weights.parent.mkdir(parents=True, exist_ok=True)
        partial = self.weights.with_suffix(".partial")
        subprocess.run(
            [args.python, "-c", SYNTHESISE, args.peers.parent, self.cfg, str(self.size), partial], check=True
        )
        partial.rename(self.weights)

    def bench(self, args, *more):
        """The command that times nightjar on it once."""
        command = [args.nightjar, "bench", "--cfg", self.cfg, "--weights", self.weights, "--width", self.size]
        command += ["--height", self.size, "--threads", args.threads, "--repeat", 1, *more]
        return [str(word) for word in (command + ["--tune"] if args.tune else command)]


def environment(args):
    """Both sides held to one instruction set, where that is asked for (oneDNN's switch is OpenVINO's)."""
    return (
        {**os.environ, "NIGHTJAR_ISA": args.isa, "ONEDNN_MAX_CPU_ISA": args.isa.upper()} if args.isa else None
    )


def parse_table(text):
    """bench_peers.py's table -> engine -> (best, median) in milliseconds, the fastest first."""
    rows = filter(None, map(ROW.fullmatch, text.splitlines()))
    return {row["engine"]: (float(row["best"]), float(row["median"])) for row in rows}


def measure(model, args):
    """One network on all engines: what nightjar says of itself, and every engine's times."""
    model.synthesise(args)
    checked = subprocess.run(
        model.bench(args, "--format", "json"), env=environment(args), check=True, capture_output=True
    )
    command = shlex.join(model.bench(args, "--format", "ms", "--no-check"))
    peers = subprocess.run(
        [
            args.python,
            args.peers,
            "--cfg",
            model.cfg,
            "--weights",
            model.weights,
            "--size",
            str(model.size),
            "--threads",
            str(args.threads),
            "--rounds",
            str(args.rounds),
            *(["--only", args.only] if args.only else []),
            "--command",
            f"nightjar={command}",
        ],
        env=environment(args),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    times = parse_table(peers.stdout)
    if "nightjar" not in times or len(times) < 2:
        sys.exit(f"{model.name}: no times of nightjar and another engine in\n{peers.stdout}")
    return {"model": model, "report": json.loads(checked.stdout), "times": times}


def rival(result):
    """The fastest of the others: its name and its best time."""
    name = min(
        (engine for engine in result["times"] if engine != "nightjar"),
        key=lambda engine: result["times"][engine],
    )
    return name, result["times"][name][0]


def ratio(result):
    return rival(result)[1] / result["times"]["nightjar"][0]


def machine(results, args):
    report = results[0]["report"]
    threads = f"{args.threads} thread{'s' if args.threads > 1 else ''}"
    kernels = report["isa"] + (", --tune" if args.tune else "")
    where = f"{report['cpu']}, {threads}, {kernels}, {report['date']}"
    return f"{where}, best of {args.rounds} rounds, fp32, batch 1"


def table(results):
    """A row a network, a column an engine: best (median)."""
    engines = sorted({engine for result in results for engine in result["times"]} - {"nightjar"})
    titles = [
        "network",
        "GFLOP",
        "nightjar ms",
        *(f"{engine} ms" for engine in engines),
        "fastest other / nightjar",
    ]
    lines = [f"| {' | '.join(titles)} |", "| --- |" + " ---: |" * (len(titles) - 1)]
    for result in results:
        model = result["model"]
        times = [result["times"].get(engine) for engine in ["nightjar", *engines]]
        cells = [f"{time[0]:.1f} ({time[1]:.1f})" if time else "-" for time in times]
        name = f"{model.name} {model.size}" + ("" if model.trained else " (synthesised)")
        lines.append(
            f"| {name} | {result['report']['gflop']:.2f} | {' | '.join(cells)} | **{ratio(result):.2f}** |"
        )
    return "\n".join(lines)


def label(result):
    """What stands behind a bar."""
    other, ms = rival(result)
    return f"{ratio(result):.2f}x: nightjar {result['times']['nightjar'][0]:.1f} ms, {other} {ms:.1f} ms"


def chart_of(results, args):
    """A bar a network: how many times as long the fastest of the others takes."""
    rows = [(f"{one['model'].name} {one['model'].size}", ratio(one), label(one)) for one in results]
    return chart("Time of the fastest other engine, as a multiple of nightjar's", machine(results, args), rows)


def write(results, args):
    """The chart beside the page, and the block of the page."""
    picture = args.into.with_suffix("") / f"{args.block}.svg"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(chart_of(results, args))
    begin, end = (f"<!-- compare_engines {args.block}: {word} -->" for word in ("begin", "end"))
    block = (
        f"{begin}\n{table(results)}\n\nBest milliseconds (median). {machine(results, args)}.\n\n"
        f"![Time of the fastest other engine over nightjar's]({picture.parent.name}/{picture.name})\n{end}"
    )
    page = args.into.read_text() if args.into.exists() else ""
    if begin in page and end in page:
        page = page[: page.index(begin)] + block + page[page.index(end) + len(end) :]
    else:
        page += f"\n{block}\n"
    args.into.write_text(page)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--nightjar", type=Path, default=ROOT / "build" / "nightjar", help="the program (%(default)s)"
    )
    parser.add_argument("--peers", type=Path, required=True, help="bench_peers.py")
    parser.add_argument(
        "--weights", type=Path, required=True, help="folder of NAME.weights; made-up ones are kept there"
    )
    parser.add_argument(
        "--python", default=sys.executable, help="Python that has the other engines (this one)"
    )
    parser.add_argument("--models", default=",".join(MODELS), help="NAME:SIZE,... of cfg/ (%(default)s)")
    parser.add_argument("--only", help="these engines: opencv,onnxruntime,openvino,ncnn (all)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--isa", choices=["avx2"], help="hold nightjar and OpenVINO to this instruction set")
    parser.add_argument(
        "--tune", action="store_true", help="let nightjar time its kernels once and choose by that"
    )
    parser.add_argument(
        "--into", type=Path, default=ROOT / "docs" / "performance.md", help="the page (%(default)s)"
    )
    parser.add_argument("--block", default="engines", help="name of the block and of the chart (%(default)s)")
    args = parser.parse_args()
    args.nightjar, args.peers, args.weights = (
        path.resolve() for path in (args.nightjar, args.peers, args.weights)
    )
    results = []
    for spec in args.models.split(","):
        results.append(measure(Model(spec, args), args))
        print(f"{spec}: {ratio(results[-1]):.2f} times as fast as {rival(results[-1])[0]}", file=sys.stderr)
        write(results, args)  # after each network, so that what was measured is not lost


if __name__ == "__main__":
    main()
