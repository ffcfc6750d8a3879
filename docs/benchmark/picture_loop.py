#!/usr/bin/env python3
"""Detects in the pictures of a list as a script in Python does, and prints how many it took a second.

  python docs/benchmark/picture_loop.py opencv X.cfg X.weights LIST --size 416 --threads 2
  python docs/benchmark/picture_loop.py onnxruntime X.onnx LIST --size 416 --threads 2

X.onnx is what `nightjar export --decode` writes. Needs "opencv-python-headless<5", which read Darknet's files last, and
onnxruntime. Loading the network and one pass before the first picture are not counted.
"""

import argparse
import time
from pathlib import Path

import cv2
import numpy as np

OVERLAP = 0.45


def opencv(files, args):
    """A function from a blob to boxes (centre, size; relative) and scores (box, class)."""
    net = cv2.dnn.readNetFromDarknet(*files)
    heads = net.getUnconnectedOutLayersNames()

    def run(blob):
        net.setInput(blob)
        rows = np.concatenate(net.forward(heads))
        return rows[:, :4], rows[:, 5:]

    return run


def onnxruntime(files, args):
    import onnxruntime as runtime

    options = runtime.SessionOptions()
    options.intra_op_num_threads = args.threads
    session = runtime.InferenceSession(*files, options, providers=["CPUExecutionProvider"])

    def run(blob):
        boxes, scores = session.run(["boxes", "scores"], {"input": blob})
        return boxes[0], scores[0]

    return run


def detect(path, run, size, threshold):
    """Boxes (x, y, w, h in pixels), scores and classes that suppression leaves."""
    picture = cv2.imread(path)
    boxes, scores = run(cv2.dnn.blobFromImage(picture, 1 / 255, (size, size), swapRB=True))
    best = scores.argmax(axis=1)
    probability = scores[np.arange(len(best)), best]
    kept = probability > threshold
    height, width = picture.shape[:2]
    boxes = boxes[kept] * (width, height, width, height)
    boxes[:, :2] -= boxes[:, 2:] / 2
    chosen = cv2.dnn.NMSBoxesBatched(boxes, probability[kept], best[kept], threshold, OVERLAP)
    return boxes[chosen], probability[kept][chosen], best[kept][chosen]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("engine", choices=["opencv", "onnxruntime"])
    parser.add_argument("files", nargs="+", help="the network's files, and last a list: a path on each line")
    parser.add_argument("--size", type=int, required=True, help="network width and height in pixels")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--threshold", type=float, default=0.25, help="least probability of a class")
    args = parser.parse_args()
    cv2.setNumThreads(args.threads)
    run = {"opencv": opencv, "onnxruntime": onnxruntime}[args.engine](args.files[:-1], args)
    paths = Path(args.files[-1]).read_text().splitlines()
    detect(paths[0], run, args.size, args.threshold)
    began = time.perf_counter()
    for path in paths:
        detect(path, run, args.size, args.threshold)
    print(f"{len(paths) / (time.perf_counter() - began):.2f}")


if __name__ == "__main__":
    main()
