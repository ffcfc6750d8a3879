"""What each prediction of a network learns of a picture: tables, and pictures of the grids."""

import struct
import unittest
import zlib

from program import CANNOT_READ, CANNOT_WRITE, CFG, MALFORMED, USAGE, ProgramTest, picture, weights

TWO_HEADS = """[net]
width=32
height=32
channels=3

[convolutional]
filters=14
size=1
stride=4
activation=linear

[yolo]
mask=0,1
anchors=4,4, 8,8, 24,24
classes=2
num=3
{keys}
[route]
layers=0

[convolutional]
filters=7
size=1
stride=2
activation=linear

[yolo]
mask=2
anchors=4,4, 8,8, 24,24
classes=2
num=3
{keys}
"""
GRIDS = {1: (8, (4, 8)), 4: (4, (24,))}  # layer: cells, anchors
# class, centre, sides
BOXES = [(0, 0.375, 0.625, 0.5, 0.5), (1, 0.9, 0.1, 0.125, 0.125), (0, 0.4, 0.6, 0.6, 0.6)]


def iou(a, b):
    """Of boxes given by centre and sides."""
    across, down = (
        max(0, min(a[i] + a[i + 2] / 2, b[i] + b[i + 2] / 2) - max(a[i] - a[i + 2] / 2, b[i] - b[i + 2] / 2))
        for i in (0, 1)
    )
    return across * down / (a[2] * a[3] + b[2] * b[3] - across * down)


def counts(grid, trained, threshold):
    """Positive, ignored and negative predictions of a head whose boxes are their anchors."""
    cells, anchors = grid
    ignored = 0
    for side in anchors:
        for row in range(cells):
            for column in range(cells):
                box = ((column + 0.5) / cells, (row + 0.5) / cells, side / 32, side / 32)
                near = max(iou(box, truth[1:]) for truth in BOXES) > threshold
                ignored += near and (side, row, column) not in trained
    return [len(trained), ignored, len(anchors) * cells * cells - len(trained) - ignored]


