"""docs/networks.md has every network that Darknet's forks publish, says why where one lacks something, and counts right."""

import re
import unittest

from documents import ROOT
from run_commands import main

CFGS = ROOT.parent / "shared/darknet/cfg"
PAGE = ROOT / "docs/networks.md"


def rows():
    """The table: column -> cell, for each network."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    header, _, *cells = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    return [dict(zip(header, row)) for row in cells]


class Networks(unittest.TestCase):
    def test_all_are_there(self):
        if not CFGS.is_dir():
            print("SKIPPED: needs the official Darknet cfgs")
            self.skipTest("needs the official Darknet cfgs")
        published = sorted(str(cfg.relative_to(CFGS).with_suffix("")) for cfg in CFGS.rglob("*.cfg"))
        self.assertEqual(sorted(row["network"] for row in rows()), published)

    def test_what_is_missing_has_a_reason(self):
        empty = [
            f"{row['network']}: {column}"
            for row in rows()
            for column, cell in row.items()
            if not cell and column != "why not" and not re.search(rf"(^|; |, ){column}(, [^:;]*)?: ", row["why not"])
        ]
        self.assertEqual(empty, [])

    def test_totals(self):
        text, found = PAGE.read_text(encoding="utf-8"), rows()
        for column, words in (("size", "build"), ("CPU", "run on the CPU"), ("OpenCV", "with OpenCV")):
            with self.subTest(column):
                self.assertIn(f"{sum(bool(row[column]) for row in found)} {words}", text)


if __name__ == "__main__":
    main()
