"""DetectionModel and ClassificationModel."""

import numpy as np
from package import PackageTest, array, main

from nightjar_darknet import cv2_dnn

CLASSIFIER = """[net]
width=8
height=8
channels=3
[convolutional]
filters=2
size=1
activation=linear
[avgpool]
[softmax]
groups=1
"""


class Detecting(PackageTest):
    def setUp(self):
        super().setUp()
        self.model = cv2_dnn.DetectionModel(cv2_dnn.readNet(str(self.cfg), str(self.weights)))
        self.model.setInputParams(1 / 255, (32, 32), swapRB=True)

    def detect(self, *cells, **options):
        return self.model.detect(array(*cells)[:, :, ::-1], **options)

    def test_boxes_are_clipped_to_the_frame(self):
        classes, scores, boxes = self.detect((1, 2), (3, 3))
        self.assertEqual([a.dtype for a in (classes, scores, boxes)], [np.int32, np.float32, np.int32])
        self.assertEqual(classes.tolist(), [0, 0])
        self.assertEqual(boxes.tolist(), [[4, 12, 16, 16], [20, 20, 12, 12]])

    def test_none(self):
        self.assertEqual(self.detect(), ((), (), ()))
        self.assertEqual(self.detect((1, 2), confThreshold=0.99), ((), (), ()))

    def test_suppression(self):
        self.assertEqual(len(self.detect((1, 2), (2, 2))[0]), 2)
        self.assertEqual(len(self.detect((1, 2), (2, 2), nmsThreshold=0.4)[0]), 2)
        self.assertEqual(len(self.detect((1, 2), (2, 2), nmsThreshold=0.3)[0]), 1)
        self.model.setNmsAcrossClasses(True)
        self.assertTrue(self.model.getNmsAcrossClasses())
        self.assertEqual(len(self.detect((1, 2), (2, 2), nmsThreshold=0.3)[0]), 1)

    def test_setters(self):
        model = cv2_dnn.DetectionModel(str(self.weights), str(self.cfg))
        model.setInputSize(32, 32).setInputScale(1 / 255).setInputMean((0, 0, 0)).setInputSwapRB(True).setInputCrop(False)
        self.assertEqual(model.detect(array((1, 2))[:, :, ::-1])[2].tolist(), [[4, 12, 16, 16]])
        self.assertEqual(model.setInputSize((64, 64)).predict(array((1, 2)))[0].shape, (64, 7))

    def test_without_a_size_it_is_the_cfgs(self):
        self.model.setInputParams(1 / 255, swapRB=True)
        self.assertEqual(self.detect((1, 2))[2].tolist(), [[4, 12, 16, 16]])


class Classifying(PackageTest):
    def test_most_probable_class(self):
        matrix = np.array([0, 0, 4, 0, 0, 0, 0, 4], np.float32)  # biases; red, green, blue of each class
        file = self.put("c.weights", np.array([0, 2, 5, 0, 0], np.int32).tobytes() + matrix.tobytes())
        model = cv2_dnn.ClassificationModel(str(file), str(self.put("c.cfg", CLASSIFIER)))
        model.setInputParams(1 / 255, (8, 8))
        red, blue = np.zeros((2, 8, 8, 3), np.uint8)
        red[:, :, 0], blue[:, :, 2] = 255, 255
        for picture, expected in ((red, 0), (blue, 1)):
            number, probability = model.classify(picture)
            self.assertEqual(number, expected)
            self.assertAlmostEqual(probability, 1 / (1 + np.exp(-4)), places=5)
        self.assertAlmostEqual(model.setEnableSoftmaxPostProcessing(True).classify(red)[1], 1 / (1 + np.exp(-0.964)), places=3)


if __name__ == "__main__":
    main()
