"""What the tests of the Python package share: the tiny network that sees red (tests/cli/program.py), its pictures as
arrays, and where real weights and other people's packages are."""

import importlib.util
import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "cli"))
from program import CFG, ROOT, SHARED, picture, png, weights  # noqa: E402, F401

BUILD = Path(os.environ["NIGHTJAR_BUILD"])

import numpy as np  # noqa: E402


def array(*cells):
    """picture(*cells) as (32, 32, 3) uint8, RGB."""
    pixels = np.zeros((32, 32, 3), np.uint8)
    for x, y in cells:
        pixels[8 * y : 8 * y + 8, 8 * x : 8 * x + 8, 0] = 255
    return pixels


def box(column, row):
    """The corners of the box that a red cell holds."""
    return [8 * column - 4, 8 * row - 4, 8 * column + 12, 8 * row + 12]


class PackageTest(unittest.TestCase):
    """A test in a temporary folder with the network's files."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="nightjar-python-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.cfg, self.weights = self.put("net.cfg", CFG), self.put("net.weights", weights())
        self.names = self.put("net.names", "red\nother\n")

    def put(self, name, content):
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def load(self, **options):
        from nightjar_darknet import Model

        return Model(self.cfg, self.weights, names=self.names, **options)

    def assert_boxes(self, found, *cells):
        """Exactly the boxes of these cells, in any order, all of them red."""
        self.assertEqual(sorted(map(list, found.xyxy.tolist())), sorted(map(box, *zip(*cells)) if cells else []))
        self.assertEqual(found.class_id.tolist(), [0] * len(cells))
        np.testing.assert_allclose(found.confidence, 0.982, atol=1e-3)


def real(name):
    """Published weights and their cfg; None where they are not on this machine."""
    cfgs = {"yolov3-tiny": "alexeyab/yolov3-tiny.cfg", "yolo-fastest-1.1": "yolo-fastest/yolo-fastest-1.1.cfg"}
    cfg, found = SHARED / "darknet/cfg" / cfgs[name], SHARED / f"darknet/weights/{name}.weights"
    return (cfg, found) if cfg.exists() and found.exists() else None


def needs(*modules):
    """Of a test: skipped, by name, where one of these modules is not installed."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    return unittest.skipIf(missing, f"needs {', '.join(missing)}")


def opencv(version):
    """The folder in which .ci/run puts this version of OpenCV; skips the test where it is not there."""
    folder = BUILD / f"opencv-{version}"
    if not folder.is_dir():
        raise unittest.SkipTest(f"needs OpenCV {version} in {folder}")
    return folder


def main():
    """unittest.main(), which says SKIPPED, as ctest wants it, where nothing was left to test."""
    result = unittest.main(exit=False).result
    lacking = {why for _, why in result.skipped}
    if len(result.skipped) == result.testsRun:
        print("SKIPPED:", *lacking)
    sys.exit(not result.wasSuccessful())
