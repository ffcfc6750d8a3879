#!/usr/bin/env python3
"""Draws docs/scene/street.png, the street that demo.sh looks at, from ellipses, polygons and gradients.

usage: docs/scene/draw_scene.py [OUT.png]      (needs Pillow)
"""

import sys
from pathlib import Path

from canvas import Canvas
from furniture import ball, bench, kite, potted_plant, stop_sign, street_clock, traffic_light
from living import bird, dog, person
from street import HEIGHT, WIDTH, ground, house, sky, tree
from vehicles import bus, car

HOUSES = [  # left, right, roof, wall, seed of its windows
    (-10, 150, 190, (196, 142, 112), 1),
    (150, 330, 250, (222, 206, 172), 2),
    (330, 470, 215, (168, 176, 184), 3),
    (700, 860, 240, (208, 176, 140), 5),
    (860, 1010, 180, (186, 120, 100), 6),
    (1010, 1170, 230, (214, 210, 200), 7),
]
TREES = [(505, 608, 180, 11), (650, 606, 170, 12), (580, 600, 140, 13)]

THINGS = [  # in order of distance; where each stands was chosen so that yolov3-tiny sees it
    (kite, 630, 131, 64),
    (bird, 796, 116, 64),
    (bird, 945, 157, 53),
    (bench, 214, 652, 171),
    (potted_plant, 338, 660, 115, 2),
    (street_clock, 436, 215, 80, 662),
    (bus, 841, 708, 353, (206, 48, 42), (150, 26, 26)),
    (traffic_light, 1085, 312, 191, 668),
    (stop_sign, 87, 268, 92, 668),
    (person, 551, 746, 355, (44, 96, 168), (52, 56, 72), (232, 62, 60)),
    (dog, 771, 750, 136),
    (car, 290, 850, 437, (190, 194, 200), (100, 104, 112)),
    (ball, 656, 824, 29),
]


def street():
    """The empty street."""
    canvas = Canvas(WIDTH, HEIGHT)
    sky(canvas)
    for place in HOUSES:
        house(canvas, *place)
    ground(canvas)
    for place in TREES:
        tree(canvas, *place)
    return canvas


def scene():
    canvas = street()
    for draw, *place in THINGS:
        draw(canvas, *place)
    return canvas.finished()


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("street.png")
    scene().save(out, optimize=True)
