"""demo.sh builds the program and nothing else, without CUDA kernels where no GPU answers. Its tools are stand-ins."""

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
CMAKE = f"""#!/bin/sh
echo "cmake $*" >> "$CALLS"
case "$1" in --build) printf '%s' '{NIGHTJAR}' > "$2/nightjar" && chmod +x "$2/nightjar";; esac
"""


class Demo(unittest.TestCase):
    def run_demo(self, **tools):
        """Runs demo.sh in a copy of what it reads, with these programs in front of the system's."""
        with tempfile.TemporaryDirectory() as name:
            folder, calls = Path(name, "clone"), Path(name, "calls")
            (folder / "docs/scene").mkdir(parents=True)
            shutil.copytree(ROOT / ".ci", folder / ".ci")
            for file in ("demo.sh", "docs/scene/street.png"):
                shutil.copy(ROOT / file, folder / file)
            tools = {"cmake": CMAKE, "dpkg-query": "#!/bin/sh\nprintf installed\n", "ldconfig": "#!/bin/sh\n", **tools}
            for tool, script in tools.items():
                path = Path(name, "bin", tool.replace("_", "-"))
                path.parent.mkdir(exist_ok=True)
                path.write_text(script, encoding="utf-8")
                path.chmod(0o755)
            environment = {**os.environ, "PATH": f"{name}/bin:/usr/bin:/bin", "CALLS": str(calls)}
            done = subprocess.run([folder / "demo.sh"], env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn(f"{folder}/results/street.png", done.stdout.splitlines()[-1])
            return done.stdout, calls.read_text(encoding="utf-8").splitlines()

    def test_without_a_gpu(self):
        said, (configure, build) = self.run_demo(nvidia_smi="#!/bin/sh\nexit 9\n")
        self.assertIn("-DNIGHTJAR_CUDA=OFF", configure)
        self.assertIn("-DNIGHTJAR_TESTS=OFF", configure)
        self.assertTrue(build.endswith("--target nightjar_cli"), build)
        self.assertEqual(len([line for line in said.splitlines() if "no GPU answers" in line]), 1)

    def test_with_a_gpu(self):
        said, (configure, _) = self.run_demo(nvidia_smi="#!/bin/sh\necho GPU 0\n")
        self.assertIn("-DNIGHTJAR_CUDA=AUTO", configure)
        self.assertNotIn("no GPU answers", said)


if __name__ == "__main__":
    main()
