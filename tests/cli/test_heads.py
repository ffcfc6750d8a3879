"""Heads whose networks need more than a cfg and weights, or another fit: class trees and YOLOv1."""

import math
import struct
import unittest

from program import CANNOT_READ, CFG, MALFORMED, USAGE, ProgramTest, picture, png, red_line

# As CFG, with classes that form a tree: a thing is red (60%) or blue (40%).
TREE_CFG = (
    CFG[: CFG.index("[yolo]")].replace("filters=7", "filters=8")
    + "[region]\nanchors=2,2\nnum=1\nclasses=3\nsoftmax=1\ntree=data/toys.tree\nmap=data/toys.map\n"
)
TREE = "thing -1\nred 0\nblue 0\n"

# YOLOv1 on the same pictures: a cell for each quarter, red where the quarter's first pixel is.
V1_CFG = (
    CFG[: CFG.index("[conv")]
    + "[connected]\noutput=28\nactivation=linear\n\n"
    + "[detection]\nclasses=2\ncoords=4\nrescore=1\nside=2\nnum=1\nsoftmax=0\nsqrt=1\njitter=.2\n"
)


def tree_weights():
    """Biases and a matrix for x, y, w, h, objectness, thing, red, blue."""
    biases = [0, 0, 0, 0, -10, 0, math.log(1.5), 0]
    matrix = [0] * 12 + [20, -20, -20] + [0] * 9
    return struct.pack("<3iQ", 0, 2, 5, 0) + struct.pack("<32f", *biases, *matrix)


