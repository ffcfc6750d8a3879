"""The committed .cfg files and the table in cfg/README.md are what cfg/generate.py writes."""
import unittest

from shipped import CFG

import generate


class Generated(unittest.TestCase):
    def test_every_file_is_up_to_date(self):
        for path, text in generate.files().items():
            with self.subTest(path.name):
                self.assertEqual(path.read_text(encoding="utf-8"), text)

    def test_every_cfg_is_generated(self):
        self.assertEqual(sorted(CFG.glob("*.cfg")), sorted(p for p in generate.files() if p.suffix == ".cfg"))


if __name__ == "__main__":
    unittest.main()
