"""Joseph Redmon's networks: Darknet-19 and YOLOv2, Darknet-53 and YOLOv3, and their tiny versions."""

from .blocks import (
    ANCHORS_TINY,
    ANCHORS_V3,
    LARGE,
    MEDIUM,
    SMALL,
    alternate,
    classifier,
    pyramid_pool,
    raise_to,
    residual,
)
from .network import Network

YOLO9000 = "Redmon and Farhadi, YOLO9000: Better, Faster, Stronger, 2016, arXiv:1612.08242"
YOLOV3 = "Redmon and Farhadi, YOLOv3: An Incremental Improvement, 2018, arXiv:1804.02767"

# Widths and heights in cells of the 32-pixel grid.
REGION_COCO = [
    (0.57273, 0.677385),
    (1.87446, 2.06253),
    (3.33843, 5.47434),
    (7.88282, 3.52778),
    (9.77052, 9.16828),
]
REGION_VOC = [
    (1.3221, 1.73145),
    (3.19275, 4.00944),
    (5.05587, 8.09892),
    (9.47112, 4.84053),
    (11.2364, 10.0071),
]
REGION_TINY_VOC = [(1.08, 1.19), (3.42, 4.41), (6.63, 11.38), (9.42, 5.11), (16.62, 10.52)]


# ---- Darknet-19 and YOLOv2 ----


