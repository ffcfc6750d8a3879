#!/usr/bin/env python3
"""Draws docs/yolov3-network.svg from cfg/yolov3.cfg: body, neck and heads, with layer numbers and shapes.

usage: docs/draw_network.py [--check]

--check writes nothing and fails if the file would change.
"""

import sys
from pathlib import Path
from xml.sax.saxutils import escape

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent / "cfg"))

from architectures.measure import measure, numbers, read  # noqa: E402

CFG, SVG = DOCS.parent / "cfg" / "yolov3.cfg", DOCS / "yolov3-network.svg"

COLUMN, BOX_WIDTH, BOX_HEIGHT = 186, 150, 74
BODY_Y, NECK_Y, HEAD_Y = 84, 266, 410
WIDTH, HEIGHT = 1180, 532
FILLS = {"body": "#dbe8f8", "neck": "#dff0dc", "head": "#fde7cf"}
EDGES = {"body": "#4a7db8", "neck": "#5b9a50", "head": "#c98232"}

NOTES = [
    (
        NECK_Y + 20,
        [
            "Neck",
            "1x1 and 3x3 convolutions in turn. The fifth one feeds the head below,",
            "and is narrowed and upsampled for the next finer grid, where it stands",
            "beside the body's layer of that grid.",
        ],
    ),
    (
        HEAD_Y + 20,
        [
            "Heads",
            "A 3x3 and a 1x1 convolution, then [yolo]:",
            "3 anchors x (4 box + 1 objectness + 80 classes) = 255 channels.",
            "Below each head its anchors, in pixels.",
        ],
    ),
]


class Drawing:
    def __init__(self):
        self.parts = []

    def text(self, x, y, words, size=13, weight="normal", anchor="middle", fill="#222"):
        self.parts.append(
            f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" '
            f'fill="{fill}">{escape(words)}</text>'
        )

    def box(self, x, y, kind, lines):
        """A box centred at x whose first line is bold."""
        self.parts.append(
            f'<rect x="{x - BOX_WIDTH / 2}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="8" '
            f'fill="{FILLS[kind]}" stroke="{EDGES[kind]}" stroke-width="1.5"/>'
        )
        for row, words in enumerate(lines):
            self.text(x, y + 21 + row * 18, words, 13 if row else 14, "normal" if row else "bold")

    def arrow(self, *points, kind="body"):
        path = " L ".join(f"{x} {y}" for x, y in points)
        self.parts.append(
            f'<path d="M {path}" fill="none" stroke="{EDGES[kind]}" stroke-width="2" '
            'marker-end="url(#tip)"/>'
        )

    def svg(self):
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                'font-family="Helvetica, Arial, sans-serif">',
                '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
                'orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill="#555"/></marker></defs>',
                f'<rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="#ffffff"/>',
                *self.parts,
                "</svg>",
                "",
            ]
        )


def shape(layer):
    return " x ".join(map(str, layer.shape))


def span(layers):
    return (
        f"layers {layers[0].number}-{layers[-1].number}" if len(layers) > 1 else f"layer {layers[0].number}"
    )


def body_stages(layers):
    """The body, cut in front of every strided convolution; it ends with the last shortcut."""
    last = max(layer.number for layer in layers if layer.kind == "shortcut")
    stages = []
    for layer in layers[: last + 1]:
        if not stages or layer.integer("stride", 1) == 2:
            stages.append([])
        stages[-1].append(layer)
    return stages


def head_parts(layers, first):
    """For each head: the layers that bring the grid up (none for the first), the neck, the head."""
    for layer in layers[first:]:
        if layer.kind == "yolo":
            part = layers[first : layer.number + 1]
            joins = [
                index for index, each in enumerate(part) if each.kind == "route" and len(each.sources) == 2
            ]
            start = joins[0] + 1 if joins else 0
            yield part[:start], part[start:-3], part[-3:]
            first = layer.number + 1


