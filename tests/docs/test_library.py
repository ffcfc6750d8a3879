"""README.md's C++ program builds as printed against the installed library, and finds what it should."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from documents import blocks, furnish, weights_file
from run_commands import build_folder, main

def build_settings(build):
    """-D options that build as nightjar was built: with its compiler and its sanitizers."""
    cache = (build / "CMakeCache.txt").read_text(encoding="utf-8")
    keys = "CMAKE_CXX_COMPILER|CMAKE_CXX_FLAGS|CMAKE_BUILD_TYPE"
    return [f"-D{key}={value}" for key, value in re.findall(rf"^({keys}):\w+=(.*)$", cache, re.MULTILINE)]


class Library(unittest.TestCase):
    def run_command(self, *command, cwd=None):
        done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def test_program(self):
        build = build_folder()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source, installed = folder / "source", folder / "installed"
            source.mkdir()
            (source / "CMakeLists.txt").write_text("".join(blocks("cmake")), encoding="utf-8")
            (source / "main.cpp").write_text("".join(blocks("cpp")), encoding="utf-8")
            self.run_command("cmake", "--install", build, "--prefix", installed)
            self.run_command("cmake", "-S", source, "-B", folder / "app", f"-DCMAKE_PREFIX_PATH={installed}",
                             "-DCMAKE_DISABLE_FIND_PACKAGE_CUDAToolkit=ON", *build_settings(build))
            self.run_command("cmake", "--build", folder / "app")
            if weights_file("yolov3-tiny.weights"):
                furnish(folder, build)
                self.assertIn("class 11:", self.run_command(folder / "app/app", cwd=folder))  # a stop sign


if __name__ == "__main__":
    main()
