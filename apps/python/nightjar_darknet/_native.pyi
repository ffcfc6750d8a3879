"""The extension: thin classes on the C interface (apps/c/nightjar_c.h). Made for the package's own files."""

from typing import Sequence

import numpy as np

version: str

_Source = bytes | tuple[str, bytes] | None  # a path as os.fsencode() gives it; or a name and the content
_Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]  # xyxy, confidence, class_id
_Shape = tuple[int, int, int]  # channels, height, width

class DetectOptions:
    def __init__(
        self,
        threshold: float,
        nms: float,
        fit: int,
        fork: int,
        classes: Sequence[int],
        agnostic_nms: bool,
        max_detections: int,
    ) -> None: ...

class ModelSettings:
    device: str
    precision: int
    threads: int
    width: int
    height: int
    isa: str
    strict: bool
    tune: bool
    fuse: bool
    synthesise: bool
    seed: int

class Model:
    def __init__(self, cfg: _Source, weights: _Source, names: _Source, settings: ModelSettings) -> None: ...
    input: _Shape
    output: _Shape
    layers: int
    heads: int
    classes: int
    gflop: float
    device: str
    device_note: str
    isa: str
    names: tuple[str, ...]
    warnings: tuple[str, ...]
    def layer(self, number: int) -> tuple[str, _Shape, _Shape]: ...
    def head(self, index: int) -> tuple[int, int, int, int, int, bool, tuple[float, ...]]: ...
    def explain(self) -> str: ...
    def detect(
        self, pictures: list, order: int, planar: bool, batch: int, options: DetectOptions
    ) -> list[_Arrays]: ...
    def classify(self, pictures: list, order: int, planar: bool, batch: int, fit: int) -> np.ndarray: ...
    def forward(self, images: np.ndarray, layers: Sequence[int]) -> list[np.ndarray]: ...

class Stream:
    def __init__(
        self, model: Model, options: DetectOptions, batch: int, threads: int, ahead: int, order: int, planar: bool
    ) -> None: ...
    ahead: int
    def push_file(self, path: bytes) -> None: ...
    def push_encoded(self, bytes: bytes, name: str) -> None: ...
    def push_picture(self, pixels: np.ndarray, name: str) -> None: ...
    def end(self) -> None: ...
    def next(self) -> tuple[_Arrays | None, Exception | None, tuple[int, int] | None, float | None] | None: ...

def decode(source: _Source, channels: int, upright: bool) -> np.ndarray: ...
def fit(arrays: list, order: int, planar: bool, channels: int, how: int, width: int, height: int) -> np.ndarray: ...
def resize(image: np.ndarray, width: int, height: int, x_factor: float, y_factor: float) -> np.ndarray: ...
def fill_planes(
    image: np.ndarray, planes: np.ndarray, mean: Sequence[float], scale: Sequence[float], swap: bool
) -> None: ...
def region_rows(
    values: np.ndarray,
    slots: int,
    classes: int,
    anchors: Sequence[float],
    unit_width: float,
    unit_height: float,
    new_coords: bool,
    class_fix: bool,
    threshold: float,
    nms_threshold: float,
) -> np.ndarray: ...
def suppress(
    boxes: np.ndarray, scores: Sequence[float], score_threshold: float, nms_threshold: float, eta: float, top_k: int
) -> list[int]: ...
