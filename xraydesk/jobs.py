"""What a running job may say and ask: progress, events, and whether to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from xraydesk.errors import Cancelled


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` (0 when unknown), and in words what is being done."""

    done: int
    total: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """One plain sentence that the user should read while the job goes on."""

    text: str


def _ignore(_: object) -> None:
    return None


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class JobContext:
    """Handed to every workflow. `emit` takes any frozen dataclass the workflow's caller knows."""

    emit: Callable[[object], None] = field(default=_ignore)
    is_cancelled: Callable[[], bool] = field(default=_never)

    def progress(self, done: int, total: int, what: str = "") -> None:
        self.emit(Progress(done, total, what))

    def check_cancelled(self) -> None:
        """Raises Cancelled when the user asked to stop; called once per film or batch."""
        if self.is_cancelled():
            raise Cancelled
