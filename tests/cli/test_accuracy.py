"""Darknet's detector map, valid, recall and calc_anchors, on the tiny network and labels made by hand."""

import json
import struct
import unittest

from program import CANNOT_READ, LAST_WORD, MALFORMED, USAGE, ProgramTest, picture

# a.png shows what the network finds; b.png one of two, and one thing more that it cannot see.
LABELS = {
    "a.txt": "0 0.375 0.625 0.5 0.5\n",
    "b.txt": "0 0.375 0.375 0.5 0.5\n1 0.875 0.125 0.25 0.25\n",
}
NET = ("net.cfg", "net.weights")


class AccuracyTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.put("net.data", "classes=2\ntrain=list.txt\nvalid=list.txt\nnames=net.names\n")
        self.put("list.txt", "a.png\nb.png\n")
        self.put("b.png", picture((1, 1), (2, 2)))
        for name, text in LABELS.items():
            self.put(name, text)

    def detector(self, action, *flags, data="net.data", **options):
        return self.run_well("detector", action, data, *NET, *flags, **options)

    def run_and_warn(self, *arguments):
        done = self.run_program(*arguments)
        self.assertEqual(done.returncode, 0, done.err)
        return done.out, LAST_WORD.sub("", done.err)


class Map(AccuracyTest):
    def test_the_words_and_figures_of_darknet(self):
        out = self.detector("map")
        for line in (
            " detections_count = 6, unique_truth_count = 3  ",
            "class_id = 0, name = red, ap = 100.00%   \t (TP = 2, FP = 1) ",
            "class_id = 1, name = other, ap = 0.00%   \t (TP = 0, FP = 0) ",
            " for conf_thresh = 0.25, precision = 0.67, recall = 0.67, F1-score = 0.67 ",
            " for conf_thresh = 0.25, TP = 2, FP = 1, FN = 1, average IoU = 66.67 % ",
            " IoU threshold = 50 %, used Area-Under-Curve for each unique Recall ",
            " mean average precision (mAP@0.50) = 0.500000, or 50.00 % ",
        ):
            self.assertIn("\n" + line + "\n", out)

    def test_flags(self):
        self.assertIn("\n IoU threshold = 75 %, used 11 Recall-points \n", self.detector("map", "-points", "11", "-iou_thresh", ".75"))
        self.assertIn(" for conf_thresh = 0.99, TP = 0, FP = 0, FN = 3,", self.detector("map", "-thresh", ".99"))
        self.assertIn("(mAP@0.50) = 0.500000", self.detector("map", "-points", "101", "-letter_box"))
        for flag, value in (("-points", "1"), ("-points", "-2"), ("-iou_thresh", "2"), ("-points", "x")):
            self.assert_refused(USAGE, flag, "detector", "map", "net.data", *NET, flag, value)

    def test_what_lies_on_difficult_objects_is_not_in_the_curve(self):
        self.put("net.data", "valid=list.txt\nnames=net.names\ndifficult=hard.txt\n")
        self.put("hard.txt", "hard/a.png\nhard/b.png\n")
        self.put("hard/b.txt", "0 0.625 0.625 0.5 0.5\n")
        self.assertIn(" detections_count = 5, unique_truth_count = 3 ", self.detector("map"))
        self.put("hard.txt", "hard/b.png\n")
        self.assert_refused(MALFORMED, "difficult= lists 1 pictures, valid= 2", "detector", "map", "net.data", *NET)

    def test_a_class_beyond_the_network_is_passed_over_out_loud(self):
        self.put("a.txt", LABELS["a.txt"] + "2 .5 .5 .1 .1\n7 .5 .5 .1 .1\n")
        out, err = self.run_and_warn("detector", "map", "net.data", *NET)
        self.assertIn("unique_truth_count = 3 ", out)
        self.assertEqual(
            err,
            "nightjar: warning: 2 labels passed over, of classes that the network does not have (it has 2): "
            "first class 2 in a.txt\n",
        )

    def test_pictures_without_labels_show_nothing(self):
        (self.folder / "b.txt").unlink()
        out, err = self.run_and_warn("detector", "map", "net.data", *NET)
        self.assertIn("TP = 1, FP = 2, FN = 0", out)
        self.assertIn("1 of 2 pictures without labels", err)
        (self.folder / "a.txt").unlink()
        self.assert_refused(CANNOT_READ, "a.txt: no labels of these pictures", "detector", "map", "net.data", *NET)

    def test_bad_labels_are_refused_with_their_line(self):
        self.put("b.txt", "0 .5 .5 .5 .5\n\n0 .5 .5 .5\n")
        self.assert_refused(MALFORMED, "b.txt:3: '0 .5 .5 .5'", "detector", "map", "net.data", *NET)

    def test_lists_and_folders(self):
        for name in ("a.png", "b.png", "a.txt", "b.txt"):
            self.put(f"set/{name}", (self.folder / name).read_bytes())
        self.put("set/list.txt", "a.png\n./b.png\n")  # relative to the list
        self.put("net.data", "names=net.names\nvalid=set/list.txt\n")
        self.assertIn("TP = 2, FP = 1, FN = 1", self.detector("map"))
        self.put("net.data", "names=net.names\nvalid=set\n")
        self.assertIn("TP = 2, FP = 1, FN = 1", self.detector("map"))
        for content, code, mentioned in (
            ("names=net.names\n", MALFORMED, "net.data: no valid="),
            ("valid=list.txt\n", MALFORMED, "net.data: no names="),
            ("names=net.names\nvalid=gone.txt\n", CANNOT_READ, "gone.txt"),
            ("names=net.names\nclasses=3\nvalid=list.txt\n", MALFORMED, "classes=3"),
        ):
            self.put("net.data", content)
            self.assert_refused(code, mentioned, "detector", "map", "net.data", *NET)

    def test_a_picture_that_cannot_be_used_costs_a_line(self):
        self.put("list.txt", "a.png\ngone.png\nb.png\n")
        done = self.run_program("detector", "map", "net.data", *NET)
        self.assertEqual(done.returncode, CANNOT_READ)
        self.assertIn("TP = 2, FP = 1, FN = 1", done.out)
        self.assertIn("nightjar: error: gone.png: ", done.err)
        self.assertIn("1 could not be used", done.err)

    def test_usage(self):
        for action in ("map", "valid", "recall"):
            self.assert_refused(USAGE, f"detector {action} DATA CFG WEIGHTS", "detector", action, "net.data", "net.cfg")


