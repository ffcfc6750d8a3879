#!/usr/bin/env python3
"""Checks and times nightjar on this machine's GPU, and writes gpu-check.json, gpu-check.md and gpu-check.svg.

  docs/gpu-check.sh                                       builds for this GPU first; what to run as a rule
  python docs/benchmark/gpu_check.py --out results        the same on what build-gpu holds
  python docs/benchmark/gpu_check.py --nightjar PATH --tests FOLDER         and on what was built elsewhere

The stages, each with its own share of the time: the heads against the CPU's in three precisions, boxes of
trained weights where these are there, the tests on the device, compute-sanitizer; then engines that take
turns on whole networks, round by round, nightjar, cuDNN, PyTorch and JAX; a folder of pictures beside what
decoding them allows, training beside PyTorch's, the YOLOv3 paper's tables, each layer beside cuBLAS and
cuDNN. What fails is written down with its last line and stops nothing else; what there is no time for is
named. The files are written anew after each round, so what was measured stays if the rest is broken off.
Exit codes: 0 done, 1 something failed, 7 no GPU.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import gpu_bars
import gpu_machine
import gpu_report
import gpu_stages
from gpu_machine import ROOT, Absent, NoTime, Problem, Refusal


USAGE = 2  # nightjar's exit code


class Check:
    """What the stages share: what to run, until when, and the report that they add to."""

    def __init__(self, args):
        self.args = args
        self.start = time.monotonic()
        self.deadline = self.stage_end = self.start + args.budget
        self.quick = args.quick
        self.races = []
        self.report = {
            "machine": {},
            "stages": [],
            "tests": [],
            "heads": [],
            "boxes": [],
            "sanitizers": [],
            "turns": [],
            "folder": [],
            "training": [],
            "paper": None,
            "layers": [],
        }

    def add(self, table, **row):
        self.report[table].append(row)

    def add_turn(self, network, size, batch, engine, said):
        """A round of an engine: the best of all rounds, and the middle of their medians."""
        kept = {"network": network, "size": size, "batch": batch, "engine": engine}
        row = self.row("turns", kept, {"rounds": []})
        row["rounds"].append({kind: said[kind] for kind in ("wall_ms", "series_ms")})
        for kind in ("wall_ms", "series_ms"):
            row[kind] = merged([one[kind] for one in row["rounds"]])

    def add_update(self, precision, engine, batch, said):
        """A round of updates of a training."""
        row = self.row("training", {"precision": precision, "engine": engine, "batch": batch}, {"rounds": []})
        row["rounds"].append({"best": said["best_ms"], "median": said["median_ms"]})
        row["ms"] = merged(row["rounds"])

    def row(self, table, key, rest):
        """The row of a table that has these values, made where there is none."""
        for row in self.report[table]:
            if key.items() <= row.items():
                return row
        self.report[table].append({**key, **rest})
        return self.report[table][-1]

    def run(self, *command, messages=False):
        """What a command prints, or its messages. Problem with its last line where it fails or outlasts the stage."""
        seconds = max(1, self.stage_end - time.monotonic())
        try:
            code, out, err = run_whole([str(word) for word in command], seconds)
        except subprocess.TimeoutExpired:
            raise Problem(f"broken off after {seconds:.0f} s") from None
        except OSError as error:
            raise Problem(f"{Path(command[0]).name}: {error.strerror}") from None
        if code != 0:
            line = last_line(err) or last_line(out) or f"exit {code}"
            raise (Refusal if code == USAGE else Problem)(self.without_folder(line))
        return err if messages else out

    def nightjar(self, *arguments):
        return self.run(self.args.nightjar, *arguments)

    def without_folder(self, line):
        """A report is for others, who have no such folder."""
        return line.replace(f"{self.quick.parent}/", "") if self.quick else line

    def python(self, *arguments):
        """A script that needs PyTorch or numpy, or Absent."""
        try:
            return self.run(self.args.python, *arguments)
        except Problem as problem:
            if "PyTorch" in str(problem) or "numpy" in str(problem):
                raise Absent(str(problem)) from None
            raise

    def bench(self, *arguments, once=False):
        """nightjar bench on the GPU -> its figures."""
        repeat = ["--repeat", "1"] if once or self.quick else []
        return json.loads(
            self.nightjar("bench", *arguments, *repeat, "--device", "cuda", "--format", "json")
        )

    def run_stage(self, plan):
        """Every item that there is time for; what went wrong, and what was not begun, under its name."""
        name, begin = plan.name, time.monotonic()
        self.stage_end = min(self.deadline, begin + plan.seconds)
        stage = {"name": name, "seconds": 0, "done": 0, "failed": [], "left_out": [], "skipped": []}
        self.report["stages"].append(stage)
        for item, work in plan.items:
            if time.monotonic() >= self.stage_end:
                stage["skipped"].append(item)
                continue
            self.attempt(item, work)
        plan.end()
        stage["seconds"] = round(time.monotonic() - begin, 1)

    def attempt(self, item, work):
        """Whatever becomes of it stands in the stage that runs."""
        stage = self.report["stages"][-1]
        note(f"{stage['name']}: {item}")
        try:
            work(self)
            stage["done"] += 1
        except NoTime:
            stage["skipped"].append(item)
        except Absent as why:
            stage["left_out"].append({"item": item, "why": str(why)})
        except (Problem, LookupError, ValueError) as problem:  # the latter: an answer of another form
            note(f"{stage['name']}: {item}: FAILED: {problem}")
            stage["failed"].append({"item": item, "line": str(problem)})

    def write(self):
        self.report["seconds"] = round(time.monotonic() - self.start, 1)
        self.report["bars"] = gpu_bars.bars(self.report)
        self.args.out.mkdir(parents=True, exist_ok=True)
        (self.args.out / "gpu-check.json").write_text(json.dumps(self.report, indent=2) + "\n")
        (self.args.out / "gpu-check.md").write_text(gpu_report.markdown(self.report))
        (self.args.out / "gpu-check.svg").write_text(gpu_report.chart(self.report))


def merged(rounds):
    return {
        "best": min(one["best"] for one in rounds),
        "median": statistics.median(one["median"] for one in rounds),
    }


def run_whole(command, seconds):
    """Exit code, output and messages of a command, ended with all that it started when time is up."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "errors": "replace"}
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True, **pipes) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, out, err


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def note(text):
    print(f"gpu-check: {text}", file=sys.stderr, flush=True)


