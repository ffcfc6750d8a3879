"""What the nightjar program does with whole sets of pictures: measuring, training, exporting.

Options are the program's own, by their names: valid_every=50 is --valid-every 50, no_valid=True is --no-valid.
`nightjar-darknet help eval` (train, export) lists them.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any, Iterable, Union

from .progress import bar
from .program import run

_PathLike = Union[str, "os.PathLike[str]"]
_UPDATE = re.compile(r"(?:nightjar: )?update (\d+) of (\d+)")


def evaluate(pictures: _PathLike | Iterable[_PathLike], cfg: _PathLike, weights: _PathLike, **options: Any) -> dict:
    """How good a network is on labelled pictures: COCO's figures, and a table by class (docs/accuracy.md).

    pictures: a Darknet .data file, a folder, a pattern, or several of these. Raises what `errors` lists.
    """
    several = [pictures] if isinstance(pictures, (str, os.PathLike)) else list(pictures)
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures.json")
        run(["eval", *several, "--cfg", cfg, "--weights", weights, "--json", figures, *_flags(options)])
        return json.loads(figures.read_text())


def train(
    data: _PathLike,
    cfg: _PathLike,
    weights: _PathLike | None = None,
    *,
    out: _PathLike,
    progress: bool = False,
    **options: Any,
) -> list[dict]:
    """Trains a network; returns the lines of its log, one an update: loss, rate, and where measured "map".

    data: a Darknet .data file. out: the folder of weights, checkpoint, log.jsonl and chart.svg. progress: show a
    bar, where tqdm is installed. After a KeyboardInterrupt the training has saved its checkpoint, and
    train(..., resume=True) goes on with it. Raises what `errors` lists.
    """
    start = [] if weights is None else [weights]
    with bar(progress, None, "updates") as advance:
        run(["train", data, cfg, *start, "--out", out, *_flags(options)], _follower(advance))
    return [json.loads(line) for line in Path(out, "log.jsonl").read_text().splitlines()]


def export(cfg: _PathLike, weights: _PathLike, out: _PathLike, **options: Any) -> Path:
    """Writes the network as an ONNX file, `out`; decode=True has boxes and scores as its outputs."""
    run(["export", cfg, weights, "--out", out, *_flags(options)])
    return Path(out)


def _flags(options: dict[str, Any]) -> list[str]:
    flags: list[str] = []
    for key, value in options.items():
        flag = "--" + key.replace("_", "-")
        if value is True:
            flags.append(flag)
        elif value is not None and value is not False:
            flags += [flag, str(value)]
    return flags


def _follower(advance):
    """What moves a bar to the update that a line of the program tells."""
    done = 0

    def follow(line: str) -> None:
        nonlocal done
        if told := _UPDATE.match(line):
            advance(int(told[1]) - done)
            done = int(told[1])

    return follow
