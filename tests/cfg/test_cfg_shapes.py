"""The shipped networks make sense in themselves: heads fit their inputs, sizes are the published ones."""

import unittest

from shipped import CFG

from architectures.measure import measure, numbers, read
from architectures.network import parameters

# Floats in the published .weights files.
FLOATS = {
    "yolov2": 50983561,
    "yolov2-voc": 50676061,
    "yolov2-tiny": 11237145,
    "yolov2-tiny-voc": 15867885,
    "yolov3": 62001757,
    "yolov3-tiny": 8858734,
    "yolov3-tiny-123": 8858734,
    "yolov3-spp": 63052381,
    "yolov3-voc": 61678657,
    "yolov3-openimages": 64807342,
    "darknet19": 20856776,
    "darknet53": 41645640,
    "yolov4": 64429405,
    "yolov4-tiny": 6062814,
    "yolov4-tiny-3l": 6334045,
    "yolov4-csp": 52986205,
    "yolov4-csp-swish": 52986205,
    "yolov7": 36974557,
    "yolov7-tiny": 6241885,
    "yolo-fastest-1.1": 346062,
    "yolo-fastest-1.1-xl": 923486,
    "enet-coco": 4808270,
    "resnet50": 22825896,
    "resnet101": 41870248,
    "resnet152": 57559976,
    "csresnext50-panet-spp": 57030845,
    "csresnext50-panet-spp-original-optimal": 57030845,
    "cells": 372960,
    "scenes": 375870,
}


class Shapes(unittest.TestCase):
    def test_parameter_counts(self):
        counted = {path.stem: parameters(measure(read(path))) for path in CFG.glob("*.cfg")}
        self.assertEqual(counted, FLOATS)

    def test_heads_fit_the_convolution_before_them(self):
        for path in CFG.glob("*.cfg"):
            for layer in measure(read(path)):
                if layer.kind not in ("yolo", "region"):
                    continue
                with self.subTest(path.name, layer=layer.number):
                    slots = (
                        len(numbers(layer.options["mask"]))
                        if "mask" in layer.options
                        else layer.integer("num")
                    )
                    self.assertEqual(layer.input[0], slots * (layer.integer("classes") + 5))
                    self.assertEqual(len(layer.options["anchors"].split(",")), 2 * layer.integer("num"))

    def test_heads_stand_on_grids_of_8_16_and_32_pixels(self):
        for path in CFG.glob("*.cfg"):
            sections = read(path)
            width = int(sections[0][1]["width"])
            for layer in measure(sections):
                if layer.kind in ("yolo", "region"):
                    self.assertIn(width / layer.shape[2], (8, 16, 32), path.name)


if __name__ == "__main__":
    unittest.main()
