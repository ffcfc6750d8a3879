"""Ctrl-C that waits for a better moment."""

from __future__ import annotations

import signal
import threading


class HeldInterrupts:
    """From its beginning to release(), or to its end, SIGINT is noted; then it does what it usually does.

    Of use in the main thread, which is the one that Python's handlers run in. A process that is started meanwhile
    gets none of this.
    """

    def __enter__(self) -> HeldInterrupts:
        self._came = False
        self._usual = signal.getsignal(signal.SIGINT)
        self._holds = threading.current_thread() is threading.main_thread() and callable(self._usual)
        if self._holds:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_) -> None:
        self.release()

    def release(self) -> None:
        if not self._holds:
            return
        self._holds = False
        signal.signal(signal.SIGINT, self._usual)
        if self._came:
            signal.raise_signal(signal.SIGINT)

    def _note(self, *_) -> None:
        self._came = True
