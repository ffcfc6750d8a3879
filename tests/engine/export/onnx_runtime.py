"""ONNX Runtime for the tests of the export. Where it is not installed they are skipped, and say so.

NIGHTJAR is the program's path; CMake's NIGHTJAR_EXPORT_PYTHON is the Python that has the packages.
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import numpy
    import onnx
    from onnx_layers import layer_errors, layer_number, made_up_input, relative_error, session
except ImportError as missing:
    print(f"SKIPPED: needs Python's package {missing.name}", flush=True)
    sys.exit()

ROOT = Path(__file__).resolve().parents[3]
OFFICIAL = ROOT.parent / "shared" / "darknet"


class Refused(Exception):
    """What the program said."""


def program(*arguments):
    """Runs the program and returns what it printed."""
    done = subprocess.run([os.environ["NIGHTJAR"], *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(f"nightjar {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def refuses(*arguments):
    try:
        return not program(*arguments)
    except Refused:
        return True


class ExportTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="nightjar-export-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def assert_close(self, values, truth, limit):
        self.assertEqual(values.shape, truth.shape)
        error = relative_error(values, truth)
        self.assertLessEqual(error, limit)  # nor is NaN
        return error
