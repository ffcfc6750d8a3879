"""The Python blocks of the documents run as printed, page by page from the top, in a folder that looks like a built clone."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from package import BUILD, ROOT, main, needs, opencv

sys.path.insert(0, str(ROOT / "tests/docs"))
from documents import FENCE, furnish, weights_file  # noqa: E402


def blocks(page, wanted="python"):
    text = (ROOT / page).read_text(encoding="utf-8")
    return [body for language, body in FENCE.findall(text) if language == wanted]


class Blocks(unittest.TestCase):
    def setUp(self):
        if not weights_file("yolov3-tiny.weights"):
            self.skipTest("needs the weights of yolov3-tiny")

    def run_blocks(self, blocks, *path):
        return self.run_in_clone([sys.executable, "-c", "\n".join(blocks)], *path)

    def run_in_clone(self, command, *path):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            furnish(folder, BUILD)
            os.symlink(ROOT / "README.md", folder / "README.md")
            python = Path(sys.executable).parent  # the one that `python` means
            environment = {
                **os.environ,
                "PYTHONPATH": os.pathsep.join([os.environ["PYTHONPATH"], *map(str, path)]),
                "PATH": f"{python}{os.pathsep}{os.environ['PATH']}",
            }
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout


class WithoutOpenCV(Blocks):
    def test_python(self):
        said = self.run_blocks(blocks("docs/python.md"))
        self.assertIn("stop sign", said)
        self.assertIn("README.md None", said)

    def test_readmes(self):
        for page in ("README.md", "apps/python/README.md"):
            self.assertIn("stop sign", self.run_blocks(blocks(page)))

    def test_migrating(self):
        self.run_blocks(blocks("docs/migrating-from-opencv.md")[1:])


class WithOpenCV(Blocks):
    def test_migrating(self):
        of_opencv = blocks("docs/migrating-from-opencv.md")[0]
        said = self.run_blocks([of_opencv, "print(outputs[0].shape)"], opencv(5))
        self.assertEqual(said, "(507, 85)\n")


@needs("ray", "pyarrow")
class WithRay(Blocks):
    def test_folder_over_a_cluster(self):
        (command,) = blocks("docs/ray.md", "sh")
        found = self.run_in_clone(["bash", "-euc", f"{command}\ncat boxes.jsonl"])
        self.assertEqual(found.count("\n"), 2)
        self.assertIn("stop sign", found)

    def test_pipeline_and_requests(self):
        found = self.run_blocks(blocks("docs/ray.md"))
        self.assertEqual(found.count("stop sign"), 2)


if __name__ == "__main__":
    main()