def draw_body(drawing, stages):
    """Returns where each grid's column stands: cells a side -> x."""
    columns = {}
    for column, stage in enumerate(stages):
        x = COLUMN / 2 + column * COLUMN + 34
        blocks = sum(layer.kind == "shortcut" for layer in stage)
        what = f"{blocks} residual block{'s' * (blocks > 1)}" if blocks else "3x3 convolution"
        drawing.box(x, BODY_Y, "body", [what, span(stage), shape(stage[-1])])
        if column:
            middle = BODY_Y + BOX_HEIGHT / 2
            drawing.arrow((x - COLUMN + BOX_WIDTH / 2, middle), (x - BOX_WIDTH / 2, middle))
        columns[stage[-1].shape[1]] = x
    return columns


def draw_head(drawing, layers, x, up, neck, head):
    middle = NECK_Y + BOX_HEIGHT / 2
    source = layers[up[-1].sources[1]] if up else layers[neck[0].number - 1]
    drawing.arrow((x, BODY_Y + BOX_HEIGHT), (x, NECK_Y), kind="body")
    drawing.text(
        x + 8, BODY_Y + BOX_HEIGHT + 28, f"layer {source.number}", 12, anchor="start", fill="#4a7db8"
    )
    if up:
        drawing.text(
            x + 8,
            NECK_Y - 14,
            f"joined in {up[-1].number}: {up[-1].filters[0]} + {up[-1].filters[1]}",
            12,
            anchor="start",
            fill="#5b9a50",
        )
        drawing.arrow((x + COLUMN - BOX_WIDTH / 2, middle), (x + BOX_WIDTH / 2, middle), kind="neck")
        drawing.text(
            x + COLUMN / 2,
            NECK_Y + BOX_HEIGHT + 18,
            f"{up[0].sources[0]} to {up[-2].number}: 1x1, upsample",
            12,
            fill="#5b9a50",
        )
    drawing.box(x, NECK_Y, "neck", [f"{len(neck)} convolutions", span(neck), shape(neck[-1])])
    drawing.arrow((x, NECK_Y + BOX_HEIGHT), (x, HEAD_Y), kind="head")
    yolo = head[-1]
    drawing.box(
        x, HEAD_Y, "head", [f"head, {yolo.shape[1]} x {yolo.shape[2]}", span(head), shape(yolo)]
    )
    sides = [pair.strip() for pair in yolo.options["anchors"].split(",")]
    anchors = [f"{sides[2 * slot]}x{sides[2 * slot + 1]}" for slot in numbers(yolo.options["mask"])]
    drawing.text(x, HEAD_Y + BOX_HEIGHT + 20, "  ".join(anchors), 12, fill="#c98232")


def diagram():
    layers = measure(read(CFG))
    stages = body_stages(layers)
    drawing = Drawing()
    drawing.text(34, 40, f"YOLOv3 as {CFG.name} lays it out", 18, "bold", "start")
    drawing.text(
        34,
        62,
        f"{len(layers)} layers; shapes are channels x height x width; the input is "
        f"{' x '.join(map(str, layers[0].input))}",
        13,
        anchor="start",
        fill="#555",
    )
    columns = draw_body(drawing, stages)
    for up, neck, head in head_parts(layers, stages[-1][-1].number + 1):
        draw_head(drawing, layers, columns[neck[-1].shape[1]], up, neck, head)
    for y, words in NOTES:
        drawing.text(34, y, words[0], 15, "bold", "start")
        for row, line in enumerate(words[1:]):
            drawing.text(34, y + 22 + row * 18, line, 12, anchor="start", fill="#555")
    return drawing.svg()


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    made = diagram()
    if not arguments:
        SVG.write_text(made, encoding="utf-8")
    elif not SVG.exists() or SVG.read_text(encoding="utf-8") != made:
        print(f"{SVG}: differs from what docs/draw_network.py draws; run it", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
