"""cv2.dnn.NMSBoxes: suppression of boxes that show the same."""

from __future__ import annotations

import numpy as np

from .. import _native
from ..errors import UsageError


def NMSBoxes(bboxes, scores, score_threshold, nms_threshold, eta=1.0, top_k=0):
    """The numbers, (n,) int32, of the boxes that stay, by falling score; () where none does.

    bboxes: (left, top, width, height) each. A box stays if its score is above score_threshold, and its overlap (IoU)
    with each that stayed before is not above nms_threshold.
    """
    boxes = np.array(bboxes, np.float64).reshape(-1, 4)
    scores = np.array(scores, np.float32).reshape(-1).tolist()
    if len(boxes) != len(scores):
        raise UsageError(f"NMSBoxes was given {len(boxes)} boxes and {len(scores)} scores")
    return numbers(_native.suppress(boxes, scores, score_threshold, nms_threshold, eta, top_k))


def NMSBoxesBatched(bboxes, scores, class_ids, score_threshold, nms_threshold, eta=1.0, top_k=0):
    """The same, for boxes of one class at a time: they are moved apart, class by class, as OpenCV does."""
    boxes = np.array(bboxes, np.float64).reshape(-1, 4)
    if len(boxes):
        apart = (boxes[:, :2] + boxes[:, 2:]).max() + 1
        boxes[:, :2] += np.array(class_ids, np.float64).reshape(-1, 1) * apart
    return NMSBoxes(boxes, scores, score_threshold, nms_threshold, eta, top_k)


def numbers(found: list[int]):
    """A vector<int> as OpenCV hands it to Python: an array, or () where it is empty."""
    return np.array(found, np.int32) if found else ()
