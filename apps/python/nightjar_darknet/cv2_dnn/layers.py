"""The layers that OpenCV makes of a Darknet cfg: their names, kinds, and who reads whom.

A section becomes one or several: [convolutional] number 3 is conv_3, bn_3 (where it normalises) and leaky_4 (its
activation, counted one further, as OpenCV does).
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ..errors import UsageError
from .cfg import Section

INPUT = "data"
HEADS = ("yolo", "region")


class Layer(NamedTuple):
    """cv2.dnn.Layer's name and type, the names of the layers that it reads, and the section that it ends."""

    name: str
    type: str
    reads: tuple[str, ...] = ()
    section: int | None = None  # whose output it gives; None: inside of a section

    def outputNameToIndex(self, output: str) -> int:
        return -1


# Sections that become one layer that reads the one before: its name, which gets a number, and its kind.
_PLAIN = {
    "maxpool": ("pool", "Pooling"),
    "avgpool": ("avgpool", "Pooling"),
    "softmax": ("softmax", "Softmax"),
    "reorg": ("reorg", "Reorg"),
    "upsample": ("upsample", "Resize"),
    "dropout": ("identity", "Identity"),
    "cost": ("identity", "Identity"),
}
_WEIGHTED = {"convolutional": ("conv", "Convolution"), "connected": ("fullyConnected", "InnerProduct")}
# Sections that read another one, too.
_TWO = {"shortcut": ("shortcut", "Eltwise"), "scale_channels": ("scale_channels", "Scale"), "sam": ("sam", "Eltwise")}
_ACTIVATIONS = {
    "leaky": "ReLU",
    "relu": "ReLU",
    "swish": "Swish",
    "silu": "Swish",
    "mish": "Mish",
    "logistic": "Sigmoid",
    "tanh": "TanH",
}


class Importer:
    """Goes through the sections; `layers` grows.

    Layers are numbered as they come, but for those that finish a section: these have the number that comes next.
    """

    def __init__(self, sections: list[Section]) -> None:
        self.layers: list[Layer] = []
        self._next = 0
        self._last = INPUT  # the layer that the next one reads
        self._ends: list[str] = []  # of each section, its last layer
        for number, section in enumerate(sections):
            self._add_section(number, section)
            self._add_activation(number, section)
            self._ends.append(self._last)
            self.layers[-1] = self.layers[-1]._replace(section=number)
        self.layers = _told_apart(self.layers)

    def _add_named(self, name: str, kind: str, *reads: str) -> str:
        self.layers.append(Layer(name, kind, reads or (self._last,)))
        self._last = name
        return name

    def _add(self, name: str, kind: str, *reads: str) -> str:
        self._next += 1
        return self._add_named(f"{name}_{self._next - 1}", kind, *reads)

    def _add_section(self, number: int, section: Section) -> None:
        kind = section.kind
        if kind in _PLAIN:
            self._add(*_PLAIN[kind])
        elif kind in _WEIGHTED:
            self._add_weighted(section)
        elif kind in _TWO:
            self._add(*_TWO[kind], self._last, *self._sources(section, "from", number))
        elif kind == "route":
            self._add_route(section, self._sources(section, "layers", number))
        elif kind == "crop":
            self._add_crop(section)
        elif kind in HEADS:
            self._add_head(kind)
        else:
            raise UsageError(f"layer {number}: [{kind}] has no name in OpenCV, which does not know it")

    def _add_weighted(self, section: Section) -> None:
        self._add(*_WEIGHTED[section.kind])
        if section.integer("batch_normalize", 0):
            self._add_named(f"bn_{self._next - 1}", "BatchNorm")

    def _add_crop(self, section: Section) -> None:
        self._add("crop", "Slice")
        if not section.integer("noadjust", 0):
            self._add("adjust_crop", "Scale")

    def _add_route(self, section: Section, sources: list[str]) -> None:
        if section.integer("groups", 1) > 1:
            sources = [self._add("slice", "Slice", source) for source in sources]
        elif len(sources) == 1:
            self._add("identity", "Identity", *sources)
        if len(sources) > 1:
            self._add("concat", "Concat", *sources)

    def _add_head(self, kind: str) -> None:
        self._add_named(f"permute_{self._next}", "Permute")
        if kind == "yolo":
            self._add("yolo", "Region", self._last, INPUT)
        else:
            self._next += 1
            self._add_named("detection_out", "Region")

    def _add_activation(self, number: int, section: Section) -> None:
        activation = section.values.get("activation", "linear")
        if activation == "linear":
            return
        if activation not in _ACTIVATIONS:
            raise UsageError(f"layer {number}: activation={activation} has no name in OpenCV, which does not know it")
        self._add_named(f"{activation}_{self._next}", _ACTIVATIONS[activation])

    def _sources(self, section: Section, key: str, number: int) -> list[str]:
        """The last layers of the sections that a key names."""
        return [self._ends[source if source >= 0 else number + source] for source in section.integers(key)]


def _told_apart(layers: list[Layer]) -> list[Layer]:
    """A name that comes again gets a number."""
    seen: Counter[str] = Counter()
    for i, layer in enumerate(layers):
        if seen[layer.name]:
            layers[i] = layer._replace(name=f"{layer.name}_{seen[layer.name]}")
        seen[layer.name] += 1
    return layers


def unread(layers: list[Layer]) -> list[int]:
    """The numbers, counted from 1 as OpenCV does, of the layers whose output nobody reads."""
    read = {name for layer in layers for name in layer.reads}
    return [number for number, layer in enumerate(layers, 1) if layer.name not in read]
