"""nightjar weights and nightjar partial."""

import struct
import unittest

from program import CANNOT_READ, MALFORMED, USAGE, ProgramTest

CFG = """[net]
width=4
height=4
channels=3

[convolutional]
batch_normalize=1
filters=2
size=1
activation=leaky

[maxpool]
size=2

[convolutional]
filters=3
size=1
activation=linear
"""
FIRST, SECOND = 2 + 2 + 2 + 2 + 2 * 3, 3 + 3 * 2  # values of the two convolutions
VALUES = [float(i + 1) for i in range(FIRST + SECOND)]


def file(values, version=(0, 2, 5), seen=32013312):
    header = struct.pack("<3i", *version) + struct.pack("<Q" if version >= (0, 2, 0) else "<I", seen)
    return header + struct.pack(f"<{len(values)}f", *values)


class Weights(ProgramTest):
    def setUp(self):
        super().setUp()
        self.put("small.cfg", CFG)
        self.put("small.weights", file(VALUES))

    def read(self, name):
        return (self.folder / name).read_bytes()

    def test_info(self):
        rows = self.run_well("weights", "small.cfg", "small.weights", "--info").splitlines()
        self.assertEqual(
            rows[0], "small.weights: version 0.2.5, 32013312 pictures seen in training, header of 20 bytes"
        )
        self.assertEqual(rows[2].split(), "0 convolutional biases 2 20 1 1.5 2".split())
        self.assertEqual(rows[5].split(), "0 convolutional rolling_variance 2 44 7 7.5 8".split())
        self.assertEqual(rows[6].split(), "0 convolutional weights 6 52 9 11.5 14".split())
        self.assertEqual(rows[7].split(), "2 convolutional biases 3 76 15 16 17".split())
        self.assertEqual(rows[-1], "23 values, 112 bytes")
        self.assertEqual(rows, self.run_well("weights", "small.cfg", "small.weights").splitlines())

    def test_an_old_header(self):
        self.put("small.weights", file(VALUES, (0, 1, 0), 7))
        self.assertIn("version 0.1.0, 7 pictures seen in training, header of 16 bytes",
                      self.run_well("weights", "small.cfg", "small.weights"))
        self.run_well("weights", "small.cfg", "small.weights", "--strip", "-o", "out")
        self.assertEqual(self.read("out"), file(VALUES, (0, 1, 0), 0))
        self.run_well("weights", "small.cfg", "small.weights", "--partial", "1", "-o", "out")
        self.assertEqual(self.read("out"), file(VALUES[:FIRST], seen=0))

    def test_partial(self):
        for layers, count in ((0, 0), (1, FIRST), (2, FIRST), (3, FIRST + SECOND)):
            self.run_well("weights", "small.cfg", "small.weights", "--partial", layers, "-o", "out")
            self.assertEqual(self.read("out"), file(VALUES[:count], seen=0))
            self.run_well("partial", "small.cfg", "small.weights", "darknets", layers)
            self.assertEqual(self.read("darknets"), self.read("out"))

    def test_strip(self):
        self.run_well("weights", "small.cfg", "small.weights", "--strip", "-o", "out")
        self.assertEqual(self.read("out"), file(VALUES, seen=0))

    def test_a_file_of_the_first_layers(self):
        self.put("small.conv.1", file(VALUES[:FIRST]))
        self.assertIn("14 values, 76 bytes; it ends before layer 2 (convolutional)",
                      self.run_well("weights", "small.cfg", "small.conv.1"))
        self.run_well("weights", "small.cfg", "small.conv.1", "--partial", "2", "-o", "out")
        self.assertEqual(self.read("out"), file(VALUES[:FIRST], seen=0))
        self.assert_refused(MALFORMED, "it ends before layer 2", "weights", "small.cfg", "small.conv.1", "--partial", "3",
                            "-o", "other")

    def test_refusals(self):
        small = ("weights", "small.cfg", "small.weights")
        self.put("short.weights", file(VALUES[:3]))
        self.put("long.weights", file(VALUES + [1.0]))
        for arguments, code, mentioned in (
            ((*small, "--strip"), USAGE, "-o FILE is missing"),
            ((*small, "-o", "out"), USAGE, "-o needs --partial N or --strip"),
            ((*small, "--strip", "--partial", "1", "-o", "out"), USAGE, "choose one"),
            ((*small, "--partial", "4", "-o", "out"), USAGE, "the network has 3"),
            ((*small, "--partial", "-1", "-o", "out"), USAGE, "--partial"),
            ((*small, "--strip", "-o", "./small.weights"), USAGE, "would be overwritten"),
            (("weights", "small.cfg", "short.weights"), MALFORMED, "ends within the scales of layer 0"),
            (("weights", "small.cfg", "long.weights"), MALFORMED, "4 bytes are left over"),
            (("weights", "small.cfg", "small.cfg"), MALFORMED, "small.cfg"),
            (("weights", "small.cfg", "gone.weights"), CANNOT_READ, "gone.weights"),
            (("partial", "small.cfg", "small.weights", "out", "x"), USAGE, "usage: nightjar partial"),
        ):
            with self.subTest(arguments):
                self.assert_refused(code, mentioned, *arguments)


if __name__ == "__main__":
    unittest.main()
