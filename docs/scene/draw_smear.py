#!/usr/bin/env python3
"""Draws docs/scene/smear.png, a blood smear as a microscope shows one, for weights/cells.weights to look at.

usage: docs/scene/draw_smear.py [OUT.png]      (needs Pillow)
"""

import math
import random
import sys
from pathlib import Path

from canvas import Canvas, curve

WIDTH, HEIGHT = 640, 480
PLASMA, PLASMA_BELOW = (196, 205, 203), (180, 192, 194)
RIM, DISC, PALE = (176, 122, 116), (193, 146, 137), (212, 196, 190)

RED_CELLS = [  # x, y, radius, how much of it is pale
    (70, 78, 43, 0.5),
    (148, 62, 41, 0.4),
    (252, 58, 42, 0.45),
    (452, 52, 44, 0.35),
    (548, 78, 42, 0.5),
    (598, 168, 43, 0.4),
    (508, 182, 41, 0.5),
    (62, 196, 44, 0.45),
    (138, 168, 41, 0.5),
    (44, 320, 42, 0.4),
    (122, 296, 43, 0.5),
    (98, 400, 44, 0.35),
    (196, 412, 42, 0.5),
    (300, 414, 43, 0.45),
    (396, 404, 42, 0.5),
    (470, 328, 43, 0.4),
    (566, 300, 42, 0.5),
    (586, 408, 44, 0.45),
    (492, 428, 41, 0.4),
]
PLATELETS = [(196, 128, 14), (408, 152, 12), (206, 324, 13), (548, 242, 13), (386, 318, 12)]


def outline(rng, x, y, radius, points=14, rough=0.05):
    """A closed line around a centre, as round as nature's."""
    around = []
    for index in range(points):
        angle, far = index * 2 * math.pi / points, radius * rng.uniform(1 - rough, 1 + rough)
        around.append((x + far * math.cos(angle), y + far * math.sin(angle)))
    return curve(around)


def red_cell(canvas, rng, x, y, radius, pale):
    """A disc, thinner in the middle."""
    edge = outline(rng, x, y, radius)
    canvas.polygon(edge, RIM, blur=1.2)
    canvas.polygon(outline(rng, x, y, radius * 0.93, rough=0.02), DISC, blur=2.5)
    canvas.ellipse(x + rng.uniform(-3, 3), y + rng.uniform(-3, 3), radius * pale, radius * pale, PALE, blur=6)


def white_cell(canvas, rng, x, y, radius):
    """A nucleus of three lobes in a grained body."""
    canvas.polygon(outline(rng, x, y, radius, 15, 0.04), (176, 132, 176), blur=1.5)
    for _ in range(420):
        far, angle = radius * 0.93 * math.sqrt(rng.random()), rng.uniform(0, 2 * math.pi)
        tone = rng.choice([(168, 92, 150), (190, 120, 176), (150, 84, 160)])
        canvas.ellipse(x + far * math.cos(angle), y + far * math.sin(angle), 2.6, 2.6, tone, opacity=0.7)
    for dx, dy, size in ((-0.4, -0.18, 0.46), (0.36, -0.3, 0.38), (0.16, 0.36, 0.44), (-0.06, 0.04, 0.3)):
        lobe = outline(rng, x + dx * radius, y + dy * radius, size * radius, 10, 0.08)
        canvas.polygon(lobe, (84, 72, 176), (66, 54, 150), blur=1.5)


def platelet(canvas, rng, x, y, radius):
    canvas.polygon(outline(rng, x, y, radius, 8, 0.18), (150, 118, 178), blur=1.5)
    canvas.ellipse(x, y, radius * 0.5, radius * 0.5, (112, 76, 164), blur=1.5)


def smear():
    rng = random.Random(7)
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.rect(0, 0, WIDTH, HEIGHT, PLASMA, PLASMA_BELOW)
    for cell in RED_CELLS:
        red_cell(canvas, rng, *cell)
    white_cell(canvas, rng, 322, 232, 86)
    for place in PLATELETS:
        platelet(canvas, rng, *place)
    return canvas.finished()


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("smear.png")
    smear().save(out, optimize=True)
