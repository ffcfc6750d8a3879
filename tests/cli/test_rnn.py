"""nightjar rnn: networks over bytes whose next one is known, and how they learn a text."""

import json
import math
import signal
import struct
import time
import unittest
from collections import Counter

from program import CANNOT_READ, CANNOT_WRITE, MALFORMED, USAGE, ProgramTest

BYTES = 128


def cfg(layers, inputs=BYTES):
    return f"[net]\ninputs={inputs}\n{layers}[connected]\noutput={BYTES}\nactivation=linear\n[softmax]\n"


def weights_file(*floats):
    return struct.pack("<3iQ", 0, 2, 5, 0) + struct.pack(f"<{len(floats)}f", *floats)


def matrix(columns, chosen):
    """Biases of 0 and a matrix that is 20 at (row, column) for each pair of `chosen`."""
    values = [0.0] * (BYTES * columns)
    for row, column in chosen:
        values[row * columns + column] = 20.0
    return [0.0] * BYTES + values


class Generate(ProgramTest):
    def setUp(self):
        super().setUp()
        # What follows a byte is its successor.
        self.put("next.cfg", cfg(""))
        self.put("next.weights", weights_file(*matrix(BYTES, [((c + 1) % BYTES, c) for c in range(BYTES)])))

    def generate(self, name, *flags):
        return self.run_well("rnn", "generate", f"{name}.cfg", f"{name}.weights", *flags)

    def test_seed_and_what_follows(self):
        self.assertEqual(self.generate("next", "-seed", "xA", "-len", "5"), "xABCDEF\n")
        self.assertEqual(self.generate("next", "-seed", "A", "-len", "0"), "A\n")
        self.assertEqual(self.generate("next", "-len", "2"), "\n\n\x0b\x0c\n")
        self.assertEqual(self.generate("next", "-seed", "", "-len", "2"), "\x01\x02\n")
        self.assertEqual(len(self.generate("next")), 2 + 1000 + 1)

    def test_flags_stand_anywhere(self):
        out = self.run_well(
            "rnn", "-len", "3", "generate", "--seed", "A", "next.cfg", "-temp", ".5", "next.weights", "-srand", "-7"
        )
        self.assertEqual(out, "ABCD\n")

    def test_the_network_remembers(self):
        """What follows is the byte before the last one."""
        self.put("back.cfg", cfg("[history]\nhistory_size=2\n"))
        self.put("back.weights", weights_file(*matrix(2 * BYTES, [(c, BYTES + c) for c in range(BYTES)])))
        self.assertEqual(self.generate("back", "-seed", "xyz", "-len", "5"), "xyz" + "yzyzy\n")

    def random_network(self):
        """Whatever was read, b follows in 9 of 10 cases and a in 1; z, of one in 20000, never."""
        biases = [-100.0] * BYTES
        biases[ord("a")], biases[ord("b")], biases[ord("z")] = math.log(0.1), math.log(0.9), math.log(5e-5)
        self.put("random.cfg", cfg(""))
        self.put("random.weights", weights_file(*biases, *[0.0] * (BYTES * BYTES)))

    def test_a_number_draws_its_text(self):
        self.random_network()

        def text(number):
            return self.generate("random", "-seed", "b", "-len", "200", "-temp", "1", "-srand", number)

        self.assertEqual(text(7), text(7))
        self.assertNotEqual(text(7), text(8))
        count = Counter(self.generate("random", "-seed", "b", "-len", "4000", "-temp", "1", "-srand", "1"))
        self.assertEqual(set(count), {"a", "b", "\n"})
        self.assertAlmostEqual(count["a"], 400, delta=80)  # four standard deviations
        drawn = {self.generate("random", "-seed", "b", "-len", "200", "-temp", "1") for _ in range(3)}
        self.assertGreater(len(drawn), 1)

    def test_temperature(self):
        """9 : 1 becomes 9^5 : 1, and 3 : 1."""
        self.random_network()

        def share_of_a(temperature):
            out = self.generate("random", "-seed", "b", "-len", "4000", "-temp", temperature, "-srand", "3")
            return out.count("a") / 4000

        self.assertEqual(share_of_a(".2"), 0)
        self.assertAlmostEqual(share_of_a("2"), 0.25, delta=0.03)

    def test_the_forks_order_of_weights(self):
        """
        A forget gate that never lets go, an input gate that always opens: once a 1 came in, the cell stays. The
        matrices of the other order would exchange what forgets for what comes in.
        """
        lstm = "[lstm]\noutput=1\n"
        # A gate's biases and matrix: w on the one hidden value, u on the input. Byte a opens the input.
        by_a = [20.0 if c == ord("a") else -20.0 for c in range(BYTES)]
        w = {"f": [20, 0], "i": [0, 0], "g": [20, 0], "o": [20, 0]}
        u = {"f": [0, *[0] * BYTES], "i": [0, *by_a], "g": [0, *[0] * BYTES], "o": [0, *[0] * BYTES]}
        # y follows where the hidden value is large, n where it is small.
        last = [0.0] * (2 * BYTES)
        last[ord("n")], last[BYTES + ord("y")] = 10.0, 40.0
        self.put("lstm.cfg", cfg(lstm))
        for fork, order in (("alexeyab", "figo"), ("pjreddie", "ifog")):
            floats = [v for matrices in (w, u) for gate in order for v in matrices[gate]]
            self.put("lstm.weights", weights_file(*floats, *last))
            for seed, follows in (("x", "nnnn"), ("xax", "yyyy")):
                with self.subTest(fork=fork, seed=seed):
                    out = self.generate("lstm", "-seed", seed, "-len", "4", "-temp", ".5", "-compat", fork)
                    self.assertEqual(out, seed + follows + "\n")

    def test_refusals(self):
        self.put("wide.cfg", cfg("", 300))
        self.put("wide.weights", weights_file(*[0.0] * (BYTES * 301)))
        self.put("uneven.cfg", cfg("", 100))
        self.put("uneven.weights", weights_file(*[0.0] * (BYTES * 101)))
        command = ("rnn", "generate", "next.cfg", "next.weights")
        for code, mentioned, arguments in (
            (USAGE, "rnn generate CFG WEIGHTS", ("rnn",)),
            (USAGE, "rnn generate CFG WEIGHTS", ("rnn", "generate", "next.cfg")),
            (USAGE, "rnn generate CFG WEIGHTS", (*command, "more")),
            (USAGE, "rnn valid: not supported yet", ("rnn", "valid", "next.cfg", "next.weights")),
            (USAGE, "'-len -1'", (*command, "-len", "-1")),
            (USAGE, "'-temp 0'", (*command, "-temp", "0")),
            (USAGE, "'-srand x'", (*command, "-srand", "x")),
            (USAGE, "-seed: byte 195; next.cfg knows 0 to 127", (*command, "-seed", "\u00e4")),
            (CANNOT_READ, "gone.weights", ("rnn", "generate", "next.cfg", "gone.weights")),
            (MALFORMED, "wide.cfg: reads 300 values", ("rnn", "generate", "wide.cfg", "wide.weights")),
            (
                MALFORMED,
                "uneven.cfg: reads 100 values and answers with 128",
                ("rnn", "generate", "uneven.cfg", "uneven.weights"),
            ),
        ):
            with self.subTest(arguments=arguments):
                self.assert_refused(code, mentioned, *arguments)

    def test_help(self):
        self.assertIn("-temp T", self.run_well("rnn", "--help"))


