"""Small detectors of our own, with what they are trained by: residual blocks as in YOLOv3's body, and two heads."""

from .blocks import MEDIUM, SMALL, raise_to, residual
from .network import Network

# By nightjar anchors.
ANCHORS_CELLS = [(20, 21), (44, 44), (55, 49), (48, 57), (61, 61), (108, 104)]
ANCHORS_SCENES = [(27, 18), (16, 44), (15, 88), (63, 35), (31, 78), (105, 46)]

ADAMW = {"adamw": 1, "learning_rate": 0.003, "learning_rate_min": 0.00003, "decay": 0.0005, "max_gradient_norm": 50}
HALF_COSINE = {"power": 1, "policy": "sgdr"}


def stage(net, channels, blocks):
    """Halves the grid; then so many residual blocks."""
    net.stage(f"Halve the grid, {blocks} residual block{'s' * (blocks > 1)} of {channels} channels")
    net.conv(channels, 3, 2)
    for _ in range(blocks):
        residual(net, channels, channels // 2)
    return net.last


def small(name, size, title, about, anchors, classes, **of_heads):
    net = Network(name, size, title, about)
    net.stage("Stem")
    net.conv(16, 3, 2)
    stage(net, 32, 1)
    eighth = stage(net, 64, 2)
    stage(net, 128, 1)
    head = {"classes": classes, "ignore_thresh": 0.5, "loss": "giou_focal", **of_heads}
    net.stage("Head: cells of 16 pixels")
    branch = net.conv(64)
    net.conv(128, 3)
    net.yolo(MEDIUM, anchors, **head)
    net.stage(f"Neck: up, beside layer {eighth}")
    net.route(branch)
    raise_to(net, 32, eighth)
    net.stage("Head: cells of 8 pixels")
    net.conv(64, 3)
    net.yolo(SMALL, anchors, **head)
    return net


def learn(net, batch, updates, rising, average):
    net.learn(f"An update: {batch} pictures.", batch=batch, subdivisions=1, max_batches=updates)
    net.learn(
        f"The rate rises for {rising} updates, then falls by half a cosine.", **ADAMW, burn_in=rising, **HALF_COSINE
    )
    net.learn(
        "What is measured and written are averages of the weights.", ema_alpha=average, ema_start=1
    )


def cells():
    net = small(
        "cells",
        (320, 256),
        "Blood cells: red, white, platelets",
        "Trained from scratch for weights/cells.weights, on the pictures of BCCD; weights/cells.md says how good it "
        "is.",
        ANCHORS_CELLS,
        classes=3,
    )
    learn(net, batch=8, updates=4000, rising=50, average=0.998)
    net.learn(
        "Pictures: cells lie any way round and at any distance.",
        zoom="0.7,1.5",
        stretch=1.15,
        flip=1,
        flip_vertical=1,
        hue=0.03,
        saturation=1.5,
        exposure=1.5,
        least_visible=0.4,
    )
    return net


def scenes():
    net = small(
        "scenes",
        (240, 192),
        "Drawn streets: what ./demo.sh --train trains",
        "On pictures by docs/scene/draw_scenes.py; the anchors are those of --count 2000 --seed 2.",
        ANCHORS_SCENES,
        classes=8,
        jitter=0.1,
    )
    learn(net, batch=16, updates=1000, rising=60, average=0.995)
    net.learn(
        "The scenes differ enough; these are for what they are not.",
        flip=1,
        hue=0.02,
        saturation=1.2,
        exposure=1.2,
        least_visible=0.3,
    )
    return net


def networks():
    return [cells(), scenes()]
