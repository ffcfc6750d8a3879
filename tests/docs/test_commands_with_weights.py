"""README.md's commands that need trained weights run, where the weights are on this machine."""

import sys
import unittest

from documents import commands, needs_weights, weights_file
from run_commands import build_folder, check_all, main

WEIGHTS = "yolov3-tiny.weights"  # what all of README.md's examples use


class CommandsWithWeights(unittest.TestCase):
    def test_commands_run(self):
        found = [c for c in commands() if needs_weights(c)]
        self.assertGreaterEqual(len(found), 2)
        check_all(self, found, build_folder())


if __name__ == "__main__":
    if not weights_file(WEIGHTS):
        print(f"SKIPPED: needs {WEIGHTS}")
        sys.exit()
    main()
