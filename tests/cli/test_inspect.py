"""nightjar layers, explain and dump."""

import json
import os
import struct
import unittest

from program import CANNOT_READ, CFG, MALFORMED, ProgramTest


def npy(shape, values):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust(117) + "\n"
    return (
        b"\x93NUMPY\1\0"
        + struct.pack("<H", len(header))
        + header.encode()
        + struct.pack(f"<{len(values)}f", *values)
    )


def read_npy(content):
    """(shape, values) of a float32 .npy file."""
    length = struct.unpack("<H", content[8:10])[0]
    fields = eval(content[10 : 10 + length], {})  # a Python literal by definition of the format
    assert (fields["descr"], fields["fortran_order"]) == ("<f4", False)
    body = content[10 + length :]
    return fields["shape"], struct.unpack(f"<{len(body) // 4}f", body)


class Tables(ProgramTest):
    def test_layers_need_no_weights(self):
        rows = self.run_well("layers", "net.cfg").splitlines()
        self.assertIn("convolutional", rows[1])
        self.assertRegex(rows[1], r"32 x +32 x +3 +-> +4 x +4 x +7")
        self.assertIn("yolo", rows[2])

    def test_layers_of_another_size(self):
        self.assertRegex(
            self.run_well("layers", "net.cfg", "--width", "64", "--height", "96"),
            r"64 x +96 x +3 +-> +8 x +12",
        )

    def test_explain(self):
        self.assertRegex(self.run_well("explain", "net.cfg"), r"conv")
        reference = self.run_well("explain", "net.cfg", env=self.environment(NIGHTJAR_ISA="reference"))
        self.assertIn("reference", reference)

    def test_weights_are_not_made_up(self):
        """8192 x 8192 filters of 3x3 are 2.4 GB; a table of them is not."""
        wide = "[convolutional]\nfilters=8192\nsize=3\npad=1\nactivation=linear\n"
        self.put("wide.cfg", CFG[: CFG.index("[conv")] + wide * 2)
        for command in ("layers", "explain"):
            with self.start(command, "wide.cfg") as process:
                out, _ = process.stdout.read(), process.stderr.read()
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 0)
            self.assertIn(b"8192", out)
            self.assertLess(usage.ru_maxrss, 1 << 20)  # KiB; with sanitizers too

    def test_bad_cfgs(self):
        self.put("bad.cfg", "[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nfilters=none\n")
        for command in ("layers", "explain"):
            self.assert_refused(MALFORMED, "bad.cfg:6", command, "bad.cfg")
            self.assert_refused(CANNOT_READ, "gone.cfg", command, "gone.cfg")


class Help(ProgramTest):
    def test_version(self):
        line = self.run_well("--version")
        self.assertRegex(line, r"\Anightjar \d+\.\d+\.\d+\n\Z")
        text = self.run_well("version")
        self.assertTrue(text.startswith(line))
        self.assertRegex(text, r"(?m)^instruction sets, of those that this CPU has: (\w+, )*portable, reference$")
        self.assertRegex(text, r"(?m)^CUDA: (not built in|\d+\.[\d.]+ for sm_\d+.*)$")
        self.assertRegex(text, r"(?m)^compiler: (gcc|clang) \d+")

    def test_help(self):
        commands = self.run_well("help")
        self.assertEqual(commands, self.run_well("--help"))
        names = [line.split()[0] for line in commands.splitlines() if line.startswith("  ") and not "nightjar" in line.split()[0]]
        self.assertLessEqual({"detect", "classify", "weights", "version", "detector", "classifier", "partial"}, set(names))
        for name in names:
            with self.subTest(name):
                self.assertEqual(self.run_well("help", name), self.run_well(name, "--help"))


class Dump(ProgramTest):
    def dump(self, *more):
        return ("dump", *self.net[:4], "--input", "x.npy", "--out", "out", *more)

    def test_values(self):
        # Green everywhere, red in one cell: objectness is 20 * red - 20 * green - 10.
        values = [0.0] * (3 * 32 * 32)
        values[1024:2048] = [0.5] * 1024
        values[8 * 32 + 16] = 1.0
        self.put("x.npy", npy((3, 32, 32), values))
        self.assertEqual(self.run_well(*self.dump()), "")
        shape, conv = read_npy((self.folder / "out/000.npy").read_bytes())
        self.assertEqual(shape, (7, 4, 4))
        objectness = [-20.0] * 16
        objectness[1 * 4 + 2] = 0.0
        self.assertEqual(list(conv[4 * 16 : 5 * 16]), objectness)
        self.assertEqual(set(conv[5 * 16 : 6 * 16]), {4.0})
        shape, head = read_npy((self.folder / "out/001.npy").read_bytes())
        self.assertEqual(shape, (7, 4, 4))
        self.assertAlmostEqual(head[4 * 16 + 6], 0.5, places=5)
        self.assertEqual(sorted(os.listdir(self.folder / "out")), ["000.npy", "001.npy"])
        everything = self.dump("--all")
        self.run_well(*everything)

    def test_inputs_that_do_not_fit(self):
        cases = [
            (npy((3, 16, 16), [0.0] * 768), "shape (3, 16, 16); the network takes (3, 32, 32)"),
            (npy((3072,), [0.0] * 3072), "shape (3072)"),
            (b"text", "x.npy"),
        ]
        for content, mentioned in cases:
            self.put("x.npy", content)
            self.assert_refused(MALFORMED, ["x.npy", mentioned], *self.dump())
        self.put("x.npy", npy((1, 3, 16, 16), [0.0] * 768))
        self.run_well(*self.dump("--width", "16", "--height", "16"))


class Bench(ProgramTest):
    def test_one_number(self):
        for weights in (("--weights", "net.weights"), ("--synth",)):
            out = self.run_well("bench", "--cfg", "net.cfg", *weights, "--repeat", "3", "--format", "ms")
            self.assertRegex(out, r"\A\d+\.\d+\n\Z")

    def test_json(self):
        out = self.run_well(
            "bench",
            "--cfg",
            "net.cfg",
            "--synth",
            "--repeat",
            "5",
            "--format",
            "json",
            "--batch",
            "2",
            "--width",
            "64",
            "--height",
            "32",
        )
        report = json.loads(out)
        self.assertEqual(
            [report[key] for key in ("cfg", "width", "height", "batch", "repeats")], ["net.cfg", 64, 32, 2, 5]
        )
        self.assertLessEqual(report["best_ms"], report["median_ms"])
        self.assertLessEqual(report["median_ms"], report["p95_ms"])

    def test_table(self):
        table = self.run_well("bench", "--cfg", "net.cfg", "--synth", "--repeat", "1")
        for row in ("best", "median", "p95", "GFLOP/s"):
            self.assertIn(row, table)


if __name__ == "__main__":
    unittest.main()