def require_gpu(args):
    """The GPU's name. Ends with one line where the program cannot use one."""
    cfg = args.quick or "cfg/yolov3-tiny.cfg"
    command = [args.nightjar, "bench", "--cfg", cfg, "--synth", "--no-check", "--repeat", "1"]
    try:
        code, out, err = run_whole([*command, "--device", "cuda", "--format", "json"], seconds=60)
    except subprocess.TimeoutExpired:
        sys.exit("gpu-check: the GPU gives no answer in a minute")
    except OSError as error:
        sys.exit(f"gpu-check: {args.nightjar.name}: {error.strerror}; docs/gpu-check.sh builds it")
    if code != 0:
        note(last_line(err))
        sys.exit(code)
    return re.search(r"\((.*)\)", json.loads(out)["device"])[1]


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    build = ROOT / "build-gpu"
    parser.add_argument(
        "--nightjar", type=Path, default=build / "nightjar", help="the program (that of build-gpu)"
    )
    parser.add_argument(
        "--tests",
        type=Path,
        default=build / "tests" / "cuda",
        help="folder of cuda_test and cuda_backend_test (that of build-gpu)",
    )
    parser.add_argument("--out", type=Path, help="folder of the three files (that of the program)")
    parser.add_argument("--budget", type=float, default=480, help="seconds for everything (%(default)s)")
    parser.add_argument("--python", default=sys.executable, help="Python that has PyTorch and JAX (this one)")
    parser.add_argument("--rounds", type=int, default=3, help="of engines that take turns (%(default)s)")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="photographs to detect in")
    parser.add_argument(
        "--quick", type=Path, metavar="CFG", help="this small network alone, one pass of everything"
    )
    args = parser.parse_args()
    args.nightjar, args.tests = args.nightjar.resolve(), args.tests.resolve()
    args.out = (args.out or args.nightjar.parent).resolve()
    # Not resolved: a virtual environment's Python is a link.
    args.python = os.path.abspath(shutil.which(args.python) or args.python)
    args.quick = args.quick and args.quick.resolve()
    args.pictures = args.pictures and args.pictures.resolve()
    return args


def main():
    args = parse()
    check = Check(args)
    check.report["date"] = time.strftime("%Y-%m-%d", time.gmtime())
    os.environ["NIGHTJAR_SOURCE_DIR"] = str(ROOT)  # of programs that were built elsewhere
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "4")  # of each of many processes
    os.environ["XDG_CACHE_HOME"] = str(args.out)  # what --tune finds comes along with the report
    check.report["machine"] = {"gpu": require_gpu(args), **gpu_machine.versions(check)}
    try:
        for stage in gpu_stages.stages(check):
            check.run_stage(stage)
            check.write()
    finally:
        for race in check.races:
            race.end()
    note(f"{args.out.name}/gpu-check.md, .json and .svg are written")
    sys.exit(1 if any(stage["failed"] for stage in check.report["stages"]) else 0)


if __name__ == "__main__":
    main()
