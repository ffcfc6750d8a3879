"""The program that the package carries: measuring, training, exporting, and ending it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

from package import PackageTest, main, picture

import nightjar_darknet
from nightjar_darknet import errors, program
from nightjar_darknet.program import run

RECIPE = "batch=2\nsubdivisions=1\nlearning_rate=.001\nmax_batches={updates}\n"


class Commands(PackageTest):
    def setUp(self):
        super().setUp()
        (self.folder / "set").mkdir()
        for i in range(4):
            self.put(f"set/{i}.png", picture((i, 1)))
            self.put(f"set/{i}.txt", f"0 {(8 * i + 4) / 32} {12 / 32} .5 .5\n")
        self.put("set.txt", "".join(f"{self.folder}/set/{i}.png\n" for i in range(4)))
        self.data = self.put("set.data", f"classes=2\nnames={self.names}\ntrain={self.folder}/set.txt\nvalid={self.folder}/set.txt\n")

    def recipe(self, updates):
        text = self.cfg.read_text()
        return self.put("train.cfg", text.replace("[net]\n", "[net]\n" + RECIPE.format(updates=updates)))

    def test_evaluate(self):
        figures = nightjar_darknet.evaluate(self.folder / "set", self.cfg, self.weights, names=self.names)
        self.assertEqual((figures["pictures"], figures["objects"]), (4, 4))
        self.assertGreater(figures["coco"]["AP50"], 0.99)

    def test_of_a_model(self):
        model = self.load(device="cpu", width=64, height=64)
        figures = model.eval(self.folder / "set", fit="stretch")
        self.assertEqual(figures["pictures"], 4)
        self.assertGreater(model.export(self.folder / "model.onnx").stat().st_size, 100)
        with self.assertRaises(errors.UsageError):
            nightjar_darknet.Model(self.cfg.read_bytes(), self.weights).export(self.folder / "other.onnx")

    def test_train(self):
        log = nightjar_darknet.train(
            self.data, self.recipe(3), self.weights, out=self.folder / "out", no_valid=True, threads=1
        )
        self.assertEqual([line["update"] for line in log], [1, 2, 3])
        self.assertTrue((self.folder / "out/train_final.weights").is_file())

    def test_export(self):
        file = nightjar_darknet.export(self.cfg, self.weights, self.folder / "net.onnx", decode=True)
        self.assertGreater(file.stat().st_size, 100)

    def test_errors(self):
        with self.assertRaises(errors.ReadError) as caught:
            nightjar_darknet.export("nowhere.cfg", self.weights, self.folder / "net.onnx")
        self.assertIn("nowhere.cfg", str(caught.exception))
        bad = self.put("bad.cfg", self.cfg.read_text().replace("stride=8", "stride=none"))
        with self.assertRaises(errors.MalformedError) as caught:
            nightjar_darknet.export(bad, self.weights, self.folder / "net.onnx")
        self.assertEqual(caught.exception.file, str(bad))
        self.assertGreater(caught.exception.line, 1)
        with self.assertRaises(errors.UsageError):
            nightjar_darknet.evaluate(self.folder / "set", self.cfg, self.weights, no_such_option=True)

    def test_program(self):
        self.assertIn(nightjar_darknet.__version__, run(["version"]))
        done = subprocess.run([sys.executable, "-m", "nightjar_darknet", "version"], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (0, run(["version"])))

    def test_interrupt_while_the_program_is_started(self):
        """It comes once the process is known, and ends it."""
        started, start = [], program._start

        def start_interrupted(*arguments):
            started.append(start(*arguments))
            signal.raise_signal(signal.SIGINT)
            return started[0]

        with mock.patch.object(program, "_start", start_interrupted), self.assertRaises(KeyboardInterrupt):
            nightjar_darknet.train(self.data, self.recipe(1000000), out=self.folder / "out", no_valid=True, threads=1)
        self.assertIsNotNone(started[0].poll())

    def test_interrupt_ends_the_program_with_a_checkpoint(self):
        """Only Python gets the signal; the program, in a session of its own, ends with it."""
        cfg, out = self.recipe(1000000), self.folder / "out"
        call = f"nightjar_darknet.train({str(self.data)!r}, {str(cfg)!r}, out={str(out)!r}, no_valid=True, threads=1)"
        python = subprocess.Popen(
            [sys.executable, "-c", f"import nightjar_darknet\n{call}"], stderr=subprocess.PIPE, text=True
        )
        deadline = time.monotonic() + 30
        while not (out / "log.jsonl").exists() or not (out / "log.jsonl").stat().st_size:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        (child,) = map(int, Path(f"/proc/{python.pid}/task/{python.pid}/children").read_text().split())
        python.send_signal(signal.SIGINT)
        _, said = python.communicate(timeout=30)
        self.assertIn("KeyboardInterrupt", said)
        self.assertFalse(os.path.exists(f"/proc/{child}"), said)
        self.assertTrue((out / "train.checkpoint").is_file())


if __name__ == "__main__":
    main()
