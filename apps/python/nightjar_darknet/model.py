"""A network: loading it, and asking it what is in pictures."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, NamedTuple, Sequence

import numpy as np

from .commands import evaluate, export
from .config import ModelConfig, PathOrBytes, source
from .detections import Detections
from .errors import UsageError
from .options import FITS, LAYOUTS, ORDERS, chosen, detect_options
from .streaming import Streamed, stream
from . import _native


class Head(NamedTuple):
    """A detection layer, for who decodes its values himself (nightjar_c.h, nightjar_head)."""

    layer: int  # Darknet's number
    kind: str  # "yolo", "Gaussian_yolo", "region", "detection"
    classes: int
    slots: int  # boxes of a cell
    coordinates: int  # planes of a slot in front of its objectness
    new_coords: bool  # sides are squares of twice the value, not exponentials
    anchors: np.ndarray  # (slots, 2): in pixels of the network's input, of "region" in cells


_HEAD_KINDS = ("yolo", "Gaussian_yolo", "region", "detection")


class Model:
    """A Darknet network, loaded. Any number of threads may use one at once; calls release the GIL.

    cfg, weights   paths, or what stands in the files, as bytes
    names          of the classes: a path, or a sequence of str
    device         "auto": the first GPU that can be used, else the CPU; "cpu", "cuda", "cuda:1", ...
    threads        of one call, on a CPU; 0: one for each core that the process may use
    width, height  of the network's input in pixels; 0 keeps the cfg's
    precision      "fp32"; on GPUs also "tf32", "fp16"
    isa            of the CPU: "avx512", "avx2", "portable"; "": the best there is
    strict         refuse unknown keys of the cfg, which else are in `warnings`
    tune           time the candidate kernels once, remember the times in the user's cache folder
    fuse           False keeps each layer's own output, for forward(); slower
    synthesise     a seed: no weights are read, values are made up

    Raises ReadError, MalformedError, TooLargeError, UsageError, DeviceError. Pickles as its arguments, `config`:
    who unpickles it loads it anew.
    """

    def __init__(
        self,
        cfg: PathOrBytes,
        weights: PathOrBytes | None,
        names: PathOrBytes | Sequence[str] | None = None,
        device: str = "auto",
        threads: int = 0,
        **more: Any,
    ) -> None:
        self.config = ModelConfig(cfg, weights, names, device, threads, **more)
        self._native = self.config.load()

    @classmethod
    def from_config(cls, config: ModelConfig) -> Model:
        return cls(**{key: getattr(config, key) for key in config.__dataclass_fields__})

    def __reduce__(self):
        return Model.from_config, (self.config,)

    def __repr__(self) -> str:
        channels, height, width = self.input_shape
        return f"Model({self.config.cfg!r}, {width}x{height}, {self.layers} layers, {self.device} {self.isa})"

    # ---- What it is ----

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of what the network sees."""
        return self._native.input

    @property
    def layers(self) -> int:
        """How many the cfg has, as Darknet counts."""
        return self._native.layers

    @property
    def classes(self) -> int:
        """Of boxes; of a network without detection layers, its last layer's values."""
        return self._native.classes

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Of the classes; empty where none were given."""
        return self._native.names

    @property
    def device(self) -> str:
        """What computes: "cpu", "cuda:0 (NVIDIA H100)"."""
        return self._native.device

    @property
    def isa(self) -> str:
        """Which kernels: "avx512", "avx2", "portable"; of a GPU "sm_90 fp16"."""
        return self._native.isa

    @property
    def warnings(self) -> tuple[str, ...]:
        """What loading found odd, a line each."""
        return self._native.warnings

    @cached_property
    def heads(self) -> tuple[Head, ...]:
        """The detection layers, in the cfg's order; none of a classifier."""
        return tuple(map(self._head, range(self._native.heads)))

    def _head(self, index: int) -> Head:
        layer, kind, classes, slots, coordinates, new_coords, anchors = self._native.head(index)
        pairs = np.array(anchors, np.float32).reshape(-1, 2)
        return Head(layer, _HEAD_KINDS[kind], classes, slots, coordinates, new_coords, pairs)

    def explain(self) -> str:
        """The plan as a table, a line a step: kernel, shape, what is fused."""
        return self._native.explain()

    # ---- What is in pictures ----

    def detect(
        self, picture, *, channels: str = "rgb", layout: str = "hwc", batch: int = 1, **options: Any
    ) -> Detections | list[Detections] | Iterator[Detections]:
        """The boxes of a picture; of a list of them, a list; of an iterator, an iterator that reads ahead.

        picture   a path; an encoded picture (JPEG, PNG, BMP, WebP) as bytes; an array of uint8, or of float32 in
                  0..1, which is read where it lies, whatever its strides
        channels  of arrays: "rgb", or "bgr", as OpenCV has them
        layout    of arrays: "hwc" (height, width, channels), "chw" (channels, height, width); gray (height, width)
        batch     of a list or an iterator: how many the network computes together, at most

        threshold=.25       least objectness times class probability
        nms=.45             greatest overlap (IoU) of two boxes of a class
        fit=None            "letterbox" keeps the aspect ratio, "stretch" fills the input as AlexeyAB's Darknet
                            does; None: what the network's kind is used with
        classes=None        which to look for: numbers, or names of the model
        agnostic_nms=False  boxes of different classes suppress each other, too
        max_detections=0    the most probable so many; 0: all
        compat="alexeyab"   or "pjreddie": whose decoding, where the two differ

        Raises ReadError, MalformedError, TooLargeError for the picture, UsageError, DeviceError.
        """
        if isinstance(picture, np.ndarray):
            return self._detect_arrays([picture], channels, layout, 1, options)[0]
        if isinstance(picture, (str, bytes, os.PathLike)):
            return self._detect_arrays([self._decode(picture)], "rgb", "hwc", 1, options)[0]
        if isinstance(picture, (list, tuple)) and all(isinstance(one, np.ndarray) for one in picture):
            return self._detect_arrays(list(picture), channels, layout, batch, options)
        results = self._detections(iter(picture), channels=channels, layout=layout, batch=batch, **options)
        return list(results) if isinstance(picture, (list, tuple)) else results

    def stream(
        self,
        pictures: Iterable,
        *,
        batch: int = 1,
        threads: int = 0,
        ahead: int = 0,
        channels: str = "rgb",
        layout: str = "hwc",
        progress: bool = False,
        on_error: Callable[[Any, Exception], None] | None = None,
        **options: Any,
    ) -> Iterator[Streamed]:
        """Many pictures: reading, decoding and the network overlap on all cores; results come in order.

        pictures  whatever detect() takes one of, any number, also without an end
        threads   for all steps together; 0: one for each core that the process may use
        ahead     pictures on their way at most; 0: as many as keep all threads at work
        progress  show a bar, where tqdm is installed
        on_error  called with a picture that cannot be read and its exception, and the stream goes on; without it
                  the exception is raised

        batch, channels, layout and the other options as for detect().
        """
        native = _native.Stream(
            self._native,
            detect_options(self.names, **options),
            batch,
            threads,
            ahead,
            chosen(ORDERS, channels, "channels"),
            chosen(LAYOUTS, layout, "layout"),
        )
        return stream(native, pictures, self.names, progress, on_error)

    def classify(self, picture, *, channels: str = "rgb", layout: str = "hwc", fit: str | None = None) -> np.ndarray:
        """The probability of each class, (classes,) float32, by a network without detection layers."""
        array = picture if isinstance(picture, np.ndarray) else self._decode(picture)
        order, planar = chosen(ORDERS, channels, "channels"), chosen(LAYOUTS, layout, "layout")
        return self._native.classify([array], order, planar, 1, chosen(FITS, fit, "fit"))[0]

    # ---- What the layers give ----

    def fit(self, picture, *, fit: str = "letterbox", channels: str = "rgb", layout: str = "hwc") -> np.ndarray:
        """What the network would see of a picture: (channels, height, width) float32, RGB in 0..1."""
        array = picture if isinstance(picture, np.ndarray) else self._decode(picture)
        depth, height, width = self.input_shape
        order, planar = chosen(ORDERS, channels, "channels"), chosen(LAYOUTS, layout, "layout")
        return _native.fit([array], order, planar, depth, chosen(FITS, fit, "fit"), width, height)

    def forward(self, images: np.ndarray, layers: Sequence[int] | None = None) -> dict[int, np.ndarray]:
        """Runs the network on (images, channels, height, width) float32, RGB in 0..1, as fit() gives them.

        Gives the values of `layers`, by Darknet's numbers: (images, c, h, w) each. None: the detection layers;
        of a network without any, the last layer. Others than these need Model(..., fuse=False). Values are after
        the layer's activation: of a [yolo] layer x, y, objectness and classes have been through the logistic,
        w and h have not; `heads` says what else decoding takes.
        """
        if layers is None:
            layers = [head.layer for head in self.heads] or [self.layers - 1]
        return dict(zip(layers, self._native.forward(images, list(layers))))

    # ---- By the program, which reads the files anew ----

    def eval(self, pictures, **options: Any) -> dict:
        """How good it is on labelled pictures; see evaluate()."""
        names = self.config.names if isinstance(self.config.names, (str, os.PathLike)) else None
        options = {"names": names, "device": self.config.device, **self._size(), **options}
        return evaluate(pictures, *self._files(), **options)

    def export(self, out, **options: Any) -> Path:
        """Writes it as an ONNX file; see export()."""
        return export(*self._files(), out, **{**self._size(), **options})

    def _files(self) -> tuple:
        files = self.config.cfg, self.config.weights
        if not all(isinstance(file, (str, os.PathLike)) for file in files):
            raise UsageError("the program reads files, and this model was loaded from memory or made up")
        return files

    def _size(self) -> dict[str, int]:
        return {key: getattr(self.config, key) for key in ("width", "height") if getattr(self.config, key)}

    def _decode(self, picture) -> np.ndarray:
        return _native.decode(source(picture, "picture"), self.input_shape[0], True)

    def _detect_arrays(self, arrays, channels, layout, batch, options) -> list[Detections]:
        found = self._native.detect(
            arrays,
            chosen(ORDERS, channels, "channels"),
            chosen(LAYOUTS, layout, "layout"),
            batch,
            detect_options(self.names, **options),
        )
        return [Detections(*arrays, self.names) for arrays in found]

    def _detections(self, pictures, **options) -> Iterator[Detections]:
        return (one.detections for one in self.stream(pictures, **options))
