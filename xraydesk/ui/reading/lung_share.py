"""Asks where the lungs lie on the film on screen, and has the findings say how much of its heat lies in them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from xraydesk.errors import Failure
from xraydesk.ui.job_runner import Job, JobRunner
from xraydesk.ui.reading.findings_panel import FindingsPanel
from xraydesk.workflows.verbs import Answer, FilmResult, FindLungs, FoundLungs


class LungShare(QObject):
    """Heat first, lungs after: nobody waits for them. One question at a time, about the film in sight."""

    def __init__(self, runner: JobRunner, findings: FindingsPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._findings = findings
        self._result: FilmResult | None = None
        self._asked: Job | None = None

    @Slot(object)
    def show_result(self, result: FilmResult | None) -> None:
        self._result = result
        self._findings.show_lung_shares(())
        if self._asked is not None:
            self._runner.abandon(self._asked)
            self._asked = None
        if result is not None and result.heatmaps:
            asked = FindLungs(result.path, result.heatmaps[0].crop)
            self._asked = self._runner.submit(asked, self._on_found, self._on_failed)

    def _on_found(self, answer: Answer) -> None:
        self._asked = None
        if self._result is None or not isinstance(answer, FoundLungs):
            return
        lungs = answer.lungs
        if lungs is None:
            self._findings.show_lungs_not_found()
        else:
            shares = tuple(heat.share_within(lungs) for heat in self._result.heatmaps)
            self._findings.show_lung_shares(shares)

    def _on_failed(self, _failure: Failure) -> None:
        """The film has been read all the same; of its lungs nothing is said."""
        self._asked = None
