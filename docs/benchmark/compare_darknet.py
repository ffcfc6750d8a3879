#!/usr/bin/env python3
"""Compares the boxes of AlexeyAB's Darknet and nightjar on the same pictures, with weights of either.

  python docs/benchmark/compare_darknet.py DARKNET cfg/cells.cfg weights/cells.weights cfg/cells.names PICTURE...

DARKNET is the program that `make` builds in a checkout of AlexeyAB's repository. Both read the same command line, find
boxes above a confidence of .05, and write them as JSON. Says how many boxes there are and how far the two differ at
most, relative to the picture; fails if one has a box that the other has not.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

THRESHOLD, NEAR = 0.05, 2e-3  # confidence; of the picture's sides, and of confidences


def boxes_of(program, args, folder):
    """Picture -> [(class, x, y, w, h, confidence)], the surest first. Both write predictions.jpg where they run, and
    Darknet more: in `folder`, which goes away."""
    out = folder / f"{program.name}.json"
    data, pictures = folder / "x.data", folder / "pictures.txt"
    data.write_text(f"names = {args.names.resolve()}\nclasses = {len(args.names.read_text().split())}\n")
    pictures.write_text("".join(f"{picture.resolve()}\n" for picture in args.picture))
    command = [program.resolve(), "detector", "test", data, args.cfg.resolve(), args.weights.resolve()]
    command += ["-thresh", THRESHOLD, "-dont_show", "-out", out]
    with open(pictures, encoding="utf-8") as names:
        subprocess.run([str(word) for word in command], stdin=names, cwd=folder, check=True, capture_output=True)
    return {Path(entry["filename"]).name: sorted(map(box_of, entry["objects"]), key=lambda box: -box[5])
            for entry in json.loads(out.read_text(encoding="utf-8"))}


def box_of(entry):
    place = entry["relative_coordinates"]
    sides = (place[key] for key in ("center_x", "center_y", "width", "height"))
    return (entry["class_id"], *sides, entry["confidence"])


def distance(one, other):
    return max(abs(a - b) for a, b in zip(one[1:], other[1:])) if one[0] == other[0] else 1


def compare(ours, theirs):
    """How many boxes, how far apart at most, and those that have no counterpart."""
    left, most, lonely = list(theirs), 0, []
    for box in ours:
        nearest = min(left, key=lambda other: distance(box, other), default=None)
        if nearest is None or distance(box, nearest) > NEAR:
            lonely.append(box)
            continue
        left.remove(nearest)
        most = max(most, distance(box, nearest))
    # One that lies at the threshold may be on either side of it.
    lonely = [box for box in lonely + left if box[5] > THRESHOLD + NEAR]
    return len(ours), most, lonely


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("darknet", type=Path)
    parser.add_argument("cfg", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("names", type=Path)
    parser.add_argument("picture", type=Path, nargs="+")
    parser.add_argument("--nightjar", type=Path, default="build/nightjar")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        ours, theirs = (boxes_of(program, args, Path(name)) for program in (args.nightjar, args.darknet))
    results = {picture: compare(boxes, theirs.get(picture, [])) for picture, boxes in ours.items()}
    boxes = sum(count for count, _, _ in results.values())
    most = max(far for _, far, _ in results.values())
    print(f"{len(results)} pictures, {boxes} boxes; places and confidences differ by {most:.1e} at most")
    lonely = {picture: boxes for picture, (_, _, boxes) in results.items() if boxes}
    for picture, alone in lonely.items():
        print(f"{picture}: only one of the two has {alone}")
    sys.exit(bool(lonely) or set(ours) != set(theirs))


if __name__ == "__main__":
    main()
