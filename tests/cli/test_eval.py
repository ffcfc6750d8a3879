"""nightjar eval and nightjar anchors: figures, labels of three formats, charts, the worst pictures."""

import json
import sys
import unittest
from pathlib import Path

from program import CANNOT_READ, MALFORMED, USAGE, edge_network, picture
from test_accuracy import LABELS, AccuracyTest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from svg_labels import faults_of  # noqa: E402

VOC = """<annotation>
 <size><width>32</width><height>32</height><depth>3</depth></size>
{}</annotation>
"""
VOC_OBJECT = """ <object><name>{}</name><difficult>{}</difficult>
  <bndbox><xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox></object>
"""


def voc(*objects):
    return VOC.format("".join(VOC_OBJECT.format(*each) for each in objects))


class Eval(AccuracyTest):
    pictures = ("a.png", "b.png")

    def figures(self, *arguments, pictures=None):
        self.run_well("eval", *(pictures or self.pictures), *self.net, "--json", "f.json", *arguments)
        return json.loads((self.folder / "f.json").read_text())

    def check(self, figures):
        """What LABELS give, in whichever format they come."""
        self.assertEqual((figures["pictures"], figures["objects"]), (2, 3))
        self.assertAlmostEqual(figures["coco"]["AP"], 0.5)
        self.assertAlmostEqual(figures["coco"]["AP50"], 0.5)
        self.assertAlmostEqual(figures["coco"]["AR100"], 0.5)
        self.assertEqual(figures["coco"]["AP_large"], -1)
        red, other = figures["classes"]
        self.assertEqual((red["objects"], red["found"], red["wrong"]), (2, 2, 1))
        self.assertEqual((other["objects"], other["found"], other["wrong"]), (1, 0, 0))
        self.assertAlmostEqual(red["AP"], 1)
        self.assertAlmostEqual(red["precision"], 2 / 3)

    def test_text(self):
        out = self.run_well("eval", *self.pictures, *self.net)
        self.assertIn("2 pictures, 3 objects\n", out)
        self.assertIn(" Average Precision  (AP) @[ IoU=0.50:0.95 | area=   all | maxDets=100 ] = 0.500\n", out)
        self.assertIn(" Average Recall     (AR) @[ IoU=0.50:0.95 | area= small | maxDets=100 ] = 0.500\n", out)
        self.assertRegex(out, r"\nred +2 +2 +1 +0 +0\.667 +1\.000 +1\.000 +1\.000\n")
        self.assertRegex(out, r"\nother +1 +0 +0 +1 +- +0\.000 +0\.000 +0\.000\n")

    def test_yolo_labels(self):
        self.check(self.figures())
        self.check(self.figures(pictures=("net.data",)))
        self.check(self.figures(pictures=("@list.txt",)))
        self.check(self.figures(pictures=(".",)))

    def test_a_fork_has_its_way_in_the_network(self):
        cfg, weights = edge_network()
        self.put("net.cfg", cfg)
        self.put("net.weights", weights)
        self.put("black.png", picture())
        self.put("black.txt", "0 .5 .5 .1 .1\n")

        def boxes(*options):
            red = self.figures("--thresh", ".5", "--nms", "1", *options, pictures=("black.png",))["classes"][0]
            return red["found"] + red["wrong"]

        self.assertEqual(boxes("--compat", "pjreddie"), 9)
        self.assertEqual(boxes("--compat", "alexeyab"), 16)

    def test_labels_in_their_folder(self):
        for name, text in LABELS.items():
            (self.folder / name).unlink()
            self.put(f"there/{name}", text)
            self.put(f"set/labels/{name}", text)
        for name in self.pictures:
            self.put(f"set/images/{name}", (self.folder / name).read_bytes())
        self.check(self.figures("--labels", "there"))
        self.check(self.figures(pictures=("set/images",)))

    def test_voc_labels(self):
        for name in LABELS:
            (self.folder / name).unlink()
        first = voc(("red", 0, 5, 13, 21, 29))
        self.put("a.xml", first)
        self.put("b.xml", voc(("red", 0, 5, 5, 21, 21), ("other", 0, 25, 1, 33, 9)))
        self.check(self.figures())
        for name in self.pictures:
            self.put(f"set/JPEGImages/{name}", (self.folder / name).read_bytes())
            self.put(f"set/Annotations/{name[0]}.xml", (self.folder / f"{name[0]}.xml").read_bytes())
        self.check(self.figures(pictures=("set/JPEGImages",)))
        self.put("b.xml", voc(("red", 0, 5, 5, 21, 21), ("red", 1, 13, 13, 29, 29)))
        red = self.figures()["classes"][0]
        self.assertEqual((red["objects"], red["found"], red["wrong"]), (2, 2, 0))  # difficult
        self.put("b.xml", voc(("red", 0, 5, 5, 21, 21), ("green", 0, 1, 1, 5, 5)))
        _, err = self.run_and_warn("eval", *self.pictures, *self.net)
        self.assertEqual(
            err,
            "nightjar: warning: 1 label passed over, of classes that the network does not have (it has 2): "
            "first 'green' in b.xml:5\n",
        )
        self.put("b.xml", first.replace("<xmax>21", "<xmax>wide"))
        self.assert_refused(MALFORMED, "b.xml:4: <xmax> is 'wide'", "eval", *self.pictures, *self.net)

    def coco_labels(self, **more):
        box = {"iscrowd": 0}
        return {
            "images": [
                {"id": 1, "file_name": "a.png", "width": 32, "height": 32},
                {"id": 2, "file_name": "b.png", "width": 32, "height": 32},
            ],
            "categories": [{"id": 7, "name": "other"}, {"id": 3, "name": "red"}],
            "annotations": [
                {**box, "image_id": 1, "category_id": 3, "bbox": [4, 12, 16, 16], "area": 256},
                {**box, "image_id": 2, "category_id": 3, "bbox": [4, 4, 16, 16], "area": 256},
                {**box, "image_id": 2, "category_id": 7, "bbox": [24, 0, 8, 8], "area": 64},
            ],
            **more,
        }

    def test_coco_labels(self):
        self.put("c.json", json.dumps(self.coco_labels()))
        self.check(self.figures("--labels", "c.json"))
        by_name = self.coco_labels(categories=[{"id": 1, "name": "x"}, {"id": 7, "name": "other"}, {"id": 3, "name": "red"}])
        self.put("c.json", json.dumps(by_name))
        self.check(self.figures("--labels", "c.json"))
        self.put("c.json", '{"images": [],\n]')
        self.assert_refused(MALFORMED, "c.json:2: no JSON", "eval", *self.pictures, *self.net, "--labels", "c.json")
        self.put("c.json", json.dumps(self.coco_labels(images=[])))
        self.assert_refused(MALFORMED, "image '1'", "eval", *self.pictures, *self.net, "--labels", "c.json")

    def test_another_size_than_the_labels_say(self):
        self.put("c.json", json.dumps(self.coco_labels()).replace('"width": 32', '"width": 64'))
        _, err = self.run_and_warn("eval", *self.pictures, *self.net, "--labels", "c.json")
        self.assertIn("2 pictures have another size than their labels say", err)

    def test_confidence_and_iou(self):
        red, other = self.figures("--confidence", ".01")["classes"]
        self.assertEqual((red["wrong"], other["wrong"]), (1, 0))  # a box is its best class
        red = self.figures("--confidence", ".99")["classes"][0]
        self.assertEqual((red["found"], red["wrong"]), (0, 0))
        self.assertAlmostEqual(red["AP"], 1)  # of all confidences
        self.put("a.txt", "0 0.375 0.625 0.5 0.4\n")  # IoU .8
        self.assertEqual(self.figures("--iou", ".79")["classes"][0]["found"], 2)
        self.assertEqual(self.figures("--iou", ".81")["classes"][0]["found"], 1)

    def test_charts(self):
        self.put("net.names", "red <&> green\n" + "other" * 12 + "\n")
        self.run_well("eval", *self.pictures, *self.net, "--curves", "curves.svg", "--confusion", "confusion.svg")
        for name in ("curves.svg", "confusion.svg"):
            self.assertEqual(faults_of(self.folder / name), [])
        self.assertIn("IoU 0.50: mean AP 0.500", (self.folder / "curves.svg").read_text())
        self.assertIn("missed", (self.folder / "confusion.svg").read_text())

    def test_the_worst_come_first(self):
        self.put("c.png", picture((2, 2), (0, 3)))
        self.put("c.txt", "")
        self.put("d.png", picture())
        self.put("d.txt", "1 .5 .5 .2 .2\n")
        done = self.run_program("eval", ".", *self.net, "--worst", "worst", "--worst-count", "10")
        self.assertEqual(done.returncode, 0, done.err)
        self.assertIn("worst: 3 pictures with mistakes", done.err)
        self.assertEqual(sorted(p.name for p in (self.folder / "worst").iterdir()), ["01-b.png", "02-c.png", "03-d.png"])
        for drawn in (self.folder / "worst").iterdir():
            self.assertTrue(drawn.read_bytes().startswith(b"\x89PNG"))
            self.assertNotEqual(drawn.read_bytes(), (self.folder / drawn.name[3:]).read_bytes())

    def test_results_for_others(self):
        self.run_well("eval", *self.pictures, *self.net, "--coco", "boxes.json")
        found = json.loads((self.folder / "boxes.json").read_text())
        self.assertEqual([(f["image_id"], f["category_id"]) for f in found], [("a", 1), ("a", 2)] + [("b", 1), ("b", 2)] * 2)

    def test_refusals(self):
        for arguments, code, mentioned in (
            ((*self.pictures, *self.net, "--json", "a.png"), USAGE, "would be overwritten"),
            ((*self.pictures, *self.net, "--labels", "gone"), CANNOT_READ, "gone: no labels"),
            ((*self.pictures, *self.net, "--labels", "gone.json"), CANNOT_READ, "gone.json"),
            ((*self.pictures, *self.net, "--iou", "2"), USAGE, "--iou"),
            (("gone/", *self.net), CANNOT_READ, "gone/"),
            ((*self.net,), USAGE, "SET"),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(code, mentioned, "eval", *arguments)

    def test_help_teaches(self):
        for command in ("eval", "anchors"):
            out = self.run_well(command, "--help")
            self.assertIn("Examples:\n", out)
            self.assertIn(f"nightjar {command}", out)


class Anchors(AccuracyTest):
    def test_text_and_picture(self):
        out = self.run_well("anchors", "net.data", "--clusters", "2", "--svg", "anchors.svg")
        self.assertIn("3 boxes of 2 pictures, 2 anchors for 416x416, mean IoU 100.00 %\n", out)
        self.assertIn("\nnum=2\nanchors = 104,104, 208,208\n", out)
        self.assertRegex(out, r"\n1 +13x13 +1 +208x208\n2 +26x26 +0 +104x104\n")
        self.assertEqual(faults_of(self.folder / "anchors.svg"), [])

    def test_pictures_and_labels(self):
        out = self.run_well("anchors", "a.png", "b.png", "--clusters", "1", "--width", "32", "--height", "64")
        self.assertIn("1 anchors for 32x64", out)
        (self.folder / "a.txt").unlink()
        self.put("a.xml", voc(("whatever", 0, 5, 13, 21, 29)))
        self.assertIn("3 boxes of 2 pictures", self.run_well("anchors", "a.png", "b.png", "--clusters", "2"))

    def test_boxes_without_an_area(self):
        self.put("a.txt", LABELS["a.txt"] + "0 .5 .5 0 .5\n")
        out, err = self.run_and_warn("anchors", "a.png", "b.png", "--clusters", "2")
        self.assertIn("3 boxes of 2 pictures", out)
        self.assertIn("1 box without an area left out", err)

    def test_refusals(self):
        self.assert_refused(USAGE, "9 clusters of 2 different sizes", "anchors", "net.data")
        self.assert_refused(USAGE, "--clusters", "anchors", "net.data", "--clusters", "0")
        self.put("net.data", "names=net.names\n")
        self.assert_refused(MALFORMED, "no train=", "anchors", "net.data")


if __name__ == "__main__":
    unittest.main()
