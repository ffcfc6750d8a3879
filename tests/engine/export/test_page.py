"""docs/networks.py on three small networks: one that is compared, one that does not build, one that has no ONNX file."""

import json
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
    def setUp(self):
        super().setUp()
        self.cfgs = self.folder / "cfgs"
        self.cfgs.mkdir()
        (self.cfgs / "good.cfg").write_text(GOOD)
        (self.cfgs / "bad.cfg").write_text(GOOD.replace("filters=21", "filters=20"))
        (self.cfgs / "recurrent.cfg").write_text("[net]\ninputs=4\n[rnn]\noutput=4\nhidden=4\n")

    def write_page(self, *options):
        """Its text, and the cells of each network by its name and the columns'."""
        page = self.folder / "networks.md"
        script = [sys.executable, "-B", ROOT / "docs/networks.py", self.cfgs, os.environ["NIGHTJAR"]]
        subprocess.run([*script, "--side", "16", "--out", page, *options], check=True)
        text = page.read_text()
        header, _, *rows = [
            [cell.strip() for cell in line[1:-1].split("|")] for line in text.splitlines() if line.startswith("|")
        ]
        return text, {row[0]: dict(zip(header, row)) for row in rows}

    def test_page(self):
        text, rows = self.write_page()
        self.assertIn("3 networks: 2 build, 2 run on the CPU", text)
        bad, good, recurrent = rows["bad"], rows["good"], rows["recurrent"]
        self.assertEqual(len(good), 9)
        self.assertIn("filters=21", bad["why not"])
        self.assertEqual((bad["size"], bad["CPU"]), ("", ""))
        self.assertEqual((good["size"], good["CPU"]), ("16x16", "yes"))
        for column in ("ONNX Runtime", "definition"):
            self.assertLess(float(good[column]), 1e-5)
        self.assertIn("emulated GPU, ms: not measured", good["why not"])
        self.assertIn("recurrent", recurrent["why not"])
        self.assertLess(float(recurrent["definition"]), 1e-5)

    def test_what_is_kept_is_not_found_out_again(self):
        kept = self.folder / "kept"
        self.write_page("--keep", kept)
        file = kept / "good.cfg.json"
        known = json.loads(file.read_text())
        known["definition"] = {"value": "0.5"}
        del known["ONNX Runtime"]
        file.write_text(json.dumps(known))
        _, rows = self.write_page("--keep", kept, "--times")
        self.assertEqual(rows["good"]["definition"], "0.5")
        self.assertLess(float(rows["good"]["ONNX Runtime"]), 1e-5)
        self.assertGreater(float(rows["good"]["ms"]), 0)


if __name__ == "__main__":
    unittest.main()
