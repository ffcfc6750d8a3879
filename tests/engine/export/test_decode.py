"""Boxes and scores of export --decode are those that nightjar detect finds, for every kind of head."""

import json
import os
import struct
import sys
import unittest
from pathlib import Path

from onnx_runtime import ExportTest, numpy, onnx, program, session

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "cli"))
os.environ.setdefault("NIGHTJAR", "unused")
from program import png  # noqa: E402

THRESHOLD = 0.1
WIDTH, HEIGHT = 48, 32  # 6x4 cells
SIDE = 24  # 3x3
ANCHORS = "anchors=10,14, 23,27, 37,58\n"
TREE = "animal -1\nthing -1\ncat 0\ndog 0\nbird 0\nred 3\nblack 3\n"  # 7 classes in groups of 2, 3 and 2


class Decode(ExportTest):
    def check(self, planes, head, *options, activation="linear", anchors=3, width=WIDTH, height=HEIGHT):
        """A head behind one convolution of noise, on a picture of noise: nothing is suppressed."""
        (self.folder / "net.cfg").write_text(
            f"[net]\nwidth={width}\nheight={height}\nchannels=3\n"
            f"[convolutional]\nfilters={anchors * planes}\nsize=1\nstride=8\nactivation={activation}\n{head}"
        )
        random = numpy.random.default_rng(11)
        weights = random.normal(0, 1, anchors * planes * 4).astype("<f4").tobytes()
        (self.folder / "net.weights").write_bytes(struct.pack("<3iQ", 0, 2, 5, 0) + weights)
        pixels = random.integers(0, 256, (height, width, 3))
        (self.folder / "a.png").write_bytes(png(pixels.tolist()))
        net = ("--cfg", self.folder / "net.cfg", "--weights", self.folder / "net.weights", *options)
        found = program("detect", *net, self.folder / "a.png", "--thresh", THRESHOLD, "--nms", "1", "--out", "-")
        program("export", *net, "--decode", "-o", self.folder / "net.onnx")
        onnx.checker.check_model(str(self.folder / "net.onnx"), full_check=True)
        x = (pixels.transpose(2, 0, 1)[None] / 255).astype(numpy.float32)
        boxes, scores = (array[0] for array in session(self.folder / "net.onnx").run(["boxes", "scores"], {"input": x}))
        self.assertEqual((len(boxes), len(scores)), (width // 8 * (height // 8) * anchors,) * 2)
        rows = [(c, scores[r, c], *boxes[r]) for r, c in numpy.argwhere(scores > THRESHOLD)]
        self.assert_same_boxes(rows, json.loads(found)[0]["objects"])

    def assert_same_boxes(self, rows, objects):
        self.assertGreater(len(objects), 10)
        sides = ("center_x", "center_y", "width", "height")
        theirs = [
            (o["class_id"], o["confidence"], *(o["relative_coordinates"][side] for side in sides)) for o in objects
        ]
        self.assertEqual(len(rows), len(theirs))
        for row, other in zip(sorted(rows), sorted(theirs)):
            self.assertEqual(row[0], other[0])
            numpy.testing.assert_allclose(row[1:], other[1:], rtol=1e-4, atol=2e-6)

    def test_yolo(self):
        self.check(8, f"[yolo]\nclasses=3\nnum=3\nmask=2,0,1\n{ANCHORS}")

    def test_scaled_yolo(self):
        self.check(8, f"[yolo]\nclasses=3\nnum=3\nscale_x_y=1.2\n{ANCHORS}")

    def test_new_coordinates(self):
        head = f"[yolo]\nclasses=3\nnum=3\nscale_x_y=2\nnew_coords=1\n{ANCHORS}"
        self.check(8, head, activation="logistic")

    def test_gaussian(self):
        for point in ("center", "left_top", "right_bottom"):
            with self.subTest(point):
                self.check(12, f"[Gaussian_yolo]\nclasses=3\nnum=3\nyolo_point={point}\n{ANCHORS}")

    region = "[region]\nclasses={}\nnum=3\nanchors=1.1,1.4, 2.3,2.7, 3.7,0.8\n"

    def test_region(self):
        for more in ("", "classfix=-1\n"):
            with self.subTest(more):
                self.check(8, self.region.format(3) + "softmax=1\n" + more)

    def test_class_tree(self):
        """The classes that a map picks of a tree, by their own and their ancestors' probabilities."""
        (self.folder / "net.tree").write_text(TREE)
        (self.folder / "net.map").write_text("1\n5\n4\n")
        lists = ("--tree", self.folder / "net.tree", "--map", self.folder / "net.map")
        self.check(12, self.region.format(7) + "softmax=1\ntree=net.tree\nmap=net.map\n", *lists)

    def test_the_first_yolo(self):
        for more in ("", "sqrt=1\n", "softmax=1\n"):
            with self.subTest(more):
                head = f"[detection]\nside=3\nnum=2\nclasses=4\ncoords=4\n{more}"
                self.check(7, head, activation="logistic", anchors=2, width=SIDE, height=SIDE)


if __name__ == "__main__":
    unittest.main()
