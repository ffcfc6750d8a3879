"""The photographs that come with Darknet, through either interface: the boxes that the two Darknets find.

  test_scripts_with_weights.py LIBDARKNET LIBDARKNET_PJREDDIE
"""

import json
import sys
import unittest
from pathlib import Path

from scripts import forks

ROOT = Path(__file__).resolve().parents[2]
DARKNET = ROOT.parent / "shared/darknet"
NETWORK = "yolov3-tiny"  # whose boxes both Darknets suppress as their scripts do
THRESHOLD = 0.1


def iou(a, b):
    """Of boxes (x, y, w, h), centre and size."""
    sides = [min(a[i] + a[i + 2] / 2, b[i] + b[i + 2] / 2) - max(a[i] - a[i + 2] / 2, b[i] - b[i + 2] / 2) for i in (0, 1)]
    both = max(0, sides[0]) * max(0, sides[1])
    return both / (a[2] * a[3] + b[2] * b[3] - both)


class Photographs(unittest.TestCase):
    def check(self, fork, name):
        recorded = json.loads((DARKNET / f"golden/{name}/{NETWORK}.photos.json").read_text())
        names = (DARKNET / "names/coco.names").read_text().split("\n")[:80]
        net = fork.load(str(DARKNET / f"cfg/{name}/{NETWORK}.cfg"), str(DARKNET / f"weights/{NETWORK}.weights"))
        self.assertTrue(net)
        self.addCleanup(fork.free, net)
        self.assertEqual(len(recorded), 7)
        for photo in recorded:
            path = DARKNET / "photos" / Path(photo["filename"]).name
            image = fork.lib.load_image_color(str(path).encode(), 0, 0)
            size = (image.w, image.h, image.w, image.h)
            fork.lib.free_image(image)
            found = fork.detect(net, names, str(path), THRESHOLD)
            with self.subTest(fork=name, photo=path.name):
                self.compare(found, photo["objects"], size)

    def compare(self, found, expected, size):
        """Each has its other one; what is at the threshold itself may be missing."""
        keys = ("center_x", "center_y", "width", "height")
        recorded = [
            (o["name"], o["confidence"], [o["relative_coordinates"][k] * s for k, s in zip(keys, size)]) for o in expected
        ]
        for ours, theirs in ((found, recorded), (recorded, found)):
            for name, confidence, box in ours:
                if confidence < THRESHOLD + 1e-3:
                    continue
                alike = [t for t in theirs if t[0] == name and abs(t[1] - confidence) < 1e-3 and iou(t[2], box) > 0.99]
                self.assertTrue(alike, (name, confidence, box))

    def test_photographs(self):
        for fork, name in zip(forks(), ("alexeyab", "pjreddie")):
            self.check(fork, name)


if __name__ == "__main__":
    if not (DARKNET / "golden").is_dir():
        print("SKIPPED: needs the published weights and photographs in ../shared/darknet")
        sys.exit()
    unittest.main(argv=sys.argv[:1])
