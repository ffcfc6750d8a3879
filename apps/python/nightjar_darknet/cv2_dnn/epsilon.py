"""OpenCV adds 1e-6 to variances, Darknet and the engine 1e-5: scales that make up for the difference.

A confidence moves by some thousandths with it, and scripts that were tuned with OpenCV have thresholds.
"""

from __future__ import annotations

import struct
from typing import Sequence

import numpy as np

from .. import _native
from .cfg import Section

_OURS, _OPENCVS = 1e-5, 1e-6


def with_opencvs_epsilon(weights: bytes, sections: Sequence[Section], model: _native.Model) -> bytes:
    """The content of a weights file, with the scales of each normalised convolution changed.

    model: the network with these weights, which knows the shapes of its layers, and that the file fits them.
    """
    changed = bytearray(weights)
    values = np.frombuffer(changed, "<f4", offset=_header_size(weights))
    for number, section in enumerate(sections):
        if section.kind in ("convolutional", "connected"):
            _, inputs, outputs = model.layer(number)
            values = _pass_layer(values, section, inputs, outputs[0])
    return bytes(changed)


def _pass_layer(values: np.ndarray, section: Section, inputs: tuple[int, int, int], count: int) -> np.ndarray:
    """What comes behind a layer's arrays, each of `count` values but the weights."""
    normalised = section.integer("batch_normalize", 0) != 0
    if section.kind == "connected":
        return values[count * (1 + 3 * normalised) + count * int(np.prod(inputs)) :]
    if normalised:  # biases, scales, means, variances
        scales, variances = values[count : 2 * count], values[3 * count : 4 * count].astype(np.float64)
        scales *= np.sqrt((variances + _OURS) / (variances + _OPENCVS))
    weights = count * inputs[0] // section.integer("groups", 1) * section.integer("size", 1) ** 2
    return values[count * (1 + 3 * normalised) + weights :]


def _header_size(weights: bytes) -> int:
    """Three numbers of the version, and how many pictures were seen, in 4 bytes or, since version 0.2, in 8."""
    major, minor = struct.unpack_from("<2i", weights)
    return 20 if major * 10 + minor >= 2 else 16
