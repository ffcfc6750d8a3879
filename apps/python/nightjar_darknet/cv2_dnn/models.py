"""cv2.dnn's models: a network, and how pictures become its input."""

from __future__ import annotations

import numpy as np

from .blob import blobFromImage
from .net import Net
from .nms import NMSBoxes
from .read import readNet


class Model:
    """A network, or the paths of one, with the parameters of its blobs. Setters return the model."""

    def __init__(self, model, config="") -> None:
        self._net = model if isinstance(model, Net) else readNet(model, config)
        self._size: tuple[int, int] | None = None  # None: the cfg's
        self._scale, self._mean, self._swap, self._crop = 1.0, (0.0, 0.0, 0.0, 0.0), False, False

    def setInputParams(self, scale=1.0, size=(0, 0), mean=(0, 0, 0, 0), swapRB=False, crop=False) -> None:
        self._size = tuple(map(int, size)) if any(size) else None
        self._scale, self._mean, self._swap, self._crop = scale, mean, swapRB, crop

    def setInputSize(self, size, height: int | None = None) -> Model:
        self._size = tuple(map(int, size)) if height is None else (int(size), int(height))
        return self

    def setInputScale(self, scale) -> Model:
        self._scale = scale
        return self

    def setInputMean(self, mean) -> Model:
        self._mean = mean
        return self

    def setInputSwapRB(self, swapRB: bool) -> Model:
        self._swap = swapRB
        return self

    def setInputCrop(self, crop: bool) -> Model:
        self._crop = crop
        return self

    def setPreferableBackend(self, backendId: int) -> Model:
        self._net.setPreferableBackend(backendId)
        return self

    def setPreferableTarget(self, targetId: int) -> Model:
        self._net.setPreferableTarget(targetId)
        return self

    def predict(self, frame) -> tuple[np.ndarray, ...]:
        """The outputs of the layers that nobody reads."""
        size = self._size or self._net.input_size()
        self._net.setInput(blobFromImage(frame, self._scale, size, self._mean, self._swap, self._crop))
        return self._net.forward(self._net.getUnconnectedOutLayersNames())


class DetectionModel(Model):
    """Boxes in pixels of the frame. The network's own suppression is off from here on, as in OpenCV."""

    def __init__(self, model, config="") -> None:
        super().__init__(model, config)
        self._net.suppresses = False
        self._across_classes = False

    def setNmsAcrossClasses(self, value: bool) -> DetectionModel:
        self._across_classes = value
        return self

    def getNmsAcrossClasses(self) -> bool:
        return self._across_classes

    def detect(self, frame, confThreshold=0.5, nmsThreshold=0.0):
        """Class numbers (n,) int32, confidences (n,) float32, (left, top, width, height) (n, 4) int32.

        Boxes are clipped to the frame. nmsThreshold=0: none is suppressed. Each of the three is () where nothing was
        found.
        """
        rows = np.concatenate(self.predict(frame))
        classes = rows[:, 5:].argmax(1).astype(np.int32)
        confidences = rows[np.arange(len(rows)), 5 + classes]
        found = np.flatnonzero(confidences >= np.float32(confThreshold))
        classes, confidences = classes[found], confidences[found]
        boxes = _clipped(rows[found, :4], np.shape(frame)[1], np.shape(frame)[0])
        if nmsThreshold:
            kept = self._kept(boxes, confidences, classes, confThreshold, nmsThreshold)
            classes, confidences, boxes = classes[kept], confidences[kept], boxes[kept]
        return (classes, confidences, boxes) if len(classes) else ((), (), ())

    def _kept(self, boxes, confidences, classes, threshold: float, nms: float) -> list[int]:
        """Their numbers: class by class, within a class by falling confidence."""
        groups = [classes == one for one in np.unique(classes)]
        kept: list[int] = []
        for group in [np.ones(len(classes), bool)] if self._across_classes else groups:
            numbers = np.flatnonzero(group)
            kept += [int(numbers[i]) for i in NMSBoxes(boxes[group], confidences[group], threshold, nms)]
        return kept


class ClassificationModel(Model):
    """The most probable class of a frame."""

    def __init__(self, model, config="") -> None:
        super().__init__(model, config)
        self._softmax = False

    def setEnableSoftmaxPostProcessing(self, enable: bool) -> ClassificationModel:
        self._softmax = enable
        return self

    def getEnableSoftmaxPostProcessing(self) -> bool:
        return self._softmax

    def classify(self, frame) -> tuple[int, float]:
        (output,) = self.predict(frame)
        values = output.reshape(-1)
        if self._softmax:
            powers = np.exp(values - values.max())
            values = powers / powers.sum()
        best = int(values.argmax())
        return best, float(values[best])


def _clipped(relative: np.ndarray, width: int, height: int) -> np.ndarray:
    """(n, 4) centre and size of the frame's 1 -> (left, top, width, height) in its pixels, cut to whole ones."""
    scaled = (relative * np.array([width, height, width, height], np.float32)).astype(np.int32)
    frame = np.array([width, height])
    corner = np.clip(scaled[:, :2] - scaled[:, 2:] // 2, 0, frame - 1)
    size = np.maximum(1, np.minimum(scaled[:, 2:], frame - corner))
    return np.concatenate([corner, size], 1).astype(np.int32)
