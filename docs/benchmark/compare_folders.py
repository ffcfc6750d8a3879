#!/usr/bin/env python3
"""Times `nightjar detect` on a folder of pictures beside what the machine allows and beside loops in Python.

  python docs/benchmark/compare_folders.py --peers PATH/bench_peers.py --weights DIR --pictures FOLDER

What the machine allows is the number of threads over the CPU seconds that a picture takes one thread: the network's, by
`nightjar bench`, and those of reading, decoding and fitting, by a network of the same input that computes next to nothing.
Everything runs in turn, each a process of its own, round by round; the table has the best (median) pictures a second.
Weights are found or made up as compare_engines.py does. The loops are picture_loop.py's and need

  pip install numpy onnx onnxruntime "opencv-python-headless<5"

in the Python that --python names. Leave the machine alone meanwhile.
"""

import argparse
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import idle_network
from compare_engines import ROOT, Model

LOOP = Path(__file__).with_name("picture_loop.py")
MODELS = ["yolo-fastest-1.1:320", "yolov3-tiny:416", "yolov3:416"]


def run(*command):
    """What a command printed, on both streams, and its CPU seconds. It must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, done.stderr, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Subject:
    """A network, its files, and what is timed of it with a number of threads."""

    def __init__(self, spec, args, folder):
        self.model = Model(spec, args)
        self.model.synthesise(args)
        self.args, self.folder = args, folder
        pictures = sorted(args.pictures.glob("*.jpg"))
        paths = pictures[: args.few] if self.model.name == "yolov3" else pictures * args.times
        self.list = folder / f"{spec}.txt"
        self.list.write_text("".join(f"{path.resolve()}\n" for path in paths))
        self.pictures = len(paths)
        self.onnx = folder / f"{spec}.onnx"
        run(args.nightjar, "export", *self.files, *self.size, "--decode", "-o", self.onnx)
        self.idle_files = idle_network.write(folder, self.model.size)

    @property
    def files(self):
        return "--cfg", self.model.cfg, "--weights", self.model.weights

    @property
    def size(self):
        return "--width", self.model.size, "--height", self.model.size

    @property
    def title(self):
        made_up = "" if self.model.trained else " (synthesised)"
        return f"{self.model.name} {self.model.size}{made_up}, {self.pictures} pictures"

    @property
    def threshold(self):
        """Made-up weights see tens of thousands of boxes in a picture; nothing passes 1."""
        return 0.25 if self.model.trained else 1

    def network_seconds(self):
        """Of a picture, by one thread."""
        more = ("--threads", 1, "--repeat", 3, "--format", "ms", "--no-check")
        return float(run(self.args.nightjar, "bench", *self.files, *self.size, *more)[0]) / 1000

    def decoding_seconds(self):
        command = ("detect", *self.idle_files, "--threads", 1, "--out", self.folder / "idle.json", f"@{self.list}")
        return run(self.args.nightjar, *command)[2] / self.pictures

    def nightjar(self, threads, *more):
        options = (*self.files, *self.size, "--threads", threads, "--thresh", self.threshold, *more)
        _, told, _ = run(self.args.nightjar, "detect", *options, "--out", self.folder / "boxes.json", f"@{self.list}")
        return float(re.search(r"([\d.]+) pictures/s\S*\s*$", told)[1])

    def drawing(self, threads):
        return self.nightjar(threads, "--draw", self.folder / "drawn")

    def loop(self, engine, files, threads):
        more = ("--size", self.model.size, "--threads", threads, "--threshold", self.threshold)
        return float(run(self.args.python, LOOP, engine, *files, self.list, *more)[0])

    def opencv(self, threads):
        return self.loop("opencv", (self.model.cfg, self.model.weights), threads)

    def onnxruntime(self, threads):
        return self.loop("onnxruntime", (self.onnx,), threads)

    COLUMNS = {"nightjar": nightjar, "nightjar `--draw`": drawing, "OpenCV": opencv, "ONNX Runtime": onnxruntime}

    def measure(self, threads):
        """A row of the table."""
        rounds, seconds = [], []
        for _ in range(self.args.rounds):
            seconds.append(self.network_seconds() + self.decoding_seconds())
            rounds.append([timed(self, threads) for timed in self.COLUMNS.values()])
        allowed = threads / min(seconds)
        speeds = [f"{max(column):.1f} ({statistics.median(column):.1f})" for column in zip(*rounds)]
        share = 100 * max(speed for speed, *_ in rounds) / allowed
        return f"| {self.title} | {threads} | {allowed:.1f} | {' | '.join(speeds)} | {share:.0f} % |"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nightjar", type=Path, default=ROOT / "build" / "nightjar", help="the program (%(default)s)")
    parser.add_argument("--peers", type=Path, required=True, help="bench_peers.py")
    parser.add_argument("--weights", type=Path, required=True, help="folder of NAME.weights; made-up ones are kept there")
    parser.add_argument("--pictures", type=Path, required=True, help="folder of .jpg files")
    parser.add_argument("--python", default=sys.executable, help="Python that has the other engines (this one)")
    parser.add_argument("--models", default=",".join(MODELS), help="NAME:SIZE,... of cfg/ (%(default)s)")
    parser.add_argument("--threads", default="1,2", help="numbers of threads (%(default)s)")
    parser.add_argument("--times", type=int, default=3, help="go over the folder so often (%(default)s)")
    parser.add_argument("--few", type=int, default=32, help="pictures for yolov3, once (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    args.nightjar, args.peers, args.weights = (path.resolve() for path in (args.nightjar, args.peers, args.weights))
    titles = ["network", "threads", "the CPU allows", *Subject.COLUMNS, "nightjar / allowed"]
    print(f"| {' | '.join(titles)} |\n| --- |{' ---: |' * (len(titles) - 1)}")
    with tempfile.TemporaryDirectory() as folder:
        for spec in args.models.split(","):
            subject = Subject(spec, args, Path(folder))
            for threads in map(int, args.threads.split(",")):
                print(subject.measure(threads), flush=True)


if __name__ == "__main__":
    main()
