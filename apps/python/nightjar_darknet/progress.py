"""A bar while something goes on, where tqdm is installed; nothing at all elsewhere."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Callable, Iterator


@contextmanager
def bar(wanted: bool, total: int | None, unit: str) -> Iterator[Callable[[int], object]]:
    """Gives what to call with how many more are done."""
    tqdm = _tqdm() if wanted else None
    if tqdm is None:
        yield lambda more: None
        return
    with tqdm(total=total, unit=f" {unit}") as shown:
        yield shown.update


def _tqdm():
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm
