"""docs/c-api.md: its programs build as printed, warnings and all, against the installed library, and run."""

import os
import re
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path

from documents import FENCE, ROOT, furnish, weights_file
from run_commands import build_folder, main

TEXT = (ROOT / "docs/c-api.md").read_text(encoding="utf-8")
RUN = "./detect cfg/yolov3-tiny-123.cfg weights/yolov3-tiny.weights cfg/coco.names docs/scene/street.png"


def blocks(language):
    return [body for found, body in FENCE.findall(TEXT) if found == language]


def setting(name):
    """A value of the build's cache, whose compiler and sanitizers the programs need."""
    cache = (build_folder() / "CMakeCache.txt").read_text(encoding="utf-8")
    found = re.search(rf"^{name}:\w+=(.*)$", cache, re.MULTILINE)
    return found[1] if found else ""


class CInterface(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        furnish(cls.folder, build_folder())
        if weights_file("yolov3-tiny.weights"):
            (cls.folder / "weights/yolov3-tiny.weights").unlink(missing_ok=True)
            os.symlink(weights_file("yolov3-tiny.weights"), cls.folder / "weights/yolov3-tiny.weights")
        cls.installed = cls.folder / "installed"
        cls.run_command("cmake", "--install", build_folder(), "--prefix", cls.installed)
        cls.programs = {re.match(r"/\* (\w+)\.c:", body)[1]: body for body in blocks("c")}
        for name, body in cls.programs.items():
            (cls.folder / f"{name}.c").write_text(body, encoding="utf-8")

    @classmethod
    def run_command(cls, *command):
        lib = str(next(cls.installed.glob("lib*"), "")) if hasattr(cls, "installed") else ""
        environment = {**os.environ, "LD_LIBRARY_PATH": lib, "PKG_CONFIG_PATH": f"{lib}/pkgconfig"}
        done = subprocess.run([str(c) for c in command], cwd=cls.folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def compile(self, name):
        """By the document's own command, with warnings as errors."""
        flags = self.run_command("pkg-config", "--cflags", "--libs", "nightjar").split()
        sanitizers = shlex.split(setting("CMAKE_CXX_FLAGS"))
        compiler = setting("CMAKE_C_COMPILER") or "cc"
        self.run_command(compiler, f"{name}.c", "-o", name, "-Wall", "-Wextra", "-Wpedantic", "-Werror", *sanitizers, *flags)

    def test_every_program_is_tested(self):
        self.assertEqual(sorted(self.programs), ["detect", "pixels", "raw", "stream"])
        self.assertIn(RUN, "".join(blocks("sh")))
        self.assertIn("cc detect.c -o detect $(pkg-config --cflags --libs nightjar)", "".join(blocks("sh")))

    def test_detect(self):
        self.compile("detect")
        if weights_file("yolov3-tiny.weights"):
            self.assertIn("stop sign", self.run_command(*RUN.split()))

    def test_detect_by_cmake(self):
        project = self.folder / "project"
        project.mkdir()
        (project / "CMakeLists.txt").write_text("".join(blocks("cmake")), encoding="utf-8")
        (project / "detect.c").write_text(self.programs["detect"], encoding="utf-8")
        self.run_command("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.installed}",
                         f"-DCMAKE_C_FLAGS={setting('CMAKE_CXX_FLAGS')}",
                         f"-DCMAKE_C_COMPILER={setting('CMAKE_C_COMPILER') or 'cc'}",
                         "-DCMAKE_DISABLE_FIND_PACKAGE_CUDAToolkit=ON")
        self.run_command("cmake", "--build", project / "build")
        done = subprocess.run([project / "build/app"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (2, "usage: detect CFG WEIGHTS NAMES PICTURE\n"))

    def test_pixels(self):
        self.compile("pixels")
        self.assertRegex(self.run_command("./pixels"), r"^\d+ boxes\n$")

    def test_raw(self):
        self.compile("raw")
        said = self.run_command("./raw", "cfg/cells.cfg", "weights/cells.weights")
        self.assertRegex(said, r"(layer \d+: 24 x \d+ x \d+ values, 3 boxes a cell, the first [\d.e+-]+\n)+$")

    def test_stream(self):
        self.compile("stream")
        smear = "docs/scene/smear.png"
        said = self.run_command("./stream", "cfg/cells.cfg", "weights/cells.weights", smear, "missing.png", smear)
        first, missing, last = said.splitlines()
        self.assertRegex(first, rf"^{smear}: [1-9]\d* boxes$")
        self.assertEqual(first, last)
        self.assertTrue(missing.startswith("missing.png: "))


if __name__ == "__main__":
    main()
