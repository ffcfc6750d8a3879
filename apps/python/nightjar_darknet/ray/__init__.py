"""nightjar on many machines: pictures through Ray Data, requests through Ray Serve.

    python -m nightjar_darknet.ray pictures/ --cfg yolov3-tiny.cfg --weights yolov3-tiny.weights --out boxes.jsonl

`DetectPictures` goes into `Dataset.map_batches`, `detector` into `serve.run`. Needs `pip install "ray[data,serve]"`.
"""

from .batches import DetectPictures

__all__ = ["DetectPictures", "detector"]


def __getattr__(name):
    # Ray Serve is an extra of Ray, which Ray Data does without.
    if name == "detector":
        from .serving import detector

        return detector
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
