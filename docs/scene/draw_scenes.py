#!/usr/bin/env python3
"""Draws streets with people, cars, kites and more in them, each another one, and labels what they show.

usage: docs/scene/draw_scenes.py OUT [--count N] [--seed S] [--size 320x256]      (needs Pillow)

Writes the folder OUT: pictures, labels beside them, and the scenes.data that `nightjar train` learns
from. Of six pictures five are to learn from and one is to measure on. The same seed draws the same pictures,
to the byte where Pillow is the same; what a picture shows does not depend on how many there are.
"""

import argparse
import multiprocessing
import os
import random
from functools import partial
from pathlib import Path

from random_scene import NAMES, scene

QUALITY = 90
HELD_OUT = 6  # one picture of so many is not learned from


def draw_one(folder, seed, size, number):
    """Every class has its turn, so that none is rare."""
    rng = random.Random(f"{seed} {number}")
    picture, labels = scene(rng, *size, NAMES[number % len(NAMES)])
    picture.save(folder / f"{number:05}.jpg", quality=QUALITY)
    (folder / f"{number:05}.txt").write_text("".join(map(line, labels)), encoding="utf-8")


def line(label):
    class_id, left, top, right, bottom = label
    place = ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top)
    return " ".join([str(class_id), *(f"{part:.6f}" for part in place)]) + "\n"


def write_lists(out, count):
    """Paths are from where the lists are, so that the folder may be moved."""
    held_out = [number for number in range(count) if number % HELD_OUT == 1]
    learned = [number for number in range(count) if number % HELD_OUT != 1]
    for name, numbers in (("train", learned), ("valid", held_out)):
        (out / f"{name}.txt").write_text("".join(f"pictures/{n:05}.jpg\n" for n in numbers), encoding="utf-8")
    (out / "scenes.names").write_text("".join(f"{name}\n" for name in NAMES), encoding="utf-8")
    (out / "scenes.data").write_text(
        f"classes = {len(NAMES)}\nnames = scenes.names\ntrain = train.txt\nvalid = valid.txt\n",
        encoding="utf-8",
    )


def size_of(text):
    """WIDTHxHEIGHT."""
    width, height = map(int, text.split("x"))
    if not 64 <= min(width, height) <= max(width, height) <= 4096:
        raise ValueError
    return width, height


def count_of(text):
    """One picture to learn from and one to measure on, at least."""
    if not 2 <= int(text) <= 99999:
        raise ValueError
    return int(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, help="folder that is written")
    parser.add_argument("--count", type=count_of, default=720, help="pictures, from 2 to 99999; default 720")
    parser.add_argument("--seed", type=int, default=1, help="another one, other pictures; default 1")
    parser.add_argument("--size", type=size_of, default="320x256", help="of a picture; default 320x256")
    request = parser.parse_args()
    folder = request.out / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with multiprocessing.Pool(len(os.sched_getaffinity(0))) as pool:
        pool.map(partial(draw_one, folder, request.seed, request.size), range(request.count), chunksize=8)
    write_lists(request.out, request.count)


if __name__ == "__main__":
    main()
