"""python -m nightjar_darknet.ray: see --help."""

from __future__ import annotations

import argparse
import sys
import time

import ray

from ..config import ModelConfig
from ..errors import NightjarError
from .job import Job, run, write

EPILOG = """examples:
  python -m nightjar_darknet.ray pictures/ --cfg yolov3-tiny.cfg --weights yolov3-tiny.weights --out boxes.jsonl
  python -m nightjar_darknet.ray pictures.parquet --bytes image --cfg n.cfg --weights n.weights --out boxes.parquet
  python -m nightjar_darknet.ray /mnt/archive --cfg n.cfg --weights n.weights --out o.jsonl --address auto --threads 4

Each line of JSON is a picture: its file, width, height and objects, in the words of `nightjar detect --jsonl`, each box
with its most probable class; or its error.
A process, or a machine, that dies costs the batches that it had begun. Exit codes: 0 done, 4 some pictures could not be
read, and those of nightjar for what kept it from beginning.
"""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m nightjar_darknet.ray",
        description="Finds objects in a folder, or a parquet file, of pictures, on all machines of a Ray cluster.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pictures", help="a folder of pictures, or parquet: a file or a folder of .parquet")
    parser.add_argument("--cfg", required=True, help="the network: a Darknet .cfg file")
    parser.add_argument("--weights", required=True, help="its trained .weights file")
    parser.add_argument("--names", help="class names, one a line")
    parser.add_argument("--out", required=True, help="the file to write: .parquet, or else JSON Lines")
    parser.add_argument("--address", help="of the cluster, as ray.init takes it: auto, ray://...; default: this machine")
    parser.add_argument("--workers", type=int, default=0, help="processes; default: as many as there are CPUs for, but one")
    parser.add_argument("--threads", type=int, default=1, help="threads, and CPUs, of each; default 1: most pictures a second")
    parser.add_argument("--batch", type=int, default=16, help="pictures that a process is given at once; default %(default)s")
    parser.add_argument("--bytes", default="bytes", help="of parquet: the column of pictures; default %(default)s")
    parser.add_argument("--path", default="path", help="of parquet: the column of their names; default %(default)s")
    parser.add_argument("--thresh", type=float, default=0.25, help="least probability of a class; default %(default)s")
    parser.add_argument("--nms", type=float, default=0.45, help="greatest overlap of two boxes of a class; default %(default)s")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    args = parse(sys.argv[1:] if arguments is None else arguments)
    config = ModelConfig(args.cfg, args.weights, args.names)
    try:
        config.load()  # here first: a mistake is told once and at once, not by every process
    except NightjarError as error:
        print(f"nightjar: error: {error}", file=sys.stderr)
        return error.status
    ray.init(address=args.address or "local", log_to_driver=False, logging_level="warning")
    options = {"threshold": args.thresh, "nms": args.nms}
    job = Job(args.pictures, config, args.workers, args.threads, args.batch, args.bytes, args.path, options)
    began = time.monotonic()
    pictures, failed = write(run(job), args.out)
    seconds = time.monotonic() - began
    told = f", {failed} could not be read" if failed else ""
    print(f"nightjar: {pictures} pictures in {seconds:.1f} s, {pictures / seconds:.1f} pictures/s{told}", file=sys.stderr)
    return 4 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
