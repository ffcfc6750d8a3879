#!/usr/bin/env python3
"""Runs the steps of a Dockerfile without Docker, in bare Debian roots, and then its program.

  apps/packages/try_dockerfile.py [--keep FOLDER] [DOCKERFILE] -- ARGUMENT...

Each FROM debian:12 is a root that debootstrap makes, in which each RUN runs by chroot; COPY takes files that git knows,
or those of an earlier root. At the end the ENTRYPOINT runs with the arguments, as `docker run` would; its exit code is
the script's. Needs root's rights, debootstrap, cpio and a network that leads to Debian's packages.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run(*command, **options):
    print("+", *command, file=sys.stderr, flush=True)
    return subprocess.run([str(word) for word in command], **options)


def instructions(text):
    """(word, the rest) of each instruction, continued lines joined."""
    text = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", text))
    return [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]


class Stages:
    """The roots of a Dockerfile, one a FROM."""

    def __init__(self, folder):
        self.folder = folder
        self.roots, self.root, self.entry = {}, None, None

    def start(self, rest):
        image, *name = re.split(r"\s+AS\s+", rest)
        if not re.fullmatch(r"debian:12(-slim)?", image):
            sys.exit(f"try_dockerfile.py: FROM {image}: only debian:12 is known")
        bare = self.folder / "bare"
        if not bare.exists():
            run("debootstrap", "--variant=minbase", "bookworm", bare, check=True, stdout=sys.stderr)
        self.root = self.folder / f"stage-{len(self.roots)}"
        run("cp", "--archive", "--reflink=auto", bare, self.root, check=True)
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        self.roots[name[0] if name else str(len(self.roots))] = self.root

    def copy(self, rest):
        found = re.fullmatch(r"(?:--from=(\S+) )?(\S+) (\S+)", rest)
        source, target = found[2], self.root / found[3].lstrip("/")
        if not found[1]:
            target.mkdir(parents=True)
            files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
            run("cpio", "--null", "--pass-through", "--make-directories", "--quiet", target, cwd=ROOT, input=files, check=True)
            return
        target.mkdir(parents=True, exist_ok=True)
        for file in self.roots[found[1]].glob(source.lstrip("/")):
            shutil.copy(file, target)

    def inside(self, *command, **options):
        run("mount", "--bind", "/proc", self.root / "proc", check=True)
        try:
            return run("chroot", self.root, *command, **options)
        finally:
            run("umount", self.root / "proc", check=True)

    def step(self, word, rest):
        if word == "FROM":
            self.start(rest)
        elif word == "COPY":
            self.copy(rest)
        elif word == "RUN":
            if self.inside("/bin/sh", "-c", rest, stdout=sys.stderr).returncode != 0:
                sys.exit(f"try_dockerfile.py: RUN {rest}: failed")
        elif word == "ENTRYPOINT":
            self.entry = json.loads(rest)
        else:
            sys.exit(f"try_dockerfile.py: {word}: not known here")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dockerfile", nargs="?", type=Path, default=Path(__file__).with_name("Dockerfile"))
    parser.add_argument("--keep", type=Path, help="folder of the roots, which then stay (a temporary one)")
    parser.add_argument("arguments", nargs="*", help="behind --: of the program")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    args = parser.parse_args(sys.argv[1:split])
    with tempfile.TemporaryDirectory() as temporary:
        stages = Stages((args.keep or Path(temporary)).resolve())
        for word, rest in instructions(args.dockerfile.read_text()):
            stages.step(word, rest)
        sys.exit(stages.inside(*stages.entry, *sys.argv[split + 1 :]).returncode)


if __name__ == "__main__":
    main()
