"""Net: what forward() gives, on the network that sees red, and value by value against OpenCV 4."""

import unittest

import numpy as np
from opencv import ask
from package import CFG, PackageTest, array, main, real, weights

from nightjar_darknet import cv2_dnn, errors

SCRIPT = """
net = cv2.dnn.readNetFromDarknet(str(given["cfg"]), str(given["weights"]))
net.setInput(given["blob"])
for name in given["names"].tolist():
    answer[name] = net.forward(name)
"""


class SeesRed(PackageTest):
    def setUp(self):
        super().setUp()
        self.net = cv2_dnn.readNet(str(self.weights), str(self.cfg))

    def run_net(self, *pictures, net=None, **options):
        net = net or self.net
        net.setInput(cv2_dnn.blobFromImages([picture[:, :, ::-1] for picture in pictures], 1 / 255, swapRB=True, **options))
        return net.forward()

    def test_rows(self):
        rows = self.run_net(array((1, 2)))
        self.assertEqual((rows.shape, rows.dtype), ((16, 7), np.float32))
        self.assertEqual(np.flatnonzero(rows[:, 5]).tolist(), [4 * 2 + 1])
        np.testing.assert_allclose(rows[9, :4], [12 / 32, 20 / 32, 0.5, 0.5])
        self.assertEqual(np.count_nonzero(rows[:, 6]), 0)

    def test_ways_to_read(self):
        expected = self.run_net(array((1, 2)))
        for net in (
            cv2_dnn.readNet(str(self.cfg), str(self.weights)),
            cv2_dnn.readNet(self.cfg, self.weights, "Darknet"),
            cv2_dnn.readNetFromDarknet(str(self.cfg), str(self.weights)),
            cv2_dnn.readNetFromDarknet(CFG.encode(), weights()),
            cv2_dnn.readNetFromDarknet(np.frombuffer(CFG.encode(), np.uint8), np.frombuffer(weights(), np.uint8)),
        ):
            np.testing.assert_array_equal(self.run_net(array((1, 2)), net=net), expected)

    def test_ways_to_ask(self):
        expected = self.run_net(array((1, 2)))
        np.testing.assert_array_equal(self.net.forward("yolo_1"), expected)
        for names in (["yolo_1"], ("yolo_1",), self.net.getUnconnectedOutLayersNames()):
            (rows,) = self.net.forward(names)
            np.testing.assert_array_equal(rows, expected)
        ((rows,)) = self.net.forward(outBlobNames=["yolo_1"])
        np.testing.assert_array_equal(rows, expected)
        self.assertGreater(self.net.getPerfProfile()[0], 0)

    def test_batch(self):
        rows = self.run_net(array((1, 2)), array((3, 3)))
        self.assertEqual(rows.shape, (2, 16, 7))
        np.testing.assert_array_equal(rows[1], self.run_net(array((3, 3))))

    def test_size_is_the_blobs(self):
        self.assertEqual(self.run_net(array((1, 2)), size=(64, 96)).shape, (96, 7))

    def test_layers_within(self):
        self.run_net(array((1, 2)))
        self.assertEqual(self.net.forward("conv_0").shape, (1, 7, 4, 4))

    def test_input_is_scaled(self):
        expected = self.run_net(array((1, 2)))
        self.net.setInput(cv2_dnn.blobFromImage(array((1, 2)), ddepth=cv2_dnn.CV_8U), scalefactor=1 / 255)
        np.testing.assert_allclose(self.net.forward(), expected, rtol=1e-5)
        self.net.setInput(cv2_dnn.blobFromImage(array((1, 2))) + 5, "", 1 / 255, (5, 5, 5))
        np.testing.assert_allclose(self.net.forward(), expected, rtol=1e-5)

    def test_overlapping_boxes_of_one_layer_are_suppressed(self):
        """Two neighbours' boxes overlap by a third; nms_threshold below hides the second one's class."""
        rows = self.run_net(array((1, 2), (2, 2)))
        self.assertEqual(np.count_nonzero(rows[:, 5]), 2)
        cfg = CFG.replace("num=1", "num=1\nnms_threshold=.3").encode()
        rows = self.run_net(array((1, 2), (2, 2)), net=cv2_dnn.readNetFromDarknet(cfg, weights()))
        self.assertEqual(np.count_nonzero(rows[:, 5]), 1)

    def test_cuda_is_the_cpu_where_there_is_none(self):
        self.net.setPreferableBackend(cv2_dnn.DNN_BACKEND_CUDA)
        self.net.setPreferableTarget(cv2_dnn.DNN_TARGET_CUDA_FP16)
        self.assertEqual(np.flatnonzero(self.run_net(array((1, 2)))[:, 5]).tolist(), [9])

    def test_what_is_refused(self):
        with self.assertRaises(errors.UsageError):
            self.net.forward()  # no input
        with self.assertRaises(errors.UsageError) as caught:
            self.run_net(array()), self.net.forward("yolo_7")
        self.assertIn("yolo_1", str(caught.exception))
        with self.assertRaises(errors.UsageError):
            self.net.setInput(np.zeros((3, 32, 32)))
        for files in (("a.onnx",), ("a.weights", "b.prototxt")):
            with self.assertRaises(errors.UsageError):
                cv2_dnn.readNet(*files)
        with self.assertRaises(errors.ReadError):
            self.run_net(array(), net=cv2_dnn.readNetFromDarknet(str(self.cfg), "nowhere.weights"))


