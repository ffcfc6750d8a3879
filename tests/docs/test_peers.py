"""docs/benchmark's networks of other engines: they compute what nightjar does, and answer when it is their turn.

  test_peers.py torch|jax

Where the engine is not installed this is skipped; CMake's NIGHTJAR_PEERS_PYTHON is the Python that has it.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCHMARK = ROOT / "docs" / "benchmark"
ENGINE = sys.argv.pop(1)
sys.path.insert(0, str(BENCHMARK))
try:
    __import__(ENGINE)
    import numpy
except ImportError as missing:
    print(f"SKIPPED: needs Python's package {missing.name}", flush=True)
    sys.exit()

import darknet_network  # noqa: E402
import darknet_parameters  # noqa: E402

NET = "[net]\nwidth=26\nheight=22\nchannels=3\n"


def conv(filters, size=3, more=""):
    return f"[convolutional]\nbatch_normalize=1\nfilters={filters}\nsize={size}\npad=1\nstride=1\n{more}\n"


HEAD = "[convolutional]\nfilters=7\nsize=1\nactivation={}\n[yolo]\nmask=0\nanchors=16,16\nclasses=2\nnum=1\n"
# Every layer that the engines know, in maps with odd sides.
DETECTOR = (
    NET
    + conv(8, more="activation=leaky")
    + "[maxpool]\nsize=2\nstride=2\n"  # 13x11
    + conv(16, more="activation=mish\n")
    + "[maxpool]\nsize=2\nstride=2\n"  # 7x6
    + conv(16, more="activation=swish\ngroups=4")
    + "[dropout]\nprobability=.1\n"
    + "[shortcut]\nfrom=-3\nactivation=linear\n"
    + "[maxpool]\nsize=5\nstride=1\n"
    + "[maxpool]\nsize=2\nstride=1\n"
    + "[route]\nlayers=-1\ngroups=2\ngroup_id=1\n"
    + "[route]\nlayers=-1,-3\n"
    + HEAD.format("linear")
    + "[route]\nlayers=-3\n"
    + conv(8, 1, "activation=relu")
    + "[upsample]\nstride=2\n"
    + HEAD.format("logistic")
)
CLASSIFIER = (
    NET + conv(8, more="activation=leaky").replace("stride=1", "stride=2") + conv(10, 1, "activation=linear")
) + "[avgpool]\n[softmax]\ngroups=1\n"


def by_torch(sections, parameters, picture):
    """The values of a network for one planar picture, planar."""
    import torch
    from torch_network import TorchOps, module_of, set_parameters

    network = darknet_network.Network(sections, TorchOps())
    set_parameters(network, parameters(network))
    with torch.no_grad():
        return [value[0].numpy() for value in module_of(network)(torch.from_numpy(picture[None]))]


def by_jax(sections, parameters, picture):
    from jax_network import JaxOps, for_device, function_of

    network = darknet_network.Network(sections, JaxOps())
    arrays = for_device(parameters(network), numpy.float32)
    found = function_of(network)(arrays, picture.transpose(1, 2, 0)[None])
    return [numpy.asarray(value)[0].transpose(2, 0, 1) for value in found]


class Peers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="nightjar-peers-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, cfg):
        """Files of a network with made-up weights; its sections."""
        sections = darknet_network.read_cfg(cfg)
        (self.folder / "net.cfg").write_text(cfg)
        with open(self.folder / "net.weights", "wb") as file:
            darknet_parameters.write_made_up(darknet_network.Network(sections, darknet_network.Shapes()), file)
        return sections

    def ours(self, picture, layers):
        numpy.save(self.folder / "x.npy", picture)
        command = [os.environ["NIGHTJAR"], "dump", "--cfg", "net.cfg", "--weights", "net.weights"]
        subprocess.run([*command, "--input", "x.npy", "--out", "layers"], cwd=self.folder, check=True)
        return [numpy.load(self.folder / f"layers/{layer:03}.npy") for layer in layers]

    def assert_same_network(self, cfg, layers):
        sections = self.write(cfg)
        picture = numpy.random.default_rng(1).random((3, 22, 26), numpy.float32)
        data = (self.folder / "net.weights").read_bytes()
        run = {"torch": by_torch, "jax": by_jax}[ENGINE]
        found = run(sections, lambda network: darknet_parameters.read_parameters(network, data), picture)
        expected = self.ours(picture, layers)
        self.assertEqual([value.shape for value in found], [value.shape for value in expected])
        for value, truth in zip(found, expected):
            error = numpy.sqrt(numpy.mean((value - truth) ** 2) / numpy.mean(truth**2))
            self.assertLessEqual(error, 1e-5)  # sums in another order

    def test_a_detector(self):
        self.assert_same_network(DETECTOR, (11, 16))

    def test_a_classifier(self):
        self.assert_same_network(CLASSIFIER, (3,))

    def answers(self, lines, *more):
        script = BENCHMARK / f"{ENGINE}_network.py"
        done = subprocess.run(
            [sys.executable, "-B", script, "net.cfg", "--device", "cpu", *more],
            cwd=self.folder,
            input=lines,
            capture_output=True,
            text=True,
        )
        return done, [json.loads(line) for line in done.stdout.splitlines()]

    def test_turns(self):
        self.write(CLASSIFIER)
        done, (ready, timed, unprepared) = self.answers("prepare 2\ntime 2 0.02\ntime 3 0.02\n", "--weights", "net.weights")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(ready["batch"], 2)
        for kind in ("wall_ms", "series_ms"):
            self.assertGreater(timed[kind]["best"], 0)
            self.assertLessEqual(timed[kind]["best"], timed[kind]["median"])
        self.assertIn("error", unprepared)

    def test_what_it_has_no_function_for(self):
        (self.folder / "net.cfg").write_text(NET + "[reorg]\nstride=2\n")
        done, said = self.answers("prepare 1\n")
        self.assertEqual((done.returncode, said), (1, []))
        self.assertEqual(done.stderr.splitlines()[-1], f"{ENGINE}_network.py: no [reorg]")


if __name__ == "__main__":
    unittest.main()
