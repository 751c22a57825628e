"""What the two processes tell each other beside `client.Message`."""

from __future__ import annotations

from dataclasses import dataclass

from xraydesk.workflows.verbs import Request


@dataclass(frozen=True, slots=True)
class Submit:
    job_id: int
    request: Request


@dataclass(frozen=True, slots=True)
class Cancel:
    job_id: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End at once, whatever runs."""


FromWindow = Submit | Cancel | Stop


@dataclass(frozen=True, slots=True)
class Began:
    """The engine has taken this job in hand: its time runs from here."""

    job_id: int
