"""People, dogs and birds."""

import math

from canvas import curve, darker, lighter, placed


def person(
    canvas, x, y, height, shirt, trousers, umbrella=None, skin=(224, 172, 138), hair=(58, 40, 28), stride=1
):
    """A walker; (x, y) is where the feet are. The body is eight heads high."""
    h = height / 8
    canvas.shadow(x + 4, y, 2 * h, 0.35 * h, 0.5)
    hip, knee = y - 3.9 * h, y - 2.05 * h
    for side, front in ((-1, False), (1, True)):
        foot = x + side * 0.75 * h * stride
        leg = trousers if front else darker(trousers, 0.78)
        bend = x + side * 0.42 * h * stride + 0.1 * h
        canvas.polygon(
            curve(
                [
                    (x - 0.42 * h, hip),
                    (x + 0.44 * h, hip),
                    (bend + 0.36 * h, knee),
                    (foot + 0.26 * h, y - 0.35 * h),
                    (foot - 0.2 * h, y - 0.35 * h),
                    (bend - 0.32 * h, knee),
                ],
                8,
            ),
            leg,
            darker(leg),
        )
        canvas.polygon(
            curve(
                [
                    (foot - 0.28 * h, y - 0.02 * h),
                    (foot - 0.26 * h, y - 0.42 * h),
                    (foot + 0.2 * h, y - 0.4 * h),
                    (foot + 0.7 * h, y - 0.12 * h),
                    (foot + 0.68 * h, y),
                ],
                6,
            ),
            (52, 46, 44),
            (26, 22, 22),
        )
    shoulder = y - 6.45 * h
    for side, front in ((-1, False), (1, True)):
        if not front:
            arm(
                canvas,
                x - 0.25 * h,
                shoulder + 0.2 * h,
                x - 0.95 * h,
                y - 4.4 * h,
                h,
                darker(shirt, 0.75),
                skin,
            )
    canvas.polygon(
        curve(
            [
                (x - 0.3 * h, shoulder - 0.2 * h),
                (x + 0.36 * h, shoulder - 0.18 * h),
                (x + 0.84 * h, shoulder + 0.3 * h),
                (x + 0.66 * h, shoulder + 1.6 * h),
                (x + 0.62 * h, hip + 0.15 * h),
                (x - 0.58 * h, hip + 0.15 * h),
                (x - 0.62 * h, shoulder + 1.6 * h),
                (x - 0.8 * h, shoulder + 0.3 * h),
            ],
            8,
        ),
        shirt,
        darker(shirt),
    )
    canvas.rect(
        x - 0.2 * h,
        shoulder - 0.5 * h,
        x + 0.26 * h,
        shoulder + 0.05 * h,
        darker(skin, 0.85),
        darker(skin, 0.78),
        radius=0.1 * h,
    )
    hx, hy = x + 0.06 * h, y - 7.4 * h
    canvas.ellipse(hx, hy, 0.44 * h, 0.58 * h, skin, darker(skin, 0.82))
    canvas.polygon(
        curve(
            [
                (hx - 0.48 * h, hy + 0.1 * h),
                (hx - 0.46 * h, hy - 0.44 * h),
                (hx - 0.1 * h, hy - 0.68 * h),
                (hx + 0.34 * h, hy - 0.56 * h),
                (hx + 0.42 * h, hy - 0.22 * h),
                (hx + 0.1 * h, hy - 0.28 * h),
                (hx - 0.18 * h, hy - 0.1 * h),
            ],
            8,
        ),
        hair,
        darker(hair),
    )
    canvas.ellipse(hx + 0.12 * h, hy - 0.02 * h, 0.05 * h, 0.05 * h, (40, 30, 28))
    canvas.ellipse(hx + 0.32 * h, hy - 0.02 * h, 0.04 * h, 0.05 * h, (40, 30, 28))
    canvas.line([(hx + 0.14 * h, hy + 0.3 * h), (hx + 0.3 * h, hy + 0.3 * h)], 0.05 * h, darker(skin, 0.6))
    if umbrella:
        open_umbrella(canvas, x + 0.9 * h, y - 8.3 * h, 2.3 * h, y - 4.8 * h, umbrella)
        arm(canvas, x + 0.5 * h, shoulder + 0.25 * h, x + 0.95 * h, y - 5.2 * h, h, shirt, skin)
    else:
        arm(canvas, x + 0.5 * h, shoulder + 0.25 * h, x + 0.95 * h * stride, y - 4.3 * h, h, shirt, skin)


def arm(canvas, x0, y0, x1, y1, h, sleeve, skin):
    mx, my = (x0 + x1) / 2 + (0.18 * h if x1 < x0 else -0.05 * h), (y0 + y1) / 2 + 0.1 * h
    canvas.line([(x0, y0), (mx, my), (x1, y1)], 0.42 * h, sleeve)
    canvas.line(
        [(x0, y0 + 0.06 * h), (mx, my), (x1, y1)],
        0.14 * h,
        tuple(int(part * 0.85) for part in sleeve),
        opacity=0.6,
    )
    canvas.ellipse(x1, y1 + 0.12 * h, 0.2 * h, 0.26 * h, skin, tuple(int(part * 0.85) for part in skin))


