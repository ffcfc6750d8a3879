"""docs/scene/draw_scenes.py: the same seed, the same files; labels are where things can be seen; nightjar train learns
from them."""

import os
import random
import subprocess
import sys
import unittest

from program import ROOT, USAGE, ProgramTest

# The system's package is for the system's Python, which need not be the one that runs the tests.
SYSTEM = "/usr/bin/python3"
try:
    from PIL import Image, ImageChops
except ModuleNotFoundError:
    if sys.executable != SYSTEM and os.access(SYSTEM, os.X_OK):
        os.execv(SYSTEM, [SYSTEM, "-B", *sys.argv])
    print("SKIPPED: needs Pillow", flush=True)
    sys.exit()

SCENE = ROOT / "docs/scene"
sys.path.insert(0, str(SCENE))
from labelled_canvas import LabelledCanvas  # noqa: E402
from random_scene import LEAST_SEEN, LEAST_SIDE, NAMES, box_of, scene  # noqa: E402
from things import KINDS  # noqa: E402

CLOSE = 1.01  # pixels: an edge lies inside one, and reducing the picture spreads it over the next


class Opaque(LabelledCanvas):
    """Without shadows, glows and strings, which change pixels that no label covers."""

    def fill(self, mask, left, upper, colours, solid):
        if solid:
            super().fill(mask, left, upper, colours, solid)


class Labels(unittest.TestCase):
    def canvas(self):
        canvas = Opaque(320, 256, 320 / 1000)
        canvas.rect(0, 0, 1000, 800, (2, 254, 3))
        return canvas

    def assert_close(self, extent, box):
        for share, edge, side in zip(extent, box, (320, 256, 320, 256)):
            self.assertAlmostEqual(share * side, edge, delta=CLOSE)

    def test_are_where_pixels_changed(self):
        for name, kind in KINDS.items():
            for mirror in (None, 500):
                with self.subTest(name, mirror=mirror):
                    canvas, empty = self.canvas(), self.canvas().finished()
                    canvas.add(kind.draw(random.Random(name), 500, 700, kind.size[0]), mirror)
                    extent = canvas.extent(1, LEAST_SEEN, LEAST_SIDE)
                    changed = ImageChops.difference(canvas.finished(), empty).convert("L")
                    self.assert_close(extent, changed.point(lambda value: 255 * (value > 20)).getbbox())
                    # What is placed by its box beforehand is there.
                    box = box_of(kind, 500, 700, kind.size[0])
                    for share, edge, side in zip(extent, box, (1000, 800, 1000, 800)):
                        self.assertAlmostEqual(share * side, edge, delta=0.15 * kind.size[0])

    def test_are_of_what_can_be_seen(self):
        canvas = self.canvas()
        canvas.add(lambda front: front.rect(100, 100, 500, 300, (250, 20, 20)))
        self.assert_close(canvas.extent(1, LEAST_SEEN, LEAST_SIDE), (32, 32, 160, 96))
        canvas.add(lambda front: front.rect(0, 0, 300, 400, (20, 20, 250)))
        self.assert_close(canvas.extent(1, LEAST_SEEN, LEAST_SIDE), (96, 32, 160, 96))
        canvas.add(lambda front: front.rect(350, 0, 600, 400, (20, 20, 20)))
        self.assertIsNone(canvas.extent(1, LEAST_SEEN, LEAST_SIDE))  # an eighth of it
        canvas.add(lambda front: front.rect(700, 100, 710, 300, (250, 20, 20)))
        self.assertIsNone(canvas.extent(4, LEAST_SEEN, LEAST_SIDE))  # too narrow

    def test_of_a_scene(self):
        """From one to eight."""
        scenes = [scene(random.Random(number), 160, 128)[1] for number in range(12)]
        self.assertGreater(min(map(len, scenes)), 0)
        self.assertGreater(sum(map(len, scenes)), 30)
        self.assertLessEqual(max(map(len, scenes)), 8)


class Drawing(ProgramTest):
    def draw(self, out, *more):
        command = [sys.executable, "-B", SCENE / "draw_scenes.py", self.folder / out, *map(str, more)]
        return subprocess.run(command, capture_output=True, text=True, timeout=100)

    def draw_well(self, out, *more):
        done = self.draw(out, "--size", "160x128", *more)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        return {path.relative_to(self.folder / out): path.read_bytes() for path in (self.folder / out).rglob("*.*")}

    def test_the_same_seed_draws_the_same(self):
        first = self.draw_well("first", "--count", 6, "--seed", 7)
        self.assertEqual(len(first), 6 * 2 + 4)
        again = self.draw_well("again", "--count", 6, "--seed", 7)
        self.assertEqual(again.keys(), first.keys())
        self.assertEqual([name for name in first if again[name] != first[name]], [])
        fewer = self.draw_well("fewer", "--count", 2, "--seed", 7)
        other = self.draw_well("other", "--count", 2, "--seed", 8)
        for name in (name for name in fewer if name.parent.name == "pictures"):
            self.assertTrue(fewer[name] == first[name] != other[name], name)

    def test_training_reads_them(self):
        files = self.draw_well("scenes", "--count", 16)
        classes = set()
        for labels in (content.decode() for name, content in files.items() if name.match("pictures/*.txt")):
            for line in labels.splitlines():
                class_id, x, y, w, h = map(float, line.split())
                classes.add(NAMES[int(class_id)])
                self.assertGreaterEqual(min(x - w / 2, y - h / 2), -1e-6, line)
                self.assertLessEqual(max(x + w / 2, y + h / 2), 1 + 1e-6, line)
        self.assertEqual(classes, set(NAMES))
        with Image.open(self.folder / "scenes/pictures/00000.jpg") as picture:
            self.assertEqual(picture.size, (160, 128))
        cfg = (ROOT / "cfg/scenes.cfg").read_text(encoding="utf-8")
        self.put("scenes.cfg", cfg.replace("batch=16", "batch=2"))
        training = ("train", "scenes/scenes.data", "scenes.cfg", "--out", "trained", "--updates", 2, "--threads", 1)
        self.assertIn("13 pictures to learn from, 3 to measure on", self.run_well(*training, "--dry-run"))
        self.assertIn("update 2: mAP@.50", self.run_well(*training))
        self.assertTrue((self.folder / "trained/scenes_final.weights").exists())

    def test_refusals(self):
        for wrong in (("--count", 1), ("--count", "many"), ("--size", "320"), ("--size", "0x256"), ("--seed", "x")):
            with self.subTest(wrong):
                done = self.draw("nothing", *wrong)
                self.assertEqual(done.returncode, USAGE)
                self.assertIn(f"argument {wrong[0]}", done.stderr)
        self.assertFalse((self.folder / "nothing").exists())


if __name__ == "__main__":
    unittest.main()