class Valid(AccuracyTest):
    def setUp(self):
        super().setUp()
        self.put("000000000009.png", picture((1, 2)))
        self.put("b.png", picture((0, 0), (3, 3)))  # whose boxes reach over the edges
        self.put("list.txt", "000000000009.png\nb.png\n")

    def data(self, kind):
        self.put("net.data", f"names=net.names\nvalid=list.txt\neval={kind}\nresults=out\n")

    def test_coco(self):
        self.data("coco")
        self.assertEqual(self.detector("valid"), "")
        text = (self.folder / "out/coco_results.json").read_text()
        self.assertTrue(text.startswith('[\n{"image_id":9, "category_id":1, "bbox":[4.000000, 12.000000, 16.000000, 16.000000], "score":0.98'), text)
        self.assertTrue(text.endswith("}\n]\n"))
        found = json.loads(text)
        self.assertEqual([(f["image_id"], f["category_id"]) for f in found], [(9, 1), (9, 2)] + [("b", 1), ("b", 2)] * 2)
        self.assertEqual(found[2]["bbox"], [0, 0, 12, 12])  # within the picture

    def test_the_80_classes_have_90_numbers(self):
        self.put("net.cfg", (self.folder / "net.cfg").read_text().replace("filters=7", "filters=85").replace("classes=2", "classes=80"))
        names = ["person", *(f"class{i}" for i in range(1, 79)), "toothbrush"]
        self.put("net.names", "\n".join(names))
        # x, y, w, h and 79 classes at 0, objectness and the last class at 10, with whatever picture.
        biases = [0.0] * 85
        biases[4] = biases[84] = 10.0
        self.put("net.weights", struct.pack("<3iQ340f", 0, 2, 5, 0, *biases, *[0.0] * 255))
        self.data("coco")
        self.detector("valid")
        found = json.loads((self.folder / "out/coco_results.json").read_text())
        self.assertEqual({f["category_id"] for f in found if f["score"] > 0.9}, {90})

    def test_voc(self):
        self.put("net.data", "names=net.names\nvalid=list.txt\n")  # eval=voc, results=results
        self.detector("valid")
        red = (self.folder / "results/comp4_det_test_red.txt").read_text().splitlines()
        self.assertRegex(red[0], r"^000000000009 0\.98\d{4} 5\.000000 13\.000000 21\.000000 29\.000000$")
        self.assertRegex(red[1], r"^b 0\.98\d{4} 1\.000000 1\.000000 13\.000000 13\.000000$")
        self.assertRegex(red[2], r"^b 0\.98\d{4} 21\.000000 21\.000000 32\.000000 32\.000000$")
        self.assertEqual(len((self.folder / "results/comp4_det_test_other.txt").read_text().splitlines()), 3)

    def test_imagenet(self):
        self.data("imagenet")
        self.detector("valid", "-out", "mine")
        rows = (self.folder / "out/mine.txt").read_text().splitlines()
        self.assertRegex(rows[0], r"^1 1 0\.98\d{4} 4\.000000 12\.000000 20\.000000 28\.000000$")
        self.assertEqual([row.split()[:2] for row in rows], [["1", "1"], ["1", "2"]] + [["2", "1"], ["2", "2"]] * 2)

    def test_out_names_the_files(self):
        self.data("voc")
        self.detector("valid", "-out", "mine_")
        self.assertTrue((self.folder / "out/mine_red.txt").exists())
        self.data("coco")
        self.detector("valid", "-out", "mine")
        self.assertTrue((self.folder / "out/mine.json").exists())

    def test_the_threshold_is_darknets(self):
        self.data("coco")
        done = self.run_program("detector", "valid", "net.data", *NET, "-thresh", ".5")
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning: -thresh has no effect", done.err)
        self.assertEqual(len(json.loads((self.folder / "out/coco_results.json").read_text())), 6)

    def test_nothing_found(self):
        self.put("list.txt", "black.png\n")
        self.put("black.png", picture())
        self.data("coco")
        self.detector("valid")
        self.assertEqual(json.loads((self.folder / "out/coco_results.json").read_text()), [])

    def test_refusals(self):
        self.data("bdd")
        self.assert_refused(MALFORMED, "eval=bdd; coco, voc and imagenet are known", "detector", "valid", "net.data", *NET)
        self.data("voc")
        self.put("net.names", "red/green\nother\n")
        self.assert_refused(MALFORMED, "'red/green'", "detector", "valid", "net.data", *NET)
        self.put("net.names", "red\nred\n")
        self.assert_refused(USAGE, "two results", "detector", "valid", "net.data", *NET)


