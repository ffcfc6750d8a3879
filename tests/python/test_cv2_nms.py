"""NMSBoxes: the rule by hand, and against OpenCV 4."""

import unittest

import numpy as np
from opencv import ask
from package import main

from nightjar_darknet import cv2_dnn, errors

SCRIPT = """
for i in range(int(given["count"])):
    options = eval(str(given[f"options{i}"]))
    answer[str(i)] = np.array(cv2.dnn.NMSBoxes(given[f"boxes{i}"].tolist(), given[f"scores{i}"].tolist(), **options))
"""


class ByHand(unittest.TestCase):
    def test_rule(self):
        boxes = [[0, 0, 10, 10], [0, 0, 10, 9], [20, 0, 10, 10], [0, 0, 10, 10]]
        kept = cv2_dnn.NMSBoxes(boxes, [0.5, 0.9, 0.3, 0.1], 0.2, 0.5)
        self.assertEqual((kept.tolist(), kept.dtype), ([1, 2], np.int32))

    def test_overlap_at_the_threshold_stays(self):
        self.assertEqual(cv2_dnn.NMSBoxes([[0, 0, 10, 10], [0, 0, 10, 5]], [0.5, 0.9], 0.2, 0.5).tolist(), [1, 0])

    def test_equal_scores_keep_their_order(self):
        self.assertEqual(cv2_dnn.NMSBoxes([[0, 0, 1, 1], [5, 0, 1, 1]], [0.5, 0.5], 0.2, 0.5).tolist(), [0, 1])

    def test_none_stays(self):
        self.assertEqual(cv2_dnn.NMSBoxes([], [], 0.2, 0.5), ())
        self.assertEqual(cv2_dnn.NMSBoxes([[0, 0, 1, 1]], [0.2], 0.2, 0.5), ())

    def test_batched(self):
        boxes, scores = [[0, 0, 10, 10]] * 3, [0.5, 0.9, 0.7]
        self.assertEqual(cv2_dnn.NMSBoxesBatched(boxes, scores, [0, 1, 0], 0.2, 0.5).tolist(), [1, 2])

    def test_as_many_scores_as_boxes(self):
        with self.assertRaises(errors.UsageError):
            cv2_dnn.NMSBoxes([[0, 0, 1, 1]], [0.5, 0.5], 0.2, 0.5)


class AgainstOpenCV(unittest.TestCase):
    def test_same_boxes_in_the_same_order(self):
        random, cases = np.random.default_rng(5), []
        for count in (1, 7, 60, 300):
            for options in ({}, {"top_k": 20}, {"eta": 0.9}, {"eta": 0.5, "top_k": 5}):
                boxes = random.integers(0, 80, (count, 4))
                scores = np.round(random.random(count), 2)  # ties
                for kind in (np.int64, np.float64):
                    for nms in (0.1, 0.4, 0.75):
                        cases.append((boxes.astype(kind) * (1 if kind is np.int64 else 0.37), scores, {"score_threshold": 0.3, "nms_threshold": nms, **options}))
        given = {"count": len(cases)}
        for i, (boxes, scores, options) in enumerate(cases):
            given |= {f"boxes{i}": boxes, f"scores{i}": scores, f"options{i}": repr(options)}
        theirs = ask(4, SCRIPT, **given)
        for i, (boxes, scores, options) in enumerate(cases):
            ours = cv2_dnn.NMSBoxes(boxes.tolist(), scores.tolist(), **options)
            self.assertEqual(np.array(ours).tolist(), theirs[str(i)].tolist(), options)


if __name__ == "__main__":
    main()
