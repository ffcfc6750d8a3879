"""nightjar export from outside: files, options, what it refuses. What is in the files: tests/engine/export/."""

import struct
import unittest

from program import CANNOT_READ, CANNOT_WRITE, CFG, MALFORMED, TOO_LARGE, USAGE, ProgramTest, weights

RECURRENT = "[net]\ninputs=4\n[rnn]\noutput=4\nhidden=4\n"
# 46340 x 46340 weights, which are 8.6 GB.
LARGE = "[net]\ninputs=46340\n[connected]\noutput=46340\nactivation=linear\n"


class Export(ProgramTest):
    plain = ("export", "net.cfg", "net.weights", "-o", "net.onnx")

    def test_a_file(self):
        self.assertEqual(self.run_well(*self.plain), "")
        content = (self.folder / "net.onnx").read_bytes()
        self.assertTrue(content.startswith(b"\x08\x07\x12\x08nightjar"))
        self.assertIn(struct.pack("<4f", 20, -20, -20, 0), content)  # of the weights
        for word in (b"convolutional_000_weights", b"yolo_001", b"16,16"):
            self.assertIn(word, content)
        self.assertEqual(sorted(path.name for path in self.folder.glob(".*")), [])

    def test_ways_to_name_the_network(self):
        self.run_well(*self.plain)
        expected = (self.folder / "net.onnx").read_bytes()
        self.run_well("export", "--cfg", "net.cfg", "--weights", "net.weights", "--out", "named.onnx")
        self.assertEqual((self.folder / "named.onnx").read_bytes(), expected)
        with self.start("export", "net.cfg", "net.weights", "-o", "-") as process:
            self.assertEqual(process.communicate(timeout=60), (expected, b""))
        self.assert_refused(USAGE, "which network?", "export", "-o", "a.onnx")
        self.assert_refused(USAGE, "needs", "export", "net.cfg", "-o", "a.onnx")
        self.assert_refused(USAGE, "--out is required", "export", "net.cfg", "net.weights")

    def test_made_up_weights_are_the_same_each_time(self):
        for name in ("a.onnx", "b.onnx"):
            self.run_well("export", "net.cfg", "--synth", "-o", name)
        self.assertEqual((self.folder / "a.onnx").read_bytes(), (self.folder / "b.onnx").read_bytes())

    def test_size_batch_and_decoding(self):
        for more, mentioned in (
            (("--batch", "dynamic"), b"batch"),
            (("--batch", "9"), b"\x0a\x02\x08\x09"),
            (("--width", "96"), b"3,32,96"),
            (("--decode",), b"scores"),
        ):
            with self.subTest(more):
                self.run_well(*self.plain)
                self.assertNotIn(mentioned, (self.folder / "net.onnx").read_bytes())
                self.run_well(*self.plain, *more)
                self.assertIn(mentioned, (self.folder / "net.onnx").read_bytes())
        for batch in ("0", "many", "-1", "1025"):
            self.assert_refused(USAGE, "--batch", "export", "net.cfg", "net.weights", "-o", "a", "--batch", batch)

    def test_names(self):
        self.run_well(*self.plain, "--names", "net.names")
        self.assertIn(b"classes\x12\x09red\nother", (self.folder / "net.onnx").read_bytes())
        self.put("few.names", "red\n")
        self.assert_refused(
            MALFORMED, "1 names; the network has 2 classes", "export", "net.cfg", "net.weights", "-o", "a",
            "--names", "few.names",
        )

    def refuse(self, code, mentioned, cfg, *more):
        self.put("other.cfg", cfg)
        self.assert_refused(code, mentioned, "export", "other.cfg", "--synth", "-o", "a.onnx", *more)

    def test_what_cannot_be_exported(self):
        self.refuse(USAGE, ["other.cfg", "layer 0 (rnn)", "recurrent"], RECURRENT)
        self.refuse(USAGE, "no detection layer", CFG[: CFG.index("[yolo]")], "--decode")
        self.refuse(TOO_LARGE, ["other.cfg", "2147483647"], LARGE)
        self.refuse(MALFORMED, "other.cfg:8", CFG.replace("size=1", "size=none"))

    def test_bad_files(self):
        self.assert_refused(CANNOT_READ, "gone.cfg", "export", "gone.cfg", "net.weights", "-o", "a.onnx")
        self.assert_refused(CANNOT_READ, "gone.weights", "export", "net.cfg", "gone.weights", "-o", "a.onnx")
        self.put("short.weights", weights()[:-4])
        self.assert_refused(MALFORMED, "short.weights", "export", "net.cfg", "short.weights", "-o", "a.onnx")
        self.put("nan.weights", weights()[:-4] + b"\xff" * 4)
        self.assert_refused(MALFORMED, "NaN", "export", "net.cfg", "nan.weights", "-o", "a.onnx")
        self.assert_refused(CANNOT_WRITE, "gone/a.onnx", "export", "net.cfg", "net.weights", "-o", "gone/a.onnx")
        self.assert_refused(USAGE, "net.weights", "export", "net.cfg", "net.weights", "-o", "net.weights")


if __name__ == "__main__":
    unittest.main()
