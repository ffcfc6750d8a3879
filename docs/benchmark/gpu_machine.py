"""What gpu_check.py finds on a machine: files, libraries, versions."""

import ctypes
import os
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Darknet's own boxes and photographs, where a checkout has them beside it or in it.
SHARED = next((d for d in (ROOT.parent / "shared", ROOT / "shared") if d.is_dir()), ROOT / "shared") / "darknet"
NAME, SIZE = "yolov3", 416


class Problem(Exception):
    """A line that says what went wrong."""


class Refusal(Problem):
    """A line that says that nightjar does not do such a thing."""


class Absent(Exception):
    """A line that says what is not on this machine."""


class NoTime(Exception):
    """It was not ready in time."""


def threads():
    return len(os.sched_getaffinity(0))


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
        "pytorch": None,  # of who runs them
        "jax": None,
        "nightjar": first_line(check, check.args.nightjar, "--version"),
    }
