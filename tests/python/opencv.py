"""OpenCV in a process of its own: what a version of it answers, to compare with."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from package import opencv


def ask(version, script, **arrays):
    """Runs a script by this version of OpenCV; it finds `given`, a dict of arrays, and fills `answer`, another one."""
    folder = opencv(version)
    with tempfile.TemporaryDirectory() as name:
        given, answer = Path(name, "given.npz"), Path(name, "answer.npz")
        np.savez(given, **arrays)
        frame = f"import cv2, numpy as np\ngiven, answer = np.load({str(given)!r}), {{}}\n{script}\nnp.savez({str(answer)!r}, **answer)"
        run(version, "-c", frame)
        with np.load(answer) as found:
            return dict(found)


def run(version, *arguments):
    """Python with this version of OpenCV; returns its standard output."""
    path = os.pathsep.join([str(opencv(version)), os.environ["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    if done.returncode:
        raise AssertionError(f"OpenCV {version}: {done.stderr}")
    return done.stdout
