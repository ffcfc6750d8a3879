"""Networks of depthwise convolutions: Yolo-Fastest and EfficientNet-B0."""

from .blocks import ANCHORS_TINY, MEDIUM, SMALL, pyramid_pool
from .network import Network

FASTEST = "dog-qiuqiu, Yolo-Fastest, 2020, github.com/dog-qiuqiu/Yolo-Fastest"
EFFICIENTNET = "Tan and Le, EfficientNet: Rethinking Model Scaling, 2019, arXiv:1905.11946"
ANCHORS_FASTEST = [(12, 18), (37, 49), (52, 132), (115, 73), (119, 199), (242, 238)]


def inverted_residual(net, wide, channels, size=3, stride=1, squeeze=None, keep=False):
    """Widen with a 1x1, look around channel by channel, narrow without an activation; with `keep`, add
    what came in. `squeeze` weighs the wide channels by what their means say. Returns the widened
    layer."""
    source = net.last
    widened = net.conv(wide)
    looked = net.depthwise(wide, size, stride)
    if squeeze:
        net.add("avgpool")
        net.conv(squeeze, normalize=False)
        net.conv(wide, normalize=False, activation="logistic")
        net.add("scale_channels", **{"from": looked})
    net.conv(channels, activation="linear")
    if keep:
        net.add("dropout")
        net.shortcut(source)
    return widened


# ---- Yolo-Fastest ----


def separable(net, channels):
    """A 5x5 channel by channel, and a 1x1 across them."""
    net.depthwise(channels, 5)
    return net.conv(channels, activation="linear")


def yolo_fastest(name, width):
    """`width` doubles every channel of the body for the XL version."""
    net = Network(name, 320, f"Yolo-Fastest 1.1{' XL' * (width > 1)} for COCO", FASTEST)
    net.stage("Stem")
    net.conv(8 * width, 3, 2)
    inverted_residual(net, 8 * width, 4 * width)
    inverted_residual(net, 8 * width, 4 * width, keep=True)
    for wide, channels, halves, wider, count in [
        (24, 8, True, 32, 2),
        (32, 8, True, 48, 2),
        (48, 16, False, 96, 4),
        (96, 24, True, 136, 4),
        (136, 48, True, 224, 5),
    ]:
        net.stage(f"{'Halve the grid, ' * halves}{count} inverted residuals of {channels * width} channels")
        fine = net.last
        inverted_residual(net, wide * width, channels * width, stride=2 if halves else 1)
        for _ in range(count):
            inverted_residual(net, wider * width, channels * width, keep=True)
    net.stage("Neck: spatial pyramid pooling on the coarsest grid")
    pyramid_pool(net, (3, 5, 9))
    branch = net.conv(96)
    net.stage("Head: 10 x 10 cells of 32 pixels")
    separable(net, 96)
    separable(net, 96)
    net.yolo(MEDIUM, ANCHORS_FASTEST, nms_kind="greedynms")
    net.stage(f"Neck: up, beside layer {fine}")
    net.route(branch)
    net.route(net.upsample(), fine)
    net.stage("Head: 20 x 20 cells of 16 pixels")
    separable(net, 96 + 24 * width)
    separable(net, 96 + 24 * width)
    net.yolo(SMALL, ANCHORS_FASTEST, nms_kind="greedynms")
    return net


# ---- EfficientNet-B0 ----

# widened channels, channels, window, stride, squeezed channels, how often, input added
EFFICIENTNET_B0 = [
    (32, 16, 3, 1, 8, 1, False),
    (96, 24, 3, 2, 16, 1, False),
    (144, 24, 3, 1, 8, 1, True),
    (144, 40, 5, 2, 8, 1, False),
    (192, 40, 5, 1, 16, 1, True),
    (192, 80, 3, 1, 16, 1, False),
    (384, 80, 3, 1, 24, 2, True),
    (384, 112, 5, 2, 24, 1, False),
    (576, 112, 5, 1, 32, 2, True),
    (576, 192, 5, 2, 32, 1, False),
    (960, 192, 5, 1, 64, 3, True),
    (960, 320, 3, 1, 64, 1, False),
]


def enet_coco():
    net = Network(
        "enet-coco",
        416,
        "EfficientNet-B0 with two YOLOv3 heads, for COCO",
        f"{EFFICIENTNET}. The neck adds "
        "the widened layer at a sixteenth of the input to the upsampled one, in as many channels as fit.",
        activation="swish",
    )
    net.stage("Stem")
    net.conv(32, 3, 2)
    for wide, channels, size, stride, squeeze, count, keep in EFFICIENTNET_B0:
        if not keep:
            net.stage(f"{'Halve the grid, ' * (stride == 2)}{channels} channels, {size}x{size} windows")
        for _ in range(count):
            widened = inverted_residual(net, wide, channels, size, stride, squeeze, keep)
        if channels == 192 and stride == 2:
            fine = widened
    net.conv(1280)
    net.activation = "leaky"
    net.stage("Head: 13 x 13 cells of 32 pixels")
    narrow = net.conv(256)
    branch = net.conv(256, 3)
    net.shortcut(narrow, "leaky")
    net.yolo(MEDIUM, ANCHORS_TINY)
    net.stage(f"Neck: up, plus layer {fine}")
    net.route(branch)
    net.conv(128)
    raised = net.upsample()
    net.shortcut(fine, "leaky")
    net.conv(128, 3)
    net.shortcut(raised, "leaky")
    net.shortcut(fine, "leaky")
    net.stage("Head: 26 x 26 cells of 16 pixels")
    net.yolo((1, 2, 3), ANCHORS_TINY)
    return net


def networks():
    return [yolo_fastest("yolo-fastest-1.1", 1), yolo_fastest("yolo-fastest-1.1-xl", 2), enet_coco()]
