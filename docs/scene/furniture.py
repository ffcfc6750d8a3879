"""What stands on the pavement or lies about: signs, lights, clock, bench, plant, ball, kite."""

import math
import random

from canvas import curve, darker, regular

GLYPHS = {  # strokes on a grid 2 wide and 4 high, y downwards
    "S": [
        [
            (2, 0.7),
            (1.6, 0.1),
            (1, 0),
            (0.3, 0.2),
            (0, 0.9),
            (0.3, 1.6),
            (1, 2),
            (1.7, 2.4),
            (2, 3.1),
            (1.7, 3.8),
            (1, 4),
            (0.4, 3.9),
            (0, 3.3),
        ]
    ],
    "T": [[(0, 0), (2, 0)], [(1, 0), (1, 4)]],
    "O": [
        [
            (1, 0),
            (0.3, 0.3),
            (0, 1),
            (0, 3),
            (0.3, 3.7),
            (1, 4),
            (1.7, 3.7),
            (2, 3),
            (2, 1),
            (1.7, 0.3),
            (1, 0),
        ]
    ],
    "P": [[(0, 4), (0, 0), (1.2, 0), (1.8, 0.3), (2, 1), (1.8, 1.8), (1.2, 2.1), (0, 2.1)]],
}


def letters(canvas, text, x, y, width, height, stroke):
    gap = width * 1.36
    left = x - gap * (len(text) - 1) / 2 - width / 2
    for index, letter in enumerate(text):
        for points in GLYPHS[letter]:
            canvas.line(
                [
                    (left + index * gap + px * width / 2, y - height / 2 + py * height / 4)
                    for px, py in points
                ],
                stroke,
                (250, 250, 248),
            )


def stop_sign(canvas, x, y, radius, base):
    canvas.shadow(x + 10, base, 26, 5)
    canvas.rect(x - 4, y, x + 4, base, (190, 192, 196), (120, 122, 126), sideways=True)
    canvas.polygon(regular(8, x, y, radius, math.pi / 8), (250, 250, 248), (225, 225, 224))
    canvas.polygon(regular(8, x, y, radius * 0.93, math.pi / 8), (206, 26, 34), (168, 14, 24))
    letters(canvas, "STOP", x, y, radius * 0.29, radius * 0.62, radius * 0.09)


def street_clock(canvas, x, y, radius, base):
    canvas.shadow(x + 8, base, 30, 6)
    canvas.rect(x - 7, y + radius, x + 7, base, (58, 64, 62), (24, 28, 27), sideways=True)
    canvas.rect(x - 15, base - 34, x + 15, base, (54, 60, 58), (22, 26, 25), radius=3, sideways=True)
    canvas.ellipse(x, y, radius * 1.14, radius * 1.14, (66, 72, 70), (20, 24, 23))
    canvas.ellipse(x, y, radius, radius, (252, 250, 242), (226, 222, 208))
    for hour in range(12):
        angle = hour * math.pi / 6
        inner = 0.78 if hour % 3 else 0.7
        canvas.line(
            [
                (x + math.sin(angle) * radius * inner, y - math.cos(angle) * radius * inner),
                (x + math.sin(angle) * radius * 0.9, y - math.cos(angle) * radius * 0.9),
            ],
            radius * (0.05 if hour % 3 else 0.09),
            (24, 24, 26),
        )
    for angle, length, width in ((305, 0.5, 0.09), (50, 0.76, 0.06)):
        turn = math.radians(angle)
        canvas.line(
            [
                (x - math.sin(turn) * radius * 0.12, y + math.cos(turn) * radius * 0.12),
                (x + math.sin(turn) * radius * length, y - math.cos(turn) * radius * length),
            ],
            radius * width,
            (18, 18, 20),
        )
    canvas.ellipse(x, y, radius * 0.07, radius * 0.07, (18, 18, 20))


LAMPS = [  # lit and dark, from the top
    ((255, 62, 48), (88, 20, 18)),
    ((255, 196, 52), (92, 74, 20)),
    ((70, 240, 140), (16, 72, 40)),
]


def traffic_light(canvas, x, y, height, base, lit=0):
    half = height * 0.19
    canvas.rect(x - 5, y + height / 2, x + 5, base, (86, 90, 92), (46, 48, 50), sideways=True)
    canvas.rect(
        x - half, y - height / 2, x + half, y + height / 2, (44, 46, 46), (22, 23, 23), radius=half * 0.35
    )
    for index, (bright, dark) in enumerate(LAMPS):
        colour = bright if index == lit else dark
        cy = y + (index - 1) * height * 0.31
        canvas.ellipse(x, cy, half * 0.74, half * 0.74, (12, 12, 12))
        if index == lit:
            canvas.ellipse(x, cy, half * 1.3, half * 1.3, colour, blur=7, opacity=0.55)
        canvas.ellipse(
            x, cy, half * 0.62, half * 0.62, tuple(min(255, int(part * 1.15)) for part in colour), colour
        )
        canvas.polygon(
            [
                (x - half * 0.8, cy - half * 0.2),
                (x - half * 0.6, cy - half * 0.72),
                (x + half * 0.6, cy - half * 0.72),
                (x + half * 0.8, cy - half * 0.2),
                (x + half * 0.55, cy - half * 0.5),
                (x - half * 0.55, cy - half * 0.5),
            ],
            (16, 16, 17),
        )


