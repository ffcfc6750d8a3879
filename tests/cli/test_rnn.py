"""nightjar rnn generate: networks over bytes whose next one is known."""

import math
import struct
import unittest
from collections import Counter

from program import CANNOT_READ, MALFORMED, USAGE, ProgramTest

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


if __name__ == "__main__":
    unittest.main()
