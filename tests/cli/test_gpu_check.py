"""docs/benchmark/gpu_check.py on the emulated GPU, with stand-ins for the tests' programs and for PyTorch."""

import json
import os
import re
import subprocess
import sys
import unittest

import program
from program import DEVICE, NIGHTJAR, ROOT, ProgramTest
from test_bench import LAYERED_CFG

sys.path.insert(0, str(ROOT / "docs" / "benchmark"))
import gpu_report  # noqa: E402
import gpu_stages  # noqa: E402
import torch_network  # noqa: E402

program.NIGHTJAR = os.environ["NIGHTJAR_EMULATED"]
PASSED = 'echo "SKIPPED: x"; echo "All tests passed (3 assertions in 2 test cases)"'
TORCH = """echo '{"best_ms": 2.0, "median_ms": 3.0, "pytorch": "9.9"}'"""
STAGES = ["tests", "heads", "boxes", "speed", "layers", "pytorch", "sanitizers", "libraries"]


class GpuCheck(ProgramTest):
    def setUp(self):
        super().setUp()
        self.put("tiny.cfg", LAYERED_CFG.replace("=64", "=16"))
        self.script("cuda_backend_test", PASSED)
        self.script("cuda_test", 'echo "so far"; echo "gone | wrong" >&2; exit 3')
        self.script("python", TORCH)

    def script(self, name, body):
        os.chmod(self.put(name, f"#!/bin/sh\n{body}\n"), 0o755)

    def check(self, *more, nightjar=None, **options):
        command = [sys.executable, "-B", ROOT / "docs/benchmark/gpu_check.py", "--quick", "tiny.cfg"]
        command += ["--nightjar", nightjar or program.NIGHTJAR, "--tests", ".", "--python", "./python"]
        return subprocess.run(
            [*command, "--out", "out", *more], cwd=self.folder, capture_output=True, text=True, **options
        )

    def report(self):
        return json.loads((self.folder / "out/gpu-check.json").read_text())

    def test_what_is_run_is_written_down(self):
        done = self.check()
        self.assertEqual(done.returncode, 1, done.stderr)  # cuda_test failed
        report = self.report()
        self.assertEqual(report["machine"]["gpu"], "Emulated")
        stages = {stage["name"]: stage for stage in report["stages"]}
        self.assertEqual(list(stages), STAGES)
        self.assertEqual(stages["tests"]["failed"], [{"item": "cuda_test", "line": "gone | wrong"}])
        (passed,) = report["tests"]
        self.assertEqual((passed["program"], passed["skipped"]), ("cuda_backend_test", 1))
        self.assertEqual([row["precision"] for row in report["heads"]], ["fp32", "tf32", "fp16"])
        for row in report["heads"]:
            self.assertLessEqual(row["error"], row["limit"])
        speed = {(row["batch"], row["precision"], row["engine"]): row for row in report["speed"]}
        self.assertEqual({engine for _, _, engine in speed}, {"ours", "cublas", "pytorch"})
        self.assertEqual(speed[2, "fp16", "pytorch"]["pictures_per_s"], 1000)
        self.assertEqual([layers["batch"] for layers in report["layers"]], [1, 2])
        for each in stages["libraries"]["left_out"]:
            self.assertIn("the emulator has no cuDNN", each["why"])
        self.assertEqual({bar["verdict"] for bar in report["bars"]}, {"not measured"})

    def test_the_page(self):
        self.check()
        page = (self.folder / "out/gpu-check.md").read_text()
        self.assertTrue(page.startswith("# nightjar on Emulated\n"))
        titles = re.findall(r"(?m)^## (.*)$", page)
        self.assertEqual(titles[:3], ["Heads", "Boxes", "Whole networks"])
        self.assertEqual(titles[-3:], ["Tests", "What ran", "Bars"])
        self.assertIn("Layers of tiny 16, fp16, batch 2", titles)
        self.assertIn("- failed: tests: cuda_test: gone | wrong\n", page)
        self.assertIn("cuDNN was not timed: ", page)
        for block in re.findall(r"(?m)(?:^\|.*\n)+", page):
            self.assertEqual(len({row.count("|") for row in block.splitlines()}), 1, block)
        self.assertNotIn(str(self.folder), page)

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
        self.script("cuda_backend_test", "sleep 60; true")
        done = self.check("--budget", "2", timeout=50)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(self.report()["stages"][0]["failed"][0]["line"], r"\Abroken off after \d s\Z")


class Bars(unittest.TestCase):
    def verdicts(self, ms, rate, cudnn):
        row = {"network": "yolov3", "size": 416, "precision": "fp16", "engine": "ours"}
        speed = [
            {**row, "batch": 1, "best_ms": ms, "pictures_per_s": 1000 / ms},
            {**row, "batch": 32, "best_ms": 32000 / rate, "pictures_per_s": rate},
        ]
        sums = {"ours_ms": 1.0, "cudnn_ms": cudnn}
        layers = [{"network": "yolov3", "batch": 1, "convolutions": sums}]
        return [bar["verdict"] for bar in gpu_report.bars({"speed": speed, "layers": layers})]

    def test_verdicts(self):
        self.assertEqual(self.verdicts(0.8, 5000, 1.0), ["met", "met", "met", "not measured"])
        self.assertEqual(self.verdicts(0.81, 4999, 0.9), ["missed", "missed", "missed", "not measured"])
        self.assertEqual(self.verdicts(0.7, 6000, None)[2], "not measured")


class Parts(unittest.TestCase):
    def test_overlap_of_the_best_box_of_the_class(self):
        box, shifted = (1, 0.9, 0.0, 0.0, 1.0, 1.0), (1, 0.9, 0.5, 0.0, 1.5, 1.0)
        self.assertEqual(gpu_stages.least_overlap([box], [shifted, box], 0.5), (1, 1))
        self.assertAlmostEqual(gpu_stages.least_overlap([box], [shifted], 0.5)[0], 1 / 3)
        self.assertEqual(gpu_stages.least_overlap([box], [(2, *box[1:])], 0.5), (0, 1))
        self.assertEqual(gpu_stages.least_overlap([box], [], 0.95), (1.0, 0))

    def test_cfgs_are_read_for_pytorch(self):
        sections = torch_network.read_cfg((ROOT / "cfg/yolov3.cfg").read_text(encoding="utf-8"))
        kinds = [kind for kind, _ in sections]
        self.assertEqual((kinds[0], kinds.count("convolutional"), kinds.count("yolo")), ("net", 75, 3))
        routes = [
            torch_network.sources(layer, options, "layers")
            for layer, (kind, options) in enumerate(sections[1:])
            if kind == "route"
        ]
        self.assertEqual(routes, [[79], [85, 61], [91], [97, 36]])


if __name__ == "__main__":
    unittest.main()
