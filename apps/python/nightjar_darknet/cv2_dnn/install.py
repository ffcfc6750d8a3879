"""Gives an installed OpenCV 5, which reads Darknet's files no more, its Darknet back."""

from __future__ import annotations

from . import models
from .net import Net
from .read import is_cfg, is_weights, readNet, readNetFromDarknet

_MODELS = ("Model", "DetectionModel", "ClassificationModel")


def install(cv2=None) -> None:
    """From here on cv2.dnn.readNetFromDarknet, readNet, DetectionModel and the like take Darknet's networks.

    cv2: the module; None imports it. All that is about other networks stays OpenCV's, and so do blobFromImage and
    NMSBoxes. Calling it again changes nothing.
    """
    if cv2 is None:
        import cv2
    if getattr(cv2.dnn, "readNetFromDarknet", None) is readNetFromDarknet:
        return
    cv2.dnn.readNetFromDarknet = readNetFromDarknet
    cv2.dnn.readNet = _readers(cv2.dnn.readNet)
    for name in _MODELS:
        chooser = _chooser(getattr(models, name), getattr(cv2.dnn, name))
        setattr(cv2.dnn, name, chooser)
        setattr(cv2, f"dnn_{name}", chooser)


def _readers(of_opencv):
    def read_net(model, config="", *others, **more):
        if is_cfg(model) or is_cfg(config) or is_weights(model):
            return readNet(model, config)
        return of_opencv(model, config, *others, **more)

    return read_net


def _chooser(ours, theirs):
    """A class that makes one of ours for Darknet's networks, and OpenCV's own for all others."""

    def choose(cls, model, *config, **more):
        files = (model, *config, *more.values())
        darknet = isinstance(model, Net) or any(map(is_cfg, files)) or any(map(is_weights, files))
        return (ours if darknet else theirs)(model, *config, **more)

    return type(ours.__name__, (), {"__new__": choose, "__doc__": ours.__doc__})
