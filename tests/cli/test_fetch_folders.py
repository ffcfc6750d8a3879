"""nightjar fetch and --model in an installed copy: whose folder the weights go to and are found in."""

import hashlib
import os
import subprocess
import unittest
from pathlib import Path

import program
from program import CANNOT_READ, CANNOT_WRITE, weights
from weights_server import FetchTest


class Folders(FetchTest):
    """Where the file goes when nobody says, and that --model finds it there."""

    def setUp(self):
        super().setUp()
        self.install()
        self.user = 65534 if os.geteuid() == 0 else None
        self.put("people/me/keep", "")
        for name in ("", "people", "people/me"):
            (self.folder / name).chmod(0o755)
        if self.user:
            os.chown(self.folder / "people/me", self.user, self.user)

    def install(self):
        """The program in a prefix, with a catalog that names the tests' network."""
        self.catalog(
            self.put("net.weights", weights()).as_uri(),
            size=len(weights()),
            sha256=hashlib.sha256(weights()).hexdigest(),
        )
        for name, file in (("weights/catalog.json", "catalog.json"), ("cfg/net.cfg", "net.cfg"), ("cfg/net.names", "net.names")):
            self.put(f"prefix/share/nightjar/{name}", (self.folder / file).read_bytes())
        self.program = self.put("prefix/bin/nightjar", Path(program.NIGHTJAR).read_bytes())
        self.program.chmod(0o755)
        for folder, names, _ in os.walk(self.folder / "prefix"):
            os.chmod(folder, 0o555)

    def tearDown(self):
        for folder, _, _ in os.walk(self.folder / "prefix"):
            os.chmod(folder, 0o755)

    def run_installed(self, *arguments, user=True, **variables):
        environment = {
            key: value for key, value in os.environ.items() if key not in ("NIGHTJAR_HOME", "XDG_DATA_HOME", "HOME")
        }
        done = subprocess.run(
            [self.program, *arguments],
            cwd=self.folder,
            env={**environment, "HOME": str(self.folder / "people/me"), **variables},
            capture_output=True,
            text=True,
            **({"user": self.user} if user and self.user else {}),
        )
        return done

    def assert_fetched_into(self, folder, **variables):
        file = self.folder / folder / "net.weights"
        done = self.run_installed("fetch", "net", **variables)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, f"{file}: fetched, verified\n")
        self.assertIn(str(file.parent), " ".join(self.run_installed("fetch", "--help", **variables).stdout.split()))
        self.assertIn(" here ", self.run_installed("fetch", "--list", **variables).stdout)
        done = self.run_installed("detect", "--model", "net", "a.png", **variables)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("red: 98%", done.stdout)

    def test_the_users_folder_where_the_prefix_is_not_his(self):
        self.assert_fetched_into("people/me/.local/share/nightjar/weights")
        self.assertEqual((self.folder / "people/me/.local").stat().st_mode & 0o777, 0o700)

    def test_another_data_folder(self):
        self.assert_fetched_into(
            "people/me/data/nightjar/weights", XDG_DATA_HOME=str(self.folder / "people/me/data")
        )

    def test_a_relative_data_folder_is_ignored(self):
        self.assert_fetched_into("people/me/.local/share/nightjar/weights", XDG_DATA_HOME="data")

    def test_nightjar_home_goes_before(self):
        self.assert_fetched_into("people/me/nest/weights", NIGHTJAR_HOME=str(self.folder / "people/me/nest"))

    def test_the_prefix_where_it_is_ones_own(self):
        for folder, _, _ in os.walk(self.folder / "prefix"):
            os.chmod(folder, 0o777)
        self.assert_fetched_into("prefix/share/nightjar/weights")

    def test_what_the_prefix_has_is_not_fetched_again(self):
        (self.folder / "prefix/share/nightjar/weights").chmod(0o755)
        self.put("prefix/share/nightjar/weights/net.weights", weights())
        done = self.run_installed("fetch", "net")
        self.assertEqual(done.returncode, 0)
        self.assertIn("prefix/share/nightjar/weights/net.weights: there already", done.stdout)
        self.assertEqual([entry.name for entry in (self.folder / "people/me").iterdir()], ["keep"])

    def test_messages_name_the_folder(self):
        folder = self.folder / "people/me/.local/share/nightjar/weights"
        done = self.run_installed("detect", "--model", "net", "a.png")
        self.assertEqual(done.returncode, CANNOT_READ)
        self.assertIn(f"{folder}/net.weights: ", done.stderr)
        self.assertIn("'nightjar fetch net' gets it", done.stderr)
        (self.folder / "people/me").chmod(0o555)
        if self.user:
            os.chown(self.folder / "people/me", 0, 0)
        done = self.run_installed("fetch", "net")
        self.assertEqual(done.returncode, CANNOT_WRITE)
        self.assertIn(f"{folder}: cannot be made: Permission denied", done.stderr)
        self.assertIn("--to FOLDER", done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1)
        (self.folder / "people/me").chmod(0o755)


if __name__ == "__main__":
    unittest.main()