OF_HEADS = """
weights = given["weights"]
for i, cfg in enumerate(given["cfgs"].tolist()):
    net = cv2.dnn.readNetFromDarknet(np.frombuffer(cfg.encode(), np.uint8), weights)
    net.setInput(given["blob"])
    answer[str(i)] = net.forward()
"""
LARGE = CFG.replace("16,16", "32,32")  # boxes of neighbours overlap
REGION = LARGE.replace("[yolo]\nmask=0", "[region]").replace("32,32", "4,4").replace("num=1", "num=1\nsoftmax=1")
HEADS = [
    *(
        LARGE.replace("num=1", "num=1\n" + keys)
        for keys in (
            "",
            "thresh=.5",
            "nms_threshold=.4",
            "thresh=.01\nnms_threshold=.6",
            "scale_x_y=1.2",
            "new_coords=1",
            "new_coords=1\nscale_x_y=2",
        )
    ),
    *(REGION.replace("num=1", "num=1\n" + keys) for keys in ("", "thresh=.5", "nms_threshold=.1", "classfix=-1")),
]


class AgainstOpenCV(unittest.TestCase):
    def test_heads_of_all_kinds(self):
        for width in (32, 64):
            blob = np.random.default_rng(0).random((1, 3, 32, width), np.float32)
            blob[0, 0] += 0.3
            theirs = ask(4, OF_HEADS, cfgs=HEADS, weights=np.frombuffer(weights(), np.uint8), blob=blob)
            for i, cfg in enumerate(HEADS):
                net = cv2_dnn.readNetFromDarknet(cfg.encode(), weights())
                net.setInput(blob)
                with self.subTest(width=width, cfg=cfg):
                    np.testing.assert_allclose(net.forward(), theirs[str(i)], rtol=1e-5, atol=1e-6)

    def compare(self, name, size, names, batch=1):
        files = real(name) or self.skipTest(f"needs {name}'s weights")
        blob = np.random.default_rng(1).random((batch, 3, *size[::-1]), np.float32)
        net = cv2_dnn.readNetFromDarknet(*map(str, files))
        names = names or net.getUnconnectedOutLayersNames()
        theirs = ask(4, SCRIPT, cfg=str(files[0]), weights=str(files[1]), blob=blob, names=list(names))
        net.setInput(blob)
        for layer, ours in zip(names, net.forward(names)):
            with self.subTest(layer, size=size):
                self.assertEqual(ours.shape, theirs[layer].shape)
                np.testing.assert_allclose(ours, theirs[layer], rtol=1e-3, atol=1e-3)

    def test_heads(self):
        for size in ((416, 416), (320, 320), (256, 416)):
            self.compare("yolov3-tiny", size, ())
            self.compare("yolo-fastest-1.1", size, ())

    def test_batch(self):
        self.compare("yolov3-tiny", (416, 416), (), batch=2)

    def test_layers_within(self):
        self.compare("yolov3-tiny", (416, 416), ("leaky_1", "pool_5", "concat_20", "conv_22"))


if __name__ == "__main__":
    main()
