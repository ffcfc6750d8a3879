"""The street itself: sky, houses, trees, pavement and road."""

import math
import random

WIDTH, HEIGHT = 1152, 864
HORIZON, CURB, ROAD = 520, 640, 676


def sky(canvas, top=(86, 140, 205), bottom=(214, 226, 236), clouds=26, seed=4, width=WIDTH):
    canvas.rect(0, 0, width, HORIZON + 40, top, bottom)
    rng = random.Random(seed)
    for _ in range(clouds):
        x, y = rng.uniform(0, width), rng.uniform(40, 240)
        for _ in range(5):
            canvas.ellipse(
                x + rng.uniform(-60, 60),
                y + rng.uniform(-8, 8),
                rng.uniform(30, 70),
                rng.uniform(6, 14),
                (255, 255, 255),
                blur=9,
                opacity=0.18,
            )


def house(canvas, x0, x1, roof, wall, seed):
    dark = tuple(int(part * 0.82) for part in wall)
    canvas.rect(x0, roof, x1, CURB - 40, wall, dark)
    canvas.rect(x0 - 3, roof - 8, x1 + 3, roof + 4, dark, tuple(int(part * 0.6) for part in wall))
    rng = random.Random(seed)
    columns = max(2, int((x1 - x0) // 46))
    step = (x1 - x0) / columns
    for row in range(int((CURB - 110 - roof) // 62)):
        for column in range(columns):
            x, y = x0 + column * step + step * 0.26, roof + 22 + row * 62
            canvas.rect(x - 2, y - 2, x + step * 0.48 + 2, y + 38, (232, 228, 218), (200, 196, 188))
            lit = rng.random()
            canvas.rect(
                x, y, x + step * 0.48, y + 36, (70 + 40 * lit, 92 + 40 * lit, 118 + 40 * lit), (38, 48, 62)
            )
            canvas.rect(x + step * 0.23, y, x + step * 0.25, y + 36, (225, 222, 212))
            canvas.polygon(
                [(x, y + 20), (x + step * 0.2, y), (x + step * 0.3, y), (x, y + 34)],
                (255, 255, 255),
                opacity=0.12,
            )


def tree(canvas, x, base, height, seed):
    rng = random.Random(seed)
    canvas.polygon(
        [(x - 7, base), (x - 4, base - height * 0.6), (x + 4, base - height * 0.6), (x + 8, base)],
        (92, 70, 50),
        (60, 44, 32),
        sideways=True,
    )
    for _ in range(70):
        angle, reach = rng.uniform(0, 6.28), rng.random() ** 0.5
        cx = x + math.cos(angle) * reach * height * 0.34
        cy = base - height * 0.72 + math.sin(angle) * reach * height * 0.3
        shade = 0.55 + 0.45 * (1 - (cy - (base - height)) / (height * 0.6)) + rng.uniform(-0.1, 0.1)
        canvas.ellipse(
            cx,
            cy,
            rng.uniform(10, 20),
            rng.uniform(8, 15),
            (int(86 * shade), int(132 * shade), int(62 * shade)),
            (int(52 * shade), int(92 * shade), int(42 * shade)),
            opacity=0.85,
        )


def ground(canvas, pavement=(176, 172, 164), asphalt=(84, 86, 92), width=WIDTH):
    red, green, blue = pavement
    canvas.rect(0, HORIZON + 40, width, ROAD, pavement, (red + 20, green + 18, blue + 16))
    joint = (red - 36, green - 36, blue - 34)
    for x in range(-600, round(width) + 600, 90):
        canvas.line([(width / 2 + (x - width / 2) * 0.86, HORIZON + 80), (x, ROAD)], 1.2, joint, opacity=0.6)
    for y in (590, 612, 640):
        canvas.line([(0, y), (width, y)], 1.1, joint, opacity=0.6)
    canvas.rect(0, ROAD - 8, width, ROAD + 4, (214, 210, 202), (150, 146, 140))
    canvas.rect(0, ROAD + 4, width, HEIGHT, asphalt, tuple(part - 22 for part in asphalt))
    for x in range(-40, round(width), 190):
        canvas.polygon(
            [(x, 790), (x + 110, 790), (x + 118, 802), (x + 4, 802)], (226, 224, 214), opacity=0.85
        )
