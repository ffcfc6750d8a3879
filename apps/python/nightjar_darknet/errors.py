"""What goes wrong, as exceptions.

Each has `message` (one line: file, place, what was found, what would be right), `file` and `line` (None where
the message is about none), and `status`, the exit code that the nightjar program would end with.
"""

from __future__ import annotations

import re


class NightjarError(Exception):
    """Base of all. Itself: a mistake of nightjar's own."""

    status = 1

    def __init__(self, message: str, file: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.file, self.line = message, file, line

    def __reduce__(self):
        return type(self), (self.message, self.file, self.line)


class UsageError(NightjarError, ValueError):
    """The request itself makes no sense."""

    status = 2


class ReadError(NightjarError, OSError):
    """A file is missing, not a regular file, or unreadable."""

    status = 3


class MalformedError(NightjarError, ValueError):
    """A file was read, and what it says is wrong."""

    status = 4


class TooLargeError(NightjarError, ValueError):
    """Needs more memory, or is larger, than allowed."""

    status = 5


class WriteError(NightjarError, OSError):
    """An output could not be written whole."""

    status = 6


class DeviceError(NightjarError, RuntimeError):
    """The device that was asked for is not there, or failed."""

    status = 7


class DivergedError(NightjarError, ArithmeticError):
    """A training left the finite numbers."""

    status = 8


_BY_STATUS = {kind.status: kind for kind in NightjarError.__subclasses__()}
_PLACE = re.compile(r"(?P<file>[^\n]+?):(?P<line>\d+): ")


def error_of(status: int, message: str, file: str | None = None, line: int | None = None) -> NightjarError:
    """The exception for an exit code or a status of the C interface."""
    return _BY_STATUS.get(status, NightjarError)(message, file, line)


def error_of_program(status: int, message: str) -> NightjarError:
    """The same for what the program printed, whose line begins with the place."""
    place = _PLACE.match(message)
    return error_of(status, message, *((place["file"], int(place["line"])) if place else (None, None)))
