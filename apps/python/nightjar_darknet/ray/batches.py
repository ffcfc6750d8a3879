"""A network in as many processes as Ray gives it, for Ray Data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa
import ray

from ..config import ModelConfig
from ..model import Model
from ..streaming import Streamed

# A row is a picture; the names are those of `nightjar detect --jsonl`. An object is a box with its most probable class.
OBJECT = pa.struct(
    [("class_id", pa.int32()), ("name", pa.string()), ("confidence", pa.float32())]
    + [(side, pa.float32()) for side in ("left", "top", "width", "height")]
)
SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("objects", pa.list_(OBJECT)),
        ("error", pa.string()),  # why there are no objects; null where the picture could be read
    ]
)


class DetectPictures:
    """Rows of encoded pictures -> rows of what is in them, for Dataset.map_batches; an actor holds one network.

        pictures = ray.data.read_binary_files("pictures", include_paths=True)
        found = pictures.map_batches(
            DetectPictures,
            fn_constructor_args=[ModelConfig("yolov3-tiny.cfg", "yolov3-tiny.weights", "coco.names")],
            compute=ray.data.ActorPoolStrategy(size=4),
            num_cpus=2,
            batch_format="pyarrow",
        )

    config   what to load, files or bytes; or a reference to it in Ray's object store (ray.put)
    bytes    the column of JPEG, PNG, BMP or WebP files
    path     the column of their names; without such a column they have none
    options  as for Model.detect

    Without config.threads the network has as many threads as Ray reserves CPUs for the actor (num_cpus), so that the
    actors of a machine share its cores. Columns of the result: SCHEMA. A picture that cannot be read is a row with its
    `error`, and the others go on. An actor that dies is started anew by Ray, and its batch is done again.
    """

    def __init__(self, config: ModelConfig, *, bytes: str = "bytes", path: str = "path", **options: Any) -> None:
        self._model = load(config)
        self._bytes, self._path, self._options = bytes, path, options

    def __call__(self, batch: pa.Table) -> pa.Table:
        pictures = batch[self._bytes].to_pylist()
        named = self._path in batch.column_names
        paths = batch[self._path].to_pylist() if named else [None] * len(pictures)
        rows: list[dict] = []  # in the order of the pictures, which the stream keeps, errors among them

        def add(**row: Any) -> None:
            rows.append({"file": paths[len(rows)], **row})

        results = self._model.stream(pictures, on_error=lambda _, error: add(error=str(error)), **self._options)
        for one in results:
            add(**found_in(one))
        return pa.Table.from_pylist(rows, SCHEMA)


def load(config: ModelConfig | ray.ObjectRef) -> Model:
    """The network, with a thread for each CPU that Ray reserved for this process, where config does not say."""
    if isinstance(config, ray.ObjectRef):
        config = ray.get(config)
    reserved = ray.get_runtime_context().get_assigned_resources().get("CPU", 1)
    return Model.from_config(replace(config, threads=config.threads or max(1, int(reserved))))


def found_in(one: Streamed) -> dict:
    """A picture's row: its size, and its boxes, each with its most probable class."""
    width, height = one.size
    return {"width": width, "height": height, "objects": list(map(_object, one.detections))}


def _object(box) -> dict:
    left, top, right, bottom = box.xyxy
    return {
        "class_id": box.class_id,
        "name": box.name,
        "confidence": box.confidence,
        "left": left,
        "top": top,
        "width": right - left,
        "height": bottom - top,
    }
