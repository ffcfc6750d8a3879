"""Darknet's own command line: detector test ..., detect CFG WEIGHTS IMAGE, a link named darknet."""

import json
import os
import unittest
from pathlib import Path

import program
from program import CANNOT_READ, CFG, LAST_WORD, MALFORMED, USAGE, ProgramTest, edge_network, picture, png, red_line

TEXT = ["a.png", "red: 98%"]
PROMPT = "Enter Image Path: "


class DarknetTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.put("net.data", "classes = 2\ntrain = train.txt\nnames = net.names\n")

    test_command = ("detector", "test", "net.data", "net.cfg", "net.weights")

    def answers(self, output):
        """What was printed between the questions for paths, without times."""
        self.assertTrue(output.startswith(PROMPT) and output.endswith(PROMPT), output)
        return self.lines(output.replace(PROMPT, ""))


class Detector(DarknetTest):
    def test_text(self):
        out = self.run_well(*self.test_command, "a.png", "-dont_show")
        self.assertRegex(out.splitlines()[0], r"^a\.png: Predicted in \d+\.\d{6} milli-seconds\.$")
        self.assertEqual(self.lines(out), TEXT)

    def test_help_names_nothing_missing(self):
        self.assertNotIn("Not supported yet", self.run_well("help", "detector"))

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
        self.assertEqual(self.answers(out), TEXT + ["b.png", "red: 98%", "red: 98%"] + TEXT)
        self.assertEqual(self.run_well(*self.test_command, input=""), PROMPT)

    def test_a_question_stands_before_each_answer_and_at_the_end(self):
        paths = ["a.png", "b.png"] * 20
        for more in ((), ("-threads", "3")):
            out = self.run_well(*self.test_command, *more, input="\n".join(paths))
            parts = out.split(PROMPT)
            self.assertEqual((parts[0], parts[-1]), ("", ""))
            self.assertEqual([part.split(":")[0] for part in parts[1:-1]], paths)

    def test_json_on_standard_output_is_asked_for_nothing(self):
        self.assertEqual(json.loads(self.run_well(*self.test_command, "-out", "-", input="a.png\n"))[0]["filename"], "a.png")

    def test_a_list_with_a_byte_order_mark(self):
        out = self.run_well(*self.test_command, input=b"\xef\xbb\xbfa.png\nb.png\n")
        self.assertEqual(self.answers(out), TEXT + ["b.png", "red: 98%", "red: 98%"])

    def test_a_line_has_a_cap(self):
        with open("/dev/zero", "rb") as endless:
            done = self.run_program(*self.test_command, stdin=endless)
        self.assertEqual((done.returncode, done.out), (MALFORMED, PROMPT))
        self.assertRegex(done.err, r"\Anightjar: error: standard input:1: .*65536 bytes[^\n]+\n\Z")
        done = self.run_program(*self.test_command, input="a.png\n" + "x" * 70000 + "\na.png\n")
        self.assertEqual((done.returncode, self.answers(done.out)), (MALFORMED, TEXT))
        self.assertRegex(done.err, r"\Anightjar: error: standard input:2: [^\n]+\n\Z")
        done = self.run_program(*self.test_command, input="x" * 60000 + "\na.png\n")
        self.assertEqual((done.returncode, self.answers(done.out)), (CANNOT_READ, TEXT))
        self.assertIn("too long", done.err)

    def test_an_input_that_cannot_be_read(self):
        folder = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        done = self.run_program(*self.test_command, stdin=folder)
        self.assertEqual((done.returncode, done.out), (CANNOT_READ, PROMPT))
        self.assertRegex(done.err, r"\Anightjar: error: standard input: cannot be read[^\n]+\n\Z")

    def test_paths_whose_results_would_overwrite_something(self):
        self.put("b.txt", (self.folder / "b.png").read_bytes())
        for path, flags, mentioned in (
            ("./b.txt", ("-save_labels",), "b.txt: is an input"),
            ("b.png", ("-save_labels", "-out", "./b.txt"), "b.txt: two results"),
        ):
            done = self.run_program(*self.test_command, *flags, input=f"a.png\n{path}\na.png\n")
            self.assertEqual((done.returncode, self.answers(done.out)), (USAGE, TEXT))
            self.assertIn(mentioned, done.err)

    def test_a_bad_path_among_them_costs_one_line(self):
        done = self.run_program(*self.test_command, input="a.png\ngone.png\na.png\n")
        self.assertEqual((done.returncode, self.answers(done.out)), (CANNOT_READ, TEXT + TEXT))
        self.assertRegex(LAST_WORD.sub("", done.err), r"\Anightjar: error: gone\.png: [^\n]+\n\Z")

    def test_fit(self):
        self.put("wide.png", png([[(255, 0, 0)] * 32] * 16))

        def boxes(*flags):
            done = self.run_program(*self.test_command, "wide.png", "-nms", "1", *flags)
            return done.out.count("red: 98%")

        self.assertEqual(boxes(), 16)
        self.assertEqual(boxes("-letter_box"), 8)
        self.assertEqual(boxes("--compat", "pjreddie"), 8)
        self.put("net.cfg", CFG.replace("[net]", "[net]\nletter_box=1"))
        self.assertEqual(boxes(), 8)

    def test_padding_of_signs(self):
        cfg, weights = edge_network()
        self.put("net.cfg", cfg)
        self.put("net.weights", weights)
        self.put("black.png", picture())

        def boxes(*command):
            done = self.run_program(*command, "black.png")  # --compat has Darknet's lines about the network on stderr
            self.assertEqual(done.returncode, 0, done.err)
            return sum(line.startswith("red: ") for line in done.out.splitlines())

        self.assertEqual(boxes("detect", *self.net), 9)
        self.assertEqual(boxes("detect", *self.net, "--compat", "pjreddie"), 9)
        self.assertEqual(boxes("detect", *self.net, "--compat", "alexeyab"), 16)
        self.assertEqual(boxes(*self.test_command), 16)
        self.assertEqual(boxes(*self.test_command, "-compat", "pjreddie"), 9)

    def test_pjreddie(self):
        done = self.run_program(*self.test_command, "a.png", "--compat", "pjreddie", "-out", "seen")
        self.assertEqual(done.returncode, 0, done.err)
        out = done.out
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
            (("detector", "tset"), ["tset: no such action", "did you mean 'test'?"]),
            (("detector", "test", "net.data", "net.cfg"), "usage"),
            ((*self.test_command, "a.png", "-thresh"), "'-thresh' needs a value"),
            ((*self.test_command, "a.png", "-compat", "hank"), "hank"),
            ((*self.test_command, "a.png", "-out", "a.png"), "would be overwritten"),
            (("classifier", "demo", "net.data", "net.cfg", "net.weights"), "classifier demo: not supported yet"),
            (("classifier", "predct"), "did you mean 'predict'?"),
            (("partial", "net.cfg", "net.weights", "out"), "usage: nightjar partial CFG WEIGHTS OUT N"),
        ]
        for arguments, mentioned in cases:
            with self.subTest(arguments=arguments):
                self.assert_refused(USAGE, mentioned, *arguments)

    def test_what_is_ignored_is_told(self):
        for more, told in (
            (("b.png",), ["'b.png' is one file too many, and ignored"]),
            (("-frob", "3"), ["'-frob' is no flag of Darknet's, and ignored", "'3' is one file too many, and ignored"]),
            (("-dont-show",), ["'-dont-show' is no flag of Darknet's, and ignored; did you mean '-dont_show'?"]),
            (("--tresh",), ["'--tresh' is no flag of Darknet's, and ignored; did you mean '-thresh'?"]),
        ):
            done = self.run_program(*self.test_command, "a.png", *more)
            self.assertEqual((done.returncode, self.lines(done.out)), (0, TEXT))
            self.assertEqual(done.err, "".join(f"nightjar: warning: {line}\n" for line in told))

    def test_windows_line_ends(self):
        self.assertEqual(self.lines(self.run_well(*self.test_command, "a.png\r", "-thresh", ".3\r", "-dont_show\r")), TEXT)

    def test_demo_says_what_is_missing(self):
        command = ("detector", "demo", *self.test_command[2:])
        self.assert_refused(USAGE, ["detector demo: a camera", "ffmpeg"], *command, "-c", "0")
        self.assert_refused(USAGE, "detector demo: a.mp4: nightjar neither", *command, "a.mp4", "-out_filename", "b.avi")

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
        out = self.run_well("detect", "-thresh", ".5", "net.cfg", "net.weights", input="a.png\n")
        self.assertEqual(self.answers(out), ["a.png", "class 0: 98%"])
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
