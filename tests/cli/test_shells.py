"""Completions of the command line and man pages, as packages bring them (apps/packages).

Prints SKIPPED for a shell, or help2man, that is not there, after the other tests have run.
"""

import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from program import NIGHTJAR, ROOT, ProgramTest

sys.path.insert(0, str(ROOT / "apps" / "packages"))
import completions  # noqa: E402


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stdout}{done.stderr}")
    return done.stdout


def need(program):
    if not shutil.which(program):
        print(f"SKIPPED: needs {program}", flush=True)
        raise unittest.SkipTest(program)


class Completions(ProgramTest):
    def setUp(self):
        super().setUp()
        run(ROOT / "apps" / "packages" / "completions.py", NIGHTJAR, self.folder)

    def in_bash(self, *words):
        """What Tab offers for the last of these words."""
        script = (
            f"source '{self.folder}/nightjar'; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _nightjar; "
            "printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        return run("bash", "-euc", script, "bash", *words).split()

    def test_flags_and_their_values_are_read(self):
        flags = {flag.names[-1]: flag for command in completions.read_commands(NIGHTJAR) for flag in command.flags}
        self.assertEqual(flags["--help"].names, ["-h", "--help"])
        self.assertFalse(flags["--paper"].takes_value)  # "--paper Excludes: --cfg ...", and its words below
        self.assertRegex(flags["--paper"].summary, "^[A-Z]")
        self.assertEqual(flags["--format"].choices, ["table", "json", "ms"])
        self.assertTrue(flags["-thresh"].takes_value)
        self.assertFalse(flags["-ext_output"].takes_value)
        for flag in flags.values():
            self.assertNotRegex(flag.summary, "^$|Excludes|REQUIRED", flag.names)

    def test_bash(self):
        self.assertEqual(self.in_bash("nightjar", "det"), ["detect", "detector"])
        self.assertIn("bench", self.in_bash("nightjar", "help", ""))
        self.assertEqual(self.in_bash("nightjar", "detect", "--max"), ["--max-detections"])
        self.assertEqual(self.in_bash("nightjar", "bench", "--format", "j"), ["json"])
        self.assertIn("yolov3-tiny", self.in_bash("nightjar", "detect", "--model", ""))
        self.assertIn("yolov3-tiny", self.in_bash("nightjar", "fetch", "yolo"))
        self.assertEqual(self.in_bash("nightjar", "detector", "calc"), ["calc_anchors"])
        self.assertEqual(self.in_bash("nightjar", "detector", "test", "-ext"), ["-ext_output"])
        self.assertEqual(self.in_bash("nightjar", "detect", "--cfg", ""), [])  # a file: the shell's own matter

    def test_fish(self):
        need("fish")

        def offers(line):
            text = run("fish", "--no-config", "-c", f"source '{self.folder}/nightjar.fish'; complete -C '{line}'")
            return dict((line.split("\t") + [""])[:2] for line in text.splitlines())

        self.assertEqual(set(offers("nightjar det")), {"detect", "detector"})
        self.assertRegex(offers("nightjar detect --max")["--max-detections"], "Most boxes of a picture")
        self.assertEqual(set(offers("nightjar bench --format j")), {"json"})

    def test_zsh(self):
        need("zsh")
        run("zsh", "-n", self.folder / "_nightjar")
        text = (self.folder / "_nightjar").read_text()
        self.assertTrue(text.startswith("#compdef nightjar\n"))
        self.assertIn("'--format[table (default), json, or ms\\: one number", text)
        self.assertIn("]:value:(table json ms)'", text)


class ManPages(ProgramTest):
    def test_each_command_has_a_page(self):
        need("help2man")
        pages = self.folder / "man"
        run(ROOT / "apps" / "packages" / "man_pages.sh", NIGHTJAR, pages)
        commands = [command.name for command in completions.read_commands(NIGHTJAR)]
        names = {path.stem for path in pages.iterdir()}
        self.assertEqual(names, {"nightjar", *(f"nightjar-{name}" for name in commands)})
        page = (pages / "nightjar-detect.1").read_text()
        self.assertIn("\n.TH NIGHTJAR-DETECT ", page)
        self.assertIn("\nnightjar-detect \\- find objects in pictures\n", page)
        for path in pages.iterdir():  # nothing of the machine that made them
            self.assertNotIn(str(ROOT), path.read_text())


if __name__ == "__main__":
    unittest.main()
