"""nightjar for Python: Darknet's networks, YOLO and others, from their .cfg and .weights files.

    from nightjar_darknet import Model

    model = Model("yolov3-tiny.cfg", "yolov3-tiny.weights", names="coco.names")
    for box in model.detect("street.png"):
        print(box.name, box.confidence, box.xyxy)

`nightjar_darknet.cv2_dnn` stands in for cv2.dnn.
"""

from . import errors
from ._native import version as __version__
from .commands import evaluate, export, train
from .config import ModelConfig
from .detections import Detection, Detections
from .errors import NightjarError
from .model import Head, Model
from .streaming import Streamed

__all__ = [
    "Detection",
    "Detections",
    "Head",
    "Model",
    "ModelConfig",
    "NightjarError",
    "Streamed",
    "errors",
    "evaluate",
    "export",
    "train",
    "__version__",
]
