"""demo.sh builds the program and nothing else, without CUDA kernels where no GPU answers; --train draws, trains and
detects without fetching. Its tools are stand-ins."""

import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from documents import ROOT
from run_commands import main

NIGHTJAR = """#!/bin/sh
echo "nightjar $*"
"""
DRAW_SCENES = """import sys
print("draw_scenes", *sys.argv[1:])
"""
CMAKE = f"""#!/bin/sh
echo "cmake $*" >> "$CALLS"
case "$1" in --build) printf '%s' '{NIGHTJAR}' > "$2/nightjar" && chmod +x "$2/nightjar";; esac
"""


class Demo(unittest.TestCase):
    def run_demo(self, *arguments, **tools):
        """Runs demo.sh in a copy of what it reads, with these programs in front of the system's. Returns the folder,
        what it said, and the calls of CMake."""
        with tempfile.TemporaryDirectory() as name:
            folder, calls = Path(name, "clone"), Path(name, "calls")
            (folder / "docs/scene").mkdir(parents=True)
            shutil.copytree(ROOT / ".ci", folder / ".ci")
            for file in ("demo.sh", "docs/scene/street.png"):
                shutil.copy(ROOT / file, folder / file)
            (folder / "docs/scene/draw_scenes.py").write_text(DRAW_SCENES, encoding="utf-8")
            tools = {"cmake": CMAKE, "dpkg-query": "#!/bin/sh\nprintf installed\n", "ldconfig": "#!/bin/sh\n", **tools}
            for tool, script in tools.items():
                path = Path(name, "bin", tool.replace("_", "-"))
                path.parent.mkdir(exist_ok=True)
                path.write_text(script, encoding="utf-8")
                path.chmod(0o755)
            environment = {**os.environ, "PATH": f"{name}/bin:/usr/bin:/bin", "CALLS": str(calls)}
            done = subprocess.run([folder / "demo.sh", *arguments], env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            called = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
            return folder, done.stdout, called

    def test_without_a_gpu(self):
        folder, said, (configure, build) = self.run_demo(nvidia_smi="#!/bin/sh\nexit 9\n")
        self.assertIn("-DNIGHTJAR_CUDA=OFF", configure)
        self.assertIn("-DNIGHTJAR_TESTS=OFF", configure)
        self.assertTrue(build.endswith("--target nightjar_cli"), build)
        seen = [line.split(": ")[1] for line in said.splitlines() if line.startswith("The picture with its boxes")]
        self.assertEqual(seen, [f"{folder}/results/street.png", f"{folder}/results/smear.png"])
        self.assertEqual(len([line for line in said.splitlines() if "no GPU answers" in line]), 1)

    def test_with_a_gpu(self):
        _, said, (configure, _) = self.run_demo(nvidia_smi="#!/bin/sh\necho GPU 0\n")
        self.assertIn("-DNIGHTJAR_CUDA=AUTO", configure)
        self.assertNotIn("no GPU answers", said)

    def test_a_picture_of_ones_own(self):
        picture = ROOT / "docs/street-detected.png"
        _, said, _ = self.run_demo(str(picture))
        self.assertIn(f"nightjar detect {picture} --model yolov3-tiny", said)
        self.assertNotIn("cells", said)

    def test_where_nothing_can_be_fetched(self):
        offline = NIGHTJAR + 'test "$1" != fetch\n'
        folder, said, _ = self.run_demo(cmake=CMAKE.replace(NIGHTJAR, offline))
        self.assertIn("cannot be fetched", said)
        self.assertEqual([line for line in said.splitlines() if line.startswith("nightjar detect")],
                         [f"nightjar detect {folder}/docs/scene/smear.png --model cells --draw {folder}/results"])

    @unittest.skipUnless(os.access("/usr/bin/python3", os.X_OK), "needs the system's Python")
    def test_train(self):
        folder, said, (configure, build) = self.run_demo("--train", nvidia_smi="#!/bin/sh\nexit 9\n")
        self.assertIn("-DNIGHTJAR_TESTS=OFF", configure)
        self.assertTrue(build.endswith("--target nightjar_cli"), build)
        results = f"{folder}/results/training"
        done = [line.split() for line in said.splitlines() if line.startswith(("draw_scenes", "nightjar"))]
        self.assertEqual([words[0:2] for words in done],
                         [["draw_scenes", f"{results}/scenes"], ["nightjar", "train"], ["nightjar", "detect"]])
        self.assertIn("--overwrite", done[1])
        pictures = [word for word in done[2] if word.endswith(".jpg")]
        self.assertEqual(len(set(pictures)), 6)
        self.assertIn(f"{results}/chart.svg", said.splitlines()[-2])
        self.assertIn(f"{results}/detected", said.splitlines()[-1])

    def test_help(self):
        _, said, calls = self.run_demo("--help")
        self.assertEqual(calls, [])
        self.assertIn("./demo.sh --train", said)
        self.assertNotIn("#", said)


if __name__ == "__main__":
    main()
