"""Boxes of pictures, whatever they come as."""

import gc
import sys
import threading
import weakref

import numpy as np
from package import ROOT, PackageTest, array, main, picture

from nightjar_darknet import Detection, Model, errors


class Pictures(PackageTest):
    def setUp(self):
        super().setUp()
        self.model = self.load()
        self.file = self.put("a.png", picture((1, 2)))

    def test_files_and_bytes(self):
        for given in (self.file, str(self.file), self.file.read_bytes()):
            self.assert_boxes(self.model.detect(given), (1, 2))

    def test_array(self):
        self.assert_boxes(self.model.detect(array((0, 0), (3, 3))), (0, 0), (3, 3))

    def test_nothing_there(self):
        found = self.model.detect(array())
        self.assertEqual((len(found), found.xyxy.shape, found.names.shape), (0, (0, 4), (0,)))

    def test_floats(self):
        self.assert_boxes(self.model.detect(array((1, 2)).astype(np.float32) / 255), (1, 2))

    def test_order_and_layout(self):
        pixels = array((1, 2))
        self.assert_boxes(self.model.detect(pixels[:, :, ::-1], channels="bgr"), (1, 2))
        self.assert_boxes(self.model.detect(np.ascontiguousarray(pixels[:, :, ::-1]), channels="bgr"), (1, 2))
        self.assert_boxes(self.model.detect(pixels.transpose(2, 0, 1), layout="chw"), (1, 2))
        self.assert_boxes(self.model.detect(np.ascontiguousarray(pixels.transpose(2, 0, 1)), layout="chw"), (1, 2))

    def test_views(self):
        """Strides of all kinds, without a copy: a cut-out, upside down, every other column, RGBA."""
        pixels = array((1, 2))
        frame = np.full((50, 60, 3), 9, np.uint8)
        frame[7:39, 11:43] = pixels
        wide = np.repeat(pixels, 2, axis=1)
        rgba = np.concatenate([pixels, np.full((32, 32, 1), 7, np.uint8)], 2)
        for view in (frame[7:39, 11:43], pixels[::-1][::-1], wide[:, ::2], rgba, np.asfortranarray(pixels)):
            self.assert_boxes(self.model.detect(view), (1, 2))
        self.assert_boxes(self.model.detect(pixels[::-1]), (1, 1))

    def test_read_only_array(self):
        pixels = array((1, 2))
        pixels.flags.writeable = False
        self.assert_boxes(self.model.detect(pixels), (1, 2))

    def test_list_and_iterator(self):
        pictures = [array((i, 0)) for i in range(4)] + [array()]
        for given in (pictures, [self.file] * 2, [self.file, array((1, 2))]):
            found = self.model.detect(given, batch=2)
            self.assertIsInstance(found, list)
            self.assertEqual(len(found), len(given))
        for i, boxes in enumerate(self.model.detect(iter(pictures[:4]))):
            self.assert_boxes(boxes, (i, 0))
        self.assertEqual(self.model.detect([]), [])


class Options(PackageTest):
    def setUp(self):
        super().setUp()
        self.model = self.load()

    def test_threshold(self):
        self.assertEqual(len(self.model.detect(array((1, 2)), threshold=0.99)), 0)

    def test_classes_by_name_and_number(self):
        for classes, count in (["red"], 1), ([0], 1), (["other"], 0), ([1], 0), ([], 1):
            self.assertEqual(len(self.model.detect(array((1, 2)), classes=classes)), count, classes)

    def test_most_boxes(self):
        self.assertEqual(len(self.model.detect(array((0, 0), (3, 3)), max_detections=1)), 1)

    def test_fit(self):
        wide = np.repeat(array((1, 2)), 2, axis=1)
        self.assertEqual(self.model.detect(wide, fit="stretch").xyxy.tolist(), [[-8 + 16, 12, 24 + 16, 28]])

    def test_what_is_refused(self):
        picture = array((1, 2))
        for given, options, mentioned in (
            (picture, {"classes": ["blue"]}, "blue"),
            (picture, {"fit": "shrink"}, "letterbox"),
            (picture, {"channels": "grb"}, "bgr"),
            (picture, {"layout": "whc"}, "chw"),
            (picture[:, :, :2], {}, "(32, 32, 2)"),
            (picture.astype(np.int64), {}, "uint8"),
            (picture[0, 0], {}, "(3)"),
        ):
            with self.subTest(mentioned), self.assertRaises(errors.UsageError) as caught:
                self.model.detect(given, **options)
            self.assertIn(mentioned, str(caught.exception))

    def test_pictures_that_cannot_be_read(self):
        with self.assertRaises(errors.ReadError) as caught:
            self.model.detect("nowhere.png")
        self.assertEqual(caught.exception.file, "nowhere.png")
        with self.assertRaises(errors.MalformedError):
            self.model.detect(b"this is no picture")
        with self.assertRaises(TypeError):
            self.model.detect(5)


class Results(PackageTest):
    def test_arrays(self):
        found = self.load().detect(array((0, 0), (3, 3)))
        self.assertEqual(
            [(a.dtype.name, a.shape) for a in (found.xyxy, found.confidence, found.class_id)],
            [("float32", (2, 4)), ("float32", (2,)), ("int32", (2,))],
        )
        self.assertEqual(found.names.tolist(), ["red", "red"])
        self.assertEqual(list(found)[0]._replace(confidence=1), Detection(tuple(found.xyxy[0]), 1, 0, "red"))

    def test_arrays_are_the_engines_memory(self):
        found = self.load().detect(array((0, 0), (3, 3)))
        for values in (found.xyxy, found.confidence, found.class_id):
            self.assertFalse(values.flags.owndata)
            self.assertFalse(values.flags.writeable)

    def test_arrays_outlive_everything_else(self):
        model = self.load()
        boxes = model.detect(array((1, 2))).xyxy
        gone = weakref.ref(model)
        del model
        gc.collect()
        self.assertIsNone(gone())
        self.assertEqual(boxes.tolist(), [[4, 12, 20, 28]])

    def test_choosing_among_them(self):
        found = self.load().detect(array((0, 0), (3, 3)))
        left = found[found.xyxy[:, 0] < 0]
        self.assert_boxes(left, (0, 0))
        self.assertEqual((len(found[:1]), len(found[1]), len(found[[0, 1]])), (1, 1, 2))

    def test_numbers_stand_for_missing_names(self):
        self.assertEqual(Model(self.cfg, self.weights).detect(array((1, 2))).names.tolist(), ["0"])


class Threads(PackageTest):
    def test_many_on_one_model(self):
        model, wrong = self.load(), []

        def work(column):
            for row in range(4):
                found = model.detect(array((column, row)))
                if found.xyxy.tolist() != [[8 * column - 4, 8 * row - 4, 8 * column + 12, 8 * row + 12]]:
                    wrong.append((column, row))

        threads = [threading.Thread(target=work, args=(column,)) for column in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_others_run_meanwhile(self):
        """A thread that nobody would give way to comes first, because a call lets the interpreter go."""
        model = Model(ROOT / "cfg/yolov3-tiny.cfg", None, synthesise=1, threads=1)
        image, gate, order = np.zeros((416, 416, 3), np.uint8), threading.Lock(), []

        def other():
            with gate:
                order.append("other")

        interval = sys.getswitchinterval()
        gate.acquire()
        thread = threading.Thread(target=other)
        thread.start()
        sys.setswitchinterval(100)
        try:
            gate.release()
            model.detect(image)
            order.append("caller")
        finally:
            sys.setswitchinterval(interval)
            thread.join()
        self.assertEqual(order, ["other", "caller"])


if __name__ == "__main__":
    main()
