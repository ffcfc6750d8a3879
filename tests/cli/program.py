"""What the command line's tests share: a folder of their own, a tiny network, pictures, runs.

The network sees red: its input is 32x32, its one head has a cell for every 8x8 pixels, and each cell whose
first pixel is red holds a box of 16x16 pixels of class "red" (98%), centred in the cell.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib
from pathlib import Path

NIGHTJAR = os.environ.get("NIGHTJAR") or sys.exit("set NIGHTJAR to the path of the program")
ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"

CFG = """[net]
width=32
height=32
channels=3

[convolutional]
filters=7
size=1
stride=8
activation=linear

[yolo]
mask=0
anchors=16,16
classes=2
num=1
"""
# What ends a run over several pictures.
LAST_WORD = re.compile(r"nightjar: \d+ pictures?(, \d+ box(es)?)? in [\d.]+ s, [\d.]+ pictures/s(, \d+ could not be used)?\n\Z")

USAGE, CANNOT_READ, MALFORMED, TOO_LARGE, CANNOT_WRITE, DEVICE = range(2, 8)


def weights():
    """The network's weights file: biases and a 7x3 matrix for x, y, w, h, objectness, red, other."""
    biases = [0, 0, 0, 0, -10, 4, -4]
    matrix = [0] * 12 + [20, -20, -20] + [0] * 6
    return struct.pack("<3iQ", 0, 2, 5, 0) + struct.pack("<28f", *biases, *matrix)


def edge_network():
    """Cfg and weights of a network whose signs meet the edge: it sees red in black where a window sums up to above 20.

    A window of 27 black values and weights below 0 sums up to 27; at the upper and left edge up to 18 and 12 where what
    lies outside counts as 0, and to 27 where it has the sign of black.
    """
    cfg = CFG.replace("size=1\nstride=8", "size=3\nstride=8\npad=1\nxnor=1")
    biases = [0, 0, 0, 0, -20, 4, -4]
    matrix = [0] * 4 * 27 + [-1] * 27 + [0] * 2 * 27
    return cfg, struct.pack("<3iQ196f", 0, 2, 5, 0, *biases, *matrix)


def png(pixels):
    """A PNG file of rows of (red, green, blue)."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"".join(bytes(pixel) for pixel in row) for row in pixels)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def picture(*cells):
    """A black 32x32 picture with these cells (column, row) of 8x8 pixels in red."""
    return png(
        [[(255, 0, 0) if (x // 8, y // 8) in cells else (0, 0, 0) for x in range(32)] for y in range(32)]
    )


def red_line(column, row):
    """The line that a box of this cell is printed as."""
    return f"red: 98%\t(left_x: {8 * column - 4:4}   top_y: {8 * row - 4:4}   width:   16   height:   16)"


class ProgramTest(unittest.TestCase):
    """A test in a temporary folder, the program's current one, with net.cfg, net.weights, net.names."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="nightjar-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.put("net.cfg", CFG)
        self.put("net.weights", weights())
        self.put("net.names", "red\nother\n")
        self.put("a.png", picture((1, 2)))
        self.put("b.png", picture((0, 0), (3, 3)))

    net = ("--cfg", "net.cfg", "--weights", "net.weights", "--names", "net.names")

    def put(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def environment(self, **more):
        return {**os.environ, "NIGHTJAR_HOME": str(self.folder / "home"), **more}

    def for_everybody(self):
        """A copy of the program that other users may run, wherever it was built."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        return shutil.copy(NIGHTJAR, folder.name)

    def start(self, *arguments, **options):
        """The program as a running process."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("env", self.environment())
        program = self.for_everybody() if "user" in options else NIGHTJAR
        return subprocess.Popen(
            [program, *map(str, arguments)],
            cwd=self.folder,
            stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE,
            **options,
        )

    def run_program(self, *arguments, input=None, timeout=60, **options):
        """Runs the program; returns it with its output and messages as text."""
        if input is not None:
            options["stdin"] = subprocess.PIPE
        with self.start(*arguments, **options) as process:
            out, err = process.communicate(
                input.encode() if isinstance(input, str) else input, timeout=timeout
            )
        process.out = (out or b"").decode(errors="surrogateescape")
        process.err = err.decode(errors="surrogateescape")
        return process

    def run_well(self, *arguments, **options):
        """A run that must succeed without a word on stderr but the last one; returns its output."""
        done = self.run_program(*arguments, **options)
        self.assertEqual((done.returncode, LAST_WORD.sub("", done.err)), (0, ""))
        return done.out

    def assert_refused(self, code, mentioned, *arguments, **options):
        """A run that must fail with this code and one line that says all of `mentioned`, leaving nothing."""
        before = self.files()
        done = self.run_program(*arguments, **options)
        self.assertEqual(done.returncode, code, done.err)
        self.assertRegex(done.err, r"\Anightjar: error: [^\n]+\n\Z")
        for text in [mentioned] if isinstance(mentioned, str) else mentioned:
            self.assertIn(text, done.err)
        self.assertEqual(done.out, "")
        self.assertEqual(self.files(), before)
        return done

    def files(self):
        """Everything below the folder: path -> its checksum, None for what is no regular file."""
        return {
            str(path.relative_to(self.folder)): zlib.crc32(path.read_bytes()) if path.is_file() else None
            for path in self.folder.rglob("*")
        }

    def lines(self, output):
        """The program's text without the times it took."""
        return [line.split(": Predicted in ")[0] for line in output.splitlines()]
