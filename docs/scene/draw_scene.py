#!/usr/bin/env python3
"""Draws docs/scene/street.png, the street that demo.sh looks at, from ellipses, polygons and gradients.

usage: docs/scene/draw_scene.py [OUT.png]      (needs Pillow)

Coordinates are pixels of the finished picture; everything is drawn SCALE times as large and reduced at the end.
"""
import math
import random
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT, SCALE = 1152, 864, 2
HORIZON, CURB, ROAD = 520, 640, 676


class Canvas:
    """A picture with smooth shapes: each is drawn into a mask of its own, through which a gradient is painted."""

    def __init__(self, width, height):
        self.size = (width * SCALE, height * SCALE)
        self.image = Image.new("RGB", self.size)

    def paint(self, points, draw_shape, top, bottom=None, margin=0, blur=0, opacity=1, sideways=False):
        """Paints what draw_shape(draw, points) draws, with a gradient from `top` to `bottom`, or from left to right.
        `points` bound the shape, up to `margin`; draw_shape gets them moved into the mask."""
        points = [(x * SCALE, y * SCALE) for x, y in points]
        margin = math.ceil((margin + 3 * blur) * SCALE) + 1
        left = math.floor(min(x for x, _ in points)) - margin
        upper = math.floor(min(y for _, y in points)) - margin
        width = math.ceil(max(x for x, _ in points)) + margin - left
        height = math.ceil(max(y for _, y in points)) + margin - upper
        mask = Image.new("L", (width, height))
        draw_shape(ImageDraw.Draw(mask), [(x - left, y - upper) for x, y in points])
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * SCALE))
        if opacity < 1:
            mask = mask.point(lambda value: int(value * opacity))
        ramp = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90) if sideways else Image.linear_gradient("L")
        whole = [Image.new("RGB", mask.size, tuple(int(part) for part in colour)) for colour in (bottom or top, top)]
        self.image.paste(Image.composite(*whole, ramp.resize(mask.size)), (left, upper), mask)

    def polygon(self, points, top, bottom=None, **how):
        self.paint(points, lambda draw, moved: draw.polygon(moved, fill=255), top, bottom, **how)

    def ellipse(self, x, y, rx, ry, top, bottom=None, **how):
        self.paint([(x - rx, y - ry), (x + rx, y + ry)], lambda draw, moved: draw.ellipse(moved, fill=255), top, bottom, **how)

    def rect(self, x0, y0, x1, y1, top, bottom=None, radius=0, **how):
        self.paint([(x0, y0), (x1, y1)], lambda draw, moved: draw.rounded_rectangle(moved, radius * SCALE, fill=255),
                   top, bottom, **how)

    def line(self, points, width, colour, **how):
        radius = width * SCALE / 2

        def shape(draw, moved):
            draw.line(moved, fill=255, width=max(1, round(width * SCALE)), joint="curve")
            for x, y in (moved[0], moved[-1]):
                draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
        self.paint(points, shape, colour, margin=width, **how)

    def shadow(self, x, y, rx, ry, opacity=.45):
        self.ellipse(x, y, rx, ry, (20, 22, 30), blur=5, opacity=opacity)

    def finished(self):
        return self.image.resize((self.size[0] // SCALE, self.size[1] // SCALE), Image.Resampling.LANCZOS)


def curve(points, steps=16):
    """A closed smooth outline through the points (Catmull-Rom)."""
    outline = []
    for index in range(len(points)):
        p0, p1, p2, p3 = (points[(index + shift) % len(points)] for shift in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            outline.append(tuple(
                .5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t ** 3)
                for a, b, c, d in zip(p0, p1, p2, p3)))
    return outline


# ---- the street ----

def sky(canvas):
    canvas.rect(0, 0, WIDTH, HORIZON + 40, (86, 140, 205), (214, 226, 236))
    rng = random.Random(4)
    for _ in range(26):
        x, y = rng.uniform(0, WIDTH), rng.uniform(40, 240)
        for _ in range(5):
            canvas.ellipse(x + rng.uniform(-60, 60), y + rng.uniform(-8, 8), rng.uniform(30, 70), rng.uniform(6, 14),
                           (255, 255, 255), blur=9, opacity=.18)


def house(canvas, x0, x1, roof, wall, seed):
    dark = tuple(int(part * .82) for part in wall)
    canvas.rect(x0, roof, x1, CURB - 40, wall, dark)
    canvas.rect(x0 - 3, roof - 8, x1 + 3, roof + 4, dark, tuple(int(part * .6) for part in wall))
    rng = random.Random(seed)
    columns = max(2, int((x1 - x0) // 46))
    step = (x1 - x0) / columns
    for row in range(int((CURB - 110 - roof) // 62)):
        for column in range(columns):
            x, y = x0 + column * step + step * .26, roof + 22 + row * 62
            canvas.rect(x - 2, y - 2, x + step * .48 + 2, y + 38, (232, 228, 218), (200, 196, 188))
            lit = rng.random()
            canvas.rect(x, y, x + step * .48, y + 36, (70 + 40 * lit, 92 + 40 * lit, 118 + 40 * lit), (38, 48, 62))
            canvas.rect(x + step * .23, y, x + step * .25, y + 36, (225, 222, 212))
            canvas.polygon([(x, y + 20), (x + step * .2, y), (x + step * .3, y), (x, y + 34)], (255, 255, 255), opacity=.12)


def tree(canvas, x, base, height, seed):
    rng = random.Random(seed)
    canvas.polygon([(x - 7, base), (x - 4, base - height * .6), (x + 4, base - height * .6), (x + 8, base)],
                   (92, 70, 50), (60, 44, 32), sideways=True)
    for _ in range(70):
        angle, reach = rng.uniform(0, 6.28), rng.random() ** .5
        cx = x + math.cos(angle) * reach * height * .34
        cy = base - height * .72 + math.sin(angle) * reach * height * .3
        shade = .55 + .45 * (1 - (cy - (base - height)) / (height * .6)) + rng.uniform(-.1, .1)
        canvas.ellipse(cx, cy, rng.uniform(10, 20), rng.uniform(8, 15),
                       (int(86 * shade), int(132 * shade), int(62 * shade)), (int(52 * shade), int(92 * shade), int(42 * shade)),
                       opacity=.85)


def ground(canvas):
    canvas.rect(0, HORIZON + 40, WIDTH, ROAD, (176, 172, 164), (196, 190, 180))
    for x in range(-600, WIDTH + 600, 90):
        canvas.line([(WIDTH / 2 + (x - WIDTH / 2) * .86, HORIZON + 80), (x, ROAD)], 1.2, (140, 136, 130), opacity=.6)
    for y in (590, 612, 640):
        canvas.line([(0, y), (WIDTH, y)], 1.1, (140, 136, 130), opacity=.6)
    canvas.rect(0, ROAD - 8, WIDTH, ROAD + 4, (214, 210, 202), (150, 146, 140))
    canvas.rect(0, ROAD + 4, WIDTH, HEIGHT, (84, 86, 92), (62, 64, 70))
    for x in range(-40, WIDTH, 190):
        canvas.polygon([(x, 790), (x + 110, 790), (x + 118, 802), (x + 4, 802)], (226, 224, 214), opacity=.85)


# ---- what stands in it ----

def stop_sign(canvas, x, y, radius, base):
    canvas.shadow(x + 10, base, 26, 5)
    canvas.rect(x - 4, y, x + 4, base, (190, 192, 196), (120, 122, 126), sideways=True)
    octagon = lambda r: [(x + r * math.cos(math.pi / 8 + k * math.pi / 4), y + r * math.sin(math.pi / 8 + k * math.pi / 4))
                         for k in range(8)]
    canvas.polygon(octagon(radius), (250, 250, 248), (225, 225, 224))
    canvas.polygon(octagon(radius * .93), (206, 26, 34), (168, 14, 24))
    letters(canvas, "STOP", x, y, radius * .36, radius * .62, radius * .1)


GLYPHS = {  # strokes on a grid 2 wide and 4 high, y downwards
    "S": [[(2, .7), (1.6, .1), (1, 0), (.3, .2), (0, .9), (.3, 1.6), (1, 2), (1.7, 2.4), (2, 3.1), (1.7, 3.8), (1, 4), (.4, 3.9), (0, 3.3)]],
    "T": [[(0, 0), (2, 0)], [(1, 0), (1, 4)]],
    "O": [[(1, 0), (.3, .3), (0, 1), (0, 3), (.3, 3.7), (1, 4), (1.7, 3.7), (2, 3), (2, 1), (1.7, .3), (1, 0)]],
    "P": [[(0, 4), (0, 0), (1.2, 0), (1.8, .3), (2, 1), (1.8, 1.8), (1.2, 2.1), (0, 2.1)]],
}


def letters(canvas, text, x, y, width, height, stroke):
    gap = width * 1.22
    left = x - gap * (len(text) - 1) / 2 - width / 2
    for index, letter in enumerate(text):
        for points in GLYPHS[letter]:
            canvas.line([(left + index * gap + px * width / 2, y - height / 2 + py * height / 4) for px, py in points],
                        stroke, (250, 250, 248))


def street_clock(canvas, x, y, radius, base):
    canvas.shadow(x + 8, base, 30, 6)
    canvas.rect(x - 7, y + radius, x + 7, base, (58, 64, 62), (24, 28, 27), sideways=True)
    canvas.rect(x - 15, base - 34, x + 15, base, (54, 60, 58), (22, 26, 25), radius=3, sideways=True)
    canvas.ellipse(x, y, radius * 1.14, radius * 1.14, (66, 72, 70), (20, 24, 23))
    canvas.ellipse(x, y, radius, radius, (252, 250, 242), (226, 222, 208))
    for hour in range(12):
        angle = hour * math.pi / 6
        inner = .78 if hour % 3 else .7
        canvas.line([(x + math.sin(angle) * radius * inner, y - math.cos(angle) * radius * inner),
                     (x + math.sin(angle) * radius * .9, y - math.cos(angle) * radius * .9)],
                    radius * (.05 if hour % 3 else .09), (24, 24, 26))
    for angle, length, width in ((305, .5, .09), (50, .76, .06)):
        turn = math.radians(angle)
        canvas.line([(x - math.sin(turn) * radius * .12, y + math.cos(turn) * radius * .12),
                     (x + math.sin(turn) * radius * length, y - math.cos(turn) * radius * length)], radius * width, (18, 18, 20))
    canvas.ellipse(x, y, radius * .07, radius * .07, (18, 18, 20))


def traffic_light(canvas, x, y, height, base):
    half = height * .19
    canvas.rect(x - 5, y + height / 2, x + 5, base, (86, 90, 92), (46, 48, 50), sideways=True)
    canvas.rect(x - half, y - height / 2, x + half, y + height / 2, (44, 46, 46), (22, 23, 23), radius=half * .35)
    for index, (lit, colour) in enumerate([(True, (255, 62, 48)), (False, (92, 74, 20)), (False, (16, 72, 40))]):
        cy = y + (index - 1) * height * .31
        canvas.ellipse(x, cy, half * .74, half * .74, (12, 12, 12))
        if lit:
            canvas.ellipse(x, cy, half * 1.3, half * 1.3, colour, blur=7, opacity=.55)
        canvas.ellipse(x, cy, half * .62, half * .62, tuple(min(255, int(part * 1.15)) for part in colour), colour)
        canvas.polygon([(x - half * .8, cy - half * .2), (x - half * .6, cy - half * .72), (x + half * .6, cy - half * .72),
                        (x + half * .8, cy - half * .2), (x + half * .55, cy - half * .5), (x - half * .55, cy - half * .5)], (16, 16, 17))


def wheel(canvas, x, y, radius):
    canvas.ellipse(x, y, radius, radius, (34, 34, 36), (14, 14, 16))
    canvas.ellipse(x, y, radius * .66, radius * .66, (206, 208, 212), (130, 132, 138))
    canvas.ellipse(x, y, radius * .56, radius * .56, (96, 98, 104), (58, 60, 64))
    for spoke in range(5):
        angle = spoke * 2 * math.pi / 5 + .3
        canvas.line([(x, y), (x + math.cos(angle) * radius * .58, y + math.sin(angle) * radius * .58)], radius * .16, (198, 200, 205))
    canvas.ellipse(x, y, radius * .15, radius * .15, (170, 172, 178))


def car(canvas, x, y, length, paint, shade):
    """A saloon from the side; (x, y) is where its middle meets the road."""
    u = length / 100
    at = lambda points: [(x + px * u, y - py * u) for px, py in points]
    canvas.shadow(x, y + 1, length * .52, 8 * u, .65)
    body = at([(-49, 12), (-49.5, 19), (-47, 24), (-34, 26), (-24, 27), (-14, 38), (-2, 40.5), (12, 40), (24, 35), (33, 27.5),
               (45, 25), (49, 21), (49.5, 13), (47, 8), (30, 7), (0, 7), (-30, 7), (-46, 8)])
    canvas.polygon(curve(body, 10), paint, shade)
    canvas.polygon(curve(at([(-20, 27.4), (-12, 36.6), (-2, 38.6), (2, 38.6), (3, 27.6), (-8, 27.2)]), 8), (120, 146, 166), (42, 54, 66))
    canvas.polygon(curve(at([(5.5, 27.6), (5, 38.4), (13, 37.8), (22, 33.8), (29, 28.2), (18, 27.4)]), 8), (120, 146, 166), (38, 50, 62))
    canvas.polygon(at([(-13, 29), (-8, 36), (-5, 37), (-9, 29)]), (255, 255, 255), opacity=.3)
    canvas.line(at([(-47, 20.5), (-20, 22.5), (30, 22.5), (48, 19.5)]), .7 * u, tuple(min(255, part + 60) for part in paint), opacity=.7)
    canvas.line(at([(4, 27), (3.4, 10)]), .35 * u, shade)
    canvas.line(at([(-20, 26), (-17, 10)]), .3 * u, shade)
    canvas.line(at([(24, 26), (20, 10)]), .3 * u, shade)
    canvas.rect(x + 6 * u, y - 23.5 * u, x + 12 * u, y - 22.3 * u, (225, 226, 228), (160, 162, 166), radius=.6 * u)
    canvas.rect(x - 13 * u, y - 23.5 * u, x - 7 * u, y - 22.3 * u, (225, 226, 228), (160, 162, 166), radius=.6 * u)
    canvas.polygon(curve(at([(-49, 17), (-48.6, 21.5), (-44, 22.5), (-42, 19.5)]), 6), (252, 248, 226), (220, 214, 190))
    canvas.polygon(curve(at([(49, 17), (48.4, 22), (44.5, 23), (44, 19)]), 6), (220, 40, 36), (150, 18, 20))
    canvas.rect(x - 47 * u, y - 9.5 * u, x + 47 * u, y - 6.5 * u, (40, 42, 46), (22, 23, 25), radius=1.4 * u)
    for wx in (-30, 29):
        canvas.ellipse(x + wx * u, y - 9.4 * u, 10.6 * u, 10.4 * u, (20, 20, 23))
        wheel(canvas, x + wx * u, y - 8.6 * u, 8.8 * u)


def bus(canvas, x, y, length, paint, shade):
    u = length / 100
    canvas.shadow(x, y + 1, length * .52, 5 * u, .6)
    canvas.rect(x - 50 * u, y - 42 * u, x + 50 * u, y - 4 * u, paint, shade, radius=4 * u)
    canvas.rect(x - 50 * u, y - 19 * u, x + 50 * u, y - 15.5 * u, (246, 246, 242), (226, 226, 222))
    canvas.rect(x - 48 * u, y - 38 * u, x + 49.4 * u, y - 21 * u, (34, 38, 44), (24, 27, 32), radius=2 * u)
    for index in range(6):
        left = x + (-46.5 + index * 13.6) * u
        canvas.rect(left, y - 37 * u, left + 12.4 * u, y - 22 * u, (134, 160, 182), (58, 74, 90), radius=1 * u)
        canvas.polygon([(left + 2 * u, y - 23 * u), (left + 7 * u, y - 36 * u), (left + 9.4 * u, y - 36 * u), (left + 4.4 * u, y - 23 * u)],
                       (255, 255, 255), opacity=.16)
    canvas.rect(x + 36 * u, y - 37 * u, x + 42 * u, y - 6 * u, (112, 138, 158), (50, 64, 78), radius=1 * u)
    canvas.rect(x + 38.8 * u, y - 37 * u, x + 39.2 * u, y - 6 * u, (26, 28, 32))
    canvas.rect(x + 43.4 * u, y - 37 * u, x + 49.6 * u, y - 20 * u, (146, 172, 194), (66, 84, 100), radius=1.4 * u)
    canvas.rect(x + 20 * u, y - 41.2 * u, x + 48 * u, y - 38.6 * u, (18, 18, 18))
    for k in range(9):
        canvas.rect(x + (24 + k * 2.3) * u, y - 40.6 * u, x + (25.3 + k * 2.3) * u, y - 39.2 * u, (255, 176, 48))
    canvas.rect(x + 46 * u, y - 12 * u, x + 50 * u, y - 8.6 * u, (255, 250, 228), (226, 216, 180), radius=1 * u)
    canvas.rect(x - 50 * u, y - 14 * u, x - 48.4 * u, y - 8 * u, (214, 36, 34), (140, 18, 20))
    for wx in (-31, 26):
        canvas.ellipse(x + wx * u, y - 6.4 * u, 7.2 * u, 7.4 * u, (22, 22, 24))
        wheel(canvas, x + wx * u, y - 5.6 * u, 5.8 * u)


def person(canvas, x, y, height, shirt, trousers, umbrella=None, skin=(224, 172, 138), hair=(58, 40, 28), stride=1):
    """A walker; (x, y) is where the feet are. The body is eight heads high."""
    h = height / 8
    dark = lambda colour, by=.7: tuple(int(part * by) for part in colour)
    canvas.shadow(x + 4, y, 2 * h, .35 * h, .5)
    hip, knee = y - 3.9 * h, y - 2.05 * h
    for side, front in ((-1, False), (1, True)):
        foot = x + side * .75 * h * stride
        leg = trousers if front else dark(trousers, .78)
        bend = x + side * .42 * h * stride + .1 * h
        canvas.polygon(curve([(x - .42 * h, hip), (x + .44 * h, hip), (bend + .36 * h, knee), (foot + .26 * h, y - .35 * h),
                              (foot - .2 * h, y - .35 * h), (bend - .32 * h, knee)], 8), leg, dark(leg))
        canvas.polygon(curve([(foot - .28 * h, y - .02 * h), (foot - .26 * h, y - .42 * h), (foot + .2 * h, y - .4 * h),
                              (foot + .7 * h, y - .12 * h), (foot + .68 * h, y)], 6), (52, 46, 44), (26, 22, 22))
    shoulder = y - 6.45 * h
    for side, front in ((-1, False), (1, True)):
        if not front:
            arm(canvas, x - .25 * h, shoulder + .2 * h, x - .95 * h, y - 4.4 * h, h, dark(shirt, .75), skin)
    canvas.polygon(curve([(x - .3 * h, shoulder - .2 * h), (x + .36 * h, shoulder - .18 * h), (x + .84 * h, shoulder + .3 * h),
                          (x + .66 * h, shoulder + 1.6 * h), (x + .62 * h, hip + .15 * h), (x - .58 * h, hip + .15 * h),
                          (x - .62 * h, shoulder + 1.6 * h), (x - .8 * h, shoulder + .3 * h)], 8), shirt, dark(shirt))
    canvas.rect(x - .2 * h, shoulder - .5 * h, x + .26 * h, shoulder + .05 * h, dark(skin, .85), dark(skin, .78), radius=.1 * h)
    hx, hy = x + .06 * h, y - 7.4 * h
    canvas.ellipse(hx, hy, .44 * h, .58 * h, skin, dark(skin, .82))
    canvas.polygon(curve([(hx - .48 * h, hy + .1 * h), (hx - .46 * h, hy - .44 * h), (hx - .1 * h, hy - .68 * h), (hx + .34 * h, hy - .56 * h),
                          (hx + .42 * h, hy - .22 * h), (hx + .1 * h, hy - .28 * h), (hx - .18 * h, hy - .1 * h)], 8), hair, dark(hair))
    canvas.ellipse(hx + .12 * h, hy - .02 * h, .05 * h, .05 * h, (40, 30, 28))
    canvas.ellipse(hx + .32 * h, hy - .02 * h, .04 * h, .05 * h, (40, 30, 28))
    canvas.line([(hx + .14 * h, hy + .3 * h), (hx + .3 * h, hy + .3 * h)], .05 * h, dark(skin, .6))
    if umbrella:
        open_umbrella(canvas, x + .9 * h, y - 8.3 * h, 2.3 * h, y - 4.8 * h, umbrella)
        arm(canvas, x + .5 * h, shoulder + .25 * h, x + .95 * h, y - 5.2 * h, h, shirt, skin)
    else:
        arm(canvas, x + .5 * h, shoulder + .25 * h, x + .95 * h * stride, y - 4.3 * h, h, shirt, skin)


def arm(canvas, x0, y0, x1, y1, h, sleeve, skin):
    mx, my = (x0 + x1) / 2 + (.18 * h if x1 < x0 else -.05 * h), (y0 + y1) / 2 + .1 * h
    canvas.line([(x0, y0), (mx, my), (x1, y1)], .42 * h, sleeve)
    canvas.line([(x0, y0 + .06 * h), (mx, my), (x1, y1)], .14 * h, tuple(int(part * .85) for part in sleeve), opacity=.6)
    canvas.ellipse(x1, y1 + .12 * h, .2 * h, .26 * h, skin, tuple(int(part * .85) for part in skin))


def open_umbrella(canvas, x, y, radius, grip, colour):
    dark = tuple(int(part * .62) for part in colour)
    canvas.line([(x, y - radius * .1), (x, grip)], radius * .045, (70, 60, 54))
    dome = [(x - radius, y + radius * .12)]
    dome += [(x - radius * math.cos(t * math.pi / 24), y - radius * .62 * math.sin(t * math.pi / 24)) for t in range(1, 24)]
    dome += [(x + radius, y + radius * .12)]
    scallop = []
    for k in range(5):
        left = x + radius * (1 - .4 * k)
        scallop += [(left - .2 * radius + .2 * radius * math.cos(t * math.pi / 8), y + radius * .12 - radius * .1 * math.sin(t * math.pi / 8))
                    for t in range(9)]
    canvas.polygon(dome + scallop, colour, dark)
    for k in range(1, 5):
        edge = x - radius + .4 * k * radius
        canvas.line([(x, y - radius * .6), (x + (edge - x) * .72, y - radius * .25), (edge, y + radius * .1)], radius * .016, dark)
    canvas.polygon([(x - radius * .7, y - radius * .2), (x - radius * .3, y - radius * .52), (x - radius * .1, y - radius * .58),
                    (x - radius * .4, y - radius * .2)], (255, 255, 255), opacity=.18)
    canvas.line([(x, y - radius * .6), (x, y - radius * .74)], radius * .04, (60, 52, 48))


def bench(canvas, x, y, width):
    wood, edge = (168, 110, 62), (112, 70, 38)
    canvas.shadow(x, y, width * .55, 7)
    for side in (-.4, .4):
        bx = x + side * width
        canvas.line([(bx - 3, y), (bx - 3, y - width * .5)], 5, (44, 46, 50))
        canvas.line([(bx + 9, y + 3), (bx + 9, y - width * .2)], 5, (38, 40, 44))
        canvas.line([(bx - 3, y - width * .2), (bx + 12, y - width * .2)], 5, (44, 46, 50))
    for row in range(3):
        top = y - width * (.5 - row * .09)
        canvas.rect(x - width / 2, top, x + width / 2, top + width * .065, wood, edge, radius=2)
    for row in range(3):
        top = y - width * .225 + row * width * .038
        canvas.rect(x - width / 2 - row * 2, top, x + width / 2 + row * 2, top + width * .03, (186, 126, 74), edge, radius=2)


def potted_plant(canvas, x, y, height, seed):
    rng = random.Random(seed)
    canvas.shadow(x, y, height * .3, 5)
    for _ in range(34):
        angle = rng.uniform(-1.25, 1.25)
        reach = height * rng.uniform(.4, .72)
        root = (x + rng.uniform(-.08, .08) * height, y - height * .36)
        tip = (x + math.sin(angle) * reach * .75, root[1] - math.cos(angle) * reach)
        middle = ((root[0] + tip[0]) / 2, (root[1] + tip[1]) / 2)
        side = (math.cos(angle) * height * .06, math.sin(angle) * height * .06)
        shade = rng.uniform(.6, 1.1)
        canvas.polygon(curve([root, (middle[0] - side[0], middle[1] - side[1]), tip, (middle[0] + side[0], middle[1] + side[1])], 6),
                       (int(84 * shade), int(158 * shade), int(70 * shade)), (int(36 * shade), int(92 * shade), int(40 * shade)))
    canvas.polygon([(x - height * .2, y - height * .36), (x + height * .2, y - height * .36), (x + height * .14, y), (x - height * .14, y)],
                   (206, 112, 72), (146, 70, 42), sideways=True)
    canvas.rect(x - height * .22, y - height * .4, x + height * .22, y - height * .32, (218, 126, 86), (160, 80, 50), radius=2, sideways=True)


def dog(canvas, x, y, length, coat=(150, 98, 54)):
    u = length / 100
    dark = tuple(int(part * .68) for part in coat)
    at = lambda points: [(x + px * u, y - py * u) for px, py in points]
    canvas.shadow(x, y, length * .5, 4 * u)
    for lx, shade in ((-26, .6), (20, .6), (-33, .9), (27, .9)):
        colour = tuple(int(part * shade) for part in coat)
        canvas.polygon(curve(at([(lx - 6, 34), (lx + 7, 34), (lx + 4, 14), (lx + 3.6, 3), (lx + 7, 0), (lx - 3.6, 0), (lx - 3, 14)]), 6),
                       colour, tuple(int(part * .75) for part in colour))
    canvas.polygon(curve(at([(-38, 50), (-30, 56), (0, 55), (26, 58), (36, 52), (36, 38), (26, 28), (-4, 31), (-24, 34), (-36, 32), (-41, 40)]), 8),
                   coat, dark)
    canvas.polygon(curve(at([(-38, 50), (-48, 58), (-56, 70), (-53, 72), (-44, 62), (-34, 55)]), 6), coat, dark)
    canvas.polygon(curve(at([(22, 52), (28, 66), (36, 80), (48, 82), (54, 76), (66, 70), (68, 64), (62, 61), (52, 61), (44, 54), (38, 42)]), 8),
                   coat, dark)
    canvas.polygon(curve(at([(34, 79), (30, 70), (30, 58), (37, 58), (42, 72), (42, 80)]), 6), dark, tuple(int(part * .5) for part in coat))
    canvas.ellipse(x + 66 * u, y - 68.5 * u, 3.4 * u, 2.8 * u, (24, 20, 20))
    canvas.ellipse(x + 51 * u, y - 75 * u, 1.9 * u, 1.9 * u, (20, 16, 14))
    canvas.line(at([(65, 63.5), (56, 63)]), .9 * u, dark)
    canvas.line(at([(28, 60), (40, 49)]), 3 * u, (190, 32, 40))


def kite(canvas, x, y, size):
    canvas.line([(x, y + size * .6), (x - size * .2, y + size * 1.5), (x + size * .5, y + size * 2.6)], 1, (240, 240, 240), opacity=.8)
    top, right, foot, left = (x + size * .1, y - size * .7), (x + size * .5, y - size * .12), (x - size * .1, y + size * .7), (x - size * .45, y)
    middle = (x + size * .03, y - size * .05)
    for corner, colour in (((top, right), (236, 66, 52)), ((right, foot), (250, 196, 44)), ((foot, left), (46, 120, 210)), ((left, top), (60, 176, 90))):
        canvas.polygon([middle, *corner], colour, tuple(int(part * .85) for part in colour))
    for k in range(4):
        cx, cy = x - size * (.14 + .05 * math.sin(k * 2)), y + size * (.85 + k * .25)
        canvas.polygon([(cx, cy), (cx - size * .12, cy - size * .07), (cx - size * .12, cy + size * .07)], (236, 66, 52))
        canvas.polygon([(cx, cy), (cx + size * .12, cy - size * .07), (cx + size * .12, cy + size * .07)], (250, 196, 44))


def bird(canvas, x, y, size):
    at = lambda points: [(x + px * size, y - py * size) for px, py in points]
    canvas.polygon(curve(at([(-.5, .02), (-.2, .1), (.2, .12), (.44, .08), (.56, .02), (.42, -.04), (.1, -.1), (-.2, -.06)]), 6), (70, 72, 78), (196, 196, 200))
    canvas.polygon(curve(at([(-.05, .08), (-.3, .5), (-.52, .74), (-.3, .62), (.1, .36), (.24, .1)]), 6), (52, 54, 60), (110, 112, 118))
    canvas.polygon(curve(at([(.1, .08), (.22, .5), (.4, .8), (.36, .5), (.3, .1)]), 6), (64, 66, 72), (120, 122, 128))
    canvas.polygon(at([(-.44, .04), (-.72, .08), (-.7, -.06), (-.44, -.02)]), (60, 62, 68))
    canvas.polygon(at([(.54, .05), (.68, .01), (.54, -.01)]), (224, 160, 50))


def ball(canvas, x, y, radius):
    canvas.shadow(x + 3, y + radius, radius * 1.1, radius * .25)
    canvas.ellipse(x, y, radius, radius, (252, 252, 250), (176, 178, 182))
    pentagon = lambda cx, cy, r, turn: [(cx + r * math.sin(turn + k * 1.2566), cy - r * math.cos(turn + k * 1.2566)) for k in range(5)]
    canvas.polygon(pentagon(x, y, radius * .34, 0), (28, 28, 30))
    for k in range(5):
        angle = k * 1.2566
        cx, cy = x + math.sin(angle) * radius * .8, y - math.cos(angle) * radius * .8
        canvas.line([(x + math.sin(angle) * radius * .34, y - math.cos(angle) * radius * .34), (cx, cy)], radius * .05, (40, 40, 42))
        canvas.polygon(pentagon(cx, cy, radius * .2, angle + math.pi), (28, 28, 30))


HOUSES = [  # left, right, roof, wall, seed of its windows
    (-10, 150, 190, (196, 142, 112), 1), (150, 330, 250, (222, 206, 172), 2), (330, 470, 215, (168, 176, 184), 3),
    (700, 860, 240, (208, 176, 140), 5), (860, 1010, 180, (186, 120, 100), 6), (1010, 1170, 230, (214, 210, 200), 7),
]
TREES = [(505, 608, 180, 11), (650, 606, 170, 12), (580, 600, 140, 13)]

THINGS = [  # in order of distance; where each stands was chosen so that yolov3-tiny sees it
    (kite, 643, 122, 64),
    (bird, 790, 121, 64),
    (bird, 921, 133, 51),
    (bench, 222, 656, 165),
    (potted_plant, 345, 660, 120, 3),
    (street_clock, 430, 211, 80, 662),
    (bus, 841, 708, 353, (206, 48, 42), (150, 26, 26)),
    (traffic_light, 1089, 302, 180, 700),
    (stop_sign, 110, 288, 91, 700),
    (person, 565, 730, 320, (44, 96, 168), (52, 56, 72), (232, 62, 60)),
    (dog, 752, 761, 123),
    (car, 281, 838, 409, (190, 194, 200), (100, 104, 112)),
    (ball, 645, 822, 31),
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
