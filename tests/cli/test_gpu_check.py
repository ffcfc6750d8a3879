"""docs/benchmark/gpu_check.py on the emulated GPU, with stand-ins for the tests' programs and for the peers."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import program
from program import DEVICE, NIGHTJAR, ROOT, ProgramTest
from test_bench import LAYERED_CFG

sys.path[:0] = [str(ROOT / "docs" / "benchmark"), str(ROOT / "tests")]
import darknet_network  # noqa: E402
import gpu_answers  # noqa: E402
import gpu_bars  # noqa: E402
import gpu_report  # noqa: E402
from svg_labels import faults_of  # noqa: E402

program.NIGHTJAR = os.environ["NIGHTJAR_EMULATED"]
PASSED = 'echo "SKIPPED: x"; echo "All tests passed (3 assertions in 2 test cases)"'
# PyTorch, whose batch of 2 is slow, and no JAX. "compiled" is never ready.
PEERS = f"""#!{sys.executable}
import json, sys, time
if "jax" in sys.argv[1]:
    sys.exit("jax_network.py: needs JAX")
if "training" in sys.argv[1]:
    sys.exit(print(json.dumps({{"best_ms": 20.0, "median_ms": 30.0}})))
for line in sys.stdin:
    if sys.argv[-1] == "--compile":
        time.sleep(60)
    what, batch = line.split()[:2]
    times = {{"best": 2.0 * int(batch), "median": 3.0 * int(batch)}}
    said = {{"wall_ms": times, "series_ms": times}} if what == "time" else {{"batch": int(batch), "pytorch": "9.9"}}
    print(json.dumps(said), flush=True)
