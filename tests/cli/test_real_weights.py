"""Official weights through the program: the boxes that the two Darknets find in the same pictures.

Needs ../shared (cfgs are the project's own). Prints SKIPPED where it is not there.
"""

import json
import re
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


def skeleton(output):
    """AlexeyAB's output without times and without what it found, which other tests compare."""
    text = re.sub(r"Predicted in [\d.]+", "Predicted in", output)
    text = re.sub(r"(?m)^[\w ]+: \d+%\t.*\n", "", text)
    return re.sub(r"( (Not u|U)sed (AVX|FMA & AVX2) \n)+", "", text)


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

    def test_what_alexeyab_prints(self):
        """All that it prints but times and boxes; and of its table of layers what its users' logs have."""
        cfg, weights = DARKNET / "cfg/alexeyab/yolov3-tiny.cfg", DARKNET / "weights/yolov3-tiny.weights"
        golden = DARKNET / "golden/alexeyab/yolov3-tiny.photos.txt"
        for path in (cfg, weights, golden):
            if not path.exists():
                print(f"SKIPPED: needs {path.name}", flush=True)
                self.skipTest(f"needs {path.name}")
        self.put("coco.data", f"classes=80\nnames={ROOT}/cfg/coco.names\n")
        (self.folder / "data").symlink_to(DARKNET / "photos")
        expected = golden.read_text()
        photos = re.findall(r"data/\w+\.jpg", expected)
        done = self.run_program(
            *("detector", "test", "coco.data", cfg, weights, "-thresh", ".1", "-ext_output", "--compat", "alexeyab"),
            input="\n".join(photos),
        )
        self.assertEqual(done.returncode, 0, done.err)
        self.assertEqual(skeleton(done.out), skeleton(expected))
        self.assertIn("Total BFLOPS 5.571 \navg_outputs = 341534 \n", done.err)
        for line in (
            "   0 conv     16       3 x 3/ 1    416 x 416 x   3 ->  416 x 416 x  16 0.150 BF\n",
            "   1 max                2x 2/ 2    416 x 416 x  16 ->  208 x 208 x  16 0.003 BF\n",
            "  17 route  13 \t\t                           ->   13 x  13 x 256 \n",
            "  19 upsample                 2x    13 x  13 x 128 ->   26 x  26 x 128\n",
            "  20 route  19 8 \t                           ->   26 x  26 x 384 \n",
            "Done! Loaded 24 layers from weights-file \n",
        ):
            self.assertIn(line, done.err)

    def test_yolov3_tiny_as_pjreddie(self):
        self.compare("yolov3-tiny", "pjreddie", 0.25, DARKNET / "golden/pjreddie/yolov3-tiny.photos.json")

    def test_yolo_fastest_as_alexeyab(self):
        for name in ("yolo-fastest-1.1", "yolo-fastest-1.1-xl"):
            with self.subTest(name=name):
                self.compare(name, "alexeyab", 0.1, DARKNET / f"golden/alexeyab/{name}.photos.json")


if __name__ == "__main__":
    unittest.main()
