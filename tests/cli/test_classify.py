"""nightjar classify, and what classifiers are refused for; Darknet's form is in test_scripts.py."""

import json
import unittest

from classifier import CLASSIFIER_CFG, classifier_weights, plain
from program import CANNOT_READ, CFG, MALFORMED, USAGE, ProgramTest, png

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
TREE_CFG = CLASSIFIER_CFG + "tree=classes.tree\n"


def three_parts(left, middle, right):
    """A picture of 24x8 pixels."""
    return png([[left] * 8 + [middle] * 8 + [right] * 8] * 8)


class ClassifierTest(ProgramTest):
    net = ("--cfg", "colours.cfg", "--weights", "colours.weights", "--names", "colours.names")

    def setUp(self):
        super().setUp()
        self.put("colours.cfg", CLASSIFIER_CFG)
        self.put("colours.weights", classifier_weights())
        self.put("colours.names", "red\ngreen\nblue\n")
        self.put("red.png", plain(RED))
        self.put("blue.png", plain(BLUE))

    def classes(self, *arguments):
        """File -> [(name, probability)], the most probable first."""
        found = json.loads(self.run_well("classify", *arguments, *self.net, "--out", "-"))
        return {p["file"]: [(c["name"], c["probability"]) for c in p["classes"]] for p in found}


class Classify(ClassifierTest):
    def test_text(self):
        out = self.run_well("classify", "red.png", *self.net)
        self.assertRegex(
            out,
            r"\Ared\.png: Predicted in \d+\.\d{6} milli-seconds\.\n99\.99%: red\n 0\.00%: green\n 0\.00%: blue\n\Z",
        )

    def test_several_pictures_and_batches(self):
        self.put("folder/a.png", plain(GREEN))
        self.put("folder/b.png", plain(BLUE))
        for more in ((), ("--batch", "2"), ("--threads", "3")):
            found = self.classes("red.png", "folder", "blue.png", "--top", "1", *more)
            self.assertEqual(
                [(file, names[0][0]) for file, names in found.items()],
                [("red.png", "red"), ("folder/a.png", "green"), ("folder/b.png", "blue"), ("blue.png", "blue")],
            )
            self.assertEqual({len(names) for names in found.values()}, {1})

    def test_the_last_word_knows_no_boxes(self):
        done = self.run_program("classify", "red.png", "blue.png", *self.net)
        self.assertRegex(done.err, r"\Anightjar: 2 pictures in [\d.]+ s, [\d.]+ pictures/s\n\Z")

    def test_fit(self):
        self.put("wide.png", three_parts(BLUE, RED, GREEN))
        for fit, middle_alone in {"crop": True, "square": True, "stretch": False, "letterbox": False}.items():
            with self.subTest(fit):
                red = dict(self.classes("wide.png", "--fit", fit)["wide.png"])["red"]
                self.assertGreater(red, 0.999) if middle_alone else self.assertLess(red, 0.9)

    def test_files(self):
        self.run_well("classify", "red.png", *self.net, "--csv", "c.csv", "--jsonl", "j.jsonl", "--top", "2")
        self.assertRegex(
            (self.folder / "c.csv").read_text(),
            r"\Afile,class_id,name,probability\nred\.png,0,red,0\.99\d+\nred\.png,1,green,0\.0000\d+\n\Z",
        )
        line = json.loads((self.folder / "j.jsonl").read_text())
        self.assertEqual((line["file"], line["classes"][0]["class_id"]), ("red.png", 0))

    def test_of_equals_the_lower_number_comes_first(self):
        self.put("black.png", plain((0, 0, 0)))
        self.assertEqual([name for name, _ in self.classes("black.png")["black.png"]], ["red", "green", "blue"])

    def test_refusals(self):
        self.put("grid.cfg", CLASSIFIER_CFG.replace("[avgpool]\n", "").replace("[softmax]\n", ""))
        for arguments, code, mentioned in (
            (("a.png", *ProgramTest.net), MALFORMED, "nightjar detect"),
            (("red.png", "--cfg", "grid.cfg", *self.net[2:]), MALFORMED, "a grid of 8x8"),
            (("red.png", *self.net, "--fit", "middle"), USAGE, "middle"),
            (("red.png", *self.net, "--top", "0"), USAGE, "--top"),
            (("gone.png", *self.net), CANNOT_READ, "gone.png"),
            (("red.png", *self.net, "--out", "red.png"), USAGE, "would be overwritten"),
            (("red.png", *self.net, "--tpo", "1"), USAGE, "did you mean '--top'?"),
        ):
            with self.subTest(arguments):
                self.assert_refused(code, mentioned, "classify", *arguments)
        self.assert_refused(MALFORMED, "no detection layer", "detect", "red.png", *self.net)


