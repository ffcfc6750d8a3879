"""The nightjar program, which the package carries: runs it, and ends it with whoever waits for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable, Sequence

from .errors import error_of_program
from .interrupts import HeldInterrupts

PROGRAM = Path(__file__).parent / "bin" / "nightjar"
_ERROR = "nightjar: error: "


def run(arguments: Sequence[object], on_line: Callable[[str], object] | None = None) -> str:
    """Runs `nightjar ARGUMENTS...`; returns its standard output.

    on_line gets each line of its standard error as it comes. Raises what `errors` lists where the program ends
    with another code than 0. KeyboardInterrupt, or any other exception, ends the program and all that it
    started: by SIGINT, after which a training still saves its checkpoint; a second one kills it.
    """
    # An interrupt before the process is known would leave it behind.
    with tempfile.TemporaryFile() as output, HeldInterrupts() as interrupts:
        process = _start(arguments, output)
        try:
            interrupts.release()
            message = _listen(process, on_line)
            status = process.wait()
        except BaseException:
            _end(process)
            raise
        finally:
            process.stderr.close()
        if status != 0:
            raise error_of_program(status, message)
        output.seek(0)
        return output.read().decode(errors="replace")


def _start(arguments: Sequence[object], output) -> subprocess.Popen:
    return subprocess.Popen(
        [PROGRAM, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
    )


def _listen(process: subprocess.Popen, on_line: Callable[[str], object] | None) -> str:
    """Hands its lines on; returns its error's, or the last one."""
    message = ""
    for line in process.stderr:
        line = line.rstrip("\n")
        if on_line:
            on_line(line)
        if not message.startswith(_ERROR):
            message = line
    return message.removeprefix(_ERROR)


def _end(process: subprocess.Popen) -> None:
    try:
        _signal(process, signal.SIGINT)
        process.stderr.read()  # what it still says must not fill the pipe
        process.wait()
    except BaseException:
        _signal(process, signal.SIGKILL)
        process.wait()
        raise


def _signal(process: subprocess.Popen, number: int) -> None:
    """To its whole group, which start_new_session made."""
    if process.poll() is None:
        os.killpg(process.pid, number)


def main() -> None:
    """The command nightjar-darknet: becomes the program."""
    os.execv(PROGRAM, [str(PROGRAM), *sys.argv[1:]])
