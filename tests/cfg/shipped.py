"""Where the files under test lie, and the packages they come with."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CFG = ROOT / "cfg"
OFFICIAL = ROOT.parent / "shared" / "darknet" / "cfg"

sys.path.insert(0, str(CFG))
