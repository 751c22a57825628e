"""What the buttons of the mouse do over the film."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, Qt

_WHEEL_STEP = 1.15  # zoom for one notch of the wheel, 120 eighths of a degree
_ZOOM_DRAG_STEP = 1.008  # zoom for one unit of dragging


class Tool(StrEnum):
    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"


_CURSORS = {
    Tool.WINDOW: Qt.CursorShape.ArrowCursor,
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
    Tool.ZOOM: Qt.CursorShape.SizeVerCursor,
}


def cursor_of(tool: Tool, *, dragging: bool = False) -> Qt.CursorShape:
    if tool is Tool.PAN and dragging:
        return Qt.CursorShape.ClosedHandCursor
    return _CURSORS[tool]


def tool_of(button: Qt.MouseButton, chosen: Tool) -> Tool | None:
    """Left is the chosen tool, right always the window, middle always the pan; others do nothing."""
    return {
        Qt.MouseButton.LeftButton: chosen,
        Qt.MouseButton.RightButton: Tool.WINDOW,
        Qt.MouseButton.MiddleButton: Tool.PAN,
    }.get(button)


def wheel_factor(angle_delta: int) -> float:
    return float(_WHEEL_STEP ** (angle_delta / 120.0))


def zoom_drag_factor(up: float) -> float:
    return float(_ZOOM_DRAG_STEP**up)


@dataclass(frozen=True, slots=True)
class Drag:
    """A drag under way: with which tool and button, from where, and where it stands."""

    tool: Tool
    button: Qt.MouseButton
    start: QPointF
    last: QPointF
