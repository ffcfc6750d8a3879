"""What gpu_check.py asks for right answers: tests, heads, boxes, sanitizers."""

import json
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gpu_machine import SHARED, SIZE, Absent, Problem, network, trained

PRECISIONS = {"fp32": 1e-4, "tf32": 2e-3, "fp16": 1e-2}  # with what nightjar bench lets the heads lose
# Every kernel of the small networks in every precision: what memory errors and races are looked for in.
SANITIZED = "layers and output are the CPU's*"
TOOLS = ("memcheck", "racecheck", "initcheck", "synccheck")


def run_tests(program):
    def work(check):
        start = time.monotonic()
        out = check.run(check.args.tests / program)
        verdict = [line for line in out.splitlines() if line.startswith("All tests passed")]
        if not verdict:
            raise Problem("no test ran")
        check.add(
            "tests",
            program=program,
            result=verdict[-1],
            skipped=out.count("SKIPPED:"),
            seconds=round(time.monotonic() - start, 1),
        )

    return program, work


def sanitize(check, program, tool):
    test = check.args.tests / "cuda_backend_test"
    out = check.run(program, "--tool", tool, "--error-exitcode", 9, test, SANITIZED)
    passed = re.findall(r"(?m)^All tests passed.*$", out)
    if not passed:
        raise Problem(f"{tool}: no test ran")
    summary = [line.strip("= ") for line in out.splitlines() if "SUMMARY" in line]
    check.add("sanitizers", tool=tool, result=f"{summary[-1] if summary else 'no summary'}; {passed[-1]}")


def sanitize_at_once(tools):
    """A tool slows a program down many times; they need not wait for each other."""

    def work(check):
        program = shutil.which("compute-sanitizer") or "/usr/local/cuda/bin/compute-sanitizer"
        if not Path(program).exists():
            raise Absent("compute-sanitizer is not there")
        with ThreadPoolExecutor(len(tools)) as pool:
            running = [(tool, pool.submit(sanitize, check, program, tool)) for tool in tools]
        failed = [f"{tool}: {done.exception()}" for tool, done in running if done.exception()]
        if failed:
            raise Problem("; ".join(failed))

    return ", ".join(tools), work


def check_heads(name, precision):
    def work(check):
        found = check.bench(*network(check, name, SIZE), "--precision", precision, once=True)
        check.add(
            "heads",
            network=name,
            size=found["width"],
            weights=found["weights"],
            precision=precision,
            error=found["head_error"],
            limit=PRECISIONS[precision],
        )

    return f"{name} {precision}", work


def boxes_of(text):
    """JSON as AlexeyAB writes it -> {picture: [(class, confidence, left, top, right, bottom)]}."""
    found = {}
    for frame in json.loads(text):
        rows = found.setdefault(frame["filename"].rsplit("/", 1)[-1], [])
        for item in frame["objects"]:
            box = item["relative_coordinates"]
            x, y, w, h = (box[key] for key in ("center_x", "center_y", "width", "height"))
            rows.append((item["class_id"], item["confidence"], x - w / 2, y - h / 2, x + w / 2, y + h / 2))
    return found


def overlap(a, b):
    """Intersection over union."""
    width, height = min(a[4], b[4]) - max(a[2], b[2]), min(a[5], b[5]) - max(a[3], b[3])
    both = max(width, 0) * max(height, 0)
    areas = sum((row[4] - row[2]) * (row[5] - row[3]) for row in (a, b))
    return both / (areas - both)


def least_overlap(rows, others, sure):
    """Of each box that is `sure` with the best of its class among the others; 0 where there is none."""
    best = [
        max((overlap(row, other) for other in others if other[0] == row[0]), default=0)
        for row in rows
        if row[1] >= sure
    ]
    return min(best, default=1.0), len(best)


def check_boxes(precision):
    """Darknet's own boxes where they are there, else the CPU's."""

    def work(check):
        weights = trained("yolov3-tiny")
        if check.quick or not weights:
            raise Absent("needs weights/yolov3-tiny.weights (nightjar fetch yolov3-tiny)")
        golden = SHARED / "golden" / "alexeyab" / "yolov3-tiny.photos.json"
        threshold, margin = 0.1, 0.02
        photos = sorted((SHARED / "photos").glob("*.jpg"))
        detect = ["detect", "--cfg", "cfg/yolov3-tiny.cfg", "--weights", weights, "--thresh", threshold]
        detect += ["--compat", "alexeyab", "--out", "-"]
        detect += photos if golden.is_file() else ["docs/scene/street.png"]
        found = boxes_of(check.nightjar(*detect, "--device", "cuda", "--precision", precision))
        expected = boxes_of(golden.read_text() if golden.is_file() else check.nightjar(*detect))
        limit, counted, worst = (0.9 if golden.is_file() else 0.95), 0, 1.0
        for picture, rows in expected.items():
            for some, others in ((rows, found[picture]), (found[picture], rows)):
                least, count = least_overlap(some, others, threshold + margin)
                worst, counted = min(worst, least), counted + count
        whose = "Darknet" if golden.is_file() else "nightjar's on the CPU"
        check.add("boxes", precision=precision, beside=whose, compared=counted, least_iou=worst, limit=limit)
        if worst < limit or counted == 0:
            raise Problem(f"of {counted} boxes, the least overlap is {worst:.3f}, at least {limit} is right")

    return f"yolov3-tiny {precision}", work
