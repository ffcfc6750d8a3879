"""A network that computes next to nothing and finds nothing: what is left of detecting is reading and decoding."""

import struct

# A head on a pixel of each of 32x32 cells.
CFG = """[net]
width={size}
height={size}
channels=3

[maxpool]
size=1
stride={stride}

[convolutional]
filters=18
size=1
stride=1
activation=linear

[yolo]
mask=0,1,2
anchors=10,13, 16,30, 33,23
classes=1
num=3
"""


def write(folder, size):
    """The options that name its files; `size`, a multiple of 32, is what pictures are fitted to."""
    cfg = folder / f"idle-{size}.cfg"
    cfg.write_text(CFG.format(size=size, stride=size // 32))
    weights = cfg.with_suffix(".weights")
    # docs/darknet-format.md section 3: version 0.2.5, pictures seen, 18 biases, 18x3 weights
    weights.write_bytes(struct.pack("<3iq72f", 0, 2, 5, 0, *[-20.0] * 18, *[0.0] * 54))
    return "--cfg", cfg, "--weights", weights
