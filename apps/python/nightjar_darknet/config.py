"""What a model is loaded from, as a value: can be compared, kept, pickled, sent to another process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Sequence, Union

from . import _native
from .errors import UsageError

PathOrBytes = Union[str, "os.PathLike[str]", bytes]

_PRECISIONS = {"fp32": 0, "tf32": 1, "fp16": 2}


@dataclass(frozen=True)
class ModelConfig:
    """The arguments of `Model`, which explains them."""

    cfg: PathOrBytes
    weights: PathOrBytes | None
    names: PathOrBytes | Sequence[str] | None = None
    device: str = "auto"
    threads: int = 0
    width: int = 0
    height: int = 0
    precision: str = "fp32"
    isa: str = ""
    strict: bool = False
    tune: bool = False
    fuse: bool = True
    synthesise: int | None = field(default=None)

    def load(self) -> _native.Model:
        """The network itself. Raises what `errors` lists."""
        return _native.Model(
            source(self.cfg, "cfg"), source(self.weights, "weights"), names_source(self.names), self._settings()
        )

    def _settings(self) -> _native.ModelSettings:
        settings = _native.ModelSettings()
        for key in ("device", "threads", "width", "height", "isa", "strict", "tune", "fuse"):
            setattr(settings, key, getattr(self, key))
        if self.precision not in _PRECISIONS:
            raise UsageError(f"precision={self.precision!r} is unknown; known are {', '.join(_PRECISIONS)}")
        settings.precision = _PRECISIONS[self.precision]
        settings.synthesise = self.synthesise is not None
        settings.seed = self.synthesise or 0
        return settings


def source(given: PathOrBytes | None, called: str) -> bytes | tuple[str, bytes] | None:
    """A file or bytes as the extension takes them; `called`: the bytes' name in messages."""
    if given is None:
        return None
    if isinstance(given, (bytes, bytearray, memoryview)):
        return called, bytes(given)
    return os.fsencode(given)


def names_source(names: PathOrBytes | Sequence[str] | None) -> bytes | tuple[str, bytes] | None:
    """The same for class names, which may also be a sequence of them."""
    if names is None or isinstance(names, (str, bytes, os.PathLike)):
        return source(names, "names")
    return "names", "\n".join(names).encode()
