"""Asking where a file is to be saved: the one place that opens the system's dialog for it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from xraydesk.export.safe_names import numbered


def ask_file(parent: QWidget, title: str, proposed: Path, suffix: str, kind: str = "") -> Path | None:
    """A path that ends in `suffix`, or None. `kind` names such files in the dialog.

    What lies there the reader has agreed to replace: the dialog asks. A name typed without the suffix gets it,
    and a number where a file of that name is there, since the dialog has not asked about that one.
    """
    pattern = f"{kind} (*{suffix})" if kind else f"*{suffix}"
    chosen, _kind = QFileDialog.getSaveFileName(parent, title, str(proposed), pattern)
    if not chosen:
        return None
    file = Path(chosen)
    return file if file.suffix.lower() == suffix else _unasked(file.with_name(file.name + suffix))


def _unasked(file: Path) -> Path:
    number = 1
    while (free := file.with_name(numbered(file.name, number))).exists():
        number += 1
    return free
