"""The program on the emulated GPU (tests/simt): the CPU's answers, and reports that speak of a GPU."""

import json
import os
import unittest

import program
from classifier import CLASSIFIER_CFG, classifier_weights, plain
from program import CANNOT_WRITE, DEVICE, MALFORMED, USAGE, ProgramTest, picture
from test_bench import FIGURES, LAYERED_CFG
from test_train import TrainingTest

program.NIGHTJAR = os.environ["NIGHTJAR_EMULATED"]


class EmulatedGpu(ProgramTest):
    gpu = ("--device", "cuda", "--precision", "fp16")

    def boxes(self, *more):
        """What detect writes as JSON for three pictures."""
        self.put("c.png", picture((2, 1), (1, 3)))
        return json.loads(self.run_well("detect", *self.net, "a.png", "b.png", "c.png", "--out", "-", *more))

    def test_detect(self):
        expected = self.boxes()
        for more in ((), ("--batch", "2"), ("--fit", "stretch")):
            found = self.boxes(*self.gpu, *more)
            self.assertEqual([len(frame["objects"]) for frame in found], [1, 2, 2])
            for here, there in zip(found, expected):
                for box, truth in zip(here["objects"], there["objects"]):
                    self.assertEqual(box["name"], truth["name"])
                    self.assertAlmostEqual(box["confidence"], truth["confidence"], places=2)
                    for side, value in truth["relative_coordinates"].items():
                        self.assertAlmostEqual(box["relative_coordinates"][side], value, places=3)

    def test_classify(self):
        self.put("colours.cfg", CLASSIFIER_CFG)
        self.put("colours.weights", classifier_weights())
        self.put("wide.png", plain((255, 0, 0), 20, 9))
        self.put("high.png", plain((0, 0, 255), 7, 30))
        command = ("classify", "wide.png", "high.png", "--cfg", "colours.cfg", "--weights", "colours.weights", "--out", "-")
        for more in ((), ("--batch", "2"), ("--fit", "square"), ("--fit", "letterbox")):
            found, expected = (json.loads(self.run_well(*command, *more, *gpu)) for gpu in (self.gpu, ()))
            for here, there in zip(found, expected):
                self.assertEqual([c["class_id"] for c in here["classes"]], [c["class_id"] for c in there["classes"]])
                self.assertAlmostEqual(here["classes"][0]["probability"], there["classes"][0]["probability"], places=2)
        self.assertEqual([p["classes"][0]["class_id"] for p in expected], [0, 2])

    def test_verbose_names_the_device(self):
        done = self.run_program("detect", *self.net, "a.png", "-v", "--device", "auto", "--precision", "tf32")
        self.assertEqual(done.returncode, 0)
        self.assertIn("device: cuda:0 (Emulated)\n", done.err)
        self.assertIn("32x32, sm_90 tf32, loaded", done.err)

    def test_a_device_too_many(self):
        self.assert_refused(DEVICE, "use cuda:0", "detect", *self.net, "a.png", "--device", "cuda:1")

    def test_bench(self):
        self.put("layered.cfg", LAYERED_CFG)
        bench = ("bench", "--cfg", "layered.cfg", "--synth", "--width", "16", "--height", "16", "--repeat", "1")
        report = json.loads(self.run_well(*bench, *self.gpu, "--layers", "--format", "json"))
        self.assertEqual(FIGURES - set(report), set())
        self.assertEqual((report["device"], report["isa"]), ("cuda:0 (Emulated)", "sm_90 fp16"))
        self.assertLessEqual(report["head_error"], 1e-2)
        self.assertNotIn("peak_gflop_per_s", report)
        self.assertGreater(len(report["layers"]), 4)
        for step in report["layers"]:
            self.assertGreater(step["ms"], 0)
            self.assertAlmostEqual(step["of_limit_percent"], 100 * step["limit_ms"] / step["ms"])
        table = self.run_well(*bench, "--device", "cuda", "--svg", "a.svg")
        self.assertRegex(table, r"(?m)^machine +cuda:0 \(Emulated\), sm_90 fp32, \d{4}-\d\d-\d\d$")
        self.assertRegex(table, r"(?m)^checked +heads within .* of the CPU's direct convolutions$")
        self.assertNotIn("peak", table)

    def test_training(self):
        self.put("layered.cfg", LAYERED_CFG)
        bench = ("bench", "--cfg", "layered.cfg", "--training", "--width", "16", "--height", "16", "--repeat", "1")
        report = json.loads(self.run_well(*bench, "--device", "cuda", "--layers", "--format", "json"))
        self.assertEqual((report["device"], report["isa"]), ("cuda:0 (Emulated)", "sm_90 fp32"))
        kernels = {step["kernel"] for step in report["layers"]}
        self.assertLessEqual({"conv_weights_gradient", "batch_norm_gradient", "yolo_loss", "sgd_update"}, kernels)
        report = json.loads(self.run_well(*bench, *self.gpu, "--layers", "--format", "json"))
        self.assertEqual(report["isa"], "sm_90 fp16")
        kernels = {step["kernel"] for step in report["layers"]}
        self.assertLessEqual({"conv_weights_gradient_fp16_64x64", "scale_loss", "adapt_loss_scale"}, kernels)
        self.assert_refused(DEVICE, "use cuda:0", *bench, "--device", "cuda:1")

    compare = ("bench", "--cfg", "layered.cfg", "--synth", "--repeat", "1", "--compare-conv")

    def test_compare_convolutions(self):
        self.put("layered.cfg", LAYERED_CFG.replace("=64", "=16"))
        text = self.run_well(*self.compare, *self.gpu, "--batch", "2", "--json", "a.json")
        self.assertRegex(text, r"(?m)^layers .* our kernel +ours ms +cuBLAS ms +cuDNN ms +limit ms$")
        self.assertRegex(text, r"(?m)^sum +4 convolutions +[\d.]+ +[\d.]+ +- +[\d.]+$")
        self.assertIn("\ncuDNN was not timed: cuda:0 (Emulated): the emulator has no cuDNN; ", text)
        report = json.loads((self.folder / "a.json").read_text())
        self.assertEqual((report["batch"], report["isa"]), (2, "sm_90 fp16"))
        libraries = report["libraries"]
        timed = {name: library["timed"] for name, library in libraries.items()}
        self.assertEqual(timed, {"ours": True, "cublas": True, "cudnn": False})
        self.assertLessEqual(libraries["cublas"]["head_error"], 1e-2)
        for step in report["layers"]:
            self.assertIsNone(step["cudnn_ms"])
            self.assertEqual(step["cublas_ms"] is not None, step["convolution"])
        convolutions = [step for step in report["layers"] if step["convolution"]]
        for sums, steps in (("convolutions", convolutions), ("all_steps", report["layers"])):
            self.assertIsNone(report[sums]["cudnn_ms"])
            for figure in ("ours_ms", "limit_ms"):
                self.assertAlmostEqual(report[sums][figure], sum(step[figure] for step in steps))

    def test_what_cannot_be_compared(self):
        self.put("layered.cfg", LAYERED_CFG.replace("=64", "=16"))
        self.assert_refused(USAGE, "use it with --device cuda", *self.compare)
        self.assert_refused(USAGE, "--conv", *self.compare, *self.gpu, "--conv", "cublas")
        self.assert_refused(USAGE, "--layers", *self.compare, *self.gpu, "--layers")
        self.assert_refused(USAGE, "--format ms", *self.compare, *self.gpu, "--format", "ms")
        self.assert_refused(CANNOT_WRITE, "gone/a.json", *self.compare, *self.gpu, "--json", "gone/a.json")

    def test_explain(self):
        plan = self.run_well("explain", "net.cfg", *self.gpu)
        self.assertIn("yolo_head", plan)
        self.assertIn("sm_90 fp16", plan)


