#!/usr/bin/env python3
"""What Python's calls cost over the C interface's: Model.detect on a 640x480 array, and two threads on one model.

  PYTHONPATH=build/python python docs/benchmark/compare_python.py CFG WEIGHTS --build build [--rounds 7] [--seconds 1]

Builds docs/benchmark/python_call.c against the library in the build folder. C and Python take turns, round by round, so that
what disturbs the machine meets both; of the times the least counts, of the rates the median. Leave the machine alone. Where
it is not idle, the caller's own processor time, which others hardly change, says more than the clock, with threads=1.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from nightjar_darknet import Model

ROOT = Path(__file__).resolve().parents[2]


def made_up_pixels():
    numbers = np.arange(480 * 640 * 3, dtype=np.uint64) * 2654435761 % 2**32 >> 13
    return numbers.astype(np.uint8).reshape(480, 640, 3)


def build_caller(build, folder):
    library = Path(build, "apps/c").resolve()
    program = Path(folder, "python_call")
    source = ROOT / "docs/benchmark/python_call.c"
    command = ["cc", "-O2", f"-I{ROOT}/apps/c", source, f"-L{library}", f"-Wl,-rpath,{library}", "-lnightjar", "-pthread", "-o", program]
    subprocess.run(list(map(str, command)), check=True)
    return program


def by_c(program, args, threads, callers):
    """Least milliseconds of a call, by the clock and of processor time; calls a second of all callers."""
    words = [program, args.cfg, args.weights, threads, callers, args.seconds]
    said = subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout
    return tuple(map(float, said.split()))


def by_python(model, picture, callers, seconds):
    """The same by Python's threads."""
    least, least_processor, calls = [float("inf")] * callers, [float("inf")] * callers, [0] * callers
    end = time.perf_counter() + seconds

    def call(number):
        while time.perf_counter() < end:
            began, processor = time.perf_counter(), time.thread_time()
            model.detect(picture)
            used, took = time.thread_time() - processor, time.perf_counter() - began
            least[number], least_processor[number] = min(least[number], took), min(least_processor[number], used)
            calls[number] += 1

    others = [threading.Thread(target=call, args=(number,)) for number in range(1, callers)]
    for thread in others:
        thread.start()
    call(0)
    for thread in others:
        thread.join()
    return least[0] * 1e3, least_processor[0] * 1e3, sum(calls) / seconds


def compare(program, args, threads, callers):
    model, picture = Model(args.cfg, args.weights, device="cpu", threads=threads), made_up_pixels()
    model.detect(picture)
    rounds = [(by_c(program, args, threads, callers), by_python(model, picture, callers, args.seconds)) for _ in range(args.rounds)]
    return [(*map(min, zip(*(one[who][:2] for one in rounds))), statistics.median(one[who][2] for one in rounds)) for who in (0, 1)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cfg")
    parser.add_argument("weights")
    parser.add_argument("--build", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = build_caller(args.build, folder)
        for threads, callers in ((0, 1), (1, 1), (1, 2)):
            c, python = compare(program, args, threads, callers)
            times = (f"{what} {c[i]:.4f} ms, Python {python[i]:.4f} ms, {100 * (python[i] / c[i] - 1):+.2f} %" for i, what in enumerate(("clock: C", "processor: C")))
            print(f"threads={threads}, {callers} callers: {'; '.join(times)}; calls/s: C {c[2]:.1f}, Python {python[2]:.1f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