"""
STAGES = ["peers begin", "heads", "boxes", "tests", "peers ready", "turns", "folder", "training", "sanitizers"]
STAGES += ["paper", "layers"]


class GpuCheck(ProgramTest):
    def setUp(self):
        super().setUp()
        self.put("tiny.cfg", LAYERED_CFG.replace("=64", "=16"))
        self.script("cuda_backend_test", PASSED)
        self.script("cuda_test", 'echo "so far"; echo "gone | wrong" >&2; exit 3')
        os.chmod(self.put("python", PEERS), 0o755)

    def script(self, name, body):
        os.chmod(self.put(name, f"#!/bin/sh\n{body}\n"), 0o755)

    def check(self, *more, nightjar=None, **options):
        command = [sys.executable, "-B", ROOT / "docs/benchmark/gpu_check.py", "--quick", "tiny.cfg"]
        command += ["--nightjar", nightjar or program.NIGHTJAR, "--tests", ".", "--python", "./python"]
        command += ["--rounds", "2", "--pictures", "."]
        return subprocess.run(
            [*command, "--out", "out", *more], cwd=self.folder, capture_output=True, text=True, **options
        )

    def report(self):
        return json.loads((self.folder / "out/gpu-check.json").read_text())

    def test_what_is_run_is_written_down(self):
        done = self.check()
        self.assertEqual(done.returncode, 1, done.stderr)  # cuda_test failed
        self.check_report(self.report())
        self.check_page((self.folder / "out/gpu-check.md").read_text())

    def check_report(self, report):
        self.assertEqual(report["machine"]["gpu"], "Emulated")
        stages = {stage["name"]: stage for stage in report["stages"]}
        self.assertEqual(list(stages), STAGES)
        self.assertEqual(stages["tests"]["failed"], [{"item": "cuda_test", "line": "gone | wrong"}])
        (passed,) = report["tests"]
        self.assertEqual((passed["program"], passed["skipped"]), ("cuda_backend_test", 1))
        self.assertEqual([row["precision"] for row in report["heads"]], ["fp32", "tf32", "fp16"])
        for row in report["heads"]:
            self.assertLessEqual(row["error"], row["limit"])
        turns = {(row["batch"], row["engine"]): row for row in report["turns"]}
        engines = ("ours", "pytorch", "autotuned")
        self.assertEqual(set(turns), {(batch, engine) for batch in (1, 2) for engine in engines})
        self.assertEqual(turns[2, "pytorch"]["series_ms"], {"best": 4, "median": 6})
        for row in turns.values():
            self.assertEqual(len(row["rounds"]), 2)
            for kind in ("wall_ms", "series_ms"):
                self.assertEqual(row[kind]["best"], min(each[kind]["best"] for each in row["rounds"]))
        self.assertEqual([layers["batch"] for layers in report["layers"]], [1, 2])
        absent = stages["peers ready"]["left_out"]
        self.assertEqual(sum(each["why"] == "jax_network.py: needs JAX" for each in absent), 2)
        self.assertEqual(sum("the emulator has no cuDNN" in each["why"] for each in absent), 2)
        self.assertEqual(len(stages["peers ready"]["skipped"]), 2)
        self.assertEqual([row["pictures"] for row in report["folder"]], [4, 4])
        self.assertEqual({row["engine"] for row in report["training"]}, {"ours", "pytorch"})
        verdicts = {bar["bar"]: bar["verdict"] for bar in report["bars"]}
        self.assertEqual(verdicts["yolov3 416, fp16, batch 1"], "not measured")
        self.assertNotEqual(verdicts["tiny, fp16, batch 1, beside the best peer"], "not measured")
        self.assertNotEqual(verdicts["a folder of pictures, of what decoding alone allows"], "not measured")

    def check_page(self, page):
        self.assertTrue(page.startswith("# nightjar on Emulated\n"))
        titles = re.findall(r"(?m)^## (.*)$", page)
        self.assertEqual(titles[:3], ["Bars", "Back to back, fp16", "One by one, fp16"])
        self.assertEqual(titles[-1], "What ran")
        self.assertIn("Layers of tiny 16, fp16, batch 2", titles)
        self.assertIn("- failed: tests: cuda_test: gone | wrong\n", page)
        self.assertIn("cuDNN was not timed: ", page)
        for block in re.findall(r"(?m)(?:^\|.*\n)+", page):
            self.assertEqual(len({row.count("|") for row in block.splitlines()}), 1, block)
        self.assertNotIn(str(self.folder), page)
        self.assertIn("(gpu-check.svg)", page)
        self.assertEqual(faults_of(self.folder / "out/gpu-check.svg"), [])

    def test_without_time_everything_is_skipped_by_name(self):
        done = self.check("--budget", "0")
        self.assertEqual(done.returncode, 0, done.stderr)
        stages = self.report()["stages"]
        self.assertEqual([stage["name"] for stage in stages], STAGES)
        self.assertTrue(all(stage["done"] == 0 and stage["skipped"] for stage in stages))
        self.assertIn("- no time for: heads: tiny fp32\n", (self.folder / "out/gpu-check.md").read_text())

    def test_without_a_gpu(self):
        hidden = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
        done = self.check(nightjar=NIGHTJAR, env=hidden)
        self.assertEqual(done.returncode, DEVICE)
        self.assertRegex(done.stderr, r"\Agpu-check: [^\n]+\n\Z")
        self.assertFalse((self.folder / "out").exists())

    def test_the_script_without_a_gpu(self):
        self.script("nvidia-smi", "exit 9")
        hidden = {**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}"}
        done = subprocess.run([ROOT / "docs/gpu-check.sh"], env=hidden, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (DEVICE, ""))
        self.assertRegex(done.stderr, r"\Agpu-check.sh: needs a GPU [^\n]+\n\Z")

    def test_a_command_without_end_is_broken_off(self):
        self.script("cuda_test", "sleep 60; true")
        done = self.check("--budget", "15", timeout=50)
        self.assertEqual(done.returncode, 1)
        (tests,) = [stage for stage in self.report()["stages"] if stage["name"] == "tests"]
        self.assertRegex(tests["failed"][-1]["line"], r"\Abroken off after \d+ s\Z")


class Bars(unittest.TestCase):
    def verdicts(self, ours, peer, network="yolov3", gpu="NVIDIA H100", batch=1):
        """Those of bars that these times, of batches waited for and in series, say something of."""
        kinds = ("wall_ms", "series_ms")
        turns = [
            {"network": network, "batch": batch, "engine": engine, **{kind: {"best": ms} for kind, ms in zip(kinds, times)}}
            for engine, times in (("ours", ours), ("jax", peer))
            if times
        ]
        report = {"machine": {"gpu": gpu}, "turns": turns, "folder": [], "tests": []}
        bars = {bar["bar"]: bar for bar in gpu_bars.bars(report)}
        return [bar["verdict"] for bar in bars.values() if bar["measured"] is not None]

    def test_yolov3(self):
        self.assertEqual(self.verdicts((0.45, 0.40), (1.0, 1.0)), ["met", "met"])
        self.assertEqual(self.verdicts((0.46, 0.40), (1.0, 1.0)), ["missed", "met"])
        self.assertEqual(self.verdicts((0.40, 0.40), (1.0, 0.44)), ["met", "missed"])  # the worse of both
        self.assertEqual(self.verdicts((0.40, 0.40), None), ["met"])
        self.assertEqual(self.verdicts((4.5, 4.5), None, batch=32), ["met"])
        self.assertEqual(self.verdicts((4.5, 4.5), None, batch=32, gpu="NVIDIA H200"), ["missed"])

    def test_others(self):
        self.assertEqual(self.verdicts((1.0, 1.0), (1.0, 1.0), "yolov4"), ["met"])
        self.assertEqual(self.verdicts((1.0, 1.01), (1.0, 1.0), "yolov4"), ["missed"])
        self.assertEqual(self.verdicts(None, (1.0, 1.0), "yolov4"), [])

    def test_a_folder_and_the_tests(self):
        def report(rate, seconds):
            folder = [{"best_per_s": rate, "decoding_allows_per_s": 1000}]
            tests = [{"program": "cuda_test", "seconds": seconds}]
            return {"machine": {"gpu": "x"}, "turns": [], "folder": folder, "tests": tests}

        found = [[bar["verdict"] for bar in gpu_bars.bars(report(*each))[-2:]] for each in ((700, 60), (699, 61))]
        self.assertEqual(found, [["met", "met"], ["missed", "missed"]])


class Chart(unittest.TestCase):
    def test_names_fit(self):
        turns = []
        for network in ("yolov3", "a network with a long name of its own"):
            for engine, ms in (("ours", 0.1), ("autotuned", 1.5), ("jax", 2.0)):
                turns.append({"network": network, "size": 416, "batch": 1, "engine": engine, "series_ms": {"best": ms}})
        report = {"machine": {"gpu": "NVIDIA H100 80GB HBM3"}, "date": "2026-02-29", "turns": turns}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "chart.svg"
            file.write_text(gpu_report.chart(report))
            self.assertEqual(faults_of(file), [])
            self.assertIn("15.00x: nightjar 0.100 ms, PyTorch, max-autotune 1.500 ms", file.read_text())


class Parts(unittest.TestCase):
    def test_overlap_of_the_best_box_of_the_class(self):
        box, shifted = (1, 0.9, 0.0, 0.0, 1.0, 1.0), (1, 0.9, 0.5, 0.0, 1.5, 1.0)
        self.assertEqual(gpu_answers.least_overlap([box], [shifted, box], 0.5), (1, 1))
        self.assertAlmostEqual(gpu_answers.least_overlap([box], [shifted], 0.5)[0], 1 / 3)
        self.assertEqual(gpu_answers.least_overlap([box], [(2, *box[1:])], 0.5), (0, 1))
        self.assertEqual(gpu_answers.least_overlap([box], [], 0.95), (1.0, 0))

    def test_cfgs_are_read(self):
        sections = darknet_network.read_cfg((ROOT / "cfg/yolov3.cfg").read_text(encoding="utf-8"))
        kinds = [kind for kind, _ in sections]
        self.assertEqual((kinds[0], kinds.count("convolutional"), kinds.count("yolo")), ("net", 75, 3))
        routes = [
            darknet_network.sources(layer, options, "layers")
            for layer, (kind, options) in enumerate(sections[1:])
            if kind == "route"
        ]
        self.assertEqual(routes, [[79], [85, 61], [91], [97, 36]])


if __name__ == "__main__":
    unittest.main()