class Trees(ClassifierTest):
    def setUp(self):
        super().setUp()
        self.put("colours.cfg", TREE_CFG)
        # Warm has two colours below it, which are one group; cold stands beside it.
        self.put("classes.tree", "warm -1\nred 0\nyellow 0\n")
        self.put("colours.names", "warm\nred\nyellow\n")
        self.put("green.png", plain(GREEN))

    def test_probabilities_are_multiplied(self):
        found = self.classes("green.png", "--tree", "classes.tree")["green.png"]
        self.assertEqual(found[0], ("warm", 1.0))  # alone in its group
        self.assertAlmostEqual(dict(found)["red"], 0.99995, places=4)
        leaves = dict(self.classes("green.png", "--tree", "classes.tree", "--leaves")["green.png"])
        self.assertEqual(leaves["warm"], 0)

    def test_alexeyab_names_the_parent(self):
        self.put("colours.data", "classes=3\nnames=colours.names\ntop=2\n")
        out = self.run_well(
            "classifier", "predict", "colours.data", "colours.cfg", "colours.weights", "green.png", "-tree", "classes.tree"
        )
        self.assertRegex(out, r"\n0, warm: 1\.000000, parent: Root \n1, red: 0\.9999\d+, parent: warm \n\Z")


class Valid(ClassifierTest):
    def setUp(self):
        super().setUp()
        self.put("colours.data", "classes=3\nlabels=colours.names\nvalid=list.txt\ntop=2\n")
        self.command = ("classifier", "valid", "colours.data", "colours.cfg", "colours.weights")

    def test_shares(self):
        # What is red is called blue once, and a name without a label is wrong.
        for name, colour in {"1_red": RED, "2_blue": RED, "3_green": GREEN, "4_grass": GREEN}.items():
            self.put(f"{name}.png", plain(colour))
        self.put("list.txt", "1_red.png\n2_blue.png\n3_green.png\n4_grass.png\n")
        done = self.run_program(*self.command)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(
            done.out,
            "0: top 1: 1.000000, top 2: 1.000000\n"
            "1: top 1: 0.500000, top 2: 0.500000\n"
            "2: top 1: 0.666667, top 2: 0.666667\n"
            "3: top 1: 0.500000, top 2: 0.500000\n",
        )
        self.assertRegex(
            done.err, r"\Anightjar: 4 pictures in [^\n]+\nnightjar: warning: 1 of 4 pictures have no label of [^\n]+\n\Z"
        )
        self.put("list.txt", "2_blue.png\n")
        self.assertEqual(self.run_well(*self.command, "-t", "3"), "0: top 1: 0.000000, top 3: 1.000000\n")

    def test_forks_cut_different_pictures(self):
        # Of a picture of 8x24 both take the middle; the network is wider than high.
        self.put("colours.cfg", CLASSIFIER_CFG.replace("width=8", "width=16"))
        tall = png([[BLUE] * 8] * 9 + [[RED] * 8] * 6 + [[BLUE] * 8] * 9)
        self.put("red.png", tall)
        self.put("list.txt", "red.png\n")
        self.assertIn("top 1: 1.000000", self.run_well(*self.command))  # 8 of 48 rows: red alone
        done = self.run_program(*self.command, "--compat", "pjreddie")
        self.assertIn("red.png, 0, 0.992", done.out)  # the middle 8 of 24 rows: 6 of them red

    def test_pictures_that_cannot_be_used(self):
        self.put("list.txt", "gone_red.png\nred.png\n")
        done = self.run_program(*self.command)
        self.assertEqual((done.returncode, done.out), (CANNOT_READ, "0: top 1: 1.000000, top 2: 1.000000\n"))
        self.assertRegex(done.err, r"nightjar: 1 picture in [^\n]+, 1 could not be used\n\Z")

    def test_data_files(self):
        self.put("list.txt", "red.png\n")
        for content, code, mentioned in (
            ("classes=3\nvalid=list.txt\n", MALFORMED, "no labels="),
            ("classes=3\nlabels=colours.names\n", MALFORMED, "no valid="),
            ("classes=3\nlabels=colours.names\nvalid=gone.txt\n", CANNOT_READ, "gone.txt"),
            ("classes=2\nlabels=colours.names\nvalid=list.txt\n", MALFORMED, "the network has 3"),
            ("classes=3\nlabels=colours.names\nvalid=list.txt\ntop=x\n", MALFORMED, "top=x"),
        ):
            self.put("colours.data", content)
            self.assert_refused(code, mentioned, *self.command)


if __name__ == "__main__":
    unittest.main()