def bench(canvas, x, y, width):
    wood, edge = (168, 110, 62), (112, 70, 38)
    canvas.shadow(x, y, width * 0.55, 7)
    for side in (-0.4, 0.4):
        bx = x + side * width
        canvas.line([(bx - 3, y), (bx - 3, y - width * 0.5)], 5, (44, 46, 50))
        canvas.line([(bx + 9, y + 3), (bx + 9, y - width * 0.2)], 5, (38, 40, 44))
        canvas.line([(bx - 3, y - width * 0.2), (bx + 12, y - width * 0.2)], 5, (44, 46, 50))
    for row in range(3):
        top = y - width * (0.5 - row * 0.09)
        canvas.rect(x - width / 2, top, x + width / 2, top + width * 0.065, wood, edge, radius=2)
    for row in range(3):
        top = y - width * 0.225 + row * width * 0.038
        canvas.rect(
            x - width / 2 - row * 2,
            top,
            x + width / 2 + row * 2,
            top + width * 0.03,
            (186, 126, 74),
            edge,
            radius=2,
        )


def potted_plant(canvas, x, y, height, seed):
    rng = random.Random(seed)
    canvas.shadow(x, y, height * 0.3, 5)
    for _ in range(34):
        angle = rng.uniform(-1.25, 1.25)
        reach = height * rng.uniform(0.4, 0.72)
        root = (x + rng.uniform(-0.08, 0.08) * height, y - height * 0.36)
        tip = (x + math.sin(angle) * reach * 0.75, root[1] - math.cos(angle) * reach)
        middle = ((root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2)
        side = (math.cos(angle) * height * 0.06, math.sin(angle) * height * 0.06)
        shade = rng.uniform(0.6, 1.1)
        canvas.polygon(
            curve(
                [
                    root,
                    (middle[0] - side[0], middle[1] - side[1]),
                    tip,
                    (middle[0] + side[0], middle[1] + side[1]),
                ],
                6,
            ),
            (int(84 * shade), int(158 * shade), int(70 * shade)),
            (int(36 * shade), int(92 * shade), int(40 * shade)),
        )
    canvas.polygon(
        [
            (x - height * 0.2, y - height * 0.36),
            (x + height * 0.2, y - height * 0.36),
            (x + height * 0.14, y),
            (x - height * 0.14, y),
        ],
        (206, 112, 72),
        (146, 70, 42),
        sideways=True,
    )
    canvas.rect(
        x - height * 0.22,
        y - height * 0.4,
        x + height * 0.22,
        y - height * 0.32,
        (218, 126, 86),
        (160, 80, 50),
        radius=2,
        sideways=True,
    )


def ball(canvas, x, y, radius):
    canvas.shadow(x + 3, y + radius, radius * 1.1, radius * 0.25)
    canvas.ellipse(x, y, radius, radius, (252, 252, 250), (176, 178, 182))
    canvas.polygon(regular(5, x, y, radius * 0.34, 0), (28, 28, 30))
    for k in range(5):
        angle = k * 1.2566
        cx, cy = x + math.sin(angle) * radius * 0.8, y - math.cos(angle) * radius * 0.8
        canvas.line(
            [(x + math.sin(angle) * radius * 0.34, y - math.cos(angle) * radius * 0.34), (cx, cy)],
            radius * 0.05,
            (40, 40, 42),
        )
        canvas.polygon(regular(5, cx, cy, radius * 0.2, angle + math.pi), (28, 28, 30))


def kite(canvas, x, y, size, colours=((236, 66, 52), (250, 196, 44), (46, 120, 210), (60, 176, 90))):
    canvas.line(
        [(x, y + size * 0.6), (x - size * 0.2, y + size * 1.5), (x + size * 0.5, y + size * 2.6)],
        1,
        (240, 240, 240),
        opacity=0.8,
    )
    top, right, foot, left = (
        (x + size * 0.1, y - size * 0.7),
        (x + size * 0.5, y - size * 0.12),
        (x - size * 0.1, y + size * 0.7),
        (x - size * 0.45, y),
    )
    middle = (x + size * 0.03, y - size * 0.05)
    for corner, colour in zip(((top, right), (right, foot), (foot, left), (left, top)), colours):
        canvas.polygon([middle, *corner], colour, darker(colour, 0.85))
    for k in range(4):
        cx, cy = x - size * (0.14 + 0.05 * math.sin(k * 2)), y + size * (0.85 + k * 0.25)
        canvas.polygon(
            [(cx, cy), (cx - size * 0.12, cy - size * 0.07), (cx - size * 0.12, cy + size * 0.07)],
            colours[0],
        )
        canvas.polygon(
            [(cx, cy), (cx + size * 0.12, cy - size * 0.07), (cx + size * 0.12, cy + size * 0.07)],
            colours[1],
        )
