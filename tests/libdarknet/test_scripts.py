"""A network that sees red, called as darknet.py of either Darknet calls its library.

  test_scripts.py LIBDARKNET LIBDARKNET_PJREDDIE
"""

import ctypes
import os
import struct
import sys
import tempfile
import unittest
import zlib
from ctypes import byref, c_char_p, c_float, c_int
from pathlib import Path

from scripts import forks

ALEXEYAB, PJREDDIE = forks()
# 32x32, a cell for every 8x8 pixels; each whose first pixel is red holds a box of 16x16 of class "red".
CFG = """[net]
width=32
height=32
channels=3
[convolutional]
filters=7
size=1
stride=8
activation=linear
[yolo]
mask=0
anchors=16,16
classes=2
num=1
"""


def weights():
    matrix = [0] * 12 + [20, -20, -20] + [0] * 6
    return struct.pack("<3iQ", 0, 2, 5, 0) + struct.pack("<28f", 0, 0, 0, 0, -10, 4, -4, *matrix)


def png(width, height, red):
    """Black, but for the pixels (x, y) that are red."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(
        b"\0" + b"".join(b"\xff\0\0" if (x, y) in red else b"\0\0\0" for x in range(width)) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Scripts(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.cfg = self.put("red.cfg", CFG.encode())
        self.weights = self.put("red.weights", weights())
        self.picture = self.put("red.png", png(32, 32, {(8, 16)}))

    def put(self, name, content):
        (self.folder / name).write_bytes(content)
        return str(self.folder / name)

    def network(self, fork, **options):
        net = fork.load(self.cfg, self.weights, **options)
        self.assertTrue(net)
        self.addCleanup(fork.free, net)
        return net

    def check_box(self, rows, x, y, w=16, h=16):
        self.assertEqual([row[0] for row in rows], ["red"])
        self.assertAlmostEqual(rows[0][1], 0.98197, 4)
        for found, expected in zip(rows[0][2], (x, y, w, h)):
            self.assertAlmostEqual(found, expected, 4)

    def test_detect(self):
        for fork in (ALEXEYAB, PJREDDIE):
            for suppress in ("do_nms_sort", "do_nms_obj"):
                with self.subTest(fork=fork.__class__.__name__, suppress=suppress):
                    net = self.network(fork)
                    self.assertEqual((fork.lib.network_width(net), fork.lib.network_height(net)), (32, 32))
                    self.check_box(fork.detect(net, ["red", "other"], self.picture, suppress=suppress), 12, 20)

    def test_fit(self):
        """AlexeyAB's stretches, pjreddie's letterboxes; the first one letterboxes where it is asked to."""
        wide = self.put("wide.png", png(64, 32, {(x, y) for x in range(16, 32) for y in range(16)}))
        # Stretched, columns 8 to 15 and rows 0 to 15: cells (1, 0) and (1, 1); letterboxed, 32 x 16 whose rows begin at 8.
        stretched = ALEXEYAB.detect(self.network(ALEXEYAB), ["red", "other"], wide)
        self.assertEqual(sorted(row[2] for row in stretched), [(24.0, 4.0, 32.0, 16.0), (24.0, 12.0, 32.0, 16.0)])
        self.check_box(PJREDDIE.detect(self.network(PJREDDIE), ["red", "other"], wide), 24, 8, 32, 32)
        net, image = self.network(ALEXEYAB), ALEXEYAB.lib.load_image_color(wide.encode(), 0, 0)
        self.assertTrue(ALEXEYAB.lib.network_predict_image_letterbox(net, image))
        count = c_int()
        dets = ALEXEYAB.boxes(net, image, 0.5, count, letter=1)
        self.check_box(ALEXEYAB.found(dets, count.value, ["red", "other"]), 24, 8, 32, 32)
        ALEXEYAB.lib.free_detections(dets, count)
        ALEXEYAB.lib.free_image(image)

    def test_bytes_of_a_frame(self):
        """As scripts do that have a frame of a camera: copy_image_from_bytes() into an image made once."""
        net, image = self.network(ALEXEYAB), ALEXEYAB.lib.make_image(32, 32, 3)
        frame = bytearray(32 * 32 * 3)
        frame[(8 * 32 + 24) * 3] = 255
        ALEXEYAB.lib.copy_image_from_bytes(image, bytes(frame))
        ALEXEYAB.lib.network_predict_image(net, image)
        count = c_int()
        dets = ALEXEYAB.boxes(net, image, 0.5, count)
        self.check_box(ALEXEYAB.found(dets, count.value, ["red", "other"]), 28, 12)
        self.assertEqual((dets[0].classes, dets[0].best_class_idx), (2, 0))
        ALEXEYAB.lib.free_detections(dets, count)
        ALEXEYAB.lib.free_image(image)

    def test_batch(self):
        net = self.network(ALEXEYAB, batch=3)
        values = (c_float * (3 * 3 * 32 * 32))()
        for n, (x, y) in enumerate([(0, 0), (8, 8), (24, 16)]):
            values[n * 3 * 32 * 32 + y * 32 + x] = 1
        batch = ALEXEYAB.lib.make_image(0, 0, 0)
        batch.data = ctypes.cast(values, ctypes.POINTER(c_float))
        pairs = ALEXEYAB.lib.network_predict_batch(net, batch, 3, 32, 32, 0.5, 0.5, None, 0, 0)
        for n, (x, y) in enumerate([(4, 4), (12, 12), (28, 20)]):
            self.check_box(ALEXEYAB.found(pairs[n].dets, pairs[n].num, ["red", "other"]), x, y)
        ALEXEYAB.lib.free_batch_detections(pairs, 3)

    def test_raw_input(self):
        values = (c_float * (3 * 32 * 32))()
        values[16 * 32 + 8] = 1
        for fork, predict in ((ALEXEYAB, "network_predict_ptr"), (PJREDDIE, "network_predict")):
            output = getattr(fork.lib, predict)(self.network(fork), values)
            self.assertAlmostEqual(output[4 * 16 + 2 * 4 + 1], 1, 3)  # the objectness of that cell
            self.assertAlmostEqual(output[4 * 16], 0, 3)

    def test_names(self):
        names = self.put("red.names", b"red\nother thing\n")
        data = self.put("red.data", f"classes = 2\ntrain = nowhere\nnames = {names}\n".encode())
        for fork in (ALEXEYAB, PJREDDIE):
            meta = fork.lib.get_metadata(data.encode())
            self.assertEqual([meta.names[i] for i in range(meta.classes)], [b"red", b"other thing"])
            fork.lib.free_ptrs(meta.names, 2)

    def test_what_cannot_be_read(self):
        """Nothing ends the process: null, and an image without data, which all functions take."""
        for fork in (ALEXEYAB, PJREDDIE):
            self.assertIsNone(fork.load("missing.cfg", self.weights))
            image = fork.lib.load_image_color(b"missing.png", 0, 0)
            self.assertFalse(image.data)
            net = self.network(fork)
            self.assertFalse(fork.lib.network_predict_image(net, image))
            self.assertFalse(fork.lib.network_predict_image(None, image))
            self.assertEqual(fork.lib.network_width(None), 0)
            self.assertEqual(fork.detect(net, ["red", "other"], "missing.png"), [])
            fork.lib.free_image(image)
            fork.lib.reset_rnn(net)

    def test_images(self):
        for fork in (ALEXEYAB, PJREDDIE):
            image = fork.lib.load_image_color(self.picture.encode(), 16, 8)
            self.assertEqual((image.w, image.h, image.c), (16, 8, 3))
            boxed = fork.lib.letterbox_image(image, 16, 16)
            self.assertEqual((boxed.data[0], boxed.data[4 * 16]), (0.5, image.data[0]))
            image.data[0], image.data[2 * 16 * 8] = 0.25, 0.75
            fork.lib.rgbgr_image(image)
            self.assertEqual((image.data[0], image.data[2 * 16 * 8]), (0.75, 0.25))
            for one in (image, boxed):
                fork.lib.free_image(one)

    def test_no_call_leaks(self):
        """10 000 pictures, from the file to the boxes: what the process holds does not grow."""

        def resident():
            return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

        for fork in (ALEXEYAB, PJREDDIE):
            net = self.network(fork)
            for _ in range(1000):
                fork.detect(net, ["red", "other"], self.picture)
            before = resident()
            for _ in range(10_000):
                fork.detect(net, ["red", "other"], self.picture)
            grown = resident() - before
            print(f"{fork.__class__.__name__}: {grown} bytes more after 10 000 calls")
            self.assertLess(grown, 400_000)  # 40 bytes a call would be seen


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
