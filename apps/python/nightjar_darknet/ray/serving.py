"""A network that answers requests, for Ray Serve."""

from __future__ import annotations

import asyncio
from typing import Any

from ray import serve
from starlette.requests import Request
from starlette.responses import JSONResponse

from ..config import ModelConfig
from ..errors import NightjarError
from .batches import found_in, load


@serve.deployment
class Detector:
    """POST a picture (JPEG, PNG, BMP, WebP): its width, height and objects, in the words of `nightjar detect --jsonl`.

    A picture that cannot be read is answered by status 400 and {"error": why}.
    """

    def __init__(self, config: ModelConfig, **options: Any) -> None:
        self._model, self._options = load(config), options

    async def __call__(self, request: Request) -> JSONResponse:
        picture = await request.body()
        try:
            # The network does not hold Python's lock: several requests run side by side.
            return JSONResponse(await asyncio.to_thread(self._found_in, picture))
        except NightjarError as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    def _found_in(self, picture: bytes) -> dict:
        return found_in(next(self._model.stream([picture], **self._options)))


def detector(config: ModelConfig, *, replicas: int = 1, cpus: int = 1, **options: Any) -> serve.Application:
    """What serve.run() takes: `replicas` processes with a network of `cpus` threads each; options as for Model.detect.

        serve.run(detector(ModelConfig("yolov3-tiny.cfg", "yolov3-tiny.weights"), replicas=2), route_prefix="/detect")
    """
    deployment = Detector.options(num_replicas=replicas, ray_actor_options={"num_cpus": cpus})
    return deployment.bind(config, **options)
