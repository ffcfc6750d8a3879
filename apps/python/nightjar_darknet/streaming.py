"""The loop of Model.stream: so many pictures on their way, one more for each that comes out."""

from __future__ import annotations

import os
from collections import deque
from typing import Any, Callable, Iterable, Iterator, NamedTuple, Sequence

import numpy as np

from . import _native
from .detections import Detections
from .progress import bar


class Streamed(NamedTuple):
    """What became of a picture."""

    source: Any  # as it was given: a path, bytes, an array
    detections: Detections
    size: tuple[int, int]  # of the picture: width, height
    milliseconds: float  # that the network took, with fitting and suppression; of a batch, the picture's part


def stream(
    native: _native.Stream,
    pictures: Iterable,
    names: Sequence[str],
    progress: bool,
    on_error: Callable[[Any, Exception], None] | None,
) -> Iterator[Streamed]:
    total = len(pictures) if hasattr(pictures, "__len__") else None
    with bar(progress, total, "pictures") as advance:
        for source, (arrays, error, size, milliseconds) in _results(native, iter(pictures)):
            advance(1)
            if error is None:
                yield Streamed(source, Detections(*arrays, names), size, milliseconds)
            elif on_error is None:
                raise error
            else:
                on_error(source, error)


def _results(native: _native.Stream, pictures: Iterator) -> Iterator[tuple]:
    """(picture, what became of it), in order."""
    on_their_way: deque = deque()
    for picture in pictures:
        _push(native, picture)
        on_their_way.append(picture)
        if len(on_their_way) >= native.ahead:
            yield on_their_way.popleft(), native.next()
    native.end()
    while on_their_way:
        yield on_their_way.popleft(), native.next()


def _push(native: _native.Stream, picture) -> None:
    if isinstance(picture, np.ndarray):
        native.push_picture(picture, "array")
    elif isinstance(picture, bytes):
        native.push_encoded(picture, "picture")
    else:
        native.push_file(os.fsencode(picture))
