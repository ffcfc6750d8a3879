"""Scripts for OpenCV 4 find the same boxes by OpenCV 5 with ours."""

import json
import os
import unittest
from pathlib import Path

from opencv import run
from package import SHARED, main, real

SECONDS = os.environ.get("NIGHTJAR_SCRIPT_SECONDS", "0")
SCRIPT = Path(__file__).with_name("cv2_scripts.py")


def overlap(a, b):
    """IoU of two (left, top, width, height)."""
    sides = [max(0, min(a[i] + a[i + 2], b[i] + b[i + 2]) - max(a[i], b[i])) for i in (0, 1)]
    shared = sides[0] * sides[1]
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


class Scripts(unittest.TestCase):
    def check_picture(self, theirs, ours):
        """Each box has one of the same class, an IoU of .99, a confidence within .001."""
        self.assertEqual(len(ours), len(theirs))
        for kind, score, *box in theirs:
            self.assertTrue(
                any(
                    kind == other_kind and abs(score - other_score) <= 1e-3 and overlap(box, other) >= 0.99
                    for other_kind, other_score, *other in ours
                ),
                (kind, score, box, ours),
            )

    def check_network(self, name):
        files = real(name) or self.skipTest(f"needs {name}'s weights")
        pictures = sorted((SHARED / "darknet/photos").glob("*.jpg")) or self.skipTest("needs the photographs")
        theirs, ours = (json.loads(run(version, SCRIPT, SECONDS, *files, *pictures)) for version in (4, 5))
        versions, total = (theirs.pop("opencv"), ours.pop("opencv")), 0
        for script in theirs:
            for picture, one, other in zip(pictures, theirs[script]["boxes"], ours[script]["boxes"]):
                total += len(one)
                with self.subTest(script=script, picture=picture.name):
                    self.check_picture(one, other)
            if float(SECONDS):
                both = theirs[script]["milliseconds"], ours[script]["milliseconds"]
                print(f"{name} {script}: OpenCV {versions[0]} {both[0]:.2f} ms, OpenCV {versions[1]} with ours {both[1]:.2f} ms, {both[0] / both[1]:.2f} times")
        self.assertGreater(total, 50)

    def test_yolov3_tiny(self):
        self.check_network("yolov3-tiny")

    def test_yolo_fastest(self):
        self.check_network("yolo-fastest-1.1")


if __name__ == "__main__":
    main()
