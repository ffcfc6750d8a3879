"""Official weights through the program: the boxes that the two Darknets find in the same pictures.

Needs ../shared (cfgs are the project's own). Prints SKIPPED where it is not there.
"""

import json
import unittest

from program import ROOT, SHARED, ProgramTest

DARKNET = SHARED / "darknet"
PHOTOS = ("dog", "eagle", "giraffe", "horses", "kite", "person", "scream")
MARGIN = 0.02  # confidence that decoders of JPEG and rounding may differ by


def boxes(path):
    """File name -> [(class, confidence, left, top, right, bottom)]."""
    found = {}
    for frame in json.loads(path.read_text()):
        rows = []
        for item in frame["objects"]:
            x, y, w, h = (
                item["relative_coordinates"][key] for key in ("center_x", "center_y", "width", "height")
            )
            rows.append((item["class_id"], item["confidence"], x - w / 2, y - h / 2, x + w / 2, y + h / 2))
        found[frame["filename"].rsplit("/", 1)[-1]] = rows
    return found


def overlap(a, b):
    """Intersection over union."""
    width, height = min(a[4], b[4]) - max(a[2], b[2]), min(a[5], b[5]) - max(a[3], b[3])
    both = max(width, 0) * max(height, 0)
    areas = sum((row[4] - row[2]) * (row[5] - row[3]) for row in (a, b))
    return both / (areas - both)


class RealWeights(ProgramTest):
    def compare(self, name, compat, threshold, golden):
        weights = DARKNET / f"weights/{name}.weights"
        cfg = ROOT / f"cfg/{name}.cfg"
        for path in (weights, cfg, golden):
            if not path.exists():
                print(f"SKIPPED: needs {path.name}", flush=True)
                self.skipTest(f"needs {path.name}")
        photos = [DARKNET / f"photos/{photo}.jpg" for photo in PHOTOS]
        self.run_well(
            "detect",
            "--cfg",
            cfg,
            "--weights",
            weights,
            *photos,
            "--compat",
            compat,
            "--thresh",
            threshold,
            "--out",
            "ours.json",
        )
        ours, theirs = boxes(self.folder / "ours.json"), boxes(golden)
        self.assertEqual(set(ours), set(theirs))
        for photo in theirs:
            for which, rows, others in (
                ("missing", theirs[photo], ours[photo]),
                ("invented", ours[photo], theirs[photo]),
            ):
                for row in rows:
                    if row[1] < threshold + MARGIN:
                        continue
                    found = any(
                        o[0] == row[0] and abs(o[1] - row[1]) < MARGIN and overlap(o, row) > 0.9
                        for o in others
                    )
                    self.assertTrue(found, f"{photo}: {which} {row}")

    def test_yolov3_tiny_as_alexeyab(self):
        self.compare("yolov3-tiny", "alexeyab", 0.1, DARKNET / "golden/alexeyab/yolov3-tiny.photos.json")

    def test_yolov3_tiny_as_pjreddie(self):
        self.compare("yolov3-tiny", "pjreddie", 0.25, DARKNET / "golden/pjreddie/yolov3-tiny.photos.json")

    def test_yolo_fastest_as_alexeyab(self):
        for name in ("yolo-fastest-1.1", "yolo-fastest-1.1-xl"):
            with self.subTest(name=name):
                self.compare(name, "alexeyab", 0.1, DARKNET / f"golden/alexeyab/{name}.photos.json")


if __name__ == "__main__":
    unittest.main()
