"""The wheel scrolls the page; a value under the pointer stays as it is until somebody works on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QWidget


class QuietWheel(QObject):
    def keep(self, editor: QWidget) -> None:
        """From now on the wheel turns this one only while it has the keyboard."""
        if isinstance(editor, QComboBox | QAbstractSpinBox):
            editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
