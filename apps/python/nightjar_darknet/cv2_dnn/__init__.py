"""Stands in for cv2.dnn where it is used with Darknet's networks; needs no OpenCV.

    from nightjar_darknet import cv2_dnn as dnn      # in place of cv2.dnn

    import nightjar_darknet.cv2_dnn
    nightjar_darknet.cv2_dnn.install()               # or: cv2.dnn itself reads Darknet's networks again

docs/migrating-from-opencv.md shows both, and says what is different.
"""

from .blob import CV_8U, CV_32F, blobFromImage, blobFromImages, imagesFromBlob
from .constants import *  # noqa: F403
from .install import install
from .layers import Layer
from .models import ClassificationModel, DetectionModel, Model
from .net import Net
from .nms import NMSBoxes, NMSBoxesBatched
from .read import readNet, readNetFromDarknet
