"""Many pictures: in order, read ahead, with what cannot be read told apart."""

import itertools
import subprocess
import sys
import time
from pathlib import Path

from package import PackageTest, array, main, needs, picture

from nightjar_darknet import errors

HERE = Path(__file__).parent


class Stream(PackageTest):
    def setUp(self):
        super().setUp()
        self.model = self.load()
        self.files = [self.put(f"{i}.png", picture((i % 4, i // 4))) for i in range(16)]

    def test_in_order(self):
        for batch in (1, 3):
            streamed = list(self.model.stream(self.files, batch=batch))
            self.assertEqual([one.source for one in streamed], self.files)
            for i, one in enumerate(streamed):
                self.assert_boxes(one.detections, (i % 4, i // 4))
                self.assertEqual(one.size, (32, 32))
                self.assertGreater(one.milliseconds, 0)

    def test_of_all_kinds(self):
        kinds = [self.files[6], str(self.files[6]), self.files[6].read_bytes(), array((2, 1))]
        for one in self.model.stream(kinds):
            self.assert_boxes(one.detections, (2, 1))

    def test_without_an_end(self):
        """Takes no more than are on their way, and stops where the caller does."""
        asked = []

        def endless():
            for i in itertools.count():
                asked.append(i)
                yield self.files[i % 16]

        taken = list(itertools.islice(self.model.stream(endless(), ahead=4), 10))
        self.assertEqual(len(taken), 10)
        self.assertLessEqual(len(asked), 14)

    def test_bad_picture_raises(self):
        bad = self.put("bad.png", b"no picture")
        stream = self.model.stream([self.files[0], bad, self.files[1]])
        self.assert_boxes(next(stream).detections, (0, 0))
        with self.assertRaises(errors.MalformedError) as caught:
            next(stream)
        self.assertEqual(caught.exception.file, str(bad))

    def test_bad_picture_told(self):
        told = []
        pictures = [self.files[0], "nowhere.png", self.files[1]]
        streamed = list(self.model.stream(pictures, on_error=lambda source, error: told.append((source, type(error)))))
        self.assertEqual([one.source for one in streamed], [self.files[0], self.files[1]])
        self.assertEqual(told, [("nowhere.png", errors.ReadError)])

    def test_options(self):
        (one,) = self.model.stream(self.files[:1], threshold=0.99)
        self.assertEqual(len(one.detections), 0)
        (one,) = self.model.stream([array((1, 2))[:, :, ::-1]], channels="bgr")
        self.assert_boxes(one.detections, (1, 2))

    def test_empty(self):
        self.assertEqual(list(self.model.stream([])), [])

    @needs("tqdm")
    def test_progress(self):
        script = "from package import *\nimport nightjar_darknet as n, sys\nmodel = n.Model(CFG.encode(), weights())\n"
        script += "list(model.stream([array()] * 5, progress=True))"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=HERE)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("5/5", done.stderr)

    def test_interrupted_while_waiting(self):
        """Ctrl-C ends a stream that would take hours."""
        script = (
            "import os, signal, threading\nfrom package import *\nimport nightjar_darknet as n\n"
            "model = n.Model(CFG.encode(), weights())\n"
            "threading.Timer(.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
            "big = n.Model(ROOT / 'cfg/yolov3.cfg', None, synthesise=1, threads=1)\n"
            "list(big.stream([array()] * 10000))\n"
        )
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=HERE, timeout=60)
        self.assertIn("KeyboardInterrupt", done.stderr)
        self.assertLess(time.monotonic() - began, 30)


if __name__ == "__main__":
    main()