class Train(ProgramTest):
    TEXT = "one two three four five six seven eight nine ten\n" * 30

    def setUp(self):
        super().setUp()
        self.put("numbers.txt", self.TEXT)
        self.put_cfg()

    def put_cfg(self, updates=150, layer="[rnn]\noutput=24\nhidden=24\nbatch_normalize=1\nactivation=leaky\n", bytes=BYTES):
        self.put(
            "t.cfg",
            f"[net]\ninputs={bytes}\nbatch=8\nsubdivisions=2\ntime_steps=12\nlearning_rate=.02\nadam=1\nB2=.99\n"
            f"max_batches={updates}\n{layer}[connected]\noutput={bytes}\nactivation=linear\n[softmax]\n",
        )

    def train(self, *more, text="numbers.txt", folder="out"):
        done = self.run_program("rnn", "train", "t.cfg", *more, "-file", text, "-backup", folder, "-threads", 1)
        self.assertEqual((done.returncode, done.err), (0, ""))
        return done.out

    def weights(self, folder="out"):
        return (self.folder / folder / "t_final.weights").read_bytes()

    def log(self, folder="out"):
        return [json.loads(line) for line in (self.folder / folder / "log.jsonl").read_text().splitlines()]

    def losses(self, folder="out"):
        return [entry["loss"] for entry in self.log(folder)]

    def test_it_learns_a_text_and_writes_on(self):
        self.put_cfg(updates=300, layer="[lstm]\noutput=24\n")
        out = self.train()
        self.assertIn(f"{len(self.TEXT)} bytes to learn from\n", out)
        self.assertIn("updates 1 to 300, each of 8 sequences of 12 bytes in 2 runs", out)
        self.assertRegex(out, r"update 300 of 300, epoch [\d.]+: loss [\d.e-]+, rate [\d.e-]+, [\d.]+ bytes/s")
        losses = self.losses()
        self.assertAlmostEqual(losses[0], math.log(BYTES), delta=1)
        self.assertLess(sum(losses[-20:]) / 20, 0.25)
        self.assertTrue((self.folder / "out/chart.svg").exists())
        self.assertIn("bytes_per_second", self.log()[0])
        command = ("rnn", "generate", "t.cfg", "out/t_final.weights", "-seed", "one two t", "-len", "40", "-temp", ".2")
        self.assertEqual(self.run_well(*command, "-srand", "1")[:30], "one two three four five six se")
        header = self.run_well("weights", "t.cfg", "out/t_final.weights")
        self.assertIn(f"{300 * 8 * 12} pictures seen", header)

    def test_threads_change_nothing_and_the_number_does(self):
        self.put_cfg(updates=20)
        self.train(folder="one")
        command = ("rnn", "train", "t.cfg", "-file", "numbers.txt", "-threads", 2, "-backup", "two")
        self.assertEqual(self.run_program(*command).returncode, 0)
        self.assertEqual(self.weights("one"), self.weights("two"))
        self.train("-srand", "2", folder="other")
        self.assertNotEqual(self.weights("one"), self.weights("other"))

    def test_interrupted_and_killed_it_goes_on_as_if_nothing_had_been(self):
        for layer in ("[rnn]\noutput=24\nhidden=24\nbatch_normalize=1\n", "[gru]\noutput=20\n"):
            self.put_cfg(updates=260, layer=layer)
            self.train(folder="whole")
            command = ("rnn", "train", "t.cfg", "-file", "numbers.txt", "-backup", "parts", "-threads", 1)
            log, more = self.folder / "parts/log.jsonl", ()
            for updates, what in ((30, signal.SIGINT), (130, signal.SIGKILL)):  # there is a checkpoint at 100
                process = self.start(*command, *more)
                while process.poll() is None and not (log.exists() and updates <= log.read_text().count("\n") < 250):
                    time.sleep(0.001)
                process.send_signal(what)
                process.communicate()
                self.assertEqual(process.returncode, -what)
                more = ("-resume",)
            self.assertEqual(self.run_program(*command, *more).returncode, 0)
            self.assertEqual(self.losses("parts"), self.losses("whole"))
            self.assertEqual(self.weights("parts"), self.weights("whole"))

    def test_weights_to_start_from(self):
        self.put_cfg(updates=30)
        self.train()
        out = self.train("out/t_final.weights", "-clear", folder="more")
        self.assertIn("updates 1 to 30", out)
        self.assertLess(self.losses("more")[0], self.losses()[-1] * 1.5)
        self.assert_refused(
            USAGE, "-clear", "rnn", "train", "t.cfg", "out/t_final.weights", "-file", "numbers.txt", "-backup", "more"
        )

    def test_refusals(self):
        command = ("rnn", "train", "t.cfg", "-file")
        self.put("short.txt", "twelve bytes")
        self.put("latin.txt", b"caf\xe9 " * 10)
        self.assert_refused(USAGE, "rnn train CFG [WEIGHTS] -file TEXT", "rnn", "train")
        self.assert_refused(CANNOT_READ, "data/shakespeare.txt", "rnn", "train", "t.cfg")
        self.assert_refused(CANNOT_READ, "gone.txt", *command, "gone.txt")
        self.assert_refused(MALFORMED, "short.txt: 12 bytes; a sequence of 12", *command, "short.txt")
        self.assert_refused(MALFORMED, "latin.txt: byte 233 at 3; t.cfg knows 0 to 127", *command, "latin.txt")
        self.assert_refused(CANNOT_READ, "no training to go on with", *command, "numbers.txt", "-resume")
        self.put_cfg(bytes=300)
        self.assert_refused(USAGE, "t.cfg: reads 300 values", *command, "numbers.txt")
        self.put_cfg(layer="[rnn]\noutput=4\n[normalization]\n")
        self.assert_refused(USAGE, "layer 1 [normalization] cannot be trained", *command, "numbers.txt")
        self.put_cfg()
        self.put("file", "")
        self.assert_refused(CANNOT_WRITE, "file", *command, "numbers.txt", "-backup", "file")
        self.train("-srand", "3")
        self.put("other.txt", self.TEXT.replace("nine", "NINE"))
        resume = ("-backup", "out", "-resume")
        self.assert_refused(USAGE, "on another text", *command, "other.txt", *resume)

    def test_pictures_are_no_sequence(self):
        self.put("a.data", "classes=128\nnames=names\ntrain=list\nlabels=names\n")
        self.put("names", "".join(f"c{i}\n" for i in range(128)))
        self.put("list", "c1.png\n")
        net = "[net]\nwidth=4\nheight=4\nchannels=3\nmax_batches=3\n"
        self.put("p.cfg", net + "[rnn]\noutput=4\n[connected]\noutput=128\n[softmax]\n")
        self.assert_refused(USAGE, "pictures are no sequence", "train", "a.data", "p.cfg", "--no-valid")


if __name__ == "__main__":
    unittest.main()
