"""The project's documents as the tests see them, and a folder in which README.md's commands find what they name."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FOLDERS = ("apps", "cfg", "engine", "kernels", "parsers", "tests", "weights")  # with a README of their own
WEIGHTS_PLACES = (ROOT / "weights", ROOT.parent / "shared/darknet/weights")


def documents():
    """Every Markdown file that is ours: path -> text."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / folder / "README.md" for folder in FOLDERS)]
    return {file: file.read_text(encoding="utf-8") for file in sorted(files)}


def blocks(language):
    """The contents of README.md's fenced blocks in that language."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [body for found, body in FENCE.findall(text) if found == language]


def commands():
    """The command lines of README.md's sh blocks, without comments."""
    lines = "".join(blocks("sh")).splitlines()
    return [line for line in (line.split("  #")[0].strip() for line in lines) if line]


def needs_weights(command):
    """Others than those that come with nightjar."""
    return "--model" in command.replace("--model cells", "") or ".weights" in command


def weights_file(name):
    """A weights file's path, or None where it is not on this machine."""
    return next((place / name for place in WEIGHTS_PLACES if (place / name).is_file()), None)


def furnish(folder, build):
    """Makes `folder` look like the root of a built clone, with all weights there are on this machine."""
    for name in ("cfg", "docs"):
        os.symlink(ROOT / name, folder / name)
    os.symlink(build, folder / "build")
    os.mkdir(folder / "weights")
    for name in ("catalog.json", "cells.weights"):
        os.symlink(ROOT / "weights" / name, folder / "weights" / name)
    for name in re.findall(r"[\w.-]+\.weights", "".join(blocks("sh") + blocks("cpp"))):
        file = weights_file(name)
        if file and not (folder / "weights" / name).exists():
            os.symlink(file, folder / "weights" / name)
