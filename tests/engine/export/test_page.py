"""docs/networks.py on three small networks: one that is compared, one that does not build, one that has no ONNX file."""

import os
import subprocess
import sys
import unittest

from onnx_runtime import ROOT, ExportTest

GOOD = """[net]
width=32
height=32
channels=3
[convolutional]
batch_normalize=1
filters=6
size=3
pad=1
stride=2
activation=leaky
[convolutional]
filters=21
size=1
activation=linear
[yolo]
mask=0,1,2
anchors=10,14, 23,27, 37,58
classes=2
num=3
"""


class Page(ExportTest):
    def test_page(self):
        cfgs = self.folder / "cfgs"
        cfgs.mkdir()
        (cfgs / "good.cfg").write_text(GOOD)
        (cfgs / "bad.cfg").write_text(GOOD.replace("filters=21", "filters=20"))
        (cfgs / "recurrent.cfg").write_text("[net]\ninputs=4\n[rnn]\noutput=4\nhidden=4\n")
        page = self.folder / "networks.md"
        script = [sys.executable, "-B", ROOT / "docs/networks.py", cfgs, os.environ["NIGHTJAR"]]
        subprocess.run([*script, "--side", "16", "--out", page], check=True)
        lines = [line for line in page.read_text().splitlines() if line.startswith("|")]
        rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
        header, _, bad, good, recurrent = [dict(zip(rows[0], row)) for row in rows]
        self.assertEqual(len(header), 9)
        self.assertIn("filters=21", bad["why not"])
        self.assertEqual((bad["builds"], bad["CPU"]), ("", ""))
        self.assertEqual((good["builds"], good["CPU"]), ("yes", "yes"))
        for column in ("ONNX Runtime", "definition"):
            self.assertLess(float(good[column]), 1e-5)
        self.assertIn("--emulated was not given", good["why not"])
        self.assertIn("recurrent", recurrent["why not"])
        self.assertLess(float(recurrent["definition"]), 1e-5)


if __name__ == "__main__":
    unittest.main()
