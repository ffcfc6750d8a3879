#!/usr/bin/env python3
"""Writes docs/networks.md: what nightjar does with each of the networks that Darknet's forks publish.

usage: docs/networks.py CFGS NIGHTJAR [--emulated PROGRAM] [--data DIR] [--only REGEX] [--times] [--keep DIR] [--out FILE]

CFGS is a folder of cfgs, NIGHTJAR the program, PROGRAM the one of tests/simt (build/tests/simt/nightjar_emulated),
DIR where trees lie that cfgs name. Weights are made up, the same everywhere; a network of pictures is taken at the
smallest size from --side on, doubled, at which it can be built: it has as many layers as at any other. Compared are

  * every layer, with what nightjar computed before it, in ONNX Runtime, through nightjar export;
  * the outputs of the whole network with those of the emulated GPU, of the definitions (NIGHTJAR_ISA=reference), and of
    OpenCV, which reads cfg and weights itself: of the layers in front of the heads, or the last before softmax.

What cannot be done is left out, and the last column says why. The packages numpy, onnx, onnxruntime and
opencv-python-headless (4.x; 5 reads no Darknet files) are used where they are installed. --times adds milliseconds at
the cfg's own size, on a machine that does nothing else. All networks take an hour, half of it in the emulator: --keep
names a folder where what is known of each network is kept, so that the page can be made in several goes.
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
from datetime import date
from functools import cached_property
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

OPENCV_IGNORES = ("xnor", "binary")  # keys, whose layers it computes with the weights as they are
HEADS = ("yolo", "region", "Gaussian_yolo")
# What follows a classifier's last layer that both have. OpenCV's softmax leaves temperature and tree out, and goes over
# the channels of each pixel alone.
ENDS = ("cost", "dropout", "softmax")
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
    body = [struct.pack("<3iQ", 0, 2, 5, 0)]
    for layer in sorted({layer for layer, _ in arrays}):
        section = next(section for (number, _), (section, _) in arrays.items() if number == layer)
        for part in PARTS.get(section, USUAL_PARTS):
            if (layer, part) in arrays:
                body.append(arrays[layer, part][1].astype("<f4").tobytes())
    return b"".join(body)


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


def with_sides(text, sides):
    """The cfg at another size, given as ("--width", W, "--height", H)."""
    for option, side in zip(sides[::2], sides[1::2]):
        text = re.sub(rf"(?m)^(\s*{option[2:]}\s*=).*$", rf"\g<1>{side}", text, count=1)
    return text


def compared_with_opencv(sections):
    """Numbers of layers: those in front of heads, or the last in front of ENDS."""
    layers = list(enumerate(sections[1:]))
    in_front = [number - 1 for number, (kind, _) in layers if kind in HEADS]
    if in_front:
        return in_front
    while layers and layers[-1][1][0] in ENDS:
        layers.pop()
    return [number for number, _ in layers[-1:]]


def opencv_name(net, sections, number):
    """What OpenCV calls a layer's output. Of one layer it makes several; its activation has the next one's number."""
    names = net.getLayerNames()
    activated = f"{sections[number + 1][1].get('activation')}_{number + 1}"
    if activated in names:
        return activated
    own = [name for name in names if name.endswith(f"_{number}")]
    if not own:
        raise Left(f"it has no layer {number}")
    return own[-1]


def opencv_error(error):
    """The condition that did not hold, or the message."""
    text = " ".join(str(error).split())
    found = re.search(r"error: \([^)]*\) ?(.*)", text)
    return (found[1] if found else text)[:120]


class Network:
    """One cfg, its files in a folder of its own, and what can be found out of it."""

    def __init__(self, cfg, args, folder):
        self.cfg, self.args, self.folder = cfg, args, Path(folder)
        self.name = str(cfg.relative_to(args.cfgs).with_suffix(""))
        self.text = cfg.read_text(errors="replace")
        self.net = sections_of(self.text)[0][1]
        self.lists, self.sides = self.find_tree(), ()

    def find_tree(self):
        named = re.search(r"^tree\s*=\s*\S*?([^/\s]+)\s*$", self.text, re.MULTILINE)
        tree = self.args.data / named[1] if named and self.args.data else None
        return ["--tree", tree] if tree and tree.exists() else []

    def known(self, known):
        """What is known of it by columns, {"value": ...} or {"why": ...}, and what can be found out."""
        if "width" in self.net and "value" in known.get("size", {}):
            self.take_sides(*known["size"]["value"].split("x"))
        for column, need, step in STEPS:
            if column in known or not self.is_asked_for(column):
                continue
            if need and "value" not in known[need]:
                known[column] = {"why": f"as {need}"}
                continue
            try:
                known[column] = {"value": step(self)}
            except Left as why:
                known[column] = {"why": str(why)}
        return known

    def is_asked_for(self, column):
        return {"emulated GPU": self.args.emulated, "ms": self.args.times}.get(column, True)

    def nightjar(self, *arguments, program=None, **environment):
        return run(program or self.args.nightjar, *arguments, limit=self.args.limit, **environment)

    def given(self):
        return ("--cfg", self.cfg, "--synth", *self.sides, *self.lists)

    def dump(self, name, *arguments, **more):
        """The outputs of layers, by their numbers."""
        out, given = self.folder / name, self.folder / "x.npy"
        numpy.save(given, self.x)
        self.nightjar("dump", *self.given(), "--input", given, "--out", out, *arguments, **more)
        return {int(file.stem): numpy.load(file) for file in out.glob("*.npy")}

    def small_sides(self):
        """--width and --height of each size to try, the smallest first; none is better than those that fit alone."""
        side, own = self.args.side, max(int(self.net.get(key, 0)) for key in ("width", "height"))
        while side < own:
            yield side
            side *= 2

    def take_sides(self, width, height):
        self.sides = ("--width", int(width), "--height", int(height))

    def build(self):
        """A network with a tree is built when it runs."""
        for side in self.small_sides():
            try:
                self.nightjar("layers", self.cfg, "--width", side, "--height", side)
            except Left:
                continue  # sizes of layers that only fit larger ones
            self.take_sides(side, side)
            return f"{side}x{side}"
        if not self.lists:
            self.nightjar("layers", self.cfg)
        return "x".join(self.net.get(key, "1") for key in ("width", "height"))

    @cached_property
    def x(self):
        """Its input."""
        if self.sides:
            shape = [int(self.net["channels"]), self.sides[3], self.sides[1]]
        elif "width" in self.net:
            shape = [int(self.net[key]) for key in ("channels", "height", "width")]
        else:
            shape = [int(self.net["inputs"]), 1, 1]
        return numpy.random.default_rng(7).random(shape, numpy.float32)

    @cached_property
    def outputs(self):
        """What the plan keeps of its layers' outputs."""
        return self.dump("outputs")

    @cached_property
    def layers(self):
        """The output of every layer."""
        return self.dump("layers", "--all")

    @cached_property
    def exported(self):
        path = self.folder / "net.onnx"
        self.nightjar("export", *self.given(), "-o", path)
        return onnx.load(str(path))

    def run_on_cpu(self):
        values = [*self.outputs.values(), *self.layers.values()]
        if not all(numpy.isfinite(each).all() for each in values):
            raise Left("some values are NaN or infinite")
        return "yes"

    def compare(self, other):
        """The worst error of the layers that both have."""
        common = self.outputs.keys() & other.keys()
        if not common:
            raise Left("no layer is in both")
        return worst(relative_error(other[layer], self.outputs[layer]) for layer in common)

    def compare_with_gpu(self):
        return self.compare(self.dump("gpu", "--device", "cuda", program=self.args.emulated))

    def compare_with_definitions(self):
        return self.compare(self.dump("reference", NIGHTJAR_ISA="reference"))

    def compare_with_onnx_runtime(self):
        if not onnx:
            raise Left(onnx_missing)
        layers = {number: values[None] for number, values in self.layers.items()}
        return worst(layer_errors(self.exported, self.x[None], layers).values())

    def compare_with_opencv(self):
        if not cv2 or not hasattr(cv2.dnn, "readNetFromDarknet"):
            raise Left("OpenCV 4 is not installed")
        for key in OPENCV_IGNORES:
            if re.search(rf"^\s*{key}\s*=\s*1", self.text, re.MULTILINE):
                raise Left(f"it does not know {key}")
        cfg, weights = self.folder / "net.cfg", self.folder / "net.weights"
        cfg.write_text(with_sides(self.text, self.sides))
        weights.write_bytes(weights_of(self.exported))
        sections = sections_of(self.text)
        layers = compared_with_opencv(sections)
        try:
            net = cv2.dnn.readNetFromDarknet(str(cfg), str(weights))
            net.setInput(self.x[None])
            values = net.forward([opencv_name(net, sections, layer) for layer in layers])
        except cv2.error as error:
            raise Left(opencv_error(error))
        return worst(relative_error(found, self.layers[layer]) for layer, found in zip(layers, values))

    def measure(self):
        given = ("--cfg", self.cfg, "--synth", *self.lists)
        return self.nightjar("bench", *given, "--format", "ms", "--no-check").strip()


