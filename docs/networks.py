#!/usr/bin/env python3
"""Writes docs/networks.md: what nightjar does with each of the networks that Darknet's forks publish.

usage: docs/networks.py CFGS NIGHTJAR [--emulated PROGRAM] [--data DIR] [--only REGEX] [--times] [--keep DIR] [--out FILE]

CFGS is a folder of cfgs, NIGHTJAR the program, PROGRAM the one of tests/simt (build/tests/simt/nightjar_emulated),
DIR where trees lie that cfgs name. Weights are made up, the same everywhere; a network of pictures is taken at a small
size, where it has as many layers as at any other. Compared are

  * every layer, with what nightjar computed before it, in ONNX Runtime, through nightjar export;
  * the outputs of the whole network with those of the emulated GPU, of the definitions (NIGHTJAR_ISA=reference), and of
    OpenCV, which reads cfg and weights itself: it is shown the layers in front of the heads, or the last.

What cannot be done is left out, and the last column says why. The packages numpy, onnx, onnxruntime and
opencv-python-headless (4.x; 5 reads no Darknet files) are used where they are installed. --times adds milliseconds at
the cfg's own size, on a machine that does nothing else. All networks take hours, most of them in the emulator: --keep
names a folder where each row is kept, and taken from when it is there.
"""

import argparse
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/engine/export"))

try:
    import numpy
except ImportError:
    sys.exit("docs/networks.py: needs Python's package numpy")
try:
    import onnx
    from onnx_layers import layer_errors
except ImportError as missing:
    onnx, onnx_missing = None, f"Python's package {missing.name} is not installed"
try:
    import cv2
except ImportError:
    cv2 = None

COLUMNS = ("network", "builds", "CPU", "emulated GPU", "ONNX Runtime", "OpenCV", "definition", "ms", "why not")
# In the order in which a .weights file has them.
PARTS = {"connected": ("biases", "weights", "scales", "rolling_mean", "rolling_variance")}
USUAL_PARTS = ("biases", "scales", "rolling_mean", "rolling_variance", "weights")


class Left(Exception):
    """Why something was not done."""


def first_line(text):
    lines = text.strip().splitlines()
    return re.sub(r"^nightjar: error: (\S*/)?", "", lines[0]) if lines else "it ended without a word"


