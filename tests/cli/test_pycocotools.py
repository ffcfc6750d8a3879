"""nightjar eval's figures of coco128 against those of pycocotools, on the same boxes.

Needs ../shared and a Python with pycocotools. Prints SKIPPED where it is not there.
"""

import contextlib
import importlib.util
import io
import json
import unittest

from program import ROOT, SHARED, ProgramTest

PICTURES = SHARED / "coco128/images/train2017"
KEYS = ("AP", "AP50", "AP75", "AP_small", "AP_medium", "AP_large", "AR1", "AR10", "AR100", "AR_small", "AR_medium", "AR_large")
CLOSE = 1e-4  # boxes are written with two decimals, probabilities with six


def truth(sizes):
    """COCO's annotations out of coco128's labels; sizes: picture number -> width, height."""
    annotations = []
    for number, (width, height) in sizes.items():
        file = SHARED / f"coco128/labels/train2017/{number:012}.txt"
        for line in file.read_text().splitlines() if file.exists() else ():
            name, x, y, w, h = map(float, line.split())
            box = [(x - w / 2) * width, (y - h / 2) * height, w * width, h * height]
            annotations.append({"id": len(annotations) + 1, "image_id": number, "category_id": int(name), "bbox": box,
                                "area": box[2] * box[3], "iscrowd": 0})
    images = [{"id": number, "width": w, "height": h} for number, (w, h) in sizes.items()]
    return {"info": {}, "images": images, "annotations": annotations, "categories": [{"id": i} for i in range(80)]}


class Pycocotools(ProgramTest):
    def check(self, network):
        weights = SHARED / f"darknet/weights/{network}.weights"
        for path in (PICTURES, weights):
            if not path.exists():
                self.skip(path.name)
        if not importlib.util.find_spec("pycocotools"):
            self.skip("pycocotools")
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval

        net = ("--cfg", ROOT / f"cfg/{network}.cfg", "--weights", weights)
        done = self.run_program("eval", PICTURES, *net, "--coco", "boxes.json", "--json", "figures.json", timeout=250)
        self.assertEqual(done.returncode, 0, done.err)
        lines = self.run_program("detect", PICTURES, *net, "--thresh", ".9", "--jsonl", "-", timeout=250).out.splitlines()
        frames = [json.loads(line) for line in lines]
        sizes = {int(f["file"].rsplit("/", 1)[1][:-4]): (f["width"], f["height"]) for f in frames}
        boxes = json.loads((self.folder / "boxes.json").read_text())
        numbers = [*range(1, 12), *range(13, 26), 27, 28, *range(31, 45), *range(46, 66), 67, 70, *range(72, 83), *range(84, 91)]
        for box in boxes:
            box["category_id"] = numbers.index(box["category_id"])
        with contextlib.redirect_stdout(io.StringIO()):
            coco = COCO()
            coco.dataset = truth(sizes)
            coco.createIndex()
            theirs = COCOeval(coco, coco.loadRes(boxes), "bbox")
            theirs.evaluate()
            theirs.accumulate()
            theirs.summarize()
        ours = json.loads((self.folder / "figures.json").read_text())["coco"]
        for key, value in zip(KEYS, theirs.stats):
            with self.subTest(key):
                self.assertAlmostEqual(ours[key], value, delta=CLOSE)

    def skip(self, what):
        print(f"SKIPPED: needs {what}", flush=True)
        self.skipTest(f"needs {what}")

    def test_yolov3_tiny(self):
        self.check("yolov3-tiny")

    def test_yolo_fastest(self):
        self.check("yolo-fastest-1.1")


if __name__ == "__main__":
    unittest.main()
