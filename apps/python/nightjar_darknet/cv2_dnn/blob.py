"""cv2.dnn.blobFromImage and its kin: pictures -> what a network takes, by OpenCV's arithmetic."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from .. import _native
from ..errors import UsageError

CV_8U, CV_32F = 0, 5


def blobFromImage(
    image, scalefactor=1.0, size=(0, 0), mean=(0, 0, 0, 0), swapRB=False, crop=False, ddepth=CV_32F
) -> np.ndarray:
    """A picture, (height, width[, channels]) uint8 or float32 -> (1, channels, height, width).

    size is (width, height); (0, 0) keeps the picture's. Without crop the picture is stretched, with it the middle
    is cut out. Each value becomes (value - mean) * scalefactor; mean is in the blob's order of channels.
    """
    return blobFromImages([image], scalefactor, size, mean, swapRB, crop, ddepth)


def blobFromImages(
    images, scalefactor=1.0, size=(0, 0), mean=(0, 0, 0, 0), swapRB=False, crop=False, ddepth=CV_32F
) -> np.ndarray:
    """The same for several pictures, (pictures, channels, height, width); without a size the first one's."""
    pictures = [_with_channels(image) for image in images]
    if not pictures:
        raise UsageError("blobFromImages was given no pictures")
    if ddepth not in (CV_8U, CV_32F):
        raise UsageError(f"ddepth={ddepth} is unknown; CV_32F (5) and CV_8U (0) are known")
    wanted = tuple(map(int, size)) if any(size) else pictures[0].shape[1::-1]
    return _stacked([fitted(picture, wanted, crop) for picture in pictures], scalefactor, mean, swapRB, ddepth)


def imagesFromBlob(blob: np.ndarray) -> tuple[np.ndarray, ...]:
    """(pictures, channels, height, width) -> as many of (height, width, channels)."""
    return tuple(np.ascontiguousarray(image.transpose(1, 2, 0)) for image in blob)


def fitted(picture: np.ndarray, size: tuple[int, int], crop: bool) -> np.ndarray:
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    if not crop:
        return _native.resize(picture, *size, size[0] / width, size[1] / height)
    # The factor is a float32, as in OpenCV.
    factor = float(max(np.float32(size[0]) / np.float32(width), np.float32(size[1]) / np.float32(height)))
    larger = _native.resize(picture, round(width * factor), round(height * factor), factor, factor)
    left, top = int(0.5 * (larger.shape[1] - size[0])), int(0.5 * (larger.shape[0] - size[1]))
    return np.ascontiguousarray(larger[top : top + size[1], left : left + size[0]])


def _with_channels(image) -> np.ndarray:
    image = np.asarray(image)
    if image.dtype not in (np.uint8, np.float32) or image.ndim not in (2, 3) or image.size == 0:
        raise UsageError(
            f"a picture has the shape {image.shape} of {image.dtype}; (height, width[, channels]) of uint8 or float32 is known"
        )
    return np.ascontiguousarray(image if image.ndim == 3 else image[:, :, None])


def _stacked(pictures: Sequence[np.ndarray], scalefactor, mean, swap: bool, ddepth: int) -> np.ndarray:
    height, width, channels = pictures[0].shape
    if any(picture.shape != pictures[0].shape for picture in pictures):
        raise UsageError("pictures of a blob have one size and as many channels each; size= gives them one")
    blob = np.empty((len(pictures), channels, height, width), np.float32)
    for picture, planes in zip(pictures, blob):
        _native.fill_planes(picture, planes, _scalar(mean), _scalar(scalefactor, repeat=True), swap)
    return blob.astype(np.uint8) if ddepth == CV_8U else blob


def _scalar(given, repeat: bool = False) -> list[float]:
    """OpenCV's Scalar: four numbers, missing ones 0; with `repeat` one number stands for all."""
    if np.ndim(given) == 0:
        given = [given] * (4 if repeat else 1)
    given = [float(value) for value in given]
    return given + [0.0] * (4 - len(given))
