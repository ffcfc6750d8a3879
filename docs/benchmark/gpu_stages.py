"""The stages of gpu_check.py: lists of (name of an item, what it does to the Check)."""

import json
from dataclasses import dataclass
from typing import Callable

from gpu_answers import PRECISIONS, TOOLS, check_boxes, check_heads, run_tests, sanitize_at_once
from gpu_machine import NAME, SIZE, Absent, Refusal, network
from gpu_pictures import detect_folder
from gpu_race import ENGINES, Race, hear_all

HEADS = ["yolov3-tiny", "yolov3", "yolov4", "yolov7"]
OTHERS = ["yolov4", "yolov7", "yolov3-tiny", "yolo-fastest-1.1", "darknet53"]
TRAINED = 16  # pictures of an update


@dataclass
class Stage:
    name: str
    seconds: float  # at most
    items: list
    end: Callable = lambda: None  # in any case


def compare_layers(name, size, batch):
    def work(check):
        options = ["--batch", batch, "--precision", "fp16", "--no-check", "--compare-conv"]
        check.report["layers"].append(
            {"network": name, "precision": "fp16", **check.bench(*network(check, name, size), *options)}
        )

    return f"{name} {size} batch {batch} fp16", work


def published_tables(check):
    """The YOLOv3 paper's networks, one picture at a time."""
    if check.quick:
        raise Absent("is of other networks than one small one")
    check.report["paper"] = check.bench("--paper", "--precision", "fp16")


def train(name, precision, batch, rounds):
    """Updates of a training, by nightjar and by PyTorch in turn."""

    def ours(check):
        cfg = ["--cfg", check.quick or f"cfg/{name}.cfg"]
        size = [] if check.quick else ["--width", SIZE, "--height", SIZE]
        return check.bench(*cfg, *size, "--training", "--batch", batch, "--precision", precision)

    def theirs(check):
        command = ["docs/benchmark/torch_training.py", check.quick or f"cfg/{name}.cfg", "--batch", batch]
        command += ["--device", "cuda", "--precision", precision, "--seconds", 2]
        command += [] if check.quick else ["--size", SIZE]
        return json.loads(check.python(*command).splitlines()[-1])

    def work(check):
        missing = []
        for _ in range(rounds):
            for engine, time in (("ours", ours), ("pytorch", theirs)):
                try:
                    check.add_update(precision, engine, batch, time(check))
                except (Absent, Refusal) as why:
                    missing.append(str(why))
        if missing:
            raise Absent(missing[0])

    return f"{name} batch {batch} {precision}", work


def races_of(check):
    rounds = check.args.rounds
    if check.quick:
        quick = [engine for engine in ENGINES if engine != "tuned"]  # it times every kernel before
        return [Race(check, check.quick.stem, [1, 2], quick, rounds)]
    main = Race(check, NAME, [1, 32, 8, 64], list(ENGINES), rounds)
    few = ["ours", "cudnn", "pytorch", "compiled"]
    return [main, *(Race(check, name, [1, 32], few, rounds) for name in OTHERS)]


def stages(check):
    """In the order of what should not be missing."""
    name, size = (check.quick.stem, "own size") if check.quick else (NAME, SIZE)
    main, *others = races = races_of(check)
    check.races = races
    rounds = check.args.rounds
    plan = [
        Stage("peers begin", 10, [race.begin() for race in races]),
        Stage("heads", 90, [check_heads(n, p) for n in ([name] if check.quick else HEADS) for p in PRECISIONS]),
        Stage("boxes", 15, [check_boxes(precision) for precision in PRECISIONS]),
        Stage("tests", 70, [run_tests("cuda_test")]),
        Stage("peers ready", 5 if check.quick else 60, [hear_all(races)], lambda: [race.end_late() for race in races]),
        Stage("turns", 120, main.items(), main.end),
        Stage("other networks", 90, [item for race in others for item in race.items()]),
        Stage("folder", 40, [detect_folder(name, batch, rounds) for batch in (32, 1)]),
        Stage("training", 40, [train(name, kind, 1 if check.quick else TRAINED, 2) for kind in ("fp16", "fp32")]),
        Stage("sanitizers", 70, [run_tests("cuda_backend_test"), sanitize_at_once(TOOLS)]),
        Stage("paper", 25, [("the YOLOv3 paper's tables", published_tables)]),
        Stage("layers", 40, [compare_layers(name, size, batch) for batch in ([1, 2] if check.quick else [1, 32])]),
    ]
    return [stage for stage in plan if stage.items]