def open_umbrella(canvas, x, y, radius, grip, colour):
    dark = tuple(int(part * 0.62) for part in colour)
    canvas.line([(x, y - radius * 0.1), (x, grip)], radius * 0.045, (70, 60, 54))
    dome = [(x - radius, y + radius * 0.12)]
    dome += [
        (x - radius * math.cos(t * math.pi / 24), y - radius * 0.62 * math.sin(t * math.pi / 24))
        for t in range(1, 24)
    ]
    dome += [(x + radius, y + radius * 0.12)]
    scallop = []
    for k in range(5):
        left = x + radius * (1 - 0.4 * k)
        scallop += [
            (
                left - 0.2 * radius + 0.2 * radius * math.cos(t * math.pi / 8),
                y + radius * 0.12 - radius * 0.1 * math.sin(t * math.pi / 8),
            )
            for t in range(9)
        ]
    canvas.polygon(dome + scallop, colour, dark)
    for k in range(1, 5):
        edge = x - radius + 0.4 * k * radius
        canvas.line(
            [(x, y - radius * 0.6), (x + (edge - x) * 0.72, y - radius * 0.25), (edge, y + radius * 0.1)],
            radius * 0.016,
            dark,
        )
    canvas.polygon(
        [
            (x - radius * 0.7, y - radius * 0.2),
            (x - radius * 0.3, y - radius * 0.52),
            (x - radius * 0.1, y - radius * 0.58),
            (x - radius * 0.4, y - radius * 0.2),
        ],
        (255, 255, 255),
        opacity=0.18,
    )
    canvas.line([(x, y - radius * 0.6), (x, y - radius * 0.74)], radius * 0.04, (60, 52, 48))


def dog(canvas, x, y, length, coat=(150, 98, 54)):
    u = length / 100
    dark = tuple(int(part * 0.68) for part in coat)
    at = placed(x, y, u)
    canvas.shadow(x, y, length * 0.5, 4 * u)
    for lx, shade in ((-26, 0.6), (20, 0.6), (-33, 0.9), (27, 0.9)):
        colour = tuple(int(part * shade) for part in coat)
        canvas.polygon(
            curve(
                at(
                    [
                        (lx - 6, 34),
                        (lx + 7, 34),
                        (lx + 4, 14),
                        (lx + 3.6, 3),
                        (lx + 7, 0),
                        (lx - 3.6, 0),
                        (lx - 3, 14),
                    ]
                ),
                6,
            ),
            colour,
            tuple(int(part * 0.75) for part in colour),
        )
    canvas.polygon(
        curve(
            at(
                [
                    (-38, 50),
                    (-30, 56),
                    (0, 55),
                    (26, 58),
                    (36, 52),
                    (36, 38),
                    (26, 28),
                    (-4, 31),
                    (-24, 34),
                    (-36, 32),
                    (-41, 40),
                ]
            ),
            8,
        ),
        coat,
        dark,
    )
    canvas.polygon(
        curve(at([(-38, 50), (-48, 58), (-56, 70), (-53, 72), (-44, 62), (-34, 55)]), 6), coat, dark
    )
    canvas.polygon(
        curve(
            at(
                [
                    (22, 52),
                    (28, 66),
                    (36, 80),
                    (48, 82),
                    (54, 76),
                    (66, 70),
                    (68, 64),
                    (62, 61),
                    (52, 61),
                    (44, 54),
                    (38, 42),
                ]
            ),
            8,
        ),
        coat,
        dark,
    )
    canvas.polygon(
        curve(at([(34, 79), (30, 70), (30, 58), (37, 58), (42, 72), (42, 80)]), 6),
        dark,
        tuple(int(part * 0.5) for part in coat),
    )
    canvas.ellipse(x + 66 * u, y - 68.5 * u, 3.4 * u, 2.8 * u, (24, 20, 20))
    canvas.ellipse(x + 51 * u, y - 75 * u, 1.9 * u, 1.9 * u, (20, 16, 14))
    canvas.line(at([(65, 63.5), (56, 63)]), 0.9 * u, dark)
    canvas.line(at([(28, 60), (40, 49)]), 3 * u, (190, 32, 40))


def bird(canvas, x, y, size, back=(70, 72, 78), belly=(196, 196, 200)):
    at = placed(x, y, size)
    canvas.polygon(
        curve(
            at(
                [
                    (-0.5, 0.02),
                    (-0.2, 0.1),
                    (0.2, 0.12),
                    (0.44, 0.08),
                    (0.56, 0.02),
                    (0.42, -0.04),
                    (0.1, -0.1),
                    (-0.2, -0.06),
                ]
            ),
            6,
        ),
        back,
        belly,
    )
    canvas.polygon(
        curve(at([(-0.05, 0.08), (-0.3, 0.5), (-0.52, 0.74), (-0.3, 0.62), (0.1, 0.36), (0.24, 0.1)]), 6),
        lighter(back, -18),
        lighter(back, 40),
    )
    canvas.polygon(
        curve(at([(0.1, 0.08), (0.22, 0.5), (0.4, 0.8), (0.36, 0.5), (0.3, 0.1)]), 6),
        lighter(back, -6),
        lighter(back, 50),
    )
    canvas.polygon(at([(-0.44, 0.04), (-0.72, 0.08), (-0.7, -0.06), (-0.44, -0.02)]), lighter(back, -10))
    canvas.polygon(at([(0.54, 0.05), (0.68, 0.01), (0.54, -0.01)]), (224, 160, 50))