def pixel(png, x, y):
    """Of an RGB picture without interlacing."""
    width = struct.unpack(">I", png[16:20])[0]
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    rows, previous = zlib.decompress(data), bytes(3 * width)
    for row in range(y + 1):
        line = bytearray(rows[row * (3 * width + 1) : (row + 1) * (3 * width + 1)])
        form, line = line[0], line[1:]
        for i in range(3 * width):
            left, above, corner = (line[i - 3], previous[i], previous[i - 3]) if i > 2 else (0, previous[i], 0)
            guess = left + above - corner
            paeth = min((left, above, corner), key=lambda value: abs(guess - value))
            line[i] = (line[i] + (0, left, above, (left + above) // 2, paeth)[form]) & 255
        previous = line
    return tuple(previous[3 * x : 3 * x + 3])


class Targets(ProgramTest):
    def setUp(self):
        super().setUp()
        self.put("net.data", "classes=2\nnames=net.names\n")
        self.put("two.cfg", TWO_HEADS.format(keys=""))
        self.put("a.txt", "".join(" ".join(map(str, box)) + "\n" for box in BOXES))

    def targets(self, *arguments, cfg="two.cfg"):
        done = self.run_program("targets", "net.data", cfg, "a.png", *arguments)
        self.assertEqual(done.returncode, 0, done.err)
        boxes, heads = done.out.split("\n\n")
        return [line.split() for line in boxes.splitlines()[1:]], heads.splitlines()[1:], done.err

    def head_counts(self, lines):
        return {int(line.split()[0]): [int(word) for word in line.split()[-3:]] for line in lines}

    def test_a_box_is_learned_by_the_nearest_anchor_in_its_cell(self):
        boxes, _, said = self.targets()
        self.assertEqual(boxes[0][:9], "1 red 16x16 2 (24x24) 0.444 4 2 1".split())
        self.assertEqual(" ".join(boxes[0][9:]), "pushed out by a later box")
        self.assertEqual(boxes[1], "2 other 4x4 0 (4x4) 1.000 1 0 7".split())
        self.assertEqual(boxes[2], "3 red 19x19 2 (24x24) 0.640 4 2 1".split())
        self.assertIn("without --weights", said)

    def test_what_lies_over_a_box_is_ignored(self):
        for keys, threshold in (("", 0.5), ("ignore_thresh=.3\n", 0.3), ("loss=giou_focal\nignore_thresh=.3\n", 0.3)):
            self.put("two.cfg", TWO_HEADS.format(keys=keys))
            _, heads, _ = self.targets()
            expected = {1: counts(GRIDS[1], {(4, 0, 7)}, threshold), 4: counts(GRIDS[4], {(24, 2, 1)}, threshold)}
            self.assertEqual(self.head_counts(heads), expected)

    def test_with_iou_thresh_other_anchors_learn_a_box_too(self):
        self.put("two.cfg", TWO_HEADS.format(keys="iou_thresh=.2\n"))
        _, heads, _ = self.targets()
        # 16x16 and 8x8 have an IoU of .25, 4x4 and 8x8 too.
        self.assertEqual([self.head_counts(heads)[layer][0] for layer in (1, 4)], [3, 1])

    def test_a_network_that_sees_no_class_ignores_nothing(self):
        sure = weights()
        self.put("net.cfg", CFG + "ignore_thresh=.2\n")
        expected = counts((4, (16,)), {(16, 2, 1), (16, 0, 3)}, 0.2)
        self.assertGreater(expected[1], 0)
        self.assertEqual(self.head_counts(self.targets("--weights", "net.weights", cfg="net.cfg")[1])[1], expected)
        self.put("unsure.weights", sure[:40] + struct.pack("<f", -4) + sure[44:])
        self.assertEqual(self.head_counts(self.targets("--weights", "unsure.weights", cfg="net.cfg")[1])[1], [2, 0, 14])

    def test_pictures_show_the_cells(self):
        self.put("two.cfg", TWO_HEADS.format(keys="ignore_thresh=.3\n"))
        self.targets("--draw", "seen")
        self.assertEqual(sorted(path.name for path in (self.folder / "seen").iterdir()), ["a-layer1.png", "a-layer4.png"])
        png = (self.folder / "seen" / "a-layer4.png").read_bytes()
        self.assertEqual(struct.unpack(">2I", png[16:24]), (640, 640))
        # 160 pixels a cell of the coarse grid; corners of cells are free of boxes' lines and names.
        red, green, blue = pixel(png, 620, 620)
        self.assertEqual((red, green, blue), (0, 0, 0))  # negative, as the picture is
        red, green, blue = pixel(png, 305, 470)
        self.assertGreater(green, red)  # positive
        red, green, blue = pixel(png, 475, 330)
        self.assertGreater(red, green)  # ignored

    def test_what_cannot_be_shown_is_refused(self):
        run = ("targets", "net.data")
        self.assert_refused(CANNOT_READ, "none.cfg", *run, "none.cfg", "a.png")
        self.assert_refused(CANNOT_READ, "b.txt: no labels", *run, "two.cfg", "b.png")
        self.assert_refused(CANNOT_WRITE, "a.png", *run, "two.cfg", "a.png", "--draw", "a.png")
        self.put("a.txt", "2 .5 .5 .5 .5\n")
        self.assert_refused(MALFORMED, ["class 2", "0..1 exist"], *run, "two.cfg", "a.png")
        self.put("a.txt", "0 .5 .5 .5 .5\n")
        self.put("plain.cfg", "[net]\nwidth=8\nheight=8\nchannels=3\n[avgpool]\n[softmax]\n")
        self.assert_refused(USAGE, "only those of [yolo]", *run, "plain.cfg", "a.png")


if __name__ == "__main__":
    unittest.main()
