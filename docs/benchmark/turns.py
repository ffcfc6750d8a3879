"""Engines that take turns: each a process that holds its networks ready and is timed when somebody says so, so that
whatever disturbs a machine meets all alike. `nightjar bench --turns` answers the same lines.

  prepare BATCH          makes ready for batches of this size: {"batch", ...}
  time BATCH SECONDS     passes of it for so long: {"wall_ms": {"best", "median"}, "series_ms": {...}}, of batches that
                         are waited for one by one, and of those in a series that nobody waits in

An answer is a line of JSON; {"error"} where there is none.
"""

import contextlib
import json
import os
import queue
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

SERIES_MS, MOST_PASSES = 30, 100


class Late(Exception):
    """No answer in time."""


class Refused(Exception):
    """A line that says why there is no answer."""


# The engine's side.


def milliseconds_of(run, passes, seconds):
    """Of a pass, one for each time that `passes` of them ran, in `seconds` after two that warm up."""
    for _ in range(2):
        run(passes)
    times, end = [], time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        start = time.perf_counter()
        run(passes)
        times.append((time.perf_counter() - start) * 1000 / passes)
    return {"best": min(times), "median": statistics.median(times)}


def time_passes(run, seconds):
    """run(passes): so many, and waits for the last."""
    alone = milliseconds_of(run, 1, seconds / 2)
    passes = min(max(int(SERIES_MS / alone["best"]), 2), MOST_PASSES)
    return {"wall_ms": alone, "series_ms": milliseconds_of(run, passes, seconds / 2)}


def answer(line, prepare, prepared):
    words = line.split()
    batch = int(words[1])
    if words[0] == "time":
        return time_passes(prepared[batch], float(words[2]))
    start = time.perf_counter()
    prepared[batch], about = prepare(batch)
    return {"batch": batch, "ms": (time.perf_counter() - start) * 1000, **about}


@contextlib.contextmanager
def own_output():
    """Standard output, which nobody else writes to: what libraries print goes to standard error."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        yield out


def serve(prepare):
    """Answers standard input. prepare(batch) -> run(passes), and a dictionary of what there is to say."""
    prepared = {}
    with own_output() as out:
        for line in sys.stdin:
            try:
                said = answer(line, prepare, prepared)
            except Exception as error:  # whatever a library throws costs this answer alone
                said = {"error": f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"}
            print(json.dumps(said), file=out, flush=True)


# The side of who compares.


class Contestant:
    """A process that answers."""

    def __init__(self, command, folder):
        self.messages = tempfile.TemporaryFile("w+", errors="replace")
        self.answers = queue.Queue()
        self.process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.messages,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put(None)

    def ask(self, *words):
        with contextlib.suppress(BrokenPipeError):  # then answer() says why
            self.process.stdin.write(" ".join(map(str, words)) + "\n")
            self.process.stdin.flush()

    def has_answered(self):
        """Or will not any more."""
        return not self.answers.empty()

    def answer(self, seconds):
        """To the first question that has none yet. Late, or Refused."""
        try:
            line = self.answers.get(timeout=max(0, seconds))
        except queue.Empty:
            raise Late from None
        if line is None:
            self.answers.put(None)
            raise Refused(self.last_message())
        said = json.loads(line)
        if "error" in said:
            raise Refused(said["error"])
        return said

    def last_message(self):
        self.messages.seek(0)
        lines = [line.strip() for line in self.messages if line.strip()]
        return lines[-1] if lines else f"exit {self.process.wait()}"

    def end(self):
        """With all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin = None  # what is in its buffer has no reader
        self.messages.close()
