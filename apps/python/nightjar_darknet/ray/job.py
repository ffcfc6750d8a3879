"""A folder, or a parquet file, of pictures through a cluster: what `python -m nightjar_darknet.ray` does."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import ray

from ..config import ModelConfig
from .batches import SCHEMA, DetectPictures

PICTURES = ["jpg", "jpeg", "png", "bmp", "webp"]


@dataclass(frozen=True)
class Job:
    """Which pictures through which network, and by how many processes."""

    pictures: str  # a folder, or parquet: a file or a folder of .parquet
    config: ModelConfig
    workers: int = 0  # processes that hold a network; 0: as many as the cluster has CPUs for, but one for reading
    threads: int = 1  # CPUs of each
    batch: int = 16  # pictures that a process is given at once: what is done again if it dies
    bytes: str = "bytes"  # of parquet: the column of encoded pictures
    path: str = "path"  # of parquet: the column of their names
    options: dict[str, Any] = field(default_factory=dict)  # as for Model.detect


def run(job: Job) -> ray.data.Dataset:
    """The rows of SCHEMA, in the order of the pictures; computed as they are asked for. Ray must be initialised."""
    ray.data.DataContext.get_current().execution_options.preserve_order = True
    return _read(job).map_batches(
        DetectPictures,
        fn_constructor_args=[ray.put(_whole(job.config))],
        fn_constructor_kwargs={"bytes": job.bytes, "path": job.path, **job.options},
        compute=ray.data.ActorPoolStrategy(size=job.workers or _free_workers(job.threads)),
        num_cpus=job.threads,
        batch_size=job.batch,
        batch_format="pyarrow",
    )


def _read(job: Job) -> ray.data.Dataset:
    path = Path(job.pictures)
    if path.suffix == ".parquet" or any(path.glob("*.parquet")):
        return ray.data.read_parquet(job.pictures)
    return ray.data.read_binary_files(job.pictures, include_paths=True, file_extensions=PICTURES)


def _free_workers(threads: int) -> int:
    """One CPU is left to the tasks that read, without which the others would wait for ever."""
    return max(1, (int(ray.cluster_resources().get("CPU", 1)) - 1) // threads)


def _whole(config: ModelConfig) -> ModelConfig:
    """The same with the files' bytes in it: other machines need not have the files."""
    files = {name: getattr(config, name) for name in ("cfg", "weights", "names")}
    read = {
        name: Path(file).read_bytes() for name, file in files.items() if isinstance(file, (str, os.PathLike))
    }
    return replace(config, **read)


def write(found: ray.data.Dataset, out: str) -> tuple[int, int]:
    """Pictures, and those of them that could not be read. `out`: .parquet, or else JSON Lines; whole or not at all.

    One process writes: boxes are small beside the pictures that they are of.
    """
    pictures = failed = 0
    with _in_place_of(Path(out)) as file, (_parquet if out.endswith(".parquet") else _json_lines)(file) as append:
        for batch in found.iter_batches(batch_size=256, batch_format="pyarrow"):
            append(batch)
            pictures += len(batch)
            failed += len(batch) - batch["error"].null_count
    return pictures, failed


@contextmanager
def _in_place_of(path: Path) -> Iterator[Path]:
    """A file beside `path`, which takes its place at the end."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _parquet(path: Path):
    with pq.ParquetWriter(path, SCHEMA) as writer:
        yield lambda batch: writer.write_table(batch.cast(SCHEMA))


@contextmanager
def _json_lines(path: Path):
    with path.open("w", encoding="utf-8") as file:

        def append(batch: pa.Table) -> None:
            for row in batch.to_pylist():
                kept = {key: value for key, value in row.items() if value is not None}
                file.write(json.dumps(kept, ensure_ascii=False) + "\n")

        yield append
