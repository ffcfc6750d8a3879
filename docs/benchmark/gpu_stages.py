"""The stages of gpu_check.py: lists of (name of an item, what it does to the Check)."""

import ctypes
import json
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "darknet"  # Darknet's own boxes, where a checkout has them beside it
PRECISIONS = {"fp32": 1e-4, "tf32": 2e-3, "fp16": 1e-2}  # with what nightjar bench lets the heads lose
NAME, SIZE = "yolov3", 416
# Every kernel of the small networks in every precision: what memory errors and races are looked for in.
SANITIZED = "layers and output are the CPU's*"


class Problem(Exception):
    """A line that says what went wrong."""


class Absent(Exception):
    """A line that says what is not on this machine."""


def trained(name):
    """A trained weights file, or None."""
    places = (ROOT / "weights", SHARED / "weights")
    files = [place / f"{name}.weights" for place in places]
    return next((file for file in files if file.is_file()), None)


def network(check, name, size):
    """The options that name a network, with trained weights where there are any."""
    if check.quick:
        return ["--cfg", check.quick, "--synth"]
    weights = trained(name)
    values = ["--weights", weights] if weights else ["--synth"]
    return ["--cfg", f"cfg/{name}.cfg", *values, "--width", size, "--height", size]


# The machine.


def first_line(check, *command):
    try:
        return check.run(*command).strip().splitlines()[0]
    except (Problem, IndexError):
        return None


def cudnn_version():
    try:
        number = ctypes.CDLL("libcudnn.so.9").cudnnGetVersion()
    except (OSError, AttributeError):
        return None
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"


def cuda_version(check):
    try:
        return re.search(r"release ([\d.]+)", check.run(nvcc(), "--version"))[1]
    except (Problem, TypeError):
        return None


def nvcc():
    return shutil.which("nvcc") or "/usr/local/cuda/bin/nvcc"


def versions(check):
    """Null where something is not there."""
    driver = first_line(check, "nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader")
    return {
        "driver": driver,
        "cuda": cuda_version(check),
        "cudnn": cudnn_version(),
        "pytorch": None,  # of the stage that runs it
        "nightjar": first_line(check, check.args.nightjar, "--version"),
    }


# Tests.


def run_tests(program):
    def work(check):
        out = check.run(check.args.tests / program)
        skipped = out.count("SKIPPED:")
        verdict = [line for line in out.splitlines() if line.startswith("All tests passed")]
        if not verdict:
            raise Problem("no test ran")
        check.add("tests", program=program, result=verdict[-1], skipped=skipped)

    return program, work


def sanitize(tool):
    def work(check):
        program = shutil.which("compute-sanitizer") or "/usr/local/cuda/bin/compute-sanitizer"
        if not Path(program).exists():
            raise Absent("compute-sanitizer is not there")
        test = check.args.tests / "cuda_backend_test"
        out = check.run(program, "--tool", tool, "--error-exitcode", 9, test, SANITIZED)
        summary = [line.strip("= ") for line in out.splitlines() if "SUMMARY" in line]
        check.add("sanitizers", tool=tool, result=summary[-1] if summary else "no summary")

    return tool, work


# Right answers.


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


# Speed.


def time_network(name, size, batch, precision, library="ours"):
    def work(check):
        options = ["--batch", batch, "--precision", precision, "--conv", library, "--no-check"]
        try:
            found = check.bench(*network(check, name, size), *options)
        except Problem as problem:
            if "use --conv ours" in str(problem):
                raise Absent(str(problem)) from None
            raise
        times = found["best_ms"], found["median_ms"]
        add_speed(check, name, found["width"], batch, precision, library, *times)

    return f"{name} {size} batch {batch} {precision} {library}", work


def add_speed(check, name, size, batch, precision, engine, best, median):
    check.add(
        "speed",
        network=name,
        size=size,
        batch=batch,
        precision=precision,
        engine=engine,
        best_ms=best,
        median_ms=median,
        pictures_per_s=batch * 1000 / best,
    )


def compare_layers(name, size, batch):
    def work(check):
        options = ["--batch", batch, "--precision", "fp16", "--no-check", "--compare-conv"]
        check.report["layers"].append(
            {"network": name, "precision": "fp16", **check.bench(*network(check, name, size), *options)}
        )

    return f"{name} {size} batch {batch} fp16", work


def time_torch(name, batch):
    def work(check):
        script, cfg = "docs/benchmark/torch_network.py", check.quick or f"cfg/{name}.cfg"
        try:
            out = check.run(check.args.python, script, cfg, "--size", SIZE, "--batch", batch)
        except Problem as problem:
            if "PyTorch" in str(problem):
                raise Absent(str(problem)) from None
            raise
        found = json.loads(out.splitlines()[-1])
        check.report["machine"]["pytorch"] = found["pytorch"]
        add_speed(check, name, SIZE, batch, "fp16", "pytorch", found["best_ms"], found["median_ms"])

    return f"{name} {SIZE} batch {batch} fp16", work


def speed_items(name, sizes, batches):
    """Ours: the figures that the bars ask for first."""
    rows = [(size, batch, precision) for precision in PRECISIONS for size in sizes for batch in batches]
    rows.sort(key=lambda row: (row[2] != "fp16", row[0] != SIZE))
    return [time_network(name, *row) for row in rows]


def stages(check):
    """(name, seconds at most, items), in the order of what should not be missing."""
    name, size = (check.quick.stem, "own size") if check.quick else (NAME, SIZE)
    names = [name] if check.quick else ["yolov3-tiny", name]
    sizes = [size] if check.quick else [320, size, 608]
    batches = [1, 2] if check.quick else [1, 8, 32]
    others = [] if check.quick else ["yolov3-tiny", "yolov4"]
    ends = [batches[0], batches[-1]]
    with_libraries = [
        time_network(name, size, batch, precision, library)
        for precision in reversed(PRECISIONS)
        for library in ("cudnn", "cublas")
        for batch in batches
    ]
    return [
        ("tests", 90, [run_tests("cuda_backend_test"), run_tests("cuda_test")]),
        ("heads", 60, [check_heads(each, precision) for each in names for precision in PRECISIONS]),
        ("boxes", 20, [check_boxes(precision) for precision in PRECISIONS]),
        (
            "speed",
            120,
            speed_items(name, sizes, batches) + [time_network(other, SIZE, 1, "fp16") for other in others],
        ),
        ("layers", 90, [compare_layers(name, size, batch) for batch in ends]),
        ("pytorch", 45, [time_torch(name, batch) for batch in batches]),
        ("sanitizers", 90, [sanitize(tool) for tool in ("memcheck", "racecheck", "initcheck", "synccheck")]),
        ("libraries", 90, with_libraries),
    ]
