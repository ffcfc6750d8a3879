"""The figures of AlexeyAB's own `detector map` on coco128, and anchors of its labels and bccd's.

Needs ../shared. Prints SKIPPED where it is not there.
"""

import re
import unittest

from program import ROOT, SHARED, ProgramTest

PICTURES = SHARED / "coco128/images/train2017"
CLOSE = 0.05  # points of mAP: decoders of JPEG and sums differ


class GoldenTest(ProgramTest):
    def need(self, *paths):
        for path in paths:
            if not path.exists():
                print(f"SKIPPED: needs {path.name}", flush=True)
                self.skipTest(f"needs {path.name}")


class Map(GoldenTest):
    def map(self, network, *flags):
        cfg = ROOT / f"cfg/{network}.cfg"
        weights = SHARED / f"darknet/weights/{network.removesuffix('-123')}.weights"
        self.need(PICTURES, weights)
        self.put("coco.data", f"names={ROOT}/cfg/coco.names\nvalid={PICTURES}\n")
        done = self.run_program("detector", "map", "coco.data", cfg, weights, *flags, timeout=250)
        self.assertEqual(done.returncode, 0, done.err)
        self.assertIn("2 of 128 pictures without labels", done.err)
        return done.out

    def check_map(self, points, *arguments):
        out = self.map(*arguments)
        self.assertAlmostEqual(float(re.search(r"or ([\d.]+) % \n", out)[1]), points, delta=CLOSE)
        return out

    def test_yolov3_tiny(self):
        network = "yolov3-tiny"  # anchors 0, 1, 2
        out = self.check_map(24.44, network)
        self.assertIn(" for conf_thresh = 0.25, TP = 164, FP = 265, FN = 765,", out)
        self.check_map(24.63, network, "-points", "101")
        self.check_map(25.77, network, "-points", "11")

    def test_yolo_fastest(self):
        self.check_map(29.06, "yolo-fastest-1.1")
        self.check_map(39.31, "yolo-fastest-1.1-xl")


class Anchors(GoldenTest):
    def anchors(self, *arguments):
        done = self.run_program("anchors", *arguments)
        self.assertEqual(done.returncode, 0, done.err)
        out = done.out
        boxes, iou = re.match(r"(\d+) boxes .* mean IoU ([\d.]+) %", out).groups()
        return int(boxes), float(iou), re.search(r"anchors = (.*)\n", out)[1]

    def test_coco128(self):
        self.need(PICTURES)
        boxes, iou, _ = self.anchors(PICTURES)
        self.assertEqual(boxes, 929)
        self.assertGreater(iou, 55.72)  # of AlexeyAB's calc_anchors with nine clusters

    def test_bccd(self):
        pictures = SHARED / "bccd/JPEGImages"
        self.need(pictures)
        boxes, iou, _ = self.anchors(pictures, "--clusters", "6", "--scales", "2")
        self.assertGreater(boxes, 2000)
        self.assertGreater(iou, 75)
        self.assertGreater(self.anchors(pictures, "--clusters", "9")[1], iou)


if __name__ == "__main__":
    unittest.main()