class TrainingOnEmulatedGpu(TrainingTest):
    def test_it_goes_on_with_the_same_bits(self):
        self.put_cfg(updates=6, adam=1)
        on_gpu = ("--device", "cuda", "--no-valid")
        out = self.run_program("train", "d.data", "t.cfg", "--threads", 1, *on_gpu, "--out", "whole").out
        self.assertIn("\non cuda:0 (Emulated)\n", out)
        for more in (("--updates", 3), ("--resume", "--updates", 6)):
            done = self.train(*on_gpu, "--out", "parts", *more)
            self.assertEqual(done.returncode, 0, done.err)
        self.assertEqual(self.weights("whole"), self.weights("parts"))

    def test_in_halves(self):
        self.put_cfg(updates=6, adam=1)
        on_gpu = ("--device", "cuda", "--precision", "fp16", "--no-valid")
        out = self.train(*on_gpu, "--out", "whole").err
        for more in (("--updates", 3), ("--resume", "--updates", 6)):
            done = self.train(*on_gpu, "--out", "parts", *more)
            self.assertEqual(done.returncode, 0, done.err)
        self.assertEqual(self.weights("whole"), self.weights("parts"))
        log = self.log("whole")
        left_out = [line["update"] for line in log if line.get("left_out")]
        self.assertEqual(log[-1]["loss_scale"], log[0]["loss_scale"] / 2 ** (len(left_out) - (1 in left_out)))
        for update in left_out:
            self.assertIn(f"update {update} is left out: a gradient is beyond a half", out)
        self.assert_refused(MALFORMED, "of another network, optimiser or precision", "train", "d.data", "t.cfg", "--device",
                            "cuda", "--no-valid", "--out", "parts", "--resume")

    def test_halves_are_for_gpus(self):
        self.assert_refused(USAGE, "the CPU computes in fp32", "train", "d.data", "t.cfg", "--precision", "fp16")

    def test_a_device_too_many(self):
        self.assert_refused(DEVICE, "use cuda:0", "train", "d.data", "t.cfg", "--device", "cuda:1")


if __name__ == "__main__":
    unittest.main()
