"""blobFromImage: by hand, and value by value against OpenCV 4."""

import unittest

import numpy as np
from opencv import ask
from package import main

from nightjar_darknet import cv2_dnn, errors

RANDOM = np.random.default_rng(3)
SCRIPT = """
for i in range(int(given["count"])):
    answer[str(i)] = cv2.dnn.blobFromImage(given[f"image{i}"], **eval(str(given[f"options{i}"])))
"""


def noise(height, width, channels=3):
    return RANDOM.integers(0, 256, (height, width, channels), np.uint8)


class ByHand(unittest.TestCase):
    def test_order_of_axes_and_channels(self):
        image = noise(4, 5)
        np.testing.assert_array_equal(cv2_dnn.blobFromImage(image)[0], image.transpose(2, 0, 1))
        np.testing.assert_array_equal(cv2_dnn.blobFromImage(image, swapRB=True)[0], image[:, :, ::-1].transpose(2, 0, 1))

    def test_mean_is_in_the_blobs_order(self):
        image = np.full((2, 2, 3), (10, 20, 30), np.uint8)
        blob = cv2_dnn.blobFromImage(image, 2, mean=(1, 2, 3), swapRB=True)
        self.assertEqual(blob[0, :, 0, 0].tolist(), [58, 36, 14])

    def test_several(self):
        images = [noise(6, 8), noise(6, 8)]
        self.assertEqual(cv2_dnn.blobFromImages(images, size=(4, 2)).shape, (2, 3, 2, 4))
        np.testing.assert_array_equal(cv2_dnn.imagesFromBlob(cv2_dnn.blobFromImages(images))[1], images[1])

    def test_bytes(self):
        image = noise(4, 5)
        blob = cv2_dnn.blobFromImage(image, ddepth=cv2_dnn.CV_8U)
        self.assertEqual((blob.dtype, blob.shape), (np.uint8, (1, 3, 4, 5)))

    def test_what_is_refused(self):
        for image in (np.zeros((2, 2, 3)), np.zeros((0, 2, 3), np.uint8), np.zeros(3, np.uint8), None):
            with self.assertRaises(errors.UsageError):
                cv2_dnn.blobFromImage(image)
        with self.assertRaises(errors.UsageError):
            cv2_dnn.blobFromImages([noise(2, 2), noise(2, 2, 1)])


class AgainstOpenCV(unittest.TestCase):
    def compare(self, cases, tolerance):
        given = {"count": len(cases)}
        for i, (image, options) in enumerate(cases):
            given |= {f"image{i}": image, f"options{i}": repr(options)}
        theirs = ask(4, SCRIPT, **given)
        for i, (image, options) in enumerate(cases):
            with self.subTest(shape=image.shape, dtype=image.dtype, **options):
                ours = cv2_dnn.blobFromImage(image, **options)
                self.assertEqual(ours.dtype, theirs[str(i)].dtype)
                np.testing.assert_allclose(ours, theirs[str(i)], rtol=0, atol=tolerance)

    def test_bytes_are_equal(self):
        """Up and down, to half, to odd sizes; the last bit of a float apart."""
        sizes = [(416, 416), (320, 240), (64, 48), (33, 200), (7, 5), (640, 480), (1, 1), (321, 241)]
        images = [noise(480, 640), noise(96, 128), noise(31, 47), noise(50, 60, 1), noise(2, 2), noise(1, 9)]
        cases = [(image, {"size": size, "scalefactor": 1 / 255, "swapRB": image.shape[2] == 3}) for image in images for size in sizes]
        self.compare(cases, 1e-7)

    def test_crop(self):
        cases = [(noise(h, w), {"size": size, "crop": True}) for h, w in ((48, 64), (100, 37)) for size in ((32, 32), (20, 50))]
        self.compare(cases, 0)

    def test_mean_and_scale(self):
        cases = [(noise(20, 30), {"scalefactor": 0.017, "mean": (103.9, 116.8, 123.7), "size": (24, 24), "swapRB": swap}) for swap in (True, False)]
        self.compare(cases, 1e-6)

    def test_floats(self):
        image = RANDOM.random((50, 70, 3), np.float32)
        # A sample's place, up to 70, has 2^-18 of a pixel in a float; libraries round it differently.
        self.compare([(image, {"size": size}) for size in ((40, 40), (100, 90), (35, 25))], 1e-5)


if __name__ == "__main__":
    main()
