"""Where words go: results to standard output, progress and messages to standard error."""

from __future__ import annotations

import io
import math
import os
import sys
import time
from contextlib import suppress
from dataclasses import asdict, is_dataclass

from xraydesk.errors import OutputError, XRayDeskError
from xraydesk.jobs import Progress

_BAR, _SECONDS_BETWEEN = 28, 0.1


def never_fail_at_a_letter() -> None:
    """A letter that the console or the file's encoding does not know is spelt out (\\u2026)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def result(line: str) -> None:
    """Raises BrokenPipeError where the reader went away, as `head` does, OutputError for a full disk."""
    if sys.stdout is None:  # closed by who started us
        return
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except OSError as error:
        _drop_output()
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(
            f"The results could not be written: {error.strerror or error}.",
            hint="Free some space or write them elsewhere.",
        ) from error


def _drop_output() -> None:
    """What standard output still holds goes nowhere: Python would complain at its end."""
    with suppress(OSError):  # io.UnsupportedOperation is one
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def message(line: str) -> None:
    _say(line + "\n")


def _say(text: str) -> None:
    """To standard error, if anybody listens there."""
    with suppress(OSError):
        if sys.stderr is not None:
            sys.stderr.write(text)
            sys.stderr.flush()


def complaint(error: XRayDeskError) -> None:
    message(f"xraydesk: {error.failure()}")


class ProgressBar:
    """A bar on a terminal, nothing elsewhere; drawn ten times a second at most."""

    def __init__(self) -> None:
        self._drawn_at = 0.0
        self._started_at = time.monotonic()
        self._what = ""
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._width = 0  # of what stands there; not every console knows the sequence that clears a line
        self._full, self._empty = ("█", "·") if _can_say("█·") else ("#", ".")

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.what != self._what:
            self._what, self._started_at = progress.what, now
        if not self._shown or (now - self._drawn_at < _SECONDS_BETWEEN and progress.done != progress.total):
            return
        self._drawn_at = now
        share = progress.done / progress.total if progress.total else 0.0
        bar = self._full * round(share * _BAR)
        rate = progress.done / max(now - self._started_at, 1e-3)
        of = f"/{progress.total}" if progress.total else ""
        line = f"{progress.what} {bar.ljust(_BAR, self._empty)} {progress.done}{of}  {rate:.1f}/s"
        _say("\r" + line.ljust(self._width))
        self._width = len(line)

    def clear(self) -> None:
        if self._width:
            _say("\r" + " " * self._width + "\r")
            self._width = 0


def _can_say(text: str) -> bool:
    try:
        text.encode(getattr(sys.stderr, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def plain(value: object) -> object:
    """Dataclasses and paths as what JSON knows; a number that is none becomes null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(part) for key, part in asdict(value).items()}
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
