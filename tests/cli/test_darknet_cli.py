"""Darknet's own command line: detector test ..., detect CFG WEIGHTS IMAGE, a link named darknet."""

import json
import os
import unittest
from pathlib import Path

import program
from program import CANNOT_READ, CFG, LAST_WORD, MALFORMED, USAGE, ProgramTest, png, red_line

TEXT = ["a.png", "red: 98%"]


class DarknetTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.put("net.data", "classes = 2\ntrain = train.txt\nnames = net.names\n")

    test_command = ("detector", "test", "net.data", "net.cfg", "net.weights")


class Detector(DarknetTest):
    def test_text(self):
        out = self.run_well(*self.test_command, "a.png", "-dont_show")
        self.assertRegex(out.splitlines()[0], r"^a\.png: Predicted in \d+\.\d{6} milli-seconds\.$")
        self.assertEqual(self.lines(out), TEXT)

    def test_flags_stand_anywhere(self):
        with_boxes = ["a.png", red_line(1, 2)]
        for arguments in (
            (
                "detector",
                "-ext_output",
                "test",
                "net.data",
                "-thresh",
                ".3",
                "net.cfg",
                "net.weights",
                "a.png",
            ),
            (*self.test_command, "a.png", "-i", "0", "--ext_output", "-dont_show"),
            ("detector", "test", "-gpus", "0,1", *self.test_command[2:], "-ext_output", "a.png", "-nogpu"),
        ):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.lines(self.run_well(*arguments)), with_boxes)

    def test_thresholds(self):
        self.assertEqual(self.lines(self.run_well(*self.test_command, "a.png", "-thresh", "0.99")), ["a.png"])
        for flag in ("-thresh", "-nms", "-hier"):
            for value in ("x", "2", "nan", "-1"):
                self.assert_refused(USAGE, flag, *self.test_command, "a.png", flag, value)

    def test_predictions_are_drawn_shown_or_not(self):
        for flags in ((), ("-dont_show",)):
            self.run_well(*self.test_command, "a.png", *flags)
            drawn = self.folder / "predictions.jpg"
            self.assertTrue(drawn.read_bytes().startswith(b"\xff\xd8"))
            drawn.unlink()

    def test_json(self):
        self.run_well(*self.test_command, "a.png", "-out", "result.json")
        frames = json.loads((self.folder / "result.json").read_text())
        self.assertEqual(
            [(f["frame_id"], f["filename"], f["objects"][0]["name"]) for f in frames], [(1, "a.png", "red")]
        )

    def test_labels_lie_beside_the_picture_or_in_labels(self):
        content = (self.folder / "a.png").read_bytes()
        self.put("set/JPEGImages/1.png", content)
        (self.folder / "set/labels").mkdir()
        self.run_well(*self.test_command, "a.png", "-save_labels")
        self.run_well(*self.test_command, "set/JPEGImages/1.png", "-save_labels")
        for label in ("a.txt", "set/labels/1.txt"):
            self.assertEqual((self.folder / label).read_text(), "0 0.3750 0.6250 0.5000 0.5000\n")

    def test_paths_come_from_standard_input(self):
        out = self.run_well(*self.test_command, input="a.png\r\n\nb.png\na.png")
        self.assertEqual(self.lines(out), TEXT + ["b.png", "red: 98%", "red: 98%"] + TEXT)
        self.assertEqual(self.run_well(*self.test_command, input=""), "")

    def test_a_list_with_a_byte_order_mark(self):
        out = self.run_well(*self.test_command, input=b"\xef\xbb\xbfa.png\nb.png\n")
        self.assertEqual(self.lines(out), TEXT + ["b.png", "red: 98%", "red: 98%"])

    def test_a_line_has_a_cap(self):
        with open("/dev/zero", "rb") as endless:
            self.assert_refused(MALFORMED, ["standard input:1", "65536 bytes"], *self.test_command, stdin=endless)
        done = self.run_program(*self.test_command, input="a.png\n" + "x" * 70000 + "\na.png\n")
        self.assertEqual((done.returncode, self.lines(done.out)), (MALFORMED, TEXT))
        self.assertRegex(done.err, r"\Anightjar: error: standard input:2: [^\n]+\n\Z")
        done = self.run_program(*self.test_command, input="x" * 60000 + "\na.png\n")
        self.assertEqual((done.returncode, self.lines(done.out)), (CANNOT_READ, TEXT))
        self.assertIn("too long", done.err)

    def test_an_input_that_cannot_be_read(self):
        folder = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        self.assert_refused(CANNOT_READ, "standard input: cannot be read", *self.test_command, stdin=folder)

    def test_paths_whose_results_would_overwrite_something(self):
        self.put("b.txt", (self.folder / "b.png").read_bytes())
        for path, flags, mentioned in (
            ("./b.txt", ("-save_labels",), "b.txt: is an input"),
            ("b.png", ("-save_labels", "-out", "./b.txt"), "b.txt: two results"),
        ):
            done = self.run_program(*self.test_command, *flags, input=f"a.png\n{path}\na.png\n")
            self.assertEqual((done.returncode, self.lines(done.out)), (USAGE, TEXT))
            self.assertIn(mentioned, done.err)

    def test_a_bad_path_among_them_costs_one_line(self):
        done = self.run_program(*self.test_command, input="a.png\ngone.png\na.png\n")
        self.assertEqual((done.returncode, self.lines(done.out)), (CANNOT_READ, TEXT + TEXT))
        self.assertRegex(LAST_WORD.sub("", done.err), r"\Anightjar: error: gone\.png: [^\n]+\n\Z")

    def test_fit(self):
        self.put("wide.png", png([[(255, 0, 0)] * 32] * 16))

        def boxes(*flags):
            return len(self.run_well(*self.test_command, "wide.png", "-nms", "1", *flags).splitlines()) - 1

        self.assertEqual(boxes(), 16)
        self.assertEqual(boxes("-letter_box"), 8)
        self.assertEqual(boxes("--compat", "pjreddie"), 8)
        self.put("net.cfg", CFG.replace("[net]", "[net]\nletter_box=1"))
        self.assertEqual(boxes(), 8)

    def test_pjreddie(self):
        out = self.run_well(*self.test_command, "a.png", "--compat", "pjreddie", "-out", "seen")
        self.assertRegex(out, r"\Aa\.png: Predicted in \d+\.\d{6} seconds\.\nred: 98%\n\Z")
        self.assertTrue((self.folder / "seen.jpg").read_bytes().startswith(b"\xff\xd8"))

    def test_names_lie_beside_the_data_file_too(self):
        for name in ("net.data", "net.names"):
            self.put(f"deep/{name}", (self.folder / name).read_bytes())
        (self.folder / "net.names").unlink()
        self.assertEqual(
            self.lines(self.run_well("detector", "test", "deep/net.data", *self.test_command[3:], "a.png")),
            TEXT,
        )

    def test_refusals(self):
        cases = [
            (("detector",), "detector: what to do?"),
            (("detector", "tset"), "tset"),
            (("detector", "test", "net.data", "net.cfg"), "usage"),
            ((*self.test_command, "a.png", "b.png"), "usage"),
            ((*self.test_command, "a.png", "-frob"), "'-frob'"),
            ((*self.test_command, "a.png", "-thresh"), "'-thresh' needs a value"),
            ((*self.test_command, "a.png", "-compat", "hank"), "hank"),
            ((*self.test_command, "a.png", "-out", "a.png"), "would be overwritten"),
            (("classifier", "predict", "net.data", "net.cfg", "net.weights", "a.png"), "not supported yet"),
        ]
        for action in ("train", "demo"):
            cases.append(
                (
                    ("detector", action, *self.test_command[2:], "-points", "11"),
                    f"detector {action}: not supported yet",
                )
            )
        for arguments, mentioned in cases:
            with self.subTest(arguments=arguments):
                self.assert_refused(USAGE, mentioned, *arguments)

    def test_data_files(self):
        cases = [
            ("classes=3\nnames=net.names\n", MALFORMED, "classes=3; the network has 2"),
            ("classes=2\n", MALFORMED, "no names="),
            ("names=gone.names\n", CANNOT_READ, "gone.names"),
        ]
        for content, code, mentioned in cases:
            self.put("net.data", content)
            self.assert_refused(code, mentioned, *self.test_command, "a.png")
        (self.folder / "net.data").unlink()
        self.assert_refused(CANNOT_READ, "net.data", *self.test_command, "a.png")


