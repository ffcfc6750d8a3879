"""nightjar fetch, against a server on this machine."""

import hashlib
import os
import signal
import time
import unittest

from program import CANNOT_READ, CANNOT_WRITE, MALFORMED, USAGE
from weights_server import CONTENT, FetchTest


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

    def test_a_source_that_is_gone_keeps_what_another_gave(self):
        self.catalog(self.server.address("gone"), self.server.address("ranges"))
        self.put("w/net.weights.partial", CONTENT[:1000])
        self.assert_fetched()
        self.assertEqual(self.server.requests[-1], ("/ranges", "bytes=1000-"))

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

    def test_each_source_says_why(self):
        (self.folder / "w").mkdir()
        gone, other = self.server.address("gone"), self.server.address("other")
        self.catalog("http://127.0.0.1:1/net.weights", gone, "file:///no/where")
        done = self.assert_refused(CANNOT_READ, [f"{gone}: ", "404", "file:///no/where: "], *self.command)
        self.assertRegex(done.err, r"127\.0\.0\.1:1/net\.weights: [^;]*connect")
        self.catalog(gone, other)
        self.assert_refused(MALFORMED, [f"{gone}: ", "404", f"{other}: ", "sha256"], *self.command)
        self.catalog()
        self.assert_refused(CANNOT_READ, "there is none", *self.command)

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


if __name__ == "__main__":
    unittest.main()
