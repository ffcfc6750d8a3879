"""A canvas for shaded shapes: ellipses, polygons, rectangles and lines, each filled with a gradient.

Coordinates are pixels of the finished picture, where a canvas does not say otherwise; everything is drawn
SCALE times as large and reduced last.
"""

import math
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

SCALE = 2


class Canvas:
    """A picture of smooth shapes: each is drawn into a mask, through which a gradient is painted. The point
    `origin` is in its corner, and what is 1 long takes `zoom` pixels."""

    def __init__(self, width, height, zoom=1, origin=(0, 0)):
        self.size = (width * SCALE, height * SCALE)
        self.image = Image.new("RGB", self.size)
        self.scale = zoom * SCALE
        self.origin = origin

    def paint(self, points, draw_shape, top, bottom=None, margin=0, blur=0, opacity=1, sideways=False):
        """Paints what draw_shape(draw, points) draws, with a gradient from `top` to `bottom` or left to
        right. `points` bound the shape, up to `margin`; draw_shape gets them moved into the mask."""
        x0, y0 = self.origin
        points = [((x - x0) * self.scale, (y - y0) * self.scale) for x, y in points]
        margin = math.ceil((margin + 3 * blur) * self.scale) + 1
        left = math.floor(min(x for x, _ in points)) - margin
        upper = math.floor(min(y for _, y in points)) - margin
        width = math.ceil(max(x for x, _ in points)) + margin - left
        height = math.ceil(max(y for _, y in points)) + margin - upper
        mask = Image.new("L", (width, height))
        draw_shape(ImageDraw.Draw(mask), [(x - left, y - upper) for x, y in points])
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * self.scale))
        if opacity < 1:
            mask = mask.point(shares_of(opacity))
        colours = gradient(mask.size, whole(top), whole(bottom), sideways) if bottom else whole(top)
        self.fill(mask, left, upper, colours, not blur and opacity == 1)

    def fill(self, mask, left, upper, colours, solid):
        """`solid`: nobody looks through."""
        self.image.paste(colours, (left, upper), mask)

    def polygon(self, points, top, bottom=None, **how):
        self.paint(points, lambda draw, moved: draw.polygon(moved, fill=255), top, bottom, **how)

    def ellipse(self, x, y, rx, ry, top, bottom=None, **how):
        self.paint(
            [(x - rx, y - ry), (x + rx, y + ry)],
            lambda draw, moved: draw.ellipse(moved, fill=255),
            top,
            bottom,
            **how
        )

    def rect(self, x0, y0, x1, y1, top, bottom=None, radius=0, **how):
        self.paint(
            [(x0, y0), (x1, y1)],
            lambda draw, moved: draw.rounded_rectangle(moved, radius * self.scale, fill=255),
            top,
            bottom,
            **how
        )

    def line(self, points, width, colour, **how):
        radius = width * self.scale / 2

        def shape(draw, moved):
            draw.line(moved, fill=255, width=max(1, round(width * self.scale)), joint="curve")
            for x, y in (moved[0], moved[-1]):
                draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)

        self.paint(points, shape, colour, margin=width, **how)

    def shadow(self, x, y, rx, ry, opacity=0.45):
        self.ellipse(x, y, rx, ry, (20, 22, 30), blur=5, opacity=opacity)

    def finished(self):
        return self.image.resize((self.size[0] // SCALE, self.size[1] // SCALE), Image.Resampling.LANCZOS)


def whole(colour):
    return tuple(int(part) for part in colour)


@lru_cache
def shares_of(opacity):
    return [int(value * opacity) for value in range(256)]


def gradient(size, top, bottom, sideways):
    """From `top` to `bottom`, or left to right: one line of it, which is repeated."""
    shares = ramp(size[0] if sideways else size[1])
    line = Image.new("RGB", shares.size, top)
    line.paste(bottom, (0, 0), shares)
    if sideways:
        line = line.transpose(Image.Transpose.ROTATE_90)
    return line.resize(size, Image.Resampling.NEAREST)


@lru_cache
def ramp(length):
    """From 0 to 255."""
    return Image.linear_gradient("L").crop((0, 0, 1, 256)).resize((1, length))


def curve(points, steps=16):
    """A closed smooth outline through the points (Catmull-Rom)."""
    outline = []
    for index in range(len(points)):
        p0, p1, p2, p3 = (points[(index + shift) % len(points)] for shift in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            outline.append(
                tuple(
                    0.5
                    * (
                        2 * b
                        + (c - a) * t
                        + (2 * a - 5 * b + 4 * c - d) * t * t
                        + (3 * b - a - 3 * c + d) * t**3
                    )
                    for a, b, c, d in zip(p0, p1, p2, p3)
                )
            )
    return outline


def regular(corners, x, y, radius, turn=0.0):
    """A regular polygon; without a turn one corner points up."""
    angles = [turn + corner * 2 * math.pi / corners for corner in range(corners)]
    return [(x + radius * math.sin(angle), y - radius * math.cos(angle)) for angle in angles]


def placed(x, y, unit):
    """Maps points given in units from (x, y), upwards, to the picture."""
    return lambda points: [(x + px * unit, y - py * unit) for px, py in points]


def darker(colour, by=0.7):
    return tuple(int(part * by) for part in colour)


def lighter(colour, by):
    return tuple(max(0, min(255, part + by)) for part in colour)