class Detect(DarknetTest):
    def test_cfg_weights_image(self):
        self.assertEqual(
            self.lines(self.run_well("detect", "net.cfg", "net.weights", "a.png", "-names", "net.names")),
            TEXT,
        )
        self.assertEqual(
            self.lines(self.run_well("detect", "-thresh", ".5", "net.cfg", "net.weights", input="a.png\n")),
            ["a.png", "class 0: 98%"],
        )
        self.assert_refused(USAGE, "usage", "detect", "net.cfg")

    def test_coco_names_for_80_classes(self):
        # 85 filters: x, y, w, h and 79 classes at 0, objectness and the class "dog" (16) at 10.
        biases = [0.0] * 85
        biases[4] = biases[5 + 16] = 10.0
        self.put("net.cfg", CFG.replace("filters=7", "filters=85").replace("classes=2", "classes=80"))
        self.put("net.weights", program.struct.pack("<3iQ340f", 0, 2, 5, 0, *biases, *[0.0] * 255))
        out = self.lines(
            self.run_well("detect", "net.cfg", "net.weights", "a.png", "-thresh", ".9", "-nms", "0")
        )
        self.assertEqual(set(out), {"a.png", "dog: 100%"})

    def test_a_link_named_darknet(self):
        link = self.folder / "darknet"
        link.symlink_to(Path(program.NIGHTJAR).resolve())
        out = self.run_well(*self.test_command, "a.png", executable=link)
        self.assertEqual(self.lines(out), TEXT)
        os.unlink(link)


if __name__ == "__main__":
    unittest.main()
