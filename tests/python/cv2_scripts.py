"""What six public scripts call of cv2.dnn, each with its sizes, scales and thresholds, in words of our own.

  python cv2_scripts.py SECONDS CFG WEIGHTS PICTURE... > answers.json

Runs each on each picture by whichever OpenCV there is, after install() where that has no Darknet of its own, and prints for
each script the boxes (class, confidence, left, top, width, height) of each picture, and the milliseconds that a picture
takes: the least of as many rounds as SECONDS have room for.
"""

import json
import sys
import time

import cv2
import numpy as np


def rows_to_boxes(outputs, width, height, threshold):
    """The loop that most scripts have: of each row the best class, and corner and size in whole pixels."""
    boxes, scores, classes = [], [], []
    for output in outputs:
        for row in output:
            number = np.argmax(row[5:])
            score = row[5:][number]
            if score > threshold:
                x, y, w, h = (int(value * scale) for value, scale in zip(row, (width, height, width, height)))
                boxes.append([int(x - w / 2), int(y - h / 2), w, h])
                scores.append(float(score))
                classes.append(int(number))
    return boxes, scores, classes


def kept(boxes, scores, classes, indices):
    return [(classes[i], scores[i], *boxes[i]) for i in indices]


class Tutorial:
    """nandinib1999/object-detection-yolo-opencv: weights first, names of outputs, 320 pixels of a smaller picture."""

    def __init__(self, cfg, weights):
        self.net = cv2.dnn.readNet(weights, cfg)
        self.outputs = [name for name in self.net.getUnconnectedOutLayersNames()]

    def __call__(self, picture):
        picture = cv2.resize(picture, None, fx=0.4, fy=0.4)
        blob = cv2.dnn.blobFromImage(picture, scalefactor=0.00392, size=(320, 320), mean=(0, 0, 0), swapRB=True, crop=False)
        self.net.setInput(blob)
        found = rows_to_boxes(self.net.forward(self.outputs), picture.shape[1], picture.shape[0], 0.3)
        return kept(*found, cv2.dnn.NMSBoxes(found[0], found[1], 0.5, 0.4))


class ByNumbers:
    """Tinker-Twins/YOLO-OpenCV-Python: outputs by their numbers, 416 pixels, positional arguments."""

    def __init__(self, cfg, weights):
        self.net = cv2.dnn.readNet(weights, cfg)
        names = self.net.getLayerNames()
        self.outputs = [names[i - 1] for i in self.net.getUnconnectedOutLayers()]

    def __call__(self, picture):
        picture = cv2.resize(picture, None, fx=0.2, fy=0.2)
        self.net.setInput(cv2.dnn.blobFromImage(picture, 0.00392, (416, 416), (0, 0, 0), True, crop=False))
        found = rows_to_boxes(self.net.forward(self.outputs), picture.shape[1], picture.shape[0], 0.5)
        return kept(*found, cv2.dnn.NMSBoxes(found[0], found[1], 0.5, 0.4))


class Crops:
    """A reader of labels: readNetFromDarknet, NumPy's whole numbers, NMSBoxes' answer flattened."""

    def __init__(self, cfg, weights):
        self.net = cv2.dnn.readNetFromDarknet(cfg, weights)
        names = self.net.getLayerNames()
        self.outputs = [names[i - 1] for i in self.net.getUnconnectedOutLayers()]

    def __call__(self, picture):
        height, width = picture.shape[:2]
        self.net.setInput(cv2.dnn.blobFromImage(picture, 1 / 255.0, (416, 416), swapRB=True, crop=False))
        boxes, scores, classes = [], [], []
        for row in (row for output in self.net.forward(self.outputs) for row in output):
            number = np.argmax(row[5:])
            if row[5 + number] > 0.5:
                x, y, w, h = (row[0:4] * np.array([width, height, width, height])).astype("int")
                boxes.append([int(x - w / 2), int(y - h / 2), int(w), int(h)])
                scores.append(float(row[5 + number]))
                classes.append(int(number))
        indices = cv2.dnn.NMSBoxes(boxes, scores, 0.5, 0.4)
        return kept(boxes, scores, classes, indices.flatten() if len(indices) else [])


class Simulator:
    """A driving simulator's labels: backend and target by name, 256 pixels, low thresholds."""

    def __init__(self, cfg, weights):
        self.net = cv2.dnn.readNetFromDarknet(cfg, weights)
        self.net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
        self.net.setPreferableTarget(cv2.dnn.DNN_TARGET_CPU)
        names = self.net.getLayerNames()
        self.outputs = [names[i - 1] for i in self.net.getUnconnectedOutLayers()]

    def __call__(self, picture):
        self.net.setInput(cv2.dnn.blobFromImage(picture, 1 / 255.0, (256, 256), swapRB=True, crop=False))
        found = rows_to_boxes(self.net.forward(self.outputs), picture.shape[1], picture.shape[0], 0.3)
        return kept(*found, cv2.dnn.NMSBoxes(found[0], found[1], 0.3, 0.3))


class Camera:
    """eriklandmark/auto-avfyrning: a DetectionModel of 320 pixels with OpenCV's default thresholds, and blue for red."""

    scale = 1 / 255

    def __init__(self, cfg, weights):
        self.model = cv2.dnn_DetectionModel(cv2.dnn.readNet(weights, cfg))
        self.model.setInputParams(size=(320, 320), scale=self.scale)

    def __call__(self, picture):
        found = self.model.detect(picture)
        return [(int(number), float(score), *map(int, box)) for number, score, box in zip(*found)]


class Items(Camera):
    """wiggapony0925/AI-Item-Recognition: the same, a little too bright."""

    scale = 1 / 225


SCRIPTS = [Tutorial, ByNumbers, Crops, Simulator, Camera, Items]


def least_milliseconds(script, pictures, seconds):
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        for picture in pictures:
            script(picture)
        best = min(best, (time.perf_counter() - began) * 1e3 / len(pictures))
    return best


def main():
    seconds, cfg, weights, *files = sys.argv[1:]
    if not hasattr(cv2.dnn, "readNetFromDarknet") or "--ours" in files:
        import nightjar_darknet.cv2_dnn

        nightjar_darknet.cv2_dnn.install()
    pictures = [cv2.imread(file) for file in files if file != "--ours"]
    answers = {"opencv": cv2.__version__}
    for kind in SCRIPTS:
        script = kind(cfg, weights)
        boxes = [script(picture) for picture in pictures]
        answers[kind.__name__] = {"boxes": boxes, "milliseconds": least_milliseconds(script, pictures, float(seconds))}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
