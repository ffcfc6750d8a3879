"""usage: test_networks.py [--shipped] [--official]

Networks with made-up weights in ONNX Runtime, and in nightjar: small ones by default, every one that we ship, every
official one that builds and can be exported.

Each layer is held to LIMIT with what nightjar computed before it as its input: made-up weights amplify the rounding
of hundred layers, and a whole network would be compared with its own noise. Small networks, and those with trained
weights where there are any, are held to it as a whole, too.
"""

import re
import shutil
import sys
import unittest

from onnx_runtime import OFFICIAL, ROOT, ExportTest, Refused, layer_errors, layer_number, made_up_input, numpy, onnx
from onnx_runtime import program, refuses, session

LIMIT = 1e-4
SMALL = ("yolov3-tiny", "yolov4-tiny", "yolov2-tiny-voc", "yolo-fastest-1.1")
SIDE = 128  # pixels, where a network takes more: it has as many layers at any size


def size_of(cfg):
    """--width and --height for a network of pictures: a small size, the cfg's own where that is smaller or it must be."""
    text = re.sub(r"\s", "", cfg.read_text(errors="replace").split("[", 2)[1].replace("\n", ";"))
    sides = [int(side) for side in re.findall(r";(?:width|height)=(\d+)", text)]
    if len(sides) != 2 or max(sides) <= SIDE:
        return []
    smaller = ["--width", SIDE, "--height", SIDE]
    return [] if refuses("layers", cfg, *smaller) else smaller


def lists_of(cfg):
    """--tree for a cfg that names one."""
    named = re.search(r"^tree\s*=\s*\S*?([^/\s]+)$", cfg.read_text(errors="replace"), re.MULTILINE)
    tree = OFFICIAL / "data" / named[1] if named else None
    return ["--tree", tree] if tree and tree.exists() else []


class Networks(ExportTest):
    def export(self, cfg, *options):
        """The model's file, its input, and nightjar's output of each layer by its number."""
        shutil.rmtree(self.folder / "one", ignore_errors=True)  # some hundred megabytes
        (self.folder / "one").mkdir()
        path, given, layers = (self.folder / "one" / name for name in ("net.onnx", "x.npy", "layers"))
        program("export", "--cfg", cfg, *options, "-o", path)
        onnx.checker.check_model(str(path), full_check=True)
        x = made_up_input(onnx.load(str(path)))
        numpy.save(given, x)
        program("dump", "--cfg", cfg, *options, "--all", "--input", given, "--out", layers)
        return path, x, {int(file.stem): numpy.load(file)[None] for file in layers.glob("*.npy")}

    def compare_layers(self, path, x, layers):
        errors = layer_errors(onnx.load(str(path)), x, layers)
        self.assertGreater(len(errors), 3)
        for name, error in errors.items():
            with self.subTest(layer=name):
                self.assertLessEqual(error, LIMIT)  # nor is it NaN
        return max(errors.values())

    def compare_outputs(self, path, x, layers):
        runtime = session(path)
        for info, values in zip(runtime.get_outputs(), runtime.run(None, {"input": x})):
            with self.subTest(output=info.name):
                self.assert_close(values, layers[layer_number(info.name)], LIMIT)

    def compare_all(self, cfgs):
        compared = 0
        for number, cfg in enumerate(cfgs):
            options = [*size_of(cfg), *lists_of(cfg)]
            if not lists_of(cfg) and refuses("layers", cfg, *size_of(cfg)):
                continue  # tests/engine/graph_official.cpp knows which, and why
            with self.subTest(cfg=f"{cfg.parent.name}/{cfg.name}"):
                try:
                    found = self.export(cfg, *options, "--synth")
                except Refused as refused:
                    self.assertIn("recurrent", str(refused))
                    continue
                worst = self.compare_layers(*found)
                compared += 1
                print(f"{number + 1} of {len(cfgs)}: {cfg.parent.name}/{cfg.name}: worst layer {worst:.1e}", flush=True)
        return compared

    def test_small(self):
        for name in SMALL:
            with self.subTest(name):
                cfg = ROOT / f"cfg/{name}.cfg"
                found = self.export(cfg, *size_of(cfg), "--synth")
                self.compare_layers(*found)
                self.compare_outputs(*found)

    def test_trained(self):
        for name in ("yolov3-tiny", "yolo-fastest-1.1", "yolo-fastest-1.1-xl"):
            weights = OFFICIAL / f"weights/{name}.weights"
            if not weights.exists():
                self.skipTest(f"needs {name}.weights")
            with self.subTest(name):
                self.compare_outputs(*self.export(ROOT / f"cfg/{name}.cfg", "--weights", weights))

    def test_batches(self):
        cfg = ROOT / "cfg/yolov3-tiny.cfg"
        path, x, layers = self.export(cfg, "--width", 64, "--height", 64, "--synth")
        program("export", cfg, "--width", 64, "--height", 64, "--synth", "--batch", "dynamic", "-o", path)
        runtime = session(path)
        for images in (1, 3):
            batch = numpy.concatenate([x * 0.5] * (images - 1) + [x])
            for info, values in zip(runtime.get_outputs(), runtime.run(None, {"input": batch})):
                self.assert_close(values[-1:], layers[layer_number(info.name)], LIMIT)


class Shipped(Networks):
    def test_shipped(self):
        self.assertGreater(self.compare_all(sorted((ROOT / "cfg").glob("*.cfg"))), 25)


class Official(Networks):
    def test_official(self):
        cfgs = sorted((OFFICIAL / "cfg").rglob("*.cfg"))
        if not cfgs:
            print("SKIPPED: needs the official Darknet cfgs", flush=True)
            self.skipTest("needs the official Darknet cfgs")
        self.assertGreater(self.compare_all(cfgs), 80)


if __name__ == "__main__":
    chosen = {"--shipped": "Shipped.test_shipped", "--official": "Official.test_official"}
    names = [chosen[argument] for argument in sys.argv[1:]]
    small = [f"Networks.test_{name}" for name in ("small", "trained", "batches")]
    unittest.main(argv=[sys.argv[0], *(names or small)])
