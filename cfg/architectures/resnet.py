"""Residual networks for ImageNet, and CSPResNeXt-50 as the body of a detector."""

from . import csp
from .blocks import ANCHORS_V3, ANCHORS_V4, classifier
from .network import Network

RESNET = "He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015, arXiv:1512.03385"
CSPNET = "Wang et al., CSPNet, 2019, arXiv:1911.11929"


def bottleneck(net, channels, widen=4, stride=1, groups=None):
    """1x1, 3x3 and 1x1 beside the input. At the head of a stage the two differ in channels and in grid:
    the shortcut adds what overlaps."""
    source = net.last
    net.conv(channels)
    net.conv(channels, 3, stride, groups=groups)
    net.conv(channels * widen, activation="linear")
    return net.shortcut(source, "leaky")


def resnet(depth, blocks, pool_first=False, cost=False):
    net = Network(
        f"resnet{depth}",
        256,
        f"ResNet-{depth}, an ImageNet classifier",
        f"{RESNET}. Leaky instead of "
        "rectified linear units, and no projections: where a stage begins, the shortcut adds the channels "
        "and cells that both sides have.",
    )
    net.stage("Stem")
    net.conv(64, 7, 2)
    net.maxpool(2, 2)
    for stage, count in enumerate(blocks):
        channels = 64 << stage
        net.stage(
            f"Stage {stage + 1}: {count} bottlenecks of {channels}, {channels} and {4 * channels} channels"
        )
        for block in range(count):
            bottleneck(net, channels, stride=2 if stage and not block else 1)
    classifier(net, pool_first, cost)
    return net


def csp_stage(net, channels, blocks, activation="linear", stem=False):
    """A cross-stage-partial stage of grouped bottlenecks: one path skips them all, both meet in a 1x1."""
    if not stem:
        net.conv(channels, 3, 2, groups=32)
    source = net.last
    skip = net.conv(channels, activation=activation)
    net.route(source)
    net.conv(channels // 2 if stem else channels, activation=activation)
    for _ in range(blocks):
        bottleneck(net, channels, widen=1, groups=32)
    net.route(net.conv(channels), skip)
    return net.conv(2 * channels)


def csresnext50(name, size, anchors, scales, **head):
    net = Network(name, size, "CSPResNeXt-50 with SPP and PANet, for COCO", f"{CSPNET}; {csp.YOLOV4}.")
    net.stage("Stem")
    net.conv(64, 7, 2)
    net.maxpool(2, 2)
    ends = []
    for channels, blocks, activation in [
        (128, 3, "leaky"),
        (256, 3, "linear"),
        (512, 5, "linear"),
        (1024, 2, "leaky"),
    ]:
        net.stage(f"CSP stage of {blocks} grouped bottlenecks, {2 * channels} channels")
        ends.append(csp_stage(net, channels, blocks, activation, stem=channels == 128))
    csp.path_aggregation(net, ends[1], ends[2], anchors, scales, **head)
    return net


def networks():
    return [
        resnet(50, (3, 4, 6, 3), pool_first=True),
        resnet(101, (3, 4, 23, 3), cost=True),
        resnet(152, (3, 8, 36, 3)),
        csresnext50("csresnext50-panet-spp", 416, ANCHORS_V3, (None, None, None)),
        csresnext50(
            "csresnext50-panet-spp-original-optimal", 608, ANCHORS_V4, (1.2, 1.1, 1.05), nms_kind="greedynms"
        ),
    ]
