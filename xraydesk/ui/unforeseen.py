"""What nobody foresaw: noted in the user's log without names or films, and said in one quiet line.

Exceptions in Qt's slots and in threads reach nobody else: without this they are lost on stderr.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from xraydesk import __version__
from xraydesk.engine.crash_notes import within_program

_LOG_BYTES, _LOGS_KEPT = 256 * 1024, 2
_SAME_AT_MOST = 3  # a fault while painting comes with every frame


class Unforeseen(QObject):
    """`met` carries words for the reader, in the window's thread."""

    met = Signal(str)

    def __init__(self, log: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._times: dict[str, int] = {}

    def watch(self) -> None:
        """From now on, for the whole process."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if sys.stderr is not None and sys.stderr.isatty():  # elsewhere it may be kept, names and all
            sys.__excepthook__(kind, error, trace)
        if not isinstance(error, Exception):
            return  # Ctrl+C and the end of the program are foreseen
        words = fault_words(error)
        self._times[words] = self._times.get(words, 0) + 1
        if self._times[words] <= _SAME_AT_MOST:
            noted = _note(self._log, words)
            self.met.emit(_line(self._log) if noted else _line(None))


def fault_words(error: BaseException) -> str:
    """What went wrong where in the program; no messages, for they quote paths, and paths name patients."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    return "\nafter ".join(_one_fault(each) for each in chain)


def _one_fault(error: BaseException) -> str:
    number = f" {error.errno}" if isinstance(error, OSError) and error.errno else ""
    places = [
        f"  {within_program(frame.filename)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return "\n".join((f"{type(error).__qualname__}{number}", *places))


def _note(log: Path, words: str) -> bool:
    """False where the log cannot be written; that must not be one fault more."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(log, maxBytes=_LOG_BYTES, backupCount=_LOGS_KEPT, encoding="utf-8")
    except OSError:
        return False
    try:
        file.setFormatter(logging.Formatter(f"%(asctime)s XRayDesk {__version__} %(message)s"))
        file.handle(logging.LogRecord("xraydesk", logging.ERROR, "", 0, words, None, None))
    finally:
        file.close()
    return True


def _line(log: Path | None) -> str:
    words = "Something went wrong that was not foreseen; what is shown may be incomplete."
    return f"{words} Noted, without names, in {log}" if log else words
