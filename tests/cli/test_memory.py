"""What the program does when memory ends, wherever that is: a right result, or exit 5 with one line and nothing left.

  test_memory.py [--every]

FAULTS names the library that makes allocations fail (failing_memory.cpp). Without --every some hundred of a run's
allocations fail, one run each; with it every one.
"""

import os
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from program import LAST_WORD, NIGHTJAR, TOO_LARGE, ProgramTest

EVERY = "--every" in sys.argv
RUNS = 60  # of a command, with one allocation failing or all after it too, where not every one is to fail
TIMES = re.compile(r"Predicted in [\d.]+ ")
ERROR = re.compile(r"nightjar: error: ([^\n]+)\n")


class FaultyRuns:
    """A command that can be run again and again with another allocation failing."""

    def __init__(self, test, *command):
        streams = tempfile.TemporaryDirectory()
        test.addCleanup(streams.cleanup)
        self.out, self.errors = (Path(streams.name, name) for name in ("out", "errors"))
        self.server = subprocess.Popen(
            [NIGHTJAR, *command],
            cwd=test.folder,
            env=test.environment(
                LD_PRELOAD=os.environ["FAULTS"], FAULT_OUT=str(self.out), FAULT_ERRORS=str(self.errors)
            ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        test.addCleanup(self.close)

    def close(self):
        self.server.stdin.close()
        self.server.stdout.close()
        if self.server.poll() is None:
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def run(self, fail_at=0, and_all_after=False):
        """Exit code (negative: by a signal; None: it hangs), allocations, output, messages."""
        self.server.stdin.write(struct.pack("<qq", fail_at, and_all_after))
        self.server.stdin.flush()
        if not select.select([self.server.stdout], [], [], 20)[0]:
            return None, 0, "", ""
        status, allocations = struct.unpack("<qq", self.server.stdout.read(16))
        out, errors = (file.read_text(errors="surrogateescape") for file in (self.out, self.errors))
        return os.waitstatus_to_exitcode(status), allocations, TIMES.sub("", out), LAST_WORD.sub("", errors)


class MemoryTest(ProgramTest):
    def setUp(self):
        super().setUp()
        for name in ("labels", "seen"):
            (self.folder / name).mkdir()

    def clean(self):
        for name in set(self.files()) - set(self.before):
            (self.folder / name).unlink()

    def run_whole(self, runs):
        """A run without a failure: its output and files, and how often it asked for memory."""
        code, allocations, out, errors = runs.run()
        self.assertEqual((code, errors), (0, ""))
        files = self.files()
        self.clean()
        return (out, files), allocations

    def check(self, *command, pictures=(), own_files=()):
        """`own_files` of pictures are there, whole, as soon as a picture is done."""
        self.before = self.files()
        runs = FaultyRuns(self, *command)
        whole, allocations = self.run_whole(runs)
        self.assertGreater(allocations, 100)
        # Of several pictures one may fail, with its line of error, and the others go on.
        without = {
            picture: self.run_whole(FaultyRuns(self, *(word for word in command if word != picture)))[0]
            for picture in pictures
        }

        def is_well(code, out, errors):
            files = self.files()
            error = ERROR.fullmatch(errors)
            if code == 0:
                return (out, files, errors) == (*whole, "")
            if code != TOO_LARGE or not error:
                return False
            if (out, files) == without.get(error[1].split(": ")[0]):
                return True
            return all(
                self.before.get(name) == content or name in own_files and whole[1][name] == content
                for name, content in files.items()
            )

        step = 1 if EVERY else max(1, allocations // RUNS)
        for and_all_after in (False, True):
            for fail_at in range(1, allocations + 1, step):
                code, _, out, errors = runs.run(fail_at, and_all_after)
                if not is_well(code, out, errors):
                    which = f"allocation {fail_at}{' and all after it' if and_all_after else ''}"
                    new = set(self.files()) - set(self.before)
                    self.fail(f"{command[0]}, {which}: exit code {code}, {errors!r}, {new} left")
                self.clean()


class Memory(MemoryTest):
    def check_detect(self, threads):
        outputs = ("--out", "o.json", "--csv", "o.csv", "--labels", "labels", "--draw", "seen")
        files = ("labels/a.txt", "labels/b.txt", "seen/a.png", "seen/b.png")
        self.check(
            *("detect", *self.net, "a.png", "b.png", "--threads", threads, *outputs),
            pictures=("a.png", "b.png"),
            own_files=files,
        )

    def test_detect(self):
        self.check_detect("1")

    def test_detect_on_threads(self):
        """Which allocation fails is then different each time, and any may."""
        self.check_detect("3")

    def test_layers(self):
        self.check("layers", "net.cfg")


@unittest.skipUnless(EVERY, "with --every")
class OtherCommands(MemoryTest):
    def test_explain(self):
        self.check("explain", "net.cfg")

    def test_fetch(self):
        self.check("fetch", "--list")

    def test_detector(self):
        self.put("net.data", "names=net.names")
        self.check(
            *("detector", "test", "net.data", "net.cfg", "net.weights", "a.png"),
            *("-threads", "1", "-save_labels", "-out", "o.json"),
            own_files=("a.txt", "predictions.jpg"),
        )

    def test_dump(self):
        header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 32, 32), }".ljust(117) + "\n"
        self.put("x.npy", b"\x93NUMPY\1\0\x76\0" + header.encode() + bytes(4 * 3 * 32 * 32))
        self.check("dump", *self.net[:4], "--input", "x.npy", "--out", "labels", "--threads", "1")


if __name__ == "__main__":
    unittest.main(argv=[argument for argument in sys.argv if argument != "--every"])
