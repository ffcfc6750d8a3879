"""A canvas that knows which pixels each thing covers, and so where each can be seen in the end."""

from PIL import Image

from canvas import Canvas


class LabelledCanvas(Canvas):
    def __init__(self, width, height, zoom=1, origin=(0, 0)):
        super().__init__(width, height, zoom, origin)
        self.owners = Image.new("L", self.size)  # of each pixel, the thing in front; 0: the street
        self.drawn = []  # of each thing, how many pixels it covered when it was drawn
        self.axis = None  # what is painted is mirrored at it

    def add(self, draw, mirror=None):
        """Draws a thing in front of those before: draw(canvas) paints it, turned around the x of `mirror`."""
        self.axis = mirror
        self.drawn.append(0)
        draw(self)
        self.axis = None
        self.drawn[-1] = self.seen(len(self.drawn)).histogram()[255]

    def fill(self, mask, left, upper, colours, solid):
        if self.axis is not None:
            mask = mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            left = round(2 * (self.axis - self.origin[0]) * self.scale) - left - mask.width
        super().fill(mask, left, upper, colours, solid)
        # Shadows, glows and a kite's string are no part of what is found: one looks through them.
        if self.drawn and solid:
            self.owners.paste(len(self.drawn), (left, upper), mask)

    def seen(self, number):
        """White where one sees thing `number`, counted from 1."""
        return self.owners.point([255 * (value == number) for value in range(256)])

    def extent(self, number, least_share, least_side):
        """Left, top, right and bottom of what can be seen, as shares of the picture; None where that is less
        than this share of the thing, or has a side below `least_side` of the picture's width."""
        seen = self.seen(number)
        box = seen.getbbox()
        if box is None or seen.histogram()[255] < least_share * self.drawn[number - 1]:
            return None
        if min(box[2] - box[0], box[3] - box[1]) < least_side * self.size[0]:
            return None
        return tuple(edge / self.size[axis % 2] for axis, edge in enumerate(box))
