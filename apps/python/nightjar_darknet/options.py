"""Keyword arguments of detection, as the extension takes them."""

from __future__ import annotations

from typing import Iterable, Sequence

from . import _native
from .errors import UsageError

FITS = {None: 0, "letterbox": 1, "stretch": 2, "crop": 3, "square": 4}
ORDERS = {"rgb": 0, "bgr": 1}
LAYOUTS = {"hwc": False, "chw": True}
FORKS = {"alexeyab": 0, "pjreddie": 1}


def chosen(choices: dict, value: str | None, what: str):
    """The value's number; raises UsageError with what there is to choose from."""
    try:
        return choices[value]
    except (KeyError, TypeError):
        known = ", ".join(repr(choice) for choice in choices)
        raise UsageError(f"{what}={value!r} is unknown; known are {known}") from None


def class_numbers(classes: Iterable[int | str] | None, names: Sequence[str]) -> list[int]:
    """Classes by number or by name -> their numbers; raises UsageError for names that the model does not have."""
    return [_number_of(one, names) for one in classes or ()]


def _number_of(one: int | str, names: Sequence[str]) -> int:
    if not isinstance(one, str):
        return int(one)
    if one not in names:
        raise UsageError(f"classes names {one!r}, which is not among the model's {len(names)} names")
    return names.index(one)


def detect_options(
    names: Sequence[str],
    *,
    threshold: float = 0.25,
    nms: float = 0.45,
    fit: str | None = None,
    classes: Iterable[int | str] | None = None,
    agnostic_nms: bool = False,
    max_detections: int = 0,
    compat: str = "alexeyab",
) -> _native.DetectOptions:
    """See Model.detect."""
    return _native.DetectOptions(
        threshold,
        nms,
        chosen(FITS, fit, "fit"),
        chosen(FORKS, compat, "compat"),
        class_numbers(classes, names),
        agnostic_nms,
        max_detections,
    )
