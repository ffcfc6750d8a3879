"""nightjar fetch from servers that take their time: each is given up, and the next one tried."""

import hashlib
import time
import unittest

from program import CANNOT_READ
from weights_server import CONTENT, FetchTest


class Patience(FetchTest):
    def test_a_server_that_drips_is_left_for_the_next(self):
        self.catalog(self.server.address("drip"), self.server.address("ranges"))
        started = time.monotonic()
        out = self.run_well(*self.command, "--stall", "1")
        self.assertEqual(out, "w/net.weights: fetched, verified\n")
        self.assertEqual((self.folder / "w/net.weights").read_bytes(), CONTENT)
        self.assertLess(time.monotonic() - started, 15)

    def test_a_server_that_takes_too_long_on_the_whole_is_left_too(self):
        size = 20_000  # of which 2 KiB a second would take 10 seconds; 16 KiB a second and the stall twice are 3
        self.catalog(
            self.server.address("trickle"),
            self.server.address("gone"),
            size=size,
            sha256=hashlib.sha256(CONTENT[:size]).hexdigest(),
        )
        started = time.monotonic()
        done = self.run_program(*self.command, "--stall", "1")
        self.assertEqual(done.returncode, CANNOT_READ)
        self.assertRegex(done.err, r"\Anightjar: error: [^\n]*trickle: [^\n]*timed out[^\n]*gone: [^\n]*404[^\n]*\n\Z")
        self.assertIn("kept for the next try", done.err)
        self.assertGreater((self.folder / "w/net.weights.partial").stat().st_size, 1000)
        self.assertLess(time.monotonic() - started, 9)


if __name__ == "__main__":
    unittest.main()
