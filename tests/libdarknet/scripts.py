"""What the two Darknets' Python scripts do with their libraries, written anew: structs, functions, the order of calls."""

import ctypes
import sys
from ctypes import POINTER, byref, c_char_p, c_float, c_int, c_void_p

FLOATS = POINTER(c_float)


class Box(ctypes.Structure):
    _fields_ = [(name, c_float) for name in "xywh"]


class Image(ctypes.Structure):
    _fields_ = [("w", c_int), ("h", c_int), ("c", c_int), ("data", FLOATS)]


class Metadata(ctypes.Structure):
    _fields_ = [("classes", c_int), ("names", POINTER(c_char_p))]


class AlexeyABDetection(ctypes.Structure):
    _fields_ = [
        ("bbox", Box), ("classes", c_int), ("best_class_idx", c_int), ("prob", FLOATS), ("mask", FLOATS),
        ("objectness", c_float), ("sort_class", c_int), ("uc", FLOATS), ("points", c_int), ("embeddings", FLOATS),
        ("embedding_size", c_int), ("sim", c_float), ("track_id", c_int),
    ]  # fmt: skip


class PjreddieDetection(ctypes.Structure):
    _fields_ = [
        ("bbox", Box), ("classes", c_int), ("prob", FLOATS), ("mask", FLOATS), ("objectness", c_float),
        ("sort_class", c_int),
    ]  # fmt: skip


class Pair(ctypes.Structure):
    _fields_ = [("num", c_int), ("dets", POINTER(AlexeyABDetection))]


class Fork:
    """A library, with the functions that both forks declare alike."""

    Detection = None

    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        dets = POINTER(self.Detection)
        self.declare("load_image_color", Image, c_char_p, c_int, c_int)
        self.declare("make_image", Image, c_int, c_int, c_int)
        self.declare("letterbox_image", Image, Image, c_int, c_int)
        self.declare("resize_image", Image, Image, c_int, c_int)
        self.declare("rgbgr_image", None, Image)
        self.declare("free_image", None, Image)
        self.declare("get_metadata", Metadata, c_char_p)
        self.declare("network_width", c_int, c_void_p)
        self.declare("network_height", c_int, c_void_p)
        self.declare("network_predict_image", FLOATS, c_void_p, Image)
        self.declare("make_network_boxes", dets, c_void_p, c_float, POINTER(c_int))
        self.declare("free_detections", None, dets, c_int)
        self.declare("do_nms_sort", None, dets, c_int, c_int, c_float)
        self.declare("do_nms_obj", None, dets, c_int, c_int, c_float)
        self.declare("reset_rnn", None, c_void_p)
        self.declare("free_ptrs", None, POINTER(c_char_p), c_int)

    def declare(self, name, result, *arguments):
        function = getattr(self.lib, name)
        function.restype, function.argtypes = result, arguments

    def found(self, dets, count, names):
        """(name, probability, box) of each class of each box that was not suppressed, most probable first."""
        rows = [
            (names[i], dets[j].prob[i], tuple(getattr(dets[j].bbox, side) for side in "xywh"))
            for j in range(count)
            for i in range(len(names))
            if dets[j].prob[i] > 0
        ]
        return sorted(rows, key=lambda row: -row[1])

    def detect(self, net, names, picture, thresh=0.5, suppress="do_nms_sort"):
        image = self.lib.load_image_color(picture.encode(), 0, 0)
        self.lib.network_predict_image(net, image)
        count = c_int(0)
        dets = self.boxes(net, image, thresh, count)
        getattr(self.lib, suppress)(dets, count.value, len(names), 0.45)
        rows = self.found(dets, count.value, names)
        self.lib.free_image(image)
        self.lib.free_detections(dets, count)
        return rows


class AlexeyAB(Fork):
    Detection = AlexeyABDetection

    def __init__(self, path):
        super().__init__(path)
        dets = POINTER(self.Detection)
        self.declare("load_network_custom", c_void_p, c_char_p, c_char_p, c_int, c_int)
        self.declare("free_network_ptr", None, c_void_p)
        self.declare("copy_image_from_bytes", None, Image, c_char_p)
        self.declare("network_predict_ptr", FLOATS, c_void_p, FLOATS)
        self.declare("network_predict_image_letterbox", FLOATS, c_void_p, Image)
        self.declare("get_network_boxes", dets, c_void_p, c_int, c_int, c_float, c_float, POINTER(c_int), c_int,
                     POINTER(c_int), c_int)
        self.declare("network_predict_batch", POINTER(Pair), c_void_p, Image, c_int, c_int, c_int, c_float, c_float,
                     POINTER(c_int), c_int, c_int)
        self.declare("free_batch_detections", None, POINTER(Pair), c_int)

    def load(self, cfg, weights, batch=1):
        return self.lib.load_network_custom(cfg.encode(), weights.encode(), 0, batch)

    def free(self, net):
        self.lib.free_network_ptr(net)

    def boxes(self, net, image, thresh, count, letter=0):
        return self.lib.get_network_boxes(net, image.w, image.h, thresh, 0.5, None, 0, byref(count), letter)


class Pjreddie(Fork):
    Detection = PjreddieDetection

    def __init__(self, path):
        super().__init__(path)
        dets = POINTER(self.Detection)
        self.declare("load_network", c_void_p, c_char_p, c_char_p, c_int)
        self.declare("free_network", None, c_void_p)
        self.declare("network_predict", FLOATS, c_void_p, FLOATS)
        self.declare("get_network_boxes", dets, c_void_p, c_int, c_int, c_float, c_float, POINTER(c_int), c_int,
                     POINTER(c_int))

    def load(self, cfg, weights):
        return self.lib.load_network(cfg.encode(), weights.encode(), 0)

    def free(self, net):
        self.lib.free_network(net)

    def boxes(self, net, image, thresh, count):
        return self.lib.get_network_boxes(net, image.w, image.h, thresh, 0.5, None, 0, byref(count))


def forks():
    """Both, from the libraries that the command line names: AlexeyAB's, then pjreddie's."""
    return AlexeyAB(sys.argv[1]), Pjreddie(sys.argv[2])
