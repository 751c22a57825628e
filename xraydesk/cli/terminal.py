"""Where words go: results to standard output, progress and messages to standard error."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict, is_dataclass

from xraydesk.errors import XRayDeskError
from xraydesk.jobs import Progress

_BAR, _SECONDS_BETWEEN = 28, 0.1


def result(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def message(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def complaint(error: XRayDeskError) -> None:
    message(f"xraydesk: {error.failure()}")


class ProgressBar:
    """A bar on a terminal, nothing elsewhere; drawn ten times a second at most."""

    def __init__(self) -> None:
        self._drawn_at = 0.0
        self._started_at = time.monotonic()
        self._what = ""
        self._shown = sys.stderr.isatty()

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.what != self._what:
            self._what, self._started_at = progress.what, now
        if not self._shown or (now - self._drawn_at < _SECONDS_BETWEEN and progress.done != progress.total):
            return
        self._drawn_at = now
        share = progress.done / progress.total if progress.total else 0.0
        bar = "█" * round(share * _BAR)
        rate = progress.done / max(now - self._started_at, 1e-3)
        of = f"/{progress.total}" if progress.total else ""
        sys.stderr.write(f"\r\x1b[K{progress.what} {bar:·<{_BAR}} {progress.done}{of}  {rate:.1f}/s")
        sys.stderr.flush()

    def clear(self) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def plain(value: object) -> object:
    """Dataclasses and paths as what JSON knows."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(part) for key, part in asdict(value).items()}
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