def run(program, *arguments, limit, **environment):
    """What the program prints; Left with its error, or with the time it was given."""
    try:
        done = subprocess.run(
            [str(program), *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=limit,
            env={**os.environ, **environment},
        )
    except subprocess.TimeoutExpired:
        raise Left(f"not within {limit} s")
    if done.returncode != 0:
        raise Left(first_line(done.stderr))
    return done.stdout


def relative_error(values, truth):
    truth = truth.astype(numpy.float64).ravel()
    values = values.ravel()
    if values.shape != truth.shape:
        raise Left(f"{values.size} values, {truth.size} expected")
    return float(numpy.sqrt(((values - truth) ** 2).sum() / max((truth**2).sum(), 1e-30)))


def worst(errors):
    """Of numbers, NaN being the worst."""
    return f"{max(errors, key=lambda error: (error != error, error)):.1e}"


def weights_of(model):
    """The .weights file that an exported model was made from."""
    arrays = {}
    for tensor in model.graph.initializer:
        found = re.fullmatch(r"(\w+)_(\d{3,})_(\w+)", tensor.name)
        if found:
            arrays[int(found[2]), found[3]] = (found[1], onnx.numpy_helper.to_array(tensor))
    body = b""
    for layer in sorted({layer for layer, _ in arrays}):
        section = next(section for (number, _), (section, _) in arrays.items() if number == layer)
        for part in PARTS.get(section, USUAL_PARTS):
            if (layer, part) in arrays:
                body += arrays[layer, part][1].astype("<f4").tobytes()
    return struct.pack("<3iQ", 0, 2, 5, 0) + body


def sections_of(text):
    """(name, key -> value) of each section of a cfg."""
    sections = []
    for line in (re.sub(r"\s", "", line) for line in text.splitlines()):
        if line.startswith("["):
            sections.append((line.strip("[]"), {}))
        elif "=" in line and line[0] not in "#;" and sections:
            key, value = line.split("=", 1)
            sections[-1][1].setdefault(key, value.split("#")[0])
    return sections


def with_side(text, side):
    """The cfg at another size."""
    return re.sub(r"(?m)^(\s*(?:width|height)\s*=).*$", rf"\g<1>{side}", text)


def opencv_outputs(net, text):
    """Number of a layer -> what OpenCV calls its output: those in front of heads, or the last one."""
    names = set(net.getLayerNames())
    kinds = [name for name, _ in sections_of(text)[1:]]
    heads = [number - 1 for number, kind in enumerate(kinds) if kind in ("yolo", "region", "Gaussian_yolo")]
    known = {"convolutional": "conv", "conv": "conv", "connected": "fc", "softmax": "softmax", "avgpool": "avgpool"}
    while not heads and kinds:
        if kinds[-1] not in ("cost", "dropout"):
            heads = [len(kinds) - 1]
        kinds.pop()
    kinds = [name for name, _ in sections_of(text)[1:]]
    outputs = {number: f"{known.get(kinds[number], kinds[number])}_{number}" for number in heads}
    strange = [name for name in outputs.values() if name not in names]
    if strange:
        raise Left(f"it has no layer {strange[0]}")
    return outputs


class Network:
    """One cfg, its files in a folder of its own, and its row of the table."""

    def __init__(self, cfg, args, folder):
        self.cfg, self.args, self.folder = cfg, args, Path(folder)
        self.name = str(cfg.relative_to(args.cfgs).with_suffix(""))
        self.text = cfg.read_text(errors="replace")
        self.net = sections_of(self.text)[0][1]
        self.lists, self.sides = self.find_tree(), []

    def find_tree(self):
        named = re.search(r"^tree\s*=\s*\S*?([^/\s]+)\s*$", self.text, re.MULTILINE)
        tree = self.args.data / named[1] if named and self.args.data else None
        return ["--tree", tree] if tree and tree.exists() else []

    def row(self):
        """Its cells; empty where a step failed, or one that it needs."""
        cells, reasons = dict.fromkeys(COLUMNS, ""), []
        cells["network"] = self.name
        for column, need, step in STEPS:
            if need and not cells[need]:
                continue
            try:
                cells[column] = step(self)
            except Left as why:
                reasons.append(f"{column}: {why}")
        cells["why not"] = "; ".join(reasons).replace("|", "/")
        return cells

    def nightjar(self, *arguments, program=None, **environment):
        return run(program or self.args.nightjar, *arguments, limit=self.args.limit, **environment)

    def given(self):
        return ("--cfg", self.cfg, "--synth", *self.sides, *self.lists)

    def dump(self, name, *arguments, **more):
        """The outputs of layers, by their numbers."""
        out = self.folder / name
        self.nightjar(
            "dump", *self.given(), "--input", self.folder / "x.npy", "--out", out, *arguments, **more
        )
        return {int(file.stem): numpy.load(file) for file in out.glob("*.npy")}

    def build(self):
        """At a small size, if it has one and can be; a network with a tree is built when it runs."""
        smaller = ["--width", self.args.side, "--height", self.args.side]
        if "width" in self.net and max(int(self.net["width"]), int(self.net["height"])) > self.args.side:
            try:
                self.nightjar("layers", self.cfg, *smaller)
                self.sides = smaller
                return "yes"
            except Left:
                pass  # sizes of layers that only fit the cfg's own
        if not self.lists:
            self.nightjar("layers", self.cfg)
        return "yes"

    def input_shape(self):
        if self.sides:
            return [int(self.net["channels"]), self.args.side, self.args.side]
        if "width" not in self.net:
            return [int(self.net["inputs"]), 1, 1]
        return [int(self.net[key]) for key in ("channels", "height", "width")]

    def run_on_cpu(self):
        self.x = numpy.random.default_rng(7).random(self.input_shape(), numpy.float32)
        numpy.save(self.folder / "x.npy", self.x)
        self.outputs, self.layers = self.dump("outputs"), self.dump("layers", "--all")
        if not all(numpy.isfinite(values).all() for values in self.layers.values()):
            raise Left("some values are NaN or infinite")
        return "yes"

    def compare(self, other):
        """The worst error of the layers that both have."""
        common = self.outputs.keys() & other.keys()
        if not common:
            raise Left("no layer is in both")
        return worst(relative_error(other[layer], self.outputs[layer]) for layer in common)

    def compare_with_gpu(self):
        if not self.args.emulated:
            raise Left("--emulated was not given")
        return self.compare(self.dump("gpu", "--device", "cuda", program=self.args.emulated))

    def compare_with_definitions(self):
        return self.compare(self.dump("reference", NIGHTJAR_ISA="reference"))

    def compare_with_onnx_runtime(self):
        if not onnx:
            raise Left(onnx_missing)
        path = self.folder / "net.onnx"
        self.nightjar("export", *self.given(), "-o", path)
        model = onnx.load(str(path))
        (self.folder / "net.weights").write_bytes(weights_of(model))
        layers = {number: values[None] for number, values in self.layers.items()}
        return worst(layer_errors(model, self.x[None], layers).values())

    def compare_with_opencv(self):
        if not cv2 or not hasattr(cv2.dnn, "readNetFromDarknet"):
            raise Left("OpenCV 4 is not installed")
        for key in ("xnor", "binary"):
            if re.search(rf"^\s*{key}\s*=\s*1", self.text, re.MULTILINE):
                raise Left(f"OpenCV does not know {key}, and takes the weights as they are")
        cfg = self.folder / "net.cfg"
        cfg.write_text(with_side(self.text, self.args.side) if self.sides else self.text)
        try:
            net = cv2.dnn.readNetFromDarknet(str(cfg), str(self.folder / "net.weights"))
            net.setInput(self.x[None])
            outputs = opencv_outputs(net, self.text)
            values = net.forward(list(outputs.values()))
        except cv2.error as error:
            raise Left(" ".join(str(error).split())[:120])
        return worst(relative_error(found, self.layers[layer]) for layer, found in zip(outputs, values))

    def measure(self):
        if not self.args.times:
            raise Left("not measured")
        given = ("--cfg", self.cfg, "--synth", *self.lists)
        return self.nightjar("bench", *given, "--format", "ms", "--no-check").strip()


# A column, the one that must be filled before, and what fills it. OpenCV's weights file comes from the export.
STEPS = (
    ("builds", None, Network.build),
    ("CPU", "builds", Network.run_on_cpu),
    ("emulated GPU", "CPU", Network.compare_with_gpu),
    ("ONNX Runtime", "CPU", Network.compare_with_onnx_runtime),
    ("OpenCV", "ONNX Runtime", Network.compare_with_opencv),
    ("definition", "CPU", Network.compare_with_definitions),
    ("ms", "CPU", Network.measure),
)


def progress(done, total, began, name):
    """A line on a terminal that the next one replaces."""
    if not sys.stderr.isatty():
        return
    bar = "#" * (32 * done // total)
    left = f", {(time.monotonic() - began) / done * (total - done) / 60:.0f} min left" if done else ""
    print(f"\r\033[K[{bar:.<32}] {done} of {total}{left}  {name}", end="", file=sys.stderr, flush=True)


def page(rows, args):
    filled = {column: sum(bool(row[column]) for row in rows) for column in COLUMNS}
    sides = f"{args.side}x{args.side}"
    lines = [
        "# Every network",
        "",
        "By `docs/networks.py`, which says what is compared with what. A figure is the worst relative error,",
        "rms(difference) / rms(value): of any layer (ONNX Runtime), or of the network's outputs (the others), which",
        f"made-up weights make larger ([numerics.md](numerics.md)). Inputs are {sides} where the network takes more.",
        "",
        f"{len(rows)} networks: " + ", ".join(f"{filled[column]} {column}" for column, _, _ in STEPS) + ".",
        "",
        "| " + " | ".join(COLUMNS) + " |",
        "| " + " | ".join(["---"] * len(COLUMNS)) + " |",
        *("| " + " | ".join(row.values()) + " |" for row in rows),
    ]
    return "\n".join(lines) + "\n"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cfgs", type=Path)
    parser.add_argument("nightjar", type=Path)
    parser.add_argument("--emulated", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", default="", help="networks whose name this is found in")
    parser.add_argument("--side", type=int, default=128, help="width and height of larger networks")
    parser.add_argument("--limit", type=int, default=300, help="seconds that one run may take")
    parser.add_argument("--times", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for finished rows, which are not made again")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/networks.md")
    return parser.parse_args()


def row_of(cfg, args):
    kept = args.keep and args.keep / (str(cfg.relative_to(args.cfgs)).replace("/", ",") + ".json")
    if kept and kept.exists():
        return json.loads(kept.read_text())
    with tempfile.TemporaryDirectory(prefix="nightjar-networks-") as folder:
        row = Network(cfg, args, folder).row()
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(row))
    return row


def main():
    args = parse_arguments()
    cfgs = [cfg for cfg in sorted(args.cfgs.rglob("*.cfg")) if re.search(args.only, str(cfg.relative_to(args.cfgs)))]
    if not cfgs:
        sys.exit(f"docs/networks.py: {args.cfgs}: no cfg of that name; a folder of Darknet's cfgs is needed")
    rows, began = [], time.monotonic()
    for cfg in cfgs:
        progress(len(rows), len(cfgs), began, cfg.name)
        rows.append(row_of(cfg, args))
    progress(len(cfgs), len(cfgs), began, "done\n")
    args.out.write_text(page(rows, args))


if __name__ == "__main__":
    main()
