"""nightjar_darknet.ray on a cluster of two nodes on this machine: results, dying processes and nodes, requests.

SKIPPED where Ray is not installed.
"""

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

from package import PackageTest, box, main, needs, picture

CELLS = [(x, y) for y in range(4) for x in range(4)]


def dying(folder):
    """DetectPictures that dies, once, in the middle of the job; `folder` remembers that it did."""
    from nightjar_darknet.ray import DetectPictures

    class Dying(DetectPictures):
        def __call__(self, batch):
            seen = len(os.listdir(folder))
            with contextlib.suppress(FileExistsError), open(f"{folder}/{os.getpid()}-{seen}", "x"):
                pass
            if seen >= 4 and not os.path.exists(f"{folder}/dead"):
                open(f"{folder}/dead", "x").close()
                os._exit(1)
            return super().__call__(batch)

    return Dying


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ClusterTest(PackageTest):
    """Two nodes of two CPUs each; the first is the driver's."""

    @classmethod
    def setUpClass(cls):
        import ray
        from ray.cluster_utils import Cluster as Nodes

        cls.nodes = Nodes(initialize_head=True, head_node_args={"num_cpus": 2})
        cls.second = cls.nodes.add_node(num_cpus=2)
        ray.init(address=cls.nodes.address, log_to_driver=False, logging_level="error")
        cls.nodes.wait_for_nodes()
        ray.data.DataContext.get_current().enable_progress_bars = False

    @classmethod
    def tearDownClass(cls):
        import ray

        ray.shutdown()
        cls.nodes.shutdown()

    def setUp(self):
        super().setUp()
        self.pictures = self.folder / "pictures"
        self.pictures.mkdir()

    def fill(self, count):
        """Pictures 000.png, ... with one red cell each, and what stands in their rows."""
        for i in range(count):
            (self.pictures / f"{i:03}.png").write_bytes(picture(CELLS[i % 16]))
        return [(f"{i:03}.png", box(*CELLS[i % 16])) for i in range(count)]

    def job(self, **more):
        from nightjar_darknet import ModelConfig
        from nightjar_darknet.ray.job import Job

        config = ModelConfig(self.cfg, self.weights, self.names)
        return Job(str(self.pictures), config, **{"workers": 2, "batch": 4, **more})

    def rows_of(self, found):
        """(name, corners) of each picture, each with one box."""
        rows = []
        for row in found.take_all():
            (one,) = row["objects"]
            self.assertEqual(one["name"], "red")
            left, top = one["left"], one["top"]
            rows.append((os.path.basename(row["file"]), [left, top, left + one["width"], top + one["height"]]))
        return rows


@needs("ray", "pyarrow")
class OnACluster(ClusterTest):
    def test_rows_are_in_the_order_of_the_pictures(self):
        from nightjar_darknet.ray.job import run

        expected = self.fill(40)
        self.assertEqual(self.rows_of(run(self.job())), expected)

    def test_a_picture_that_cannot_be_read_costs_its_row(self):
        from nightjar_darknet.ray.job import run, write

        self.fill(6)
        (self.pictures / "002.png").write_bytes(b"no picture")
        out = self.folder / "o.jsonl"
        self.assertEqual(write(run(self.job()), str(out)), (6, 1))
        rows = [json.loads(line) for line in out.read_text().splitlines()]
        self.assertEqual([os.path.basename(row["file"]) for row in rows], [f"{i:03}.png" for i in range(6)])
        self.assertEqual([i for i, row in enumerate(rows) if "error" in row], [2])
        self.assertEqual(rows[0]["objects"][0]["name"], "red")
        self.assertEqual([rows[0]["width"], rows[0]["height"]], [32, 32])

    def test_parquet_in_and_out(self):
        import pyarrow as pa
        import pyarrow.parquet as pq

        from nightjar_darknet.ray.batches import SCHEMA
        from nightjar_darknet.ray.job import run, write

        pictures = [picture(cell) for cell in CELLS]
        pq.write_table(pa.table({"image": pictures, "id": [str(i) for i in range(16)]}), self.pictures / "p.parquet")
        out = self.folder / "o.parquet"
        self.assertEqual(write(run(self.job(bytes="image", path="id")), str(out)), (16, 0))
        table = pq.read_table(out)
        self.assertEqual(table.schema, SCHEMA)
        self.assertEqual(table["file"].to_pylist(), [str(i) for i in range(16)])
        self.assertEqual([row[0]["left"] for row in table["objects"].to_pylist()], [box(*cell)[0] for cell in CELLS])

    def test_a_process_that_dies_costs_its_batch_again(self):
        from unittest import mock

        from nightjar_darknet.ray import job

        expected = self.fill(80)
        deaths = self.folder / "deaths"
        deaths.mkdir()
        with mock.patch.object(job, "DetectPictures", dying(str(deaths))):
            self.assertEqual(self.rows_of(job.run(self.job())), expected)
        self.assertTrue((deaths / "dead").exists())

    def test_the_command(self):
        self.fill(5)
        out = self.folder / "o.jsonl"

        def command(*more):
            files = ["--cfg", self.cfg, "--weights", self.weights, "--names", self.names, "--out", out]
            words = [sys.executable, "-m", "nightjar_darknet.ray", self.pictures, *files, *more]
            return subprocess.run([str(word) for word in words], stderr=subprocess.PIPE, text=True)

        done = command("--address", self.nodes.address)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("nightjar: 5 pictures in ", done.stderr)
        self.assertEqual(len(out.read_text().splitlines()), 5)
        refused = command("--cfg", "gone.cfg")
        self.assertEqual(refused.returncode, 3)
        self.assertIn("nightjar: error: gone.cfg", refused.stderr)

    def test_requests(self):
        from ray import serve

        from nightjar_darknet import ModelConfig
        from nightjar_darknet.ray import detector

        port = free_port()
        serve.start(http_options={"port": port})
        self.addCleanup(serve.shutdown)
        serve.run(detector(ModelConfig(self.cfg, self.weights, self.names)), route_prefix="/detect")

        def post(content):
            return urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/detect", content), timeout=60)

        found = json.load(post(picture((1, 2))))
        self.assertEqual([found["width"], found["height"]], [32, 32])
        self.assertEqual([one["left"] for one in found["objects"]], [4])
        with self.assertRaises(urllib.error.HTTPError) as refused:
            post(b"no picture")
        self.assertEqual(refused.exception.code, 400)
        self.assertIn("error", json.load(refused.exception))


@needs("ray", "pyarrow")
class WithoutANode(ClusterTest):
    def test_a_node_that_dies_costs_its_batches_again(self):
        from nightjar_darknet.ray.job import run

        expected = self.fill(200)
        rows = iter(run(self.job()).iter_rows())
        found = [next(rows) for _ in range(8)]
        self.nodes.remove_node(self.second, allow_graceful=False)
        found += rows
        self.assertEqual([os.path.basename(row["file"]) for row in found], [name for name, _ in expected])
        self.assertTrue(all(len(row["objects"]) == 1 for row in found))


if __name__ == "__main__":
    main()
