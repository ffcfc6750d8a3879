"""The YOLOv7 family: bodies of efficient layer aggregation (ELAN), which keep every second result of a
chain of convolutions and join them all at its end."""

from .blocks import ANCHORS_V3, ANCHORS_V4, LARGE, MEDIUM, SMALL, pyramid_pool, raise_to_narrowed
from .csp import csp_pyramid_pool
from .network import Network

YOLOV7 = (
    "Wang, Bochkovskiy and Liao, YOLOv7: Trainable Bag-of-Freebies Sets New State-of-the-Art for Real-Time "
    "Object Detectors, 2022, arXiv:2207.02696"
)
HEAD = {"activation": "logistic", "scale_x_y": 2.0, "new_coords": 1, "nms_kind": "diounms"}


def chain(net, start, inner, depth):
    """Two 1x1 of `start` channels on the same input, then `depth` 3x3 of `inner` channels on the second.
    Returns all of them, the newest first."""
    source = net.last
    first = net.conv(start)
    net.route(source)
    made = [net.conv(start), first]
    for _ in range(depth):
        made.insert(0, net.conv(inner, 3))
    return made


def elan(net, inner, channels):
    """Of a chain of four, what stands at every second place is kept."""
    fourth, _, second, _, start, beside = chain(net, inner, inner, 4)
    net.route(fourth, second, start, beside)
    return net.conv(channels)


def elan_wide(net, channels):
    """The neck's version keeps all of a chain of four, which is half as wide."""
    net.route(*chain(net, channels, channels // 2, 4))
    return net.conv(channels)


def elan_tiny(net, inner, channels):
    """The tiny version keeps all of a chain of two, the oldest first."""
    net.route(*chain(net, inner, inner, 2)[::-1])
    return net.conv(channels)


def halve(net, channels, *lateral):
    """Halve the grid in two ways, by the largest and by a strided 3x3, and lay both side by side."""
    source = net.last
    net.maxpool(2, 2)
    largest = net.conv(channels)
    net.route(source)
    net.conv(channels)
    return net.route(net.conv(channels, 3, 2), largest, *lateral)


def yolov7():
    net = Network("yolov7", 640, "YOLOv7 for COCO", YOLOV7, activation="swish")
    net.stage("Stem: a quarter of the input")
    for channels, stride in [(32, 1), (64, 2), (64, 1), (128, 2)]:
        net.conv(channels, 3, stride)
    net.stage("ELAN stage of 256 channels")
    ends = [elan(net, 64, 256)]
    for inner, channels in [(128, 512), (256, 1024), (256, 1024)]:
        net.stage(f"ELAN stage: halve the grid, {channels} channels")
        halve(net, net.measured()[-1].shape[0] // 2)
        ends.append(elan(net, inner, channels))
    net.stage("Neck: spatial pyramid pooling on the coarsest grid")
    coarse = csp_pyramid_pool(net, 512, widest_first=False)
    made = []
    for channels, lateral in [(256, ends[2]), (128, ends[1])]:
        net.stage(f"Neck: up, beside layer {lateral}")
        raise_to_narrowed(net, channels, lateral)
        made.append(elan_wide(net, channels))
    for channels, lateral in [(256, made[0]), (512, coarse)]:
        net.stage(f"Neck: down, beside layer {lateral}")
        halve(net, channels // 2, lateral)
        made.append(elan_wide(net, channels))
    for mask, source, width in zip((SMALL, MEDIUM, LARGE), made[1:], (256, 512, 1024)):
        net.stage(f"Head: cells of {width // 32} pixels")
        net.route(source)
        net.conv(width, 3)
        net.yolo(mask, ANCHORS_V4, **HEAD)
    return net


def yolov7_tiny():
    net = Network("yolov7-tiny", 416, "YOLOv7-tiny for COCO", YOLOV7)
    net.stage("Stem: a quarter of the input")
    net.conv(32, 3, 2)
    net.conv(64, 3, 2)
    ends = []
    for inner in (32, 64, 128, 256):
        if ends:
            net.maxpool(2, 2)
        net.stage(f"ELAN stage of {2 * inner} channels")
        ends.append(elan_tiny(net, inner, 2 * inner))
    net.stage("Neck: spatial pyramid pooling on the coarsest grid")
    skip = net.conv(256)
    net.route(ends[3])
    net.conv(256)
    pyramid_pool(net)
    net.route(skip, net.conv(256))
    made = [net.conv(256)]
    for channels, lateral in [(128, ends[2]), (64, ends[1])]:
        net.stage(f"Neck: up, beside layer {lateral}")
        raise_to_narrowed(net, channels, lateral)
        made.append(elan_tiny(net, channels // 2, channels))
    for channels, lateral in [(128, made[1]), (256, made[0])]:
        net.stage(f"Neck: down, beside layer {lateral}")
        net.route(net.conv(channels, 3, 2), lateral)
        made.append(elan_tiny(net, channels // 2, channels))
    for mask, source, width in zip((SMALL, MEDIUM, LARGE), made[2:], (128, 256, 512)):
        net.stage(f"Head: cells of {width // 16} pixels")
        net.route(source)
        net.conv(width, 3)
        net.yolo(mask, ANCHORS_V3, **HEAD)
    return net


def networks():
    return [yolov7(), yolov7_tiny()]