def darknet19_body(net):
    """Six stages, halving the grid between them, without the classifier. Returns the end of the fifth, at
    a sixteenth of the input, whose finer grid YOLOv2 reads again."""
    fine = None
    for stage, (channels, count) in enumerate([(32, 1), (64, 1), (128, 3), (256, 3), (512, 5), (1024, 5)]):
        net.stage(f"Stage {stage + 1}: {count} convolutions of {channels} channels")
        if stage:
            net.maxpool(2, 2)
        for index in range(count):
            net.conv(*((channels // 2, 1) if index % 2 else (channels, 3)))
        if channels == 512:
            fine = net.last
    return fine


def region(net, anchors, classes):
    """YOLOv2's head: boxes relative to the cell, one softmax over the classes of each anchor."""
    net.conv(len(anchors) * (5 + classes), normalize=False, activation="linear")
    net.add(
        "region",
        anchors=", ".join(f"{w},{h}" for w, h in anchors),
        num=len(anchors),
        classes=classes,
        coords=4,
        softmax=1,
    )


def darknet19():
    net = Network("darknet19", 256, "Darknet-19, an ImageNet classifier", YOLO9000)
    darknet19_body(net)
    classifier(net, pool_first=False)
    return net


def yolov2(name, size, anchors, classes, data):
    net = Network(
        name,
        size,
        f"YOLOv2 for {data}",
        f"{YOLO9000}. Darknet-19 with a passthrough: the stage at a "
        "sixteenth of the input is folded 2x2 and laid beside the last one, for the sake of small things.",
    )
    fine = darknet19_body(net)
    net.stage("Detection: two more convolutions, then the finer grid joins")
    net.conv(1024, 3)
    coarse = net.conv(1024, 3)
    net.route(fine)
    net.conv(64)
    net.route(net.add("reorg", stride=2), coarse)
    net.conv(1024, 3)
    net.stage(f"Head: {len(anchors)} anchors, {classes} classes")
    region(net, anchors, classes)
    return net


def tiny_body(net):
    """Seven 3x3 convolutions with a maximum after each but the last; the sixth maximum keeps the grid.
    Returns the fifth convolution, at a sixteenth of the input."""
    net.stage("Body: the grid halves five times")
    for channels in (16, 32, 64, 128, 256):
        fine = net.conv(channels, 3)
        net.maxpool(2, 2)
    net.conv(512, 3)
    net.maxpool(2, 1)
    net.conv(1024, 3)
    return fine


def yolov2_tiny(name, anchors, classes, width, data):
    net = Network(name, 416, f"YOLOv2-tiny for {data}", YOLO9000)
    tiny_body(net)
    net.conv(width, 3)
    net.stage(f"Head: {len(anchors)} anchors, {classes} classes")
    region(net, anchors, classes)
    return net


# ---- Darknet-53 and YOLOv3 ----


def darknet53_body(net):
    """Five stages of residual blocks, each after a strided 3x3. Returns the ends of the third, fourth and
    fifth: an eighth, a sixteenth and a thirty-second of the input."""
    net.stage("Darknet-53: a first look at full size")
    net.conv(32, 3)
    ends = []
    for channels, blocks in [(64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)]:
        net.stage(
            f"Darknet-53: halve the grid, {blocks} residual block{'s' * (blocks > 1)} of {channels} channels"
        )
        net.conv(channels, 3, 2)
        for _ in range(blocks):
            residual(net, channels, channels // 2)
        ends.append(net.last)
    return ends[2:]


def darknet53():
    net = Network("darknet53", 256, "Darknet-53, an ImageNet classifier", YOLOV3)
    darknet53_body(net)
    classifier(net)
    return net


def yolov3(name, size, data="COCO", classes=80, spp=False):
    about = (
        f"{YOLOV3}. Darknet-53, then three heads at a thirty-second, a sixteenth and an eighth of the input; "
        "each coarser one feeds the next. docs/yolov3.md walks through it."
    )
    net = Network(name, size, f"YOLOv3{'-SPP' if spp else ''} for {data}", about)
    eighth, sixteenth, _ = darknet53_body(net)
    branch = None
    for mask, narrow, lateral in [(LARGE, 512, None), (MEDIUM, 256, sixteenth), (SMALL, 128, eighth)]:
        stride = narrow // 16
        if lateral is not None:
            net.stage(f"Neck: up to a {size // stride} x {size // stride} grid, beside layer {lateral}")
            net.route(branch)
            raise_to(net, narrow, lateral)
        else:
            net.stage("Neck: the coarsest grid")
        if spp and lateral is None:
            alternate(net, narrow, 3)
            net.stage("Spatial pyramid pooling")
            pyramid_pool(net)
            branch = alternate(net, narrow, 3)
        else:
            branch = alternate(net, narrow, 5)
        net.conv(2 * narrow, 3)
        net.stage(
            f"Head: {size // stride} x {size // stride} cells of {stride} pixels, 3 x (4 + 1 + {classes})"
        )
        net.yolo(mask, ANCHORS_V3, classes)
    return net


def yolov3_tiny(name, fine_mask, remark=""):
    net = Network(name, 416, "YOLOv3-tiny for COCO", f"{YOLOV3}. Nine convolutions before two heads.{remark}")
    fine = tiny_body(net)
    branch = net.conv(256)
    net.conv(512, 3)
    net.stage("Head: 13 x 13 cells of 32 pixels")
    net.yolo(MEDIUM, ANCHORS_TINY)
    net.stage("Neck: up to a 26 x 26 grid")
    net.route(branch)
    raise_to(net, 128, fine)
    net.conv(256, 3)
    net.stage("Head: 26 x 26 cells of 16 pixels")
    net.yolo(fine_mask, ANCHORS_TINY)
    return net


def networks():
    return [
        yolov2("yolov2", 608, REGION_COCO, 80, "COCO"),
        yolov2("yolov2-voc", 416, REGION_VOC, 20, "Pascal VOC"),
        yolov2_tiny("yolov2-tiny", REGION_COCO, 80, 512, "COCO"),
        yolov2_tiny("yolov2-tiny-voc", REGION_TINY_VOC, 20, 1024, "Pascal VOC"),
        yolov3("yolov3", 416),
        yolov3_tiny("yolov3-tiny", SMALL),
        yolov3_tiny(
            "yolov3-tiny-123",
            (1, 2, 3),
            " As yolov3-tiny, but the finer head has the anchors 1, 2 and 3, "
            "which the published weights were evidently trained with.",
        ),
        yolov3("yolov3-spp", 608, spp=True),
        yolov3("yolov3-voc", 416, "Pascal VOC", 20),
        yolov3("yolov3-openimages", 608, "Open Images", 601),
        darknet19(),
        darknet53(),
    ]
