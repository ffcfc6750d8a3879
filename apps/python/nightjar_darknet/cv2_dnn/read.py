"""cv2.dnn.readNetFromDarknet and readNet."""

from __future__ import annotations

import os

import numpy as np

from ..errors import UsageError
from .net import Net

_CFG, _WEIGHTS = ".cfg", ".weights"


def readNetFromDarknet(cfgFile, darknetModel=None) -> Net:
    """A cfg and its weights, each a path, or its content as bytes or an array of uint8.

    Without weights the network has names alone. Raises what nightjar_darknet.errors lists, where forward() is
    called first: the network is planned for the blob's size.
    """
    return Net(_source(cfgFile), _source(darknetModel) if len_of(darknetModel) else None)


def readNet(model, config="", framework: str = "") -> Net:
    """The same of two paths in either order, told apart by .cfg and .weights."""
    if framework.lower() not in ("", "darknet"):
        raise UsageError(f"readNet reads Darknet's networks; framework={framework!r} is none of them")
    files = [os.fspath(file) for file in (model, config) if file]
    cfg = next((file for file in files if is_cfg(file)), None)
    weights = next((file for file in files if is_weights(file)), None)
    if cfg is None:
        raise UsageError(f"readNet was given {', '.join(map(repr, files))}; one of the files is a .cfg")
    return readNetFromDarknet(cfg, weights)


def is_cfg(file) -> bool:
    return _has_ending(file, _CFG)


def is_weights(file) -> bool:
    return _has_ending(file, _WEIGHTS)


def _has_ending(file, ending: str) -> bool:
    return isinstance(file, (str, os.PathLike)) and os.fspath(file).lower().endswith(ending)


def len_of(given) -> int:
    """How much was given: of a path its letters, of content its bytes."""
    return 0 if given is None else len(os.fspath(given)) if isinstance(given, os.PathLike) else len(given)


def _source(given):
    return given.tobytes() if isinstance(given, np.ndarray) else bytes(given) if isinstance(given, bytearray) else given
