"""README.md's commands that need no weights run; those that set up or download name what exists."""

import json
import os
import unittest

from documents import ROOT, commands, needs_weights
from run_commands import build_folder, check_all, main


def is_setup(command):
    return command.startswith("./")


def is_fetch(command):
    return " fetch " in command


class Commands(unittest.TestCase):
    def test_commands_run(self):
        plain = [c for c in commands() if not (is_setup(c) or is_fetch(c) or needs_weights(c))]
        self.assertGreaterEqual(len(plain), 3)
        check_all(self, plain, build_folder())

    def test_scripts_are_there(self):
        scripts = [c for c in commands() if is_setup(c)]
        self.assertEqual(scripts, ["./demo.sh", "./test.sh"])
        for script in scripts:
            self.assertTrue(os.access(ROOT / script, os.X_OK), script)

    def test_fetched_networks_are_in_the_catalog(self):
        catalog = json.loads((ROOT / "weights/catalog.json").read_text(encoding="utf-8"))
        names = {model["name"] for model in catalog["models"]}
        for command in filter(is_fetch, commands()):
            self.assertIn(command.split()[-1], names)


if __name__ == "__main__":
    main()
