#!/usr/bin/env python3
"""Writes the .cfg files beside this script, and the table in README.md, from cfg/architectures.

usage: cfg/generate.py [--check]

--check writes nothing and fails if a file would change.
"""

import sys
from pathlib import Path

from architectures import csp, darknet, elan, mobile, resnet, small
from architectures.network import gflop, parameters

HERE = Path(__file__).resolve().parent
TABLE_BEGIN, TABLE_END = "<!-- table: generate.py -->", "<!-- end of table -->"


def networks():
    return [net for family in (darknet, csp, elan, mobile, resnet, small) for net in family.networks()]


def table(nets):
    rows = [
        "| cfg | what | input | layers | parameters | GFLOP |",
        "| --- | --- | --- | ---: | ---: | ---: |",
    ]
    for net in nets:
        layers = net.measured()
        size = f"{net.net['width']} x {net.net['height']}"
        rows.append(
            f"| [{net.name}]({net.name}.cfg) | {net.title} | {size} | {len(layers)} | "
            f"{parameters(layers):,} | {gflop(layers):.3f} |"
        )
    return "\n".join(rows)


def files():
    """Every generated file: path -> text."""
    nets = networks()
    readme = (HERE / "README.md").read_text(encoding="utf-8")
    before, rest = readme.split(TABLE_BEGIN)
    after = rest.split(TABLE_END)[1]
    made = {HERE / f"{net.name}.cfg": net.text() for net in nets}
    made[HERE / "README.md"] = f"{before}{TABLE_BEGIN}\n{table(nets)}\n{TABLE_END}{after}"
    return made


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    stale = [
        path
        for path, text in files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if arguments:
        for path in stale:
            print(f"{path}: differs from what cfg/generate.py writes; run it", file=sys.stderr)
        return 1 if stale else 0
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
