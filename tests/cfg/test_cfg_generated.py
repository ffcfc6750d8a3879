"""The committed .cfg files, the table in cfg/README.md and the diagram in docs/ are what their scripts
write."""

import sys
import unittest

from shipped import CFG, ROOT

import generate

sys.path.insert(0, str(ROOT / "docs"))
import draw_network  # noqa: E402


class Generated(unittest.TestCase):
    def test_every_file_is_up_to_date(self):
        for path, text in generate.files().items():
            with self.subTest(path.name):
                self.assertEqual(path.read_text(encoding="utf-8"), text)

    def test_every_cfg_is_generated(self):
        self.assertEqual(sorted(CFG.glob("*.cfg")), sorted(p for p in generate.files() if p.suffix == ".cfg"))

    def test_the_diagram_is_up_to_date(self):
        self.assertEqual(draw_network.SVG.read_text(encoding="utf-8"), draw_network.diagram())


if __name__ == "__main__":
    unittest.main()
