"""nightjar train: it learns, goes on where it was killed, and leaves nothing half done."""

import json
import random
import resource
import signal
import time
import unittest
import xml.etree.ElementTree

from program import CANNOT_READ, CANNOT_WRITE, MALFORMED, USAGE, ProgramTest, png

DIVERGED = 8

CFG = """[net]
width=32
height=32
channels=3
batch=4
subdivisions=2
learning_rate={rate}
momentum=.9
decay=.0005
max_batches={updates}
burn_in=4
adam={adam}
ema_alpha=.9

[convolutional]
batch_normalize=1
filters=8
size=3
stride=2
pad=1
activation=leaky

[convolutional]
batch_normalize=1
filters=12
size=3
stride=2
pad=1
activation=leaky

[convolutional]
batch_normalize=1
filters=12
size=3
stride=2
pad=1
activation=leaky

[convolutional]
filters=7
size=1
activation=linear

[yolo]
mask=0
anchors=14,14
classes=2
num=1
jitter=.1
random={random}
loss=giou_focal
"""


def scene(seed):
    """A picture of 32x32 with a red and a blue square on noise, and its labels."""
    draw = random.Random(seed)
    pixels = [[tuple(draw.randrange(90, 130) for _ in range(3)) for _ in range(32)] for _ in range(32)]
    labels = []
    for class_id, colour in enumerate([(240, 20, 20), (20, 20, 240)]):
        side, left, top = draw.randrange(10, 15), draw.randrange(3) + 16 * class_id, draw.randrange(17)
        for y in range(top, top + side):
            for x in range(left, min(left + side, 32)):
                pixels[y][x] = colour
        right = min(left + side, 32)
        box = ((left + right) / 64, (2 * top + side) / 64, (right - left) / 32, side / 32)
        labels.append(f"{class_id} " + " ".join(f"{v:.6f}" for v in box))
    return png(pixels), "\n".join(labels) + "\n"


class TrainingTest(ProgramTest):
    def setUp(self):
        super().setUp()
        for i in range(12):
            picture, labels = scene(i)
            self.put(f"pictures/{i:02}.png", picture)
            self.put(f"pictures/{i:02}.txt", labels)
        self.put("train.txt", "".join(f"pictures/{i:02}.png\n" for i in range(9)))
        self.put("valid.txt", "".join(f"pictures/{i:02}.png\n" for i in range(9, 12)))
        self.put("d.data", "classes=2\nnames=net.names\ntrain=train.txt\nvalid=valid.txt\nbackup=out\n")
        self.put_cfg()

    def put_cfg(self, updates=40, rate=".01", adam=0, random=0):
        self.put("t.cfg", CFG.format(updates=updates, rate=rate, adam=adam, random=random))

    def train(self, *more, **options):
        return self.run_program("train", "d.data", "t.cfg", "--threads", 1, *more, **options)

    def train_well(self, *more):
        done = self.train(*more)
        self.assertEqual((done.returncode, done.err), (0, ""))
        return done.out

    def weights(self, folder="out", which="final"):
        return (self.folder / folder / f"t_{which}.weights").read_bytes()

    def log(self, folder="out"):
        return [json.loads(line) for line in (self.folder / folder / "log.jsonl").read_text().splitlines()]

    def without_times(self, folder):
        return [
            {key: value for key, value in entry.items() if key not in ("seconds", "pictures_per_second")}
            for entry in self.log(folder)
        ]


