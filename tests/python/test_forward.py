"""What layers give."""

import numpy as np
from package import PackageTest, array, main

from nightjar_darknet import errors


def logistic(x):
    return 1 / (1 + np.exp(-x))


class Forward(PackageTest):
    def test_head(self):
        model = self.load()
        values = model.forward(model.fit(array((1, 2)))[None])
        self.assertEqual(list(values), [1])
        (image,) = values[1]
        self.assertEqual(image.shape, (7, 4, 4))
        x, y, w, h, objectness, red, other = image
        np.testing.assert_array_equal((x, y, w, h), np.broadcast_to(np.array([0.5, 0.5, 0, 0])[:, None, None], (4, 4, 4)))
        expected = np.full((4, 4), logistic(-10.0))
        expected[2, 1] = logistic(10.0)
        np.testing.assert_allclose(objectness, expected, rtol=1e-5)
        np.testing.assert_allclose(red, logistic(4.0), rtol=1e-5)

    def test_batch(self):
        model = self.load()
        images = np.stack([model.fit(array((i, 0))) for i in range(3)])
        together = model.forward(images)[1]
        for i in range(3):
            np.testing.assert_array_equal(together[i], model.forward(images[i : i + 1])[1][0])

    def test_results_stay(self):
        """A run does not write into what the one before gave."""
        model = self.load()
        first = model.forward(model.fit(array((1, 2)))[None])[1]
        kept = first.copy()
        model.forward(model.fit(array((3, 3)))[None])
        np.testing.assert_array_equal(first, kept)

    def test_every_layer(self):
        model = self.load(fuse=False)
        values = model.forward(model.fit(array((1, 2)))[None], [0, 1])
        self.assertEqual(values[0].shape, (1, 7, 4, 4))
        np.testing.assert_allclose(logistic(values[0][0, 4]), values[1][0, 4], rtol=1e-5)

    def test_what_is_refused(self):
        model = self.load()
        for images in (np.zeros((3, 32, 32), np.float32), np.zeros((1, 3, 32, 32)), np.zeros((1, 3, 31, 32), np.float32)):
            with self.assertRaises(errors.UsageError) as caught:
                model.forward(images)
            self.assertIn("(images, 3, 32, 32)", str(caught.exception))
        with self.assertRaises(errors.UsageError):
            model.forward(np.zeros((1, 3, 32, 32), np.float32), [7])


if __name__ == "__main__":
    main()
