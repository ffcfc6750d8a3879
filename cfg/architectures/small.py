"""Small detectors of our own, with what they are trained by: residual blocks as in YOLOv3's body, and two heads."""

from .blocks import MEDIUM, SMALL, raise_to, residual
from .network import Network

ANCHORS_CELLS = [(20, 21), (44, 44), (55, 49), (48, 57), (61, 61), (108, 104)]


def stage(net, channels, blocks):
    """Halves the grid; then so many residual blocks."""
    net.stage(f"Halve the grid, {blocks} residual block{'s' * (blocks > 1)} of {channels} channels")
    net.conv(channels, 3, 2)
    for _ in range(blocks):
        residual(net, channels, channels // 2)
    return net.last


def small(name, size, title, about, anchors, classes):
    net = Network(name, size, title, about)
    net.stage("Stem")
    net.conv(16, 3, 2)
    stage(net, 32, 1)
    eighth = stage(net, 64, 2)
    stage(net, 128, 1)
    head = {"classes": classes, "ignore_thresh": 0.5, "loss": "giou_focal"}
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


def cells():
    net = small(
        "cells",
        (320, 256),
        "Blood cells: red, white, platelets",
        "Trained from scratch for weights/cells.weights, on the pictures of BCCD; weights/cells.md says how good it "
        "is. Anchors by nightjar anchors",
        ANCHORS_CELLS,
        3,
    )
    net.learn("An update: 8 pictures.", batch=8, subdivisions=1, max_batches=4000)
    net.learn(
        "The rate rises over the first updates, then falls by half a cosine.",
        adamw=1,
        learning_rate=0.003,
        learning_rate_min=0.00003,
        decay=0.0005,
        burn_in=50,
        power=1,
        policy="sgdr",
        max_gradient_norm=50,
    )
    net.learn("What is measured and written are averages of the weights.", ema_alpha=0.998, ema_start=1)
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


def networks():
    return [cells()]
