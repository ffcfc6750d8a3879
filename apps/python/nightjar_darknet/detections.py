"""What was found in a picture."""

from __future__ import annotations

from typing import Iterator, NamedTuple, Sequence

import numpy as np


class Detection(NamedTuple):
    """One box: its corners in pixels of the picture, objectness times class probability, the class."""

    xyxy: tuple[float, float, float, float]
    confidence: float
    class_id: int
    name: str


class Detections:
    """The boxes of one picture, in the order of Darknet, as read-only arrays of one length.

    xyxy        (n, 4) float32: left, top, right, bottom in pixels; may reach over the picture's edges
    confidence  (n,)   float32: objectness times the class's probability
    class_id    (n,)   int32
    names       (n,)   str: the classes' names, their numbers where the model has no names

    The first three are the memory that the engine wrote, and go as they are into `supervision`:
    `supervision.Detections(xyxy=found.xyxy, confidence=found.confidence, class_id=found.class_id)`.
    """

    __slots__ = ("xyxy", "confidence", "class_id", "_class_names")

    def __init__(
        self, xyxy: np.ndarray, confidence: np.ndarray, class_id: np.ndarray, class_names: Sequence[str] = ()
    ) -> None:
        self.xyxy, self.confidence, self.class_id = xyxy, confidence, class_id
        self._class_names = class_names

    @property
    def names(self) -> np.ndarray:
        return np.array([self._name_of(number) for number in self.class_id.tolist()], dtype=str)

    def _name_of(self, class_id: int) -> str:
        return self._class_names[class_id] if class_id < len(self._class_names) else str(class_id)

    def __len__(self) -> int:
        return len(self.confidence)

    def __iter__(self) -> Iterator[Detection]:
        for xyxy, confidence, class_id in zip(self.xyxy.tolist(), self.confidence.tolist(), self.class_id.tolist()):
            yield Detection(tuple(xyxy), confidence, class_id, self._name_of(class_id))

    def __getitem__(self, chosen) -> Detections:
        """Some of them: `chosen` is a slice, a mask, or numbers, as NumPy takes them."""
        chosen = [chosen] if isinstance(chosen, (int, np.integer)) else chosen
        return Detections(self.xyxy[chosen], self.confidence[chosen], self.class_id[chosen], self._class_names)

    def __repr__(self) -> str:
        lines = (f"{box.name} {box.confidence:.0%} {[round(side) for side in box.xyxy]}" for box in self)
        return f"Detections({len(self)}: {', '.join(lines)})"
