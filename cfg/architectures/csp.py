"""The YOLOv4 family: cross-stage-partial bodies (CSPNet) under a path aggregation neck (PANet)."""

from .blocks import (
    ANCHORS_TINY,
    ANCHORS_V4,
    LARGE,
    MEDIUM,
    SMALL,
    alternate,
    lower_to,
    pyramid_pool,
    raise_to,
    raise_to_narrowed,
    residual,
)
from .network import Network

YOLOV4 = (
    "Bochkovskiy, Wang and Liao, YOLOv4: Optimal Speed and Accuracy of Object Detection, 2020, "
    "arXiv:2004.10934"
)
SCALED = (
    "Wang, Bochkovskiy and Liao, Scaled-YOLOv4: Scaling Cross Stage Partial Network, 2020, arXiv:2011.08036"
)


# ---- Body ----


def csp_stage(net, channels, blocks, whole=False):
    """Halve the grid and part the channels in two: one part goes through the residual blocks, the other
    skips them, and a 1x1 joins both. In the first stage of YOLOv4 each part is as wide as the whole."""
    net.stage(
        f"CSPDarknet-53: halve the grid, {blocks} residual block{'s' * (blocks > 1)} in {channels} channels"
    )
    source = net.conv(channels, 3, 2)
    part = channels if whole else channels // 2
    skip = net.conv(part)
    net.route(source)
    net.conv(part)
    for _ in range(blocks):
        residual(net, part, part // 2 if whole else part)
    net.route(net.conv(part), skip)
    return net.conv(channels)


def cspdarknet53(net, first):
    """Returns the ends of the stages at an eighth, a sixteenth and a thirty-second of the input."""
    net.stage("CSPDarknet-53: a first look at full size")
    net.conv(32, 3)
    first(net)
    return [
        csp_stage(net, channels, blocks) for channels, blocks in [(128, 2), (256, 8), (512, 8), (1024, 4)]
    ][1:]


def plain_stage(net):
    """Scaled-YOLOv4's first stage: one residual block, nothing parted."""
    net.stage("CSPDarknet-53: halve the grid, one plain residual block")
    net.conv(64, 3, 2)
    residual(net, 64, 32)


# ---- Neck and heads ----


def path_aggregation(net, eighth, sixteenth, anchors, scales, **head):
    """Up from the coarsest grid to the finest and down again, with a head at each stop of the way down.
    `scales` is scale_x_y of the three heads, from the finest grid to the coarsest."""
    net.stage("Neck: spatial pyramid pooling on the coarsest grid")
    alternate(net, 512, 3)
    pyramid_pool(net)
    coarse = alternate(net, 512, 3)
    net.stage(f"Neck: up, beside layer {sixteenth}")
    raise_to_narrowed(net, 256, sixteenth)
    medium = alternate(net, 256, 5)
    net.stage(f"Neck: up, beside layer {eighth}")
    raise_to_narrowed(net, 128, eighth)
    branch = alternate(net, 128, 5)
    for mask, narrow, lateral, scale in zip(
        (SMALL, MEDIUM, LARGE), (128, 256, 512), (None, medium, coarse), scales
    ):
        stride = narrow // 16
        if lateral is not None:
            net.stage(f"Neck: down, beside layer {lateral}")
            net.route(branch)
            lower_to(net, narrow, lateral)
            branch = alternate(net, narrow, 5)
        net.stage(f"Head: cells of {stride} pixels")
        net.conv(2 * narrow, 3)
        net.yolo(mask, anchors, scale_x_y=scale, **head)


def yolov4():
    net = Network("yolov4", 608, "YOLOv4 for COCO", YOLOV4, activation="mish")
    eighth, sixteenth, _ = cspdarknet53(net, lambda net: csp_stage(net, 64, 1, whole=True))
    net.activation = "leaky"
    path_aggregation(net, eighth, sixteenth, ANCHORS_V4, (1.2, 1.1, 1.05), nms_kind="greedynms")
    return net


# ---- Scaled-YOLOv4 ----


def csp_alternate(net, channels):
    """Two pairs of 1x1 and 3x3 convolutions with a path around them, all of one width."""
    source = net.conv(channels)
    skip = net.conv(channels)
    net.route(source)
    for _ in range(2):
        net.conv(channels)
        net.conv(channels, 3)
    net.route(net.last, skip)
    return net.conv(channels)


def csp_pyramid_pool(net, channels, widest_first=True):
    """Spatial pyramid pooling inside a cross-stage-partial block."""
    source = net.last
    skip = net.conv(channels)
    net.route(source)
    net.conv(channels)
    net.conv(channels, 3)
    net.conv(channels)
    pyramid_pool(net, widest_first=widest_first)
    net.conv(channels)
    net.route(net.conv(channels, 3), skip)
    return net.conv(channels)


def scaled_head(net, mask, source, narrow):
    net.stage(f"Head: cells of {narrow // 16} pixels")
    if source != net.last:
        net.route(source)
    net.conv(2 * narrow, 3)
    net.yolo(mask, ANCHORS_V4, activation="logistic", scale_x_y=2.0, new_coords=1, nms_kind="diounms")


def yolov4_csp(name, size, activation, heads_last):
    """`heads_last`: all three heads follow the neck, instead of each its stop on the way down."""
    net = Network(name, size, f"YOLOv4-CSP with {activation}, for COCO", SCALED, activation, letter_box=True)
    eighth, sixteenth, _ = cspdarknet53(net, plain_stage)
    net.stage("Neck: spatial pyramid pooling on the coarsest grid")
    coarse = csp_pyramid_pool(net, 512)
    net.stage(f"Neck: up, beside layer {sixteenth}")
    raise_to_narrowed(net, 256, sixteenth)
    medium = csp_alternate(net, 256)
    net.stage(f"Neck: up, beside layer {eighth}")
    raise_to_narrowed(net, 128, eighth)
    heads = []
    branch = csp_alternate(net, 128)
    for mask, narrow, lateral in [(SMALL, 128, None), (MEDIUM, 256, medium), (LARGE, 512, coarse)]:
        if lateral is not None:
            net.stage(f"Neck: down, beside layer {lateral}")
            if branch != net.last:
                net.route(branch)
            lower_to(net, narrow, lateral)
            branch = csp_alternate(net, narrow)
        heads.append((mask, branch, narrow))
        if not heads_last:
            scaled_head(net, *heads.pop())
    for head in heads:
        scaled_head(net, *head)
    return net


# ---- YOLOv4-tiny ----


def tiny_block(net, channels):
    """A 3x3 over everything, then two 3x3 over half of the channels, whose results stand side by side;
    halve the grid. Returns the joined half."""
    whole = net.conv(channels, 3)
    net.half()
    first = net.conv(channels // 2, 3)
    second = net.conv(channels // 2, 3)
    net.route(second, first)
    joined = net.conv(channels)
    net.route(whole, joined)
    net.maxpool(2, 2)
    return joined


def yolov4_tiny(name, size, masks, anchors):
    net = Network(name, size, f"YOLOv4-tiny with {len(masks)} heads, for COCO", SCALED)
    net.stage("Body: the grid halves five times")
    net.conv(32, 3, 2)
    net.conv(64, 3, 2)
    _, eighth, sixteenth = [tiny_block(net, channels) for channels in (64, 128, 256)]
    net.conv(512, 3)
    branch = net.conv(256)
    for mask, width, lateral in zip(masks, (512, 256, 128), (None, sixteenth, eighth)):
        if lateral is not None:
            net.stage(f"Neck: up, beside layer {lateral}")
            net.route(branch)
            raise_to(net, width // 2, lateral)
        wide = net.conv(width, 3)
        branch = wide if lateral is not None else branch
        net.stage(f"Head: cells of {width // 16} pixels")
        net.yolo(mask, anchors, scale_x_y=1.05, nms_kind="greedynms")
    return net


def networks():
    return [
        yolov4(),
        yolov4_tiny("yolov4-tiny", 416, (MEDIUM, (1, 2, 3)), ANCHORS_TINY),
        yolov4_tiny("yolov4-tiny-3l", 608, (LARGE, MEDIUM, SMALL), ANCHORS_V4),
        yolov4_csp("yolov4-csp", 512, "mish", heads_last=False),
        yolov4_csp("yolov4-csp-swish", 640, "swish", heads_last=True),
    ]
