"""docs/benchmark/compare_engines.py, with stand-ins for nightjar and the other engines."""

import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from svg_labels import faults_of  # noqa: E402

SCRIPT = ROOT / "docs" / "benchmark" / "compare_engines.py"
NIGHTJAR = f"""#!{sys.executable}
import sys
if "json" in sys.argv:
    print('{{"cpu": "A & B", "isa": "avx2", "date": "2020-02-29", "gflop": 5.565}}')
else:
    print(20.0)
"""
# Takes bench_peers.py's options, runs the command as it does, and prints its table.
PEERS = """
import argparse, subprocess
p = argparse.ArgumentParser()
for name in ("cfg", "weights", "size", "threads", "rounds", "only", "command"):
    p.add_argument("--" + name)
args = p.parse_args()
assert open(args.weights).read() in ("made up", "trained")
name, command = args.command.split("=", 1)
ms = float(subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout.split()[-1])
print(args.cfg, "416x416, 5.56 GFLOP, batch 1, 2 threads")
print(f'{"engine":34}{"best ms":>10}{"median ms":>11}{"GFLOP/s":>9}{"x fastest":>11}')
for label, t in (("nightjar", ms), ("ONNX Runtime 1.2", 30.0), ("OpenCV DNN 4.14.0", 60.0)):
    print(f"{label:34}{t:10.1f}{t + 1:11.1f}{5.56 / t * 1000:9.1f}{t / 20:11.2f}")
"""
DARKNET_NET = """
class Net:
    def __init__(self, cfg, width, height): pass
    def synthesise(self): return self
    def save(self, path): open(path, "w").write("made up")
"""


class CompareEngines(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="nightjar-compare-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "nightjar").write_text(NIGHTJAR)
        os.chmod(self.folder / "nightjar", 0o755)
        (self.folder / "bench_peers.py").write_text(PEERS)
        (self.folder / "darknet_net.py").write_text(DARKNET_NET)
        (self.folder / "weights").mkdir()
        (self.folder / "weights" / "yolov3-tiny.weights").write_text("trained")
        self.page = self.folder / "performance.md"

    def compare(self, *more):
        subprocess.run(
            [
                sys.executable,
                "-B",
                SCRIPT,
                "--nightjar",
                "nightjar",
                "--peers",
                "bench_peers.py",
                "--weights",
                "weights",
                "--into",
                "performance.md",
                *more,
            ],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )
        return self.page.read_text()

    def test_table_and_chart(self):
        self.page.write_text("# Performance\n\nProse.\n")
        page = self.compare("--models", "yolov3-tiny:416,yolov3:320")
        self.assertTrue(page.startswith("# Performance\n\nProse.\n"))
        figures = "| 5.57 | 20.0 (21.0) | 30.0 (31.0) | 60.0 (61.0) | **1.50** |"
        self.assertIn(f"| yolov3-tiny 416 {figures}\n", page)
        self.assertIn(f"| yolov3 320 (synthesised) {figures}\n", page)
        self.assertIn("A & B, 2 threads, avx2, 2020-02-29", page)
        texts = [element.text for element in xml.parse(self.folder / "performance" / "engines.svg").iter()]
        self.assertIn("1.50x: nightjar 20.0 ms, ONNX Runtime 1.2 30.0 ms", texts)

    def test_long_names_fit_into_the_chart(self):
        long = "An engine with a very long name, and its version 2026.11.27 behind it"
        (self.folder / "bench_peers.py").write_text(PEERS.replace("ONNX Runtime 1.2", long))
        self.compare("--models", "yolov3-tiny:416,yolov3:320")
        chart = self.folder / "performance" / "engines.svg"
        self.assertIn(long, chart.read_text())
        self.assertEqual(faults_of(chart), [])

    def test_a_block_is_replaced_and_others_stay(self):
        self.compare("--models", "yolov3-tiny:416", "--block", "first")
        page = self.compare("--models", "yolov3-tiny:416", "--block", "second", "--threads", "1")
        self.page.write_text(page.replace("30.0 (31.0)", "an old figure", 1) + "The end.\n")
        again = self.compare("--models", "yolov3-tiny:416", "--block", "first")
        self.assertEqual(again, page + "The end.\n")


if __name__ == "__main__":
    unittest.main()
