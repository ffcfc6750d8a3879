"""What OpenCV's Region layer is told of a detection layer, and the rows that it gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import _native
from .cfg import Section


@dataclass(frozen=True)
class Region:
    slots: int
    classes: int
    anchors: list[float]
    new_coords: bool
    in_pixels: bool  # anchors are in the network's pixels, else in cells
    class_fix: bool
    threshold: float
    nms_threshold: float

    @classmethod
    def of(cls, section: Section, head: tuple) -> Region:
        """head: as _native.Model.head() gives it. The thresholds are OpenCV's: [yolo] says whether it suppresses,
        [region] always does."""
        _, _, classes, slots, _, new_coords, anchors = head
        in_pixels = section.kind == "yolo"
        return cls(
            slots,
            classes,
            list(anchors),
            new_coords,
            in_pixels,
            section.integer("classfix", 0) == -1,
            section.real("thresh", 0.2 if in_pixels else 0.001),
            section.real("nms_threshold", 0.0) if in_pixels else 0.4,
        )

    def rows(self, values: np.ndarray, width: int, height: int, suppress: bool) -> np.ndarray:
        """The layer's (images, planes, rows, columns), of an input of width x height -> (boxes, 5 + classes).

        A row is centre x, centre y, width, height (of the input 1), objectness, and of each class objectness times
        its probability, 0 where that is not above the threshold. Of several images, one more axis in front.
        """
        grid_height, grid_width = values.shape[2:]
        unit = (width, height) if self.in_pixels else (grid_width, grid_height)
        rows = _native.region_rows(
            values,
            self.slots,
            self.classes,
            self.anchors,
            *unit,
            self.new_coords,
            self.class_fix,
            self.threshold,
            self.nms_threshold if suppress else 0,
        )
        return rows[0] if len(rows) == 1 else rows
