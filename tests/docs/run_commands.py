"""Runs command lines of README.md, each as it stands, in a folder that looks like a built clone."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from documents import furnish


def run_all(commands, build):
    """Returns (command, exit code, stderr) of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        furnish(folder, build)
        environment = {**os.environ, "NIGHTJAR_HOME": str(folder)}
        for command in commands:
            done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
            yield command, done.returncode, done.stderr


def check_all(test, commands, build):
    for command, code, errors in run_all(commands, build):
        with test.subTest(command):
            test.assertEqual(code, 0, errors)


def main():
    """unittest.main() for scripts whose argument is the build folder, which it returns beforehand."""
    unittest.main(argv=sys.argv[:1])


def build_folder():
    return Path(sys.argv[1]).resolve()
