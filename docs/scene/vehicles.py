"""A car and a bus, seen from the side; (x, y) is where the middle meets the road."""

import math

from canvas import curve, placed


def wheel(canvas, x, y, radius):
    canvas.ellipse(x, y, radius, radius, (34, 34, 36), (14, 14, 16))
    canvas.ellipse(x, y, radius * 0.66, radius * 0.66, (206, 208, 212), (130, 132, 138))
    canvas.ellipse(x, y, radius * 0.56, radius * 0.56, (96, 98, 104), (58, 60, 64))
    for spoke in range(5):
        angle = spoke * 2 * math.pi / 5 + 0.3
        canvas.line(
            [(x, y), (x + math.cos(angle) * radius * 0.58, y + math.sin(angle) * radius * 0.58)],
            radius * 0.16,
            (198, 200, 205),
        )
    canvas.ellipse(x, y, radius * 0.15, radius * 0.15, (170, 172, 178))


def car(canvas, x, y, length, paint, shade):
    """A saloon."""
    u = length / 100
    at = placed(x, y, u)
    canvas.shadow(x, y + 1, length * 0.52, 8 * u, 0.65)
    body = at(
        [
            (-49, 12),
            (-49.5, 19),
            (-47, 24),
            (-34, 26),
            (-24, 27),
            (-14, 38),
            (-2, 40.5),
            (12, 40),
            (24, 35),
            (33, 27.5),
            (45, 25),
            (49, 21),
            (49.5, 13),
            (47, 8),
            (30, 7),
            (0, 7),
            (-30, 7),
            (-46, 8),
        ]
    )
    canvas.polygon(curve(body, 10), paint, shade)
    canvas.polygon(
        curve(at([(-20, 27.4), (-12, 36.6), (-2, 38.6), (2, 38.6), (3, 27.6), (-8, 27.2)]), 8),
        (120, 146, 166),
        (42, 54, 66),
    )
    canvas.polygon(
        curve(at([(5.5, 27.6), (5, 38.4), (13, 37.8), (22, 33.8), (29, 28.2), (18, 27.4)]), 8),
        (120, 146, 166),
        (38, 50, 62),
    )
    canvas.polygon(at([(-13, 29), (-8, 36), (-5, 37), (-9, 29)]), (255, 255, 255), opacity=0.3)
    canvas.line(
        at([(-47, 20.5), (-20, 22.5), (30, 22.5), (48, 19.5)]),
        0.7 * u,
        tuple(min(255, part + 60) for part in paint),
        opacity=0.7,
    )
    canvas.line(at([(4, 27), (3.4, 10)]), 0.35 * u, shade)
    canvas.line(at([(-20, 26), (-17, 10)]), 0.3 * u, shade)
    canvas.line(at([(24, 26), (20, 10)]), 0.3 * u, shade)
    canvas.rect(
        x + 6 * u, y - 23.5 * u, x + 12 * u, y - 22.3 * u, (225, 226, 228), (160, 162, 166), radius=0.6 * u
    )
    canvas.rect(
        x - 13 * u, y - 23.5 * u, x - 7 * u, y - 22.3 * u, (225, 226, 228), (160, 162, 166), radius=0.6 * u
    )
    canvas.polygon(
        curve(at([(-49, 17), (-48.6, 21.5), (-44, 22.5), (-42, 19.5)]), 6), (252, 248, 226), (220, 214, 190)
    )
    canvas.polygon(curve(at([(49, 17), (48.4, 22), (44.5, 23), (44, 19)]), 6), (220, 40, 36), (150, 18, 20))
    canvas.rect(x - 47 * u, y - 9.5 * u, x + 47 * u, y - 6.5 * u, (40, 42, 46), (22, 23, 25), radius=1.4 * u)
    for wx in (-30, 29):
        canvas.ellipse(x + wx * u, y - 9.4 * u, 10.6 * u, 10.4 * u, (20, 20, 23))
        wheel(canvas, x + wx * u, y - 8.6 * u, 8.8 * u)


def bus(canvas, x, y, length, paint, shade):
    u = length / 100
    canvas.shadow(x, y + 1, length * 0.52, 5 * u, 0.6)
    canvas.rect(x - 50 * u, y - 42 * u, x + 50 * u, y - 4 * u, paint, shade, radius=4 * u)
    canvas.rect(x - 50 * u, y - 19 * u, x + 50 * u, y - 15.5 * u, (246, 246, 242), (226, 226, 222))
    canvas.rect(x - 48 * u, y - 38 * u, x + 49.4 * u, y - 21 * u, (34, 38, 44), (24, 27, 32), radius=2 * u)
    for index in range(6):
        left = x + (-46.5 + index * 13.6) * u
        canvas.rect(
            left, y - 37 * u, left + 12.4 * u, y - 22 * u, (134, 160, 182), (58, 74, 90), radius=1 * u
        )
        canvas.polygon(
            [
                (left + 2 * u, y - 23 * u),
                (left + 7 * u, y - 36 * u),
                (left + 9.4 * u, y - 36 * u),
                (left + 4.4 * u, y - 23 * u),
            ],
            (255, 255, 255),
            opacity=0.16,
        )
    canvas.rect(x + 36 * u, y - 37 * u, x + 42 * u, y - 6 * u, (112, 138, 158), (50, 64, 78), radius=1 * u)
    canvas.rect(x + 38.8 * u, y - 37 * u, x + 39.2 * u, y - 6 * u, (26, 28, 32))
    canvas.rect(
        x + 43.4 * u, y - 37 * u, x + 49.6 * u, y - 20 * u, (146, 172, 194), (66, 84, 100), radius=1.4 * u
    )
    canvas.rect(x + 20 * u, y - 41.2 * u, x + 48 * u, y - 38.6 * u, (18, 18, 18))
    for k in range(9):
        canvas.rect(
            x + (24 + k * 2.3) * u, y - 40.6 * u, x + (25.3 + k * 2.3) * u, y - 39.2 * u, (255, 176, 48)
        )
    canvas.rect(
        x + 46 * u, y - 12 * u, x + 50 * u, y - 8.6 * u, (255, 250, 228), (226, 216, 180), radius=1 * u
    )
    canvas.rect(x - 50 * u, y - 14 * u, x - 48.4 * u, y - 8 * u, (214, 36, 34), (140, 18, 20))
    for wx in (-31, 26):
        canvas.ellipse(x + wx * u, y - 6.4 * u, 7.2 * u, 7.4 * u, (22, 22, 24))
        wheel(canvas, x + wx * u, y - 5.6 * u, 5.8 * u)