class Recall(AccuracyTest):
    def test_a_line_a_picture(self):
        self.assertEqual(
            self.detector("recall"),
            "    0     1     1\tRPs/Img: 1.00\tIOU: 100.00%\tRecall:100.00%\n"
            "    1     2     3\tRPs/Img: 1.50\tIOU: 66.67%\tRecall:66.67%\n",
        )

    def test_classes_do_not_matter(self):
        self.put("a.txt", "1 0.375 0.625 0.5 0.5\n")
        self.assertIn("    0     1     1\t", self.detector("recall"))


class CalcAnchors(AccuracyTest):
    def calc(self, *flags):
        return self.run_well("detector", "calc_anchors", "net.data", *flags)

    def test_the_words_and_files_of_darknet(self):
        out = self.calc("-num_of_clusters", "2", "-width", "416", "-height", "416")
        for line in (
            " num_of_clusters = 2, width = 416, height = 416 ",
            " read labels from 2 images ",
            "counters_per_class = 2, 1",
            " avg IoU = 100.00 % ",
            "Saving anchors to the file: anchors.txt ",
            "anchors = 104,104, 208,208",
        ):
            self.assertIn("\n" + line + "\n", out)
        self.assertEqual((self.folder / "anchors.txt").read_text(), "104,104, 208,208")
        self.assertEqual((self.folder / "counters_per_class.txt").read_text(), "counters_per_class = 2, 1")

    def test_cells(self):
        self.assertIn("anchors = 3.2500,3.2500, 6.5000,6.5000\n", self.calc("-num_of_clusters", "2", "-width", "13", "-height", "13", "-show"))

    def test_any_class_is_counted(self):
        self.put("a.txt", "5 0.375 0.625 0.5 0.5\n")
        self.assertIn("counters_per_class = 1, 1, 0, 0, 0, 1\n", self.calc("-num_of_clusters", "1", "-width", "32", "-height", "32"))

    def test_refusals(self):
        self.assert_refused(USAGE, "calc_anchors needs DATA and the size", "detector", "calc_anchors", "net.data")
        self.assert_refused(
            USAGE, "5 clusters of 2 different sizes", "detector", "calc_anchors", "net.data", "-width", "416", "-height", "416"
        )
        for flag, value in (("-num_of_clusters", "0"), ("-width", "x"), ("-height", "-1")):
            self.assert_refused(USAGE, flag, "detector", "calc_anchors", "net.data", flag, value)


if __name__ == "__main__":
    unittest.main()
