"""The detector that comes with nightjar finds every cell of the drawn smear, and nothing else."""

import json
import unittest
from collections import Counter

from program import ROOT, ProgramTest

DRAWN = {"RBC": 19, "WBC": 1, "Platelets": 5}  # by docs/scene/draw_smear.py


class Cells(ProgramTest):
    def test_smear(self):
        smear = ROOT / "docs/scene/smear.png"
        self.run_well("detect", smear, "--model", "cells", "--out", "cells.json")
        found = json.loads((self.folder / "cells.json").read_text())[0]["objects"]
        self.assertEqual(Counter(box["name"] for box in found), DRAWN)

    def test_it_is_there(self):
        self.assertIn("there already, verified", self.run_well("fetch", "cells"))


if __name__ == "__main__":
    unittest.main()