# A column, the one that must be filled before, and what fills it. OpenCV's weights file comes from the export.
STEPS = (
    ("size", None, Network.build),
    ("CPU", "size", Network.run_on_cpu),
    ("emulated GPU", "CPU", Network.compare_with_gpu),
    ("ONNX Runtime", "CPU", Network.compare_with_onnx_runtime),
    ("OpenCV", "ONNX Runtime", Network.compare_with_opencv),
    ("definition", "CPU", Network.compare_with_definitions),
    ("ms", "CPU", Network.measure),
)
COLUMNS = tuple(column for column, _, _ in STEPS)


def progress(done, total, began, name):
    """A line on a terminal that the next one replaces."""
    if not sys.stderr.isatty():
        return
    bar = "#" * (32 * done // total)
    left = f", {(time.monotonic() - began) / done * (total - done) / 60:.0f} min left" if done else ""
    print(f"\r\033[K[{bar:.<32}] {done} of {total}{left}  {name}", end="", file=sys.stderr, flush=True)


def cells(name, known):
    """A row of the table: what is known, and why the rest is not."""
    found = {column: known.get(column, {"why": "not measured"}) for column in COLUMNS}
    empty = {}  # reason -> columns
    for column, of in found.items():
        if "why" in of:
            empty.setdefault(of["why"], []).append(column)
    why = "; ".join(f"{', '.join(columns)}: {reason}" for reason, columns in empty.items())
    return [name, *(of.get("value", "") for of in found.values()), why.replace("|", "/")]


def totals(known):
    filled = {column: sum("value" in of.get(column, {}) for of in known.values()) for column in COLUMNS}
    return (
        f"{len(known)} networks: {filled['size']} build, {filled['CPU']} run on the CPU, "
        f"{filled['emulated GPU']} on the emulated GPU;\n{filled['ONNX Runtime']} were compared with ONNX Runtime, "
        f"{filled['OpenCV']} with OpenCV, {filled['definition']} with the definitions; {filled['ms']} were timed."
    )


def machine(args):
    """What the figures were taken on, and the kernels that run there."""
    names = re.findall(r"(?m)^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text()) or ["an unknown CPU"]
    sets = re.search(r"instruction sets.*: (\w+)", run(args.nightjar, "version", limit=args.limit))
    return f"{names[0]}, {len(names)} cores, {sets[1]} kernels, {date.today()}"


def page(known, args):
    lines = [
        "# Every network",
        "",
        "What nightjar does with each network that Darknet's forks publish. Made by `docs/networks.py`, which says what is",
        f"compared with what, on: {machine(args)}.",
        "",
        totals(known),
        "",
        "* **size**: what it was built and compared at. Weights are made up, the same everywhere.",
        "* **CPU**: it runs, and no layer has a value that is no number. **emulated GPU**: the CUDA kernels in fp32 on the",
        "  emulator of [tests/simt](../tests/simt/simt.h).",
        "* Errors are rms(difference) / rms(value), the worst of all layers, each from what nightjar computed before it",
        "  (ONNX Runtime), or of the network's outputs (the others), which made-up weights make larger",
        "  ([numerics.md](numerics.md)). **definition**: the CPU's kernels against `kernels/reference/`.",
        "* **ms**: the best pass of one picture at the cfg's own size, all cores.",
        "* OpenCV reads cfg and weights itself. Its layers in front of the heads are compared, or the last in front of",
        "  `[softmax]`, of which it leaves out temperature and tree.",
        "",
        "| " + " | ".join(("network", *COLUMNS, "why not")) + " |",
        "| " + " | ".join(["---"] * (len(COLUMNS) + 2)) + " |",
        *("| " + " | ".join(cells(name, of)) + " |" for name, of in known.items()),
    ]
    return "\n".join(lines) + "\n"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cfgs", type=Path)
    parser.add_argument("nightjar", type=Path)
    parser.add_argument("--emulated", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", default="", help="networks whose name this is found in")
    parser.add_argument("--side", type=int, default=64, help="width and height of larger networks")
    parser.add_argument("--limit", type=int, default=300, help="seconds that one run may take")
    parser.add_argument("--times", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for what is known, which is not found out again")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/networks.md")
    return parser.parse_args()


def find_out(cfg, args):
    """What is known of one network, kept and new."""
    kept = args.keep and args.keep / (str(cfg.relative_to(args.cfgs)).replace("/", ",") + ".json")
    before = json.loads(kept.read_text()) if kept and kept.exists() else {}
    with tempfile.TemporaryDirectory(prefix="nightjar-networks-") as folder:
        known = Network(cfg, args, folder).known(before)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(known))
    return known


def main():
    args = parse_arguments()
    cfgs = [cfg for cfg in sorted(args.cfgs.rglob("*.cfg")) if re.search(args.only, str(cfg.relative_to(args.cfgs)))]
    if not cfgs:
        sys.exit(f"docs/networks.py: {args.cfgs}: no cfg of that name; a folder of Darknet's cfgs is needed")
    known, began = {}, time.monotonic()
    for cfg in cfgs:
        progress(len(known), len(cfgs), began, cfg.name)
        known[str(cfg.relative_to(args.cfgs).with_suffix(""))] = find_out(cfg, args)
    progress(len(cfgs), len(cfgs), began, "done\n")
    args.out.write_text(page(known, args))


if __name__ == "__main__":
    main()