def v1_weights():
    """Classes (red, other) of each cell, a confidence each, then boxes of 16x8 pixels in their cells' middles."""
    biases = [1, 0] * 4 + [0] * 4 + [0.5, 0.5, math.sqrt(0.5), 0.5] * 4
    matrix = [0.0] * (28 * 3072)
    for cell in range(4):
        matrix[(8 + cell) * 3072 + cell // 2 * 16 * 32 + cell % 2 * 16] = 0.98
    return struct.pack("<3iQ", 0, 2, 5, 0) + struct.pack(f"<{28 * 3073}f", *biases, *matrix)


class Tree(ProgramTest):
    network = ("--cfg", "tree.cfg", "--weights", "tree.weights", "--names", "tree.names")

    def setUp(self):
        super().setUp()
        self.put("tree.cfg", TREE_CFG)
        self.put("tree.weights", tree_weights())
        self.put("tree.names", "thing\nred\nblue\n")
        self.put("data/toys.tree", TREE)
        self.put("data/toys.map", "2\n1\n")
        self.put("net.data", "classes=3\nnames=tree.names\n")

    def found(self, *more):
        return self.lines(self.run_well("detect", *self.network, "a.png", *more))[1:]

    def test_where_the_tree_is_looked_for(self):
        red = [red_line(1, 2).replace("98%", "60%")]
        for more in (
            ("--data", "."),
            ("--data", "data"),
            ("--tree", "data/toys.tree"),
            ("--tree", "toys.tree", "--data", "data"),
        ):
            with self.subTest(more=more):
                self.assertEqual(self.found(*more), red)
        for command in ("layers", "explain"):
            self.assertIn("region", self.run_well(command, "tree.cfg", "--data", "data"))

    def test_a_tree_that_is_not_there(self):
        detect = ("detect", *self.network, "a.png")
        self.assert_refused(MALFORMED, ["tree.cfg:", "is not opened"], *detect)
        self.assert_refused(CANNOT_READ, ["data/toys.tree", "not in home"], *detect, "--data", "home")
        self.assert_refused(CANNOT_READ, "gone.tree", *detect, "--tree", "gone.tree", "--data", "data")

    def test_a_path_in_a_cfg_leads_nowhere_else(self):
        self.put("deep/here", "")
        for path in ("../data/toys.tree", str(self.folder / "data/toys.tree"), "x/../../data/toys.tree"):
            self.put("tree.cfg", TREE_CFG.replace("data/toys.tree", path))
            with self.subTest(path=path):
                self.assert_refused(
                    CANNOT_READ, "not in deep", "detect", *self.network, "a.png", "--data", "deep"
                )
                self.assertEqual(len(self.found("--data", "data")), 1)  # the file of that name there

    def test_a_bad_tree_and_a_bad_map(self):
        detect = ("detect", *self.network, "a.png", "--data", "data")
        self.put("data/toys.tree", "thing -1\nred 7\nblue 0\n")
        self.assert_refused(MALFORMED, "data/toys.tree:2: 'red 7'", *detect)
        self.put("data/toys.tree", "thing -1\nred 0\n")
        self.assert_refused(MALFORMED, "the class tree has 2 classes; 3 are needed", *detect)
        self.put("data/toys.tree", TREE)
        self.put("bad.map", "1\nred\n")
        self.assert_refused(MALFORMED, "bad.map:2: 'red'", *detect, "--map", "bad.map")
        self.put("bad.map", "1\n3\n")
        self.assert_refused(MALFORMED, "the class map names class 3; 0..2 exist", *detect, "--map", "bad.map")

    def test_several_trees(self):
        more = "\n[softmax]\ntree=other.tree\n"
        self.put("tree.cfg", TREE_CFG + more)
        self.assert_refused(
            USAGE, ["data/toys.tree", "other.tree"], "detect", *self.network, "a.png", "--data", "data"
        )

    def test_the_least_probability_on_the_way(self):
        thing = [red_line(1, 2).replace("red: 98%", "thing: 100%")]
        self.assertEqual(self.found("--data", "data", "--hier", ".7"), thing)
        self.assertEqual(self.found("--data", "data", "--compat", "pjreddie"), ["red: 100%"])
        self.assertEqual(
            self.found("--data", "data", "--compat", "pjreddie", "--hier", ".7"), ["thing: 100%"]
        )
        for value in ("x", "2"):
            self.assert_refused(USAGE, "--hier", "detect", *self.network, "a.png", "--hier", value)

    def test_a_map_renumbers_classes(self):
        self.put("tree.names", "sky\nfire\n")
        line = red_line(1, 2)
        self.assertEqual(
            self.found("--data", "data", "--map", "toys.map"),
            [line.replace("red: 98%", "fire: 60%"), line.replace("red: 98%", "sky: 40%")],
        )

    def test_darknet_finds_it_from_the_current_folder(self):
        command = ("detector", "test", "net.data", "tree.cfg", "tree.weights", "a.png")
        for flags, expected in (
            ((), "red: 60%"),
            (("-hier", ".7"), "red: 60%"),  # AlexeyAB's takes the flag, and one half all the same
            (("-compat", "pjreddie"), "red: 100%"),
            (("-compat", "pjreddie", "-hier", ".7"), "thing: 100%"),
        ):
            with self.subTest(flags=flags):
                done = self.run_program(*command, *flags)  # -compat has Darknet's lines about the network on stderr
                self.assertEqual((done.returncode, self.lines(done.out)), (0, ["a.png", expected]))
        (self.folder / "data").rename(self.folder / "moved")
        self.assert_refused(CANNOT_READ, "data/toys.tree", *command)
        self.assertEqual(self.lines(self.run_well(*command, "-data", "moved")), ["a.png", "red: 60%"])


class FirstYolo(ProgramTest):
    network = ("--cfg", "v1.cfg", "--weights", "v1.weights", "--names", "net.names")

    def setUp(self):
        super().setUp()
        self.put("v1.cfg", V1_CFG)
        self.put("v1.weights", v1_weights())
        self.put("net.data", "classes=2\nnames=net.names\n")

    def test_boxes(self):
        self.put("c.png", picture((2, 0), (0, 2)))
        places = "(left_x: {:4}   top_y: {:4}   width:   16   height:    8)"
        expected = ["c.png", *(f"red: 98%\t{places.format(*place)}" for place in ((0, 20), (16, 4)))]
        self.assertEqual(self.lines(self.run_well("detect", *self.network, "c.png")), expected)
        command = ("detector", "test", "net.data", "v1.cfg", "v1.weights", "c.png", "-ext_output")
        self.assertEqual(self.lines(self.run_well(*command)), expected)

    def test_pictures_are_stretched(self):
        # Letterboxed, the cells of the upper row see grey.
        self.put("wide.png", png([[(255, 0, 0)] * 32] * 16))
        for more, boxes in (
            ((), 4),
            (("--compat", "pjreddie"), 4),
            (("--compat", "alexeyab"), 4),
            (("--fit", "letterbox"), 2),
        ):
            out = self.run_well("detect", *self.network, "wide.png", "--thresh", ".6", *more)
            self.assertEqual(len(out.splitlines()), 1 + boxes, more)


if __name__ == "__main__":
    unittest.main()
