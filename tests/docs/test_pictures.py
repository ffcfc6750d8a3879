"""The charts and diagrams of the documents: their words can be read."""

import sys
import unittest

from documents import ROOT
from run_commands import main

sys.path.insert(0, str(ROOT / "tests"))
from svg_labels import faults_of  # noqa: E402


class Pictures(unittest.TestCase):
    def test_words(self):
        files = sorted((ROOT / "docs").rglob("*.svg"))
        self.assertGreaterEqual(len(files), 4)
        for file in files:
            with self.subTest(file.name):
                self.assertEqual(faults_of(file), [])


if __name__ == "__main__":
    main()
