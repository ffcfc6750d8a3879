"""Each shipped network is the official one: the same layers in the same order, with the same inference
options.

Options are compared as Darknet would read them, with defaults applied; training options do not count.
"""

import unittest

from shipped import CFG, OFFICIAL

from architectures.measure import measure, read

# Ours -> the file it equals, size included. The forks ship some networks at different sizes.
OFFICIAL_FILES = {
    "yolov2": "pjreddie/yolov2.cfg",
    "yolov2-voc": "pjreddie/yolov2-voc.cfg",
    "yolov2-tiny": "pjreddie/yolov2-tiny.cfg",
    "yolov2-tiny-voc": "pjreddie/yolov2-tiny-voc.cfg",
    "yolov3": "alexeyab/yolov3.cfg",
    "yolov3-tiny": "pjreddie/yolov3-tiny.cfg",
    "yolov3-spp": "pjreddie/yolov3-spp.cfg",
    "yolov3-voc": "pjreddie/yolov3-voc.cfg",
    "darknet19": "pjreddie/darknet19.cfg",
    "darknet53": "pjreddie/darknet53.cfg",
    "yolov4": "alexeyab/yolov4.cfg",
    "yolov4-tiny": "alexeyab/yolov4-tiny.cfg",
    "yolov4-tiny-3l": "alexeyab/yolov4-tiny-3l.cfg",
    "yolov4-csp": "alexeyab/yolov4-csp.cfg",
    "yolov4-csp-swish": "alexeyab/yolov4-csp-swish.cfg",
    "yolov7": "alexeyab/yolov7.cfg",
    "yolov7-tiny": "alexeyab/yolov7-tiny.cfg",
    "yolo-fastest-1.1": "yolo-fastest/yolo-fastest-1.1.cfg",
    "yolo-fastest-1.1-xl": "yolo-fastest/yolo-fastest-1.1-xl.cfg",
    "enet-coco": "alexeyab/enet-coco.cfg",
    "resnet50": "pjreddie/resnet50.cfg",
    "resnet101": "pjreddie/resnet101.cfg",
    "resnet152": "pjreddie/resnet152.cfg",
    "csresnext50-panet-spp-original-optimal": "alexeyab/csresnext50-panet-spp-original-optimal.cfg",
}

# The official files of the first two are not at hand, the third is our variant, the last two our own: test_cfg_shapes.py
# has them.
NOT_COMPARED = {"yolov3-openimages", "csresnext50-panet-spp", "yolov3-tiny-123", "cells", "scenes"}

NET = {"channels": 3, "letter_box": 0}
HEAD = {"num": 1, "classes": 20}
# What counts at inference, by layer, with Darknet's defaults.
DEFAULTS = {
    "convolutional": {
        "filters": 1,
        "size": 1,
        "stride": 1,
        "stride_x": 0,
        "stride_y": 0,
        "groups": 1,
        "dilation": 1,
        "activation": "logistic",
        "batch_normalize": 0,
        "antialiasing": 0,
        "flipped": 0,
        "binary": 0,
        "xnor": 0,
        "bin_output": 0,
        "share_index": "",
    },
    "maxpool": {"maxpool_depth": 0, "antialiasing": 0},
    "avgpool": {},
    "upsample": {"stride": 2, "scale": 1},
    "reorg": {"stride": 1, "reverse": 0, "flatten": 0, "extra": 0},
    "route": {"groups": 1, "group_id": 0},
    "shortcut": {
        "activation": "linear",
        "alpha": 1,
        "beta": 1,
        "weights_type": "none",
        "weights_normalization": "none",
    },
    "scale_channels": {"scale_wh": 0, "activation": "linear"},
    "dropout": {},
    "softmax": {"groups": 1, "temperature": 1, "tree": "", "spatial": 0},
    "cost": {},
    "yolo": HEAD
    | {
        "mask": None,
        "anchors": None,
        "scale_x_y": 1,
        "new_coords": 0,
        "nms_kind": "default",
        "beta_nms": 0.6,
    },
    "region": HEAD
    | {"anchors": None, "coords": 4, "softmax": 0, "classfix": 0, "background": 0, "tree": "", "map": ""},
}


def value(text):
    """A number, a list of numbers, or a word: so that 1, 1.0 and 1.00 are equal."""
    try:
        parts = [float(part) for part in str(text).split(",")]
    except ValueError:
        return text
    return parts if len(parts) > 1 else parts[0]


def meaning(layer):
    """What of a layer decides its output; paddings and references resolved."""
    options = {key: value(layer.options.get(key, default)) for key, default in DEFAULTS[layer.kind].items()}
    if layer.kind == "convolutional":
        size = layer.integer("size", 1)
        options["padding"] = size // 2 if layer.integer("pad") else layer.integer("padding")
    if layer.kind == "maxpool":
        stride = layer.integer("stride", 1)
        size = layer.integer("size", stride)
        options |= {"stride": stride, "size": size, "padding": layer.integer("padding", size - 1)}
    return layer.kind, layer.sources, layer.shape, options


def net_meaning(options):
    keys = {key: value(options.get(key, default)) for key, default in NET.items()}
    return keys | {side: int(options[side]) for side in ("width", "height")}


class Equal(unittest.TestCase):
    def test_same_network_as_the_official_file(self):
        self.assertEqual({path.stem for path in CFG.glob("*.cfg")}, set(OFFICIAL_FILES) | NOT_COMPARED)
        for name, official in OFFICIAL_FILES.items():
            with self.subTest(name):
                ours, theirs = read(CFG / f"{name}.cfg"), read(OFFICIAL / official)
                self.assertEqual(net_meaning(ours[0][1]), net_meaning(theirs[0][1]))
                self.assertEqual([kind for kind, _ in ours], [kind for kind, _ in theirs])
                for mine, its in zip(measure(ours), measure(theirs)):
                    self.assertEqual(meaning(mine), meaning(its), f"layer {mine.number}")


if __name__ == "__main__":
    if OFFICIAL.is_dir():
        unittest.main()
    print("SKIPPED: needs the official cfg files in ../shared/darknet/cfg")