class TrainTest(TrainingTest):
    def test_overwriting_leaves_no_weights_of_the_training_before(self):
        self.train_well("--updates", "2")
        self.assertEqual(len(list((self.folder / "out").glob("t_best.weights"))), 1)
        self.train_well("--updates", "1", "--overwrite", "--no-valid")
        self.assertEqual(
            sorted(path.name for path in (self.folder / "out").glob("*.weights")), ["t_final.weights", "t_last.weights"]
        )

    def test_a_training_that_starts_from_weights_leaves_those_before(self):
        self.train_well("--updates", "2")
        words = ("detector", "train", "d.data", "t.cfg", "out/t_best.weights", "-clear", "-threads", 1)
        best = self.weights(which="best")
        self.assertEqual(self.run_program(*words).returncode, 0)
        self.assertEqual(self.weights(which="best"), best)

    def test_examples(self):
        self.train_well("--dry-run", "--examples", "seen")
        names = sorted(path.name for path in (self.folder / "seen").iterdir())
        self.assertEqual(names, [f"example-{number}.png" for number in range(1, 5)])
        self.assertFalse((self.folder / "out").exists())
        self.train_well("--updates", "1", "--no-valid")
        before = self.weights()
        self.train_well("--updates", "1", "--no-valid", "--overwrite", "--examples", "seen")
        self.assertEqual(self.weights(), before)  # looking does not change what is learned
        self.put("file", "")
        refused = self.train("--dry-run", "--overwrite", "--examples", "file/seen")
        self.assertEqual(refused.returncode, CANNOT_WRITE)

    def test_it_learns(self):
        self.put_cfg(updates=200, adam=1)
        out = self.train_well("--valid-every", 100)
        self.assertIn("9 pictures to learn from, 3 to measure on", out)
        self.assertRegex(out, r"update 200 of 200, epoch [\d.]+: loss [\d.e-]+, rate [\d.e-]+, [\d.]+ pictures/s")
        self.assertRegex(out, r"layer 4: IoU 0\.\d\d, objectness 0\.\d\d")
        log = self.log()
        self.assertEqual([entry["update"] for entry in log], list(range(1, 201)))
        mean = lambda entries: sum(entry["loss"] for entry in entries) / len(entries)
        self.assertLess(mean(log[-20:]), 0.5 * mean(log[:20]))
        measured = {entry["update"]: entry["map"] for entry in log if "map" in entry}
        self.assertEqual(sorted(measured), [100, 200])
        self.assertGreater(max(measured.values()), 0.3)
        best = max(measured, key=measured.get)
        self.assertEqual(self.weights(which="best") == self.weights(), best == 200)
        self.assertEqual(self.weights(which="last"), self.weights())
        chart = xml.etree.ElementTree.parse(self.folder / "out/chart.svg").getroot()
        words = " ".join(chart.itertext())
        self.assertIn("update 200 of 200", words)
        self.assertIn("mAP@.50 now", words)
        found = self.run_program(
            "detect", "pictures/00.png", "--cfg", "t.cfg", "--weights", "out/t_final.weights",
            "--names", "net.names", "--fit", "stretch",
        )
        self.assertEqual(found.returncode, 0, found.err)
        self.assertIn("red: ", found.out)
        header = self.run_well("weights", "t.cfg", "out/t_final.weights")
        self.assertIn("version 0.2.5, 800 pictures seen", header)

    def test_a_killed_training_goes_on_as_if_nothing_had_been(self):
        self.put_cfg(updates=120, adam=1, random=1)
        self.train_well("--out", "whole")
        draw = random.Random(5)
        log = self.folder / "killed/log.jsonl"
        command = ("train", "d.data", "t.cfg", "--out", "killed", "--save-every", 7, "--threads", 1)
        resume, kills = (), 0
        for updates in (0, 5, 20, 35, 50, 65):  # after which it is killed, and a little more
            process = self.start(*command, *resume)
            while process.poll() is None and (not log.exists() or log.read_text().count("\n") < updates):
                time.sleep(0.001)
            time.sleep(draw.uniform(0, 0.01))
            process.kill()
            process.communicate()
            kills += process.returncode == -signal.SIGKILL
            resume = ("--resume",) if (self.folder / "killed/t.checkpoint").exists() else ("--overwrite",)
        self.assertGreater(kills, 2)
        self.assertEqual(self.run_program(*command, *resume).returncode, 0)
        for which in ("last", "final", "best"):
            self.assertEqual(self.weights("killed", which), self.weights("whole", which))
        self.assertEqual(self.without_times("killed"), self.without_times("whole"))

    def test_threads_change_nothing(self):
        self.train_well("--out", "one")
        self.assertEqual(self.run_program("train", "d.data", "t.cfg", "--out", "two", "--threads", 2).returncode, 0)
        self.assertEqual(self.weights("one"), self.weights("two"))
        self.train_well("--out", "other", "--seed", 2)
        self.assertNotEqual(self.weights("one"), self.weights("other"))

    def test_an_interrupt_ends_after_the_update_with_a_checkpoint(self):
        self.put_cfg(updates=4000)
        process = self.start("train", "d.data", "t.cfg", "--no-valid", "--threads", 1)
        log = self.folder / "out/log.jsonl"
        while not (log.exists() and log.stat().st_size):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        err = process.communicate()[1].decode()
        self.assertEqual(process.returncode, -signal.SIGINT)
        stopped = len(self.log())
        self.assertRegex(err, rf"nightjar: stopped after update {stopped} of 4000; the same command with --resume")
        self.assertFalse((self.folder / "out/t_final.weights").exists())
        more = self.train("--no-valid", "--resume", "--updates", stopped + 3)
        self.assertEqual((more.returncode, more.err), (0, ""))
        self.assertEqual([entry["update"] for entry in self.log()], list(range(1, stopped + 4)))

    def test_what_is_no_number_ends_it(self):
        self.train_well("--updates", 12, "--save-every", 5)
        good = self.weights(which="last")
        self.put_cfg(rate="1e30")
        done = self.train("--overwrite", "--save-every", 2)
        self.assertEqual(done.returncode, DIVERGED)
        self.assertRegex(done.err, r"\Anightjar: error: t\.cfg: [^\n]*update \d+[^\n]* layer \d [^\n]*no number[^\n]*learning_rate[^\n]*\n\Z")
        self.assertFalse(b"nan" in (self.folder / "out/log.jsonl").read_bytes().lower())
        self.assertTrue(good)

    def test_what_is_good_after_a_resume_is_told(self):
        self.put("t.cfg", CFG.format(updates=40, rate=".01\npolicy=steps\nsteps=8\nscales=1e30", adam=0, random=0))
        self.train_well("--updates", 5)
        good = self.weights(which="last")
        done = self.train("--resume", "--updates", 40)
        self.assertEqual(done.returncode, DIVERGED)
        self.assertIn("learning_rate", done.err)
        self.assertIn("; out/t_last.weights is as it was after update 5\n", done.err)
        self.assertEqual(self.weights(which="last"), good)

    def test_a_checkpoint_that_does_not_fit_is_refused(self):
        self.train_well("--updates", 6)
        train = ("train", "d.data", "t.cfg")
        self.assert_refused(USAGE, ["t.checkpoint: a training is there already", "--resume", "--overwrite"], *train)
        self.assert_refused(USAGE, "with seed 1; resume with the same", *train, "--resume", "--seed", 3)
        self.put_cfg(rate=".02")
        self.assert_refused(USAGE, "by another cfg", *train, "--resume")
        self.put_cfg()
        checkpoint = self.folder / "out/t.checkpoint"
        whole = checkpoint.read_bytes()
        for damaged in (whole[:-1], whole[:100], b"", whole[:500] + b"\1" + whole[501:], b"x" + whole):
            checkpoint.write_bytes(damaged)
            self.assert_refused(MALFORMED, ["t.checkpoint", "train without --resume"], *train, "--resume")
        checkpoint.unlink()
        self.assert_refused(CANNOT_READ, "no training to go on with", *train, "--resume")

    def test_what_cannot_be_written_leaves_nothing(self):
        self.put("file", "")
        self.assert_refused(CANNOT_WRITE, "file", "train", "d.data", "t.cfg", "--out", "file")
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
        done = self.train(preexec_fn=limit)
        self.assertEqual(done.returncode, CANNOT_WRITE)
        self.assertRegex(done.err, r"\Anightjar: error: out/[^\n]+: cannot be written: [^\n]+\n\Z")
        left = {path.name for path in (self.folder / "out").iterdir()}
        self.assertEqual(left - {"t_last.weights"}, {"log.jsonl"} if "chart.svg" not in left else {"log.jsonl", "chart.svg"})

    def test_bad_input_is_told(self):
        self.assert_refused(CANNOT_READ, "nothere.data", "train", "nothere.data", "t.cfg")
        self.put("less.data", "classes=2\nnames=net.names\n")
        self.assert_refused(MALFORMED, "no train=", "train", "less.data", "t.cfg", "--no-valid")
        self.put_cfg(updates=0)
        self.assert_refused(USAGE, "max_batches is missing", "train", "d.data", "t.cfg")
        self.put_cfg()
        self.put("seen.weights", b"\0\0\0\0\2\0\0\0\5\0\0\0" + (10**6).to_bytes(8, "little"))
        self.assert_refused(USAGE, "--clear", "train", "d.data", "t.cfg", "seen.weights")

    def test_first_layers_may_come_from_a_file(self):
        self.train_well("--updates", 8)
        self.run_well("weights", "t.cfg", "out/t_final.weights", "--partial", 2, "-o", "t.conv.2")
        out = self.train_well("t.conv.2", "--out", "next", "--updates", 5, "--freeze", 2)
        self.assertIn("t.conv.2 has those before layer 2, the others are drawn", out)
        # Layer 0: 8 biases, scales, means, variances; then 8x3x3x3 weights.
        trained = lambda data: data[20:20 + 64] + data[20 + 128:20 + 128 + 4 * 216]
        self.assertEqual(trained(self.weights("next", "final")), trained(self.weights()))
        self.assertNotEqual(self.weights("next", "final"), self.weights())

    def test_a_dry_run_writes_nothing(self):
        before = self.files()
        out = self.train_well("--dry-run")
        self.assertIn("updates 1 to 40, each of 4 pictures in 2 runs", out)
        self.assertEqual(self.files(), before)

    def test_darknets_own_words(self):
        self.put_cfg(updates=8)
        words = ("detector", "train", "d.data", "t.cfg", "-map", "-dont_show", "-clear", "-threads", 1)
        done = self.run_program(*words, "-mjpeg_port", 8090)
        self.assertEqual(done.returncode, 0, done.err)
        self.assertIn("-mjpeg_port is not supported", done.err)
        several = self.run_program(*words, "-gpus", "0,1")
        self.assertEqual(several.returncode, 0)
        self.assertIn("one GPU trains a network here, number 0", several.err)
        self.assert_refused(USAGE, "-gpus all", *words, "-gpus", "all")
        self.assertIn("map", self.log()[-1])
        self.assertEqual(self.run_program(*words).returncode, 0)  # over what is there
        self.assert_refused(USAGE, "usage: nightjar detector train DATA CFG [WEIGHTS]", "detector", "train", "d.data")

    def test_a_classifier(self):
        head = CFG[: CFG.index("[convolutional]\nfilters=7")].format(updates=120, rate=".02", adam=0, random=0)
        self.put("t.cfg", head + "[convolutional]\nfilters=2\nsize=1\nactivation=linear\n[avgpool]\n[softmax]\n")
        for i in range(8):
            colour = (200, 20 * i, 20) if i % 2 else (20, 20 * i, 200)
            self.put(f"c/{'red' if i % 2 else 'other'}_{i}.png", png([[colour] * 40] * 40))
        self.put("train.txt", "".join(f"c/{'red' if i % 2 else 'other'}_{i}.png\n" for i in range(8)))
        done = self.run_program("classifier", "train", "d.data", "t.cfg", "-threads", 1)
        self.assertEqual((done.returncode, done.err), (0, ""))
        log = self.log()
        self.assertLess(log[-1]["loss"], 0.5 * log[0]["loss"])
        out = self.run_well("classify", "c/red_1.png", "--cfg", "t.cfg", "--weights", "out/t_final.weights",
                            "--names", "net.names", "--top", 1)
        self.assertIn("red", out)

    def test_help_teaches(self):
        out = self.run_well("train", "--help")
        for word in ("--resume", "--valid-every", "--dry-run", "_best.weights", "chart.svg", "learning_rate", "Examples:"):
            self.assertIn(word, out)


if __name__ == "__main__":
    unittest.main()
