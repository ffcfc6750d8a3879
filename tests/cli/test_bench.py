"""nightjar bench: what it reports, in every form, and that it adds up; not how fast anything is."""

import json
import re
import subprocess
import sys
import unittest
import xml.etree.ElementTree as xml

from program import CANNOT_READ, CANNOT_WRITE, ROOT, USAGE, ProgramTest

sys.path.insert(0, str(ROOT / "tests"))
from svg_labels import faults_of  # noqa: E402

# Convolutions of every kind that a kernel family computes, a residual add, and a head.
LAYERED_CFG = """[net]
width=64
height=64
channels=3

[convolutional]
batch_normalize=1
filters=16
size=3
stride=1
pad=1
activation=leaky

[convolutional]
batch_normalize=1
filters=32
size=3
stride=2
pad=1
activation=leaky

[convolutional]
batch_normalize=1
filters=32
size=3
stride=1
pad=1
activation=leaky

[shortcut]
from=-2
activation=linear

[maxpool]
size=2
stride=2

[convolutional]
filters=7
size=1
stride=1
activation=linear

[yolo]
mask=0
anchors=16,16
classes=2
num=1
"""
FIGURES = {
    "cfg",
    "weights",
    "width",
    "height",
    "batch",
    "streams",
    "device",
    "threads",
    "isa",
    "cpu",
    "date",
    "load_ms",
    "peak_resident_bytes",
    "best_ms",
    "median_ms",
    "p95_ms",
    "repeats",
    "pictures_per_s",
    "gflop",
    "gflop_per_s",
}


class BenchTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.put("layered.cfg", LAYERED_CFG)

    layered = ("bench", "--cfg", "layered.cfg", "--synth", "--repeat", "3")

    def report(self, *more, **options):
        return json.loads(self.run_well(*self.layered, "--format", "json", *more, **options))

    def chart(self, name):
        """The texts of an SVG file that this run has written; all of them can be read."""
        self.assertEqual(faults_of(self.folder / name), [])
        root = xml.fromstring((self.folder / name).read_text())
        self.assertEqual(root.tag, "{http://www.w3.org/2000/svg}svg")
        return [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


class Network(BenchTest):
    def test_table(self):
        table = self.run_well(*self.layered)
        for row in (
            "network",
            "machine",
            "checked",
            "load",
            "memory",
            "best",
            "median",
            "p95",
            "repeats",
            "work",
            "rate",
        ):
            self.assertRegex(table, rf"(?m)^{row} ")
        self.assertIn("layered.cfg, 64x64, batch 1, made-up weights", table)

    def test_json(self):
        report = self.report()
        self.assertEqual(FIGURES - set(report), set())
        self.assertEqual((report["weights"], report["repeats"], report["streams"]), ("synthesised", 3, 0))
        self.assertLessEqual(report["best_ms"], report["median_ms"])
        self.assertLessEqual(report["median_ms"], report["p95_ms"])
        self.assertAlmostEqual(report["pictures_per_s"] * report["best_ms"], 1000, places=3)
        self.assertAlmostEqual(report["gflop_per_s"], report["gflop"] * report["pictures_per_s"])
        self.assertGreater(report["peak_resident_bytes"], 1 << 20)
        self.assertRegex(report["date"], r"\A\d{4}-\d\d-\d\d\Z")
        self.assertNotIn("layers", report)

    def test_ms_is_one_number(self):
        for more in ((), ("--no-check",), ("--layers",), ("--streams", "2")):
            self.assertRegex(self.run_well(*self.layered, "--format", "ms", *more), r"\A\d+\.\d{3}\n\Z")

    def test_until_stable(self):
        report = json.loads(self.run_well("bench", "--cfg", "layered.cfg", "--synth", "--format", "json"))
        self.assertGreater(report["repeats"], 10)

    def test_trained_weights(self):
        report = json.loads(self.run_well("bench", *self.net[:4], "--repeat", "1", "--format", "json"))
        self.assertEqual(report["weights"], "trained")

    def test_check(self):
        for isa in ("portable", "reference"):
            self.assertLessEqual(self.report(env=self.environment(NIGHTJAR_ISA=isa))["head_error"], 1e-3)
        self.assertNotIn("head_error", self.report("--no-check"))

    def test_peak(self):
        self.assertGreater(self.report(env=self.environment(NIGHTJAR_ISA="portable"))["peak_gflop_per_s"], 0)
        self.assertNotIn("peak_gflop_per_s", self.report(env=self.environment(NIGHTJAR_ISA="reference")))

    def test_layers(self):
        table = self.run_well(*self.layered, "--layers")
        head, rows = table.split("\nlayers ")
        *rows, total = rows.splitlines()[1:]
        times = [float(re.search(r" (\d+\.\d{3}) +[\d.]+%", row)[1]) for row in rows]
        shares = [float(re.search(r"([\d.]+)%", row)[1]) for row in rows]
        self.assertEqual(times, sorted(times, reverse=True))
        self.assertAlmostEqual(
            sum(times), float(re.search(r"[\d.]+(?= ms)", total)[0]), delta=0.0006 * len(rows)
        )
        self.assertAlmostEqual(sum(shares), 100, delta=0.06 * len(rows))
        self.assertIn("conv 3x3/2 + leaky", table)

    def test_layers_do_all_the_work(self):
        for batch in (1, 2):
            report = self.report("--layers", "--batch", str(batch))
            self.assertAlmostEqual(
                sum(step["gflop"] for step in report["layers"]), batch * report["gflop"], places=9
            )
            self.assertEqual(report["layers"][-1]["output"], [7, 16, 16])
            self.assertTrue(all(step["ms"] > 0 for step in report["layers"]))

    def test_batch(self):
        report = self.report("--batch", "3")
        self.assertEqual(report["batch"], 3)
        self.assertAlmostEqual(report["pictures_per_s"] * report["best_ms"], 3000, places=3)

    def test_streams(self):
        report = self.report("--streams", "3", "--batch", "2")
        self.assertEqual((report["streams"], report["threads"], report["batch"]), (3, 3, 2))
        self.assertGreaterEqual(
            report["repeats"], 3 + 2
        )  # the first stream's three, at least one of each other
        self.assertGreater(report["pictures_per_s"], 0)
        self.assertIn("3 contexts of one thread", self.run_well(*self.layered, "--streams", "3"))

    def test_files(self):
        table = self.run_well(*self.layered, "--json", "a.json", "--svg", "a.svg")
        self.assertNotIn("share", table)
        report = json.loads((self.folder / "a.json").read_text())
        texts = self.chart("a.svg")
        for step in report["layers"]:
            self.assertIn(step["operation"], texts)
        self.assertTrue(any(text.startswith("layered 64x64, batch 1") for text in texts))

    def test_names_in_charts_are_escaped(self):
        self.put("a<&>b.cfg", LAYERED_CFG)
        self.run_well("bench", "--cfg", "a<&>b.cfg", "--synth", "--repeat", "1", "--svg", "a.svg")
        self.assertTrue(any(text.startswith("a<&>b 64x64") for text in self.chart("a.svg")))
        self.put("a\x1b.cfg", LAYERED_CFG)
        table = self.run_well("bench", "--cfg", "a\x1b.cfg", "--synth", "--repeat", "1")
        self.assertIn("a\\x1b.cfg, 64x64", table)

    def test_long_names_fit_into_charts(self):
        self.put(f"{'long' * 50}.cfg", LAYERED_CFG)
        self.run_well("bench", "--cfg", f"{'long' * 50}.cfg", "--synth", "--repeat", "1", "--svg", "a.svg")
        self.assertTrue(any(text.startswith("long" * 50 + " 64x64") for text in self.chart("a.svg")))

    def test_training(self):
        table = self.run_well(*self.layered, "--training", "--batch", "2", "--layers")
        self.assertIn("batch 2, made-up weights, forward, backward and update", table)
        for step in ("pack what changed", "gradient by the weights of conv 3x3", "yolo", "sgd update"):
            self.assertIn(step, table)
        report = self.report("--training", "--batch", "2", "--layers")
        self.assertEqual((report["pass"], report["batch"], report["repeats"]), ("training", 2, 3))
        self.assertAlmostEqual(report["pictures_per_s"] * report["best_ms"], 2000, places=3)
        self.assertAlmostEqual(sum(step["gflop"] for step in report["layers"]), 2 * report["gflop"], places=9)
        self.assertEqual(self.report("--training")["batch"], 1)
        self.assertEqual(self.report()["pass"], "forward")

    def test_refusals(self):
        self.assert_refused(USAGE, "--training", *self.layered, "--training", "--streams", "2")
        self.assert_refused(USAGE, "--training", "bench", "--paper", "--training")
        self.assert_refused(USAGE, "--streams", *self.layered, "--streams", "2", "--threads", "2")
        self.assert_refused(USAGE, "--paper", *self.layered, "--paper")
        self.assert_refused(USAGE, "--paper", *self.layered, "--markdown", "a.md")
        self.assert_refused(USAGE, "ms", "bench", "--paper", "--format", "ms")
        self.assert_refused(USAGE, "--only", "bench", "--paper", "--only", "AlexNet")
        self.assert_refused(USAGE, "which network", "bench")
        self.assert_refused(CANNOT_READ, "gone.cfg", "bench", "--cfg", "gone.cfg", "--synth")
        self.assert_refused(CANNOT_WRITE, "gone/a.json", *self.layered, "--json", "gone/a.json")
        self.assert_refused(
            CANNOT_READ, "gone.cfg", "bench", "--cfg", "gone.cfg", "--synth", "--svg", "a.svg"
        )


class Paper(BenchTest):
    paper = ("bench", "--paper", "--repeat", "1", "--only", "YOLOv3-tiny,Darknet-19")

    def test_tables(self):
        text = self.run_well(
            *self.paper, "--no-check", "--json", "a.json", "--markdown", "a.md", "--svg", "a.svg"
        )
        self.assertRegex(text, r"(?m)^YOLOv3-tiny +416 +- +33\.1 +- +220 +5\.56 ")
        self.assertRegex(text, r"(?m)^Darknet-19 +74\.1 +91\.8 +7\.29 +1246 +171 +7\.29 ")
        report = json.loads((self.folder / "a.json").read_text())
        (tiny,), (darknet,) = report["detection"], report["backbones"]
        self.assertEqual((tiny["name"], tiny["size"], tiny["published"]["fps"]), ("YOLOv3-tiny", 416, 220))
        self.assertIsNone(tiny["published"]["ap"])
        self.assertAlmostEqual(darknet["measured"]["fps"] * darknet["measured"]["ms"], 1000, places=3)
        # The source tree may hold trained weights of YOLOv3-tiny; nobody publishes Darknet-19's under this name.
        self.assertEqual(darknet["measured"]["weights"], "synthesised")
        made_up = [row for row in (tiny, darknet) if row["measured"]["weights"] == "synthesised"]
        self.assertEqual(text.count("synthesised"), len(made_up))
        markdown = (self.folder / "a.md").read_text()
        self.assertRegex(markdown, r"(?m)^\| YOLOv3-tiny \| 416 \|")
        self.assertRegex(markdown, r"(?m)^\| --- \| ---: \|")
        texts = self.chart("a.svg")
        for words in ("YOLOv3-tiny", "Darknet-19", "220", "171"):
            self.assertIn(words, texts)

    def test_json_on_stdout(self):
        report = json.loads(
            self.run_well("bench", "--paper", "--repeat", "1", "--only", "YOLOv3-tiny", "--format", "json")
        )
        self.assertEqual(
            ([row["name"] for row in report["detection"]], report["backbones"]), (["YOLOv3-tiny"], [])
        )

    def test_weights_that_are_there(self):
        # A home without cfgs: those come from the source tree, the weights from the home.
        self.put("home/weights/yolov3-tiny.weights", b"not a weights file")
        done = self.run_program("bench", "--paper", "--only", "YOLOv3-tiny")
        self.assertIn("yolov3-tiny.weights", done.err)
        self.assertNotEqual(done.returncode, 0)


class Sources(BenchTest):
    """Where cfgs come from that the program was brought without."""

    def test_they_may_lie_elsewhere_than_they_were_compiled(self):
        command = ("bench", "--model", "yolov3-tiny", "--synth", "--width", "32", "--height", "32", "--repeat", "1")
        self.assert_refused(CANNOT_READ, "catalog", *command, env=self.environment(NIGHTJAR_SOURCE_DIR="gone"))
        self.run_well(*command, env=self.environment(NIGHTJAR_SOURCE_DIR=str(ROOT)))


class Turns(BenchTest):
    turns = ("bench", "--cfg", "layered.cfg", "--synth", "--turns")

    def test_each_line_is_answered(self):
        lines = "prepare 2\ntime 2 0.02\ntime 3 0.02\nprepare 1\n"
        answers = self.run_well(*self.turns, input=lines).splitlines()
        ready, timed, unprepared, another = map(json.loads, answers)
        self.assertEqual((ready["batch"], ready["device"], another["batch"]), (2, "cpu", 1))
        for kind in ("wall_ms", "series_ms"):
            self.assertGreater(timed[kind]["best"], 0)
            self.assertLessEqual(timed[kind]["best"], timed[kind]["median"])
        self.assertEqual(unprepared, {"error": "nothing is prepared for a batch of 3"})

    def test_they_are_answered_as_they_come(self):
        with self.start(*self.turns, stdin=subprocess.PIPE) as running:
            for batch in (1, 2):
                running.stdin.write(b"prepare %d\n" % batch)
                running.stdin.flush()
                self.assertEqual(json.loads(running.stdout.readline())["batch"], batch)
            running.stdin.close()
            self.assertEqual(running.wait(timeout=60), 0)

    def test_other_lines(self):
        for line in ("begin 1", "prepare", "prepare 1 2", "time 1", "time one 2"):
            self.assert_refused(USAGE, ("standard input", "prepare BATCH"), *self.turns, input=line)
        self.assert_refused(USAGE, "--turns", *self.turns, "--batch", "2")


if __name__ == "__main__":
    unittest.main()
