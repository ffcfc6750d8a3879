"""cv2.dnn.Net on nightjar's networks."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Sequence

import numpy as np

from .. import _native
from ..config import ModelConfig, PathOrBytes
from ..errors import UsageError
from . import constants
from .cfg import layers_of
from .epsilon import with_opencvs_epsilon
from .layers import Importer, Layer, unread
from .regions import Region

# Kinds of layers whose output has as many axes as what they read.
_LIKE_THEIR_INPUT = {"Softmax", "Identity", "ReLU", "Swish", "Mish", "Sigmoid", "TanH", "BatchNorm"}


class Net:
    """A network by OpenCV's names. The input's size is the blob's, as there: each size is planned once, and kept."""

    def __init__(self, cfg: PathOrBytes | None = None, weights: PathOrBytes | None = None) -> None:
        self._cfg, self._weights = cfg, weights
        self._sections = layers_of(_text_of(cfg)) if cfg is not None else []
        self._layers = Importer(self._sections).layers
        self._numbers = {layer.name: number for number, layer in enumerate(self._layers, 1)}
        self._models: dict[tuple, _native.Model] = {}
        self._backend, self._target = constants.DNN_BACKEND_DEFAULT, constants.DNN_TARGET_CPU
        self._blob: np.ndarray | None = None
        self._nanoseconds = 0
        self.suppresses = True  # whether Region layers drop boxes of one class that overlap

    # ---- What there is ----

    def empty(self) -> bool:
        return not self._layers

    def getLayerNames(self) -> tuple[str, ...]:
        return tuple(layer.name for layer in self._layers)

    def getLayerId(self, layer: str) -> int:
        """Counted from 1; -1: none of that name."""
        return self._numbers.get(layer, -1)

    def getLayer(self, layerId: int | str) -> Layer:
        return self._named(layerId) if isinstance(layerId, str) else self._layers[layerId - 1]

    def getLayerTypes(self) -> tuple[str, ...]:
        return tuple(sorted({layer.type for layer in self._layers}))

    def getLayersCount(self, layerType: str) -> int:
        return sum(layer.type == layerType for layer in self._layers)

    def getUnconnectedOutLayers(self) -> np.ndarray:
        """The numbers, counted from 1, of the layers whose output nobody reads: the detection layers."""
        return np.array(unread(self._layers), np.int32)

    def getUnconnectedOutLayersNames(self) -> tuple[str, ...]:
        return tuple(self._layers[number - 1].name for number in unread(self._layers))

    # ---- What computes ----

    def setPreferableBackend(self, backendId: int) -> None:
        """DNN_BACKEND_CUDA: the first GPU, if that can be used. All others: the CPU."""
        self._backend = backendId

    def setPreferableTarget(self, targetId: int) -> None:
        """DNN_TARGET_CUDA_FP16: half precision, on a GPU."""
        self._target = targetId

    # ---- Running ----

    def setInput(self, blob, name: str = "", scalefactor: float = 1.0, mean: Sequence[float] = ()) -> None:
        """(images, channels, height, width); the network is given (blob - mean) * scalefactor."""
        blob = np.asarray(blob, np.float32)
        if blob.ndim != 4:
            raise UsageError(f"setInput was given the shape {blob.shape}; (images, channels, height, width) is needed")
        if np.any(mean):
            blob = blob - np.asarray(mean, np.float32)[: blob.shape[1]].reshape(1, -1, 1, 1)
        if scalefactor != 1:
            blob = blob * np.float32(scalefactor)
        self._blob = np.ascontiguousarray(blob)

    def forward(self, outputName: str | Sequence[str] = "", *, outBlobNames: Sequence[str] | None = None):
        """The output of a layer; without a name the last one's; of several, a tuple."""
        wanted = outputName if outBlobNames is None else outBlobNames
        if not isinstance(wanted, str):
            return tuple(self._outputs([self._named(name) for name in wanted]))
        return self._outputs([self._named(wanted) if wanted else self._layers[-1]])[0]

    def getPerfProfile(self) -> tuple[int, tuple]:
        """Nanoseconds of the last forward(), which are cv2's ticks on Linux; layers are not timed."""
        return self._nanoseconds, ()

    def input_size(self) -> tuple[int, int]:
        """The cfg's width and height."""
        _, height, width = self._model(0, 0, True).input
        return width, height

    # ---- Within ----

    def _named(self, name: str) -> Layer:
        if name not in self._numbers:
            raise UsageError(f"there is no layer {name!r}; the last one is {self._layers[-1].name!r}")
        return self._layers[self._numbers[name] - 1]

    def _outputs(self, layers: list[Layer]) -> list[np.ndarray]:
        if self._blob is None:
            raise UsageError("forward() was called before setInput()")
        began = time.perf_counter_ns()
        height, width = self._blob.shape[2:]
        sections = [_section_of(layer) for layer in layers]
        model = self._model(width, height, self._are_kept(layers))
        values = model.forward(self._blob, sections)
        outputs = [self._output(model, layer, given) for layer, given in zip(layers, values)]
        self._nanoseconds = time.perf_counter_ns() - began
        return outputs

    def _output(self, model: _native.Model, layer: Layer, values: np.ndarray) -> np.ndarray:
        if layer.type != "Region":
            return values.reshape(len(values), -1) if self._is_flat(layer) else values
        heads = map(model.head, range(model.heads))
        head = next(head for head in heads if head[0] == layer.section)
        height, width = self._blob.shape[2:]
        return Region.of(self._sections[layer.section], head).rows(values, width, height, self.suppresses)

    def _is_flat(self, layer: Layer) -> bool:
        """Whether its output is (images, values): behind a fully connected layer."""
        while layer.type in _LIKE_THEIR_INPUT and layer.reads[0] in self._numbers:
            layer = self._named(layer.reads[0])
        return layer.type == "InnerProduct"

    def _are_kept(self, layers: list[Layer]) -> bool:
        """Whether a network with fused layers has their outputs: the heads and the last one."""
        return all(layer.type == "Region" or layer is self._layers[-1] for layer in layers)

    def _model(self, width: int, height: int, fuse: bool) -> _native.Model:
        if self.empty():
            raise UsageError("the network is empty; readNetFromDarknet(cfg, weights) reads one")
        if self._weights is None:
            raise UsageError("the network was read without weights; it has names and no values")
        cuda = self._backend == constants.DNN_BACKEND_CUDA
        precision = "fp16" if cuda and self._target == constants.DNN_TARGET_CUDA_FP16 else "fp32"
        key = (width, height, fuse, cuda, precision)
        if key not in self._models:
            device = "auto" if cuda else "cpu"
            self._models[key] = self._load(
                device=device, width=width, height=height, precision=precision, fuse=fuse
            )
        return self._models[key]

    def _load(self, **options) -> _native.Model:
        config = ModelConfig(self._cfg, self._weights, **options)
        model = config.load()  # says what is wrong with the files, by their names
        weights = with_opencvs_epsilon(_bytes_of(self._weights), self._sections, model)
        return replace(config, weights=weights).load()


def _section_of(layer: Layer) -> int:
    if layer.section is None:
        raise UsageError(f"{layer.name} is computed in one step with the layer behind it; that one's output is there")
    return layer.section


def _text_of(cfg: PathOrBytes) -> str:
    return _bytes_of(cfg).decode(errors="replace")


def _bytes_of(given: PathOrBytes) -> bytes:
    return given if isinstance(given, bytes) else Path(given).read_bytes()
