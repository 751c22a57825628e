"""Everything the reader can do, in one table: menus, toolbar, keys and the Help page are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from xraydesk.ui import icons
from xraydesk.ui.theme import Colours


class Group(StrEnum):
    FILMS = "Films"
    VIEW = "View"
    BY_KEY = "Film by keyboard"
    HEATMAP = "Heatmap"
    TOOLS = "Left mouse button"
    PAGE = "Page"
    PROGRAM = "Program"


class Do(StrEnum):
    OPEN_FILMS = "open_films"
    OPEN_FOLDER = "open_folder"
    OPEN_SAMPLE = "open_sample"
    NEXT_FILM = "next_film"
    PREVIOUS_FILM = "previous_film"
    REMOVE_FILM = "remove_film"
    CLEAR_FILMS = "clear_films"
    FIT = "fit"
    ONE_TO_ONE = "one_to_one"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    BRIGHTER = "brighter"
    DARKER = "darker"
    SOFTER = "softer"
    HARDER = "harder"
    MOVE_LEFT = "move_left"
    MOVE_RIGHT = "move_right"
    MOVE_UP = "move_up"
    MOVE_DOWN = "move_down"
    INVERT = "invert"
    ROTATE_LEFT = "rotate_left"
    ROTATE_RIGHT = "rotate_right"
    FLIP_HORIZONTAL = "flip_horizontal"
    FLIP_VERTICAL = "flip_vertical"
    RESET = "reset"
    CROP_FRAME = "crop_frame"
    HIDE_IDENTITY = "hide_identity"
    HEATMAP = "heatmap"
    HEATMAP_NEXT_CLASS = "heatmap_next_class"
    HEATMAP_STRONGER = "heatmap_stronger"
    HEATMAP_WEAKER = "heatmap_weaker"
    TOOL_WINDOW = "tool_window"
    TOOL_PAN = "tool_pan"
    TOOL_ZOOM = "tool_zoom"
    SAVE_PNG = "save_png"
    SAVE_PDF = "save_pdf"
    COPY = "copy"
    PRINT = "print"
    PAGE_IDENTITY = "page_identity"
    PLACE_READ = "place_read"
    PLACE_MODELS = "place_models"
    LIGHT_THEME = "light_theme"
    SHORTCUTS = "shortcuts"
    ABOUT = "about"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """`needs_film`: of use only while a film is on screen; `checkable`: a switch."""

    id: Do
    text: str
    group: Group
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    checkable: bool = False
    needs_film: bool = False


def _on_film(id: Do, text: str, group: Group, *keys: str, icon: str = "", tip: str = "") -> ActionSpec:
    return ActionSpec(id, text, group, keys, icon, tip, needs_film=True)


def _switch(id: Do, text: str, group: Group, *keys: str, icon: str = "", tip: str = "") -> ActionSpec:
    return ActionSpec(id, text, group, keys, icon, tip, checkable=True)


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        Do.OPEN_FILMS,
        "Open films…",
        Group.FILMS,
        ("Ctrl+O",),
        "open",
        "Open DICOM, PNG, JPEG, TIFF or BMP films",
    ),
    ActionSpec(
        Do.OPEN_FOLDER,
        "Open folder…",
        Group.FILMS,
        ("Ctrl+Shift+O",),
        "folder",
        "Open every film in a folder and the folders in it",
    ),
    ActionSpec(
        Do.OPEN_SAMPLE,
        "Open the sample film",
        Group.FILMS,
        tip="A drawing of a chest, nobody's film: to try the program with",
    ),
    ActionSpec(
        Do.NEXT_FILM, "Next film", Group.FILMS, ("Down", "PgDown"), tip="Go to the next film in the list"
    ),
    ActionSpec(
        Do.PREVIOUS_FILM, "Previous film", Group.FILMS, ("Up", "PgUp"), tip="Go to the film before this one"
    ),
    ActionSpec(
        Do.REMOVE_FILM,
        "Remove from list",
        Group.FILMS,
        ("Del",),
        "remove",
        "Take the film off the list; the file stays where it is",
    ),
    ActionSpec(
        Do.CLEAR_FILMS,
        "Clear list",
        Group.FILMS,
        ("Ctrl+Del",),
        "clear",
        "Take all films off the list; the files stay where they are",
    ),
    _on_film(Do.FIT, "Fit to window", Group.VIEW, "F", icon="fit", tip="Show the whole film"),
    _on_film(
        Do.ONE_TO_ONE, "One to one", Group.VIEW, "Z", icon="one_to_one", tip="One film pixel per screen pixel"
    ),
    _on_film(Do.ZOOM_IN, "Zoom in", Group.BY_KEY, "+", "="),
    _on_film(Do.ZOOM_OUT, "Zoom out", Group.BY_KEY, "-"),
    _on_film(Do.BRIGHTER, "Brighter", Group.BY_KEY, "Shift+Up"),
    _on_film(Do.DARKER, "Darker", Group.BY_KEY, "Shift+Down"),
    _on_film(Do.SOFTER, "Less contrast", Group.BY_KEY, "Shift+Right"),
    _on_film(Do.HARDER, "More contrast", Group.BY_KEY, "Shift+Left"),
    _on_film(Do.MOVE_LEFT, "Move the film left", Group.BY_KEY, "Alt+Left"),
    _on_film(Do.MOVE_RIGHT, "Move the film right", Group.BY_KEY, "Alt+Right"),
    _on_film(Do.MOVE_UP, "Move the film up", Group.BY_KEY, "Alt+Up"),
    _on_film(Do.MOVE_DOWN, "Move the film down", Group.BY_KEY, "Alt+Down"),
    ActionSpec(
        Do.INVERT,
        "Invert",
        Group.VIEW,
        ("I",),
        "invert",
        "Exchange black and white",
        checkable=True,
        needs_film=True,
    ),
    _on_film(Do.ROTATE_LEFT, "Rotate left", Group.VIEW, "Ctrl+Left", icon="rotate_left"),
    _on_film(Do.ROTATE_RIGHT, "Rotate right", Group.VIEW, "Ctrl+Right", icon="rotate_right"),
    _on_film(Do.FLIP_HORIZONTAL, "Flip left and right", Group.VIEW, "X", icon="flip_horizontal"),
    _on_film(Do.FLIP_VERTICAL, "Flip top and bottom", Group.VIEW, "Y", icon="flip_vertical"),
    _on_film(
        Do.RESET, "Reset view", Group.VIEW, "R", icon="reset", tip="Undo window, zoom, turns and inversion"
    ),
    _switch(
        Do.CROP_FRAME,
        "Show what the network saw",
        Group.VIEW,
        "C",
        icon="crop",
        tip="A thin frame around the part of the film that the network was given",
    ),
    _switch(
        Do.HIDE_IDENTITY,
        "Hide identity",
        Group.VIEW,
        "Ctrl+H",
        icon="identity_hidden",
        tip="Hide patient and study over the film; file names stay",
    ),
    _switch(
        Do.HEATMAP,
        "Heatmap",
        Group.HEATMAP,
        "H",
        icon="heatmap",
        tip="Show where the evidence for a class lies",
    ),
    _on_film(
        Do.HEATMAP_NEXT_CLASS,
        "Heatmap of the next class",
        Group.HEATMAP,
        "N",
        tip="Also: 1, 2, 3 for each class",
    ),
    _on_film(Do.HEATMAP_STRONGER, "Heatmap stronger", Group.HEATMAP, "]"),
    _on_film(Do.HEATMAP_WEAKER, "Heatmap weaker", Group.HEATMAP, "["),
    _switch(
        Do.TOOL_WINDOW,
        "Window/level",
        Group.TOOLS,
        "W",
        icon="window",
        tip="Drag to set brightness and contrast (the right button always does)",
    ),
    _switch(
        Do.TOOL_PAN,
        "Pan",
        Group.TOOLS,
        "P",
        icon="pan",
        tip="Drag to move the film (the middle button always does)",
    ),
    _switch(
        Do.TOOL_ZOOM,
        "Zoom",
        Group.TOOLS,
        "M",
        icon="zoom",
        tip="Drag up or down to zoom (the wheel always does)",
    ),
    _on_film(
        Do.SAVE_PNG,
        "Save as PNG…",
        Group.PAGE,
        "Ctrl+S",
        icon="save",
        tip="Save film, heatmap and findings as PNG",
    ),
    _on_film(Do.SAVE_PDF, "Save as PDF…", Group.PAGE, "Ctrl+Shift+S", icon="pdf", tip="Save one page as PDF"),
    _on_film(
        Do.COPY,
        "Copy",
        Group.PAGE,
        "Ctrl+Shift+C",
        icon="copy",
        tip="Copy film, heatmap and findings to the clipboard",
    ),
    _on_film(Do.PRINT, "Print…", Group.PAGE, "Ctrl+P", icon="print", tip="Print one page"),
    _switch(
        Do.PAGE_IDENTITY,
        "Patient and study on the page",
        Group.PAGE,
        tip="Off whenever the program starts",
    ),
    _switch(Do.PLACE_READ, "Read", Group.PROGRAM, "Ctrl+1", icon="read", tip="Read films"),
    _switch(Do.PLACE_MODELS, "Models", Group.PROGRAM, "Ctrl+2", icon="models", tip="Installed models"),
    _switch(Do.LIGHT_THEME, "Light theme", Group.PROGRAM, "Ctrl+L", icon="theme", tip="For bright rooms"),
    ActionSpec(
        Do.SHORTCUTS, "Keyboard shortcuts", Group.PROGRAM, ("F1",), "help", "All that can be done by keyboard"
    ),
    ActionSpec(Do.ABOUT, "About XRayDesk", Group.PROGRAM),
    ActionSpec(Do.QUIT, "Quit", Group.PROGRAM, ("Ctrl+Q",)),
)

_EVERYWHERE = (Do.OPEN_FILMS, Do.OPEN_FOLDER, Do.OPEN_SAMPLE)


class Actions:
    """The table come to life: one QAction for each entry, all of them working in the whole window."""

    def __init__(self, window: QWidget, colours: Colours) -> None:
        self._specs = {spec.id: spec for spec in ACTIONS}
        self._made = {spec.id: self._make(spec, window) for spec in ACTIONS}
        self.paint(colours)

    def __getitem__(self, id: Do) -> QAction:
        return self._made[id]

    @staticmethod
    def _make(spec: ActionSpec, window: QWidget) -> QAction:
        action = QAction(spec.text, window)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setCheckable(spec.checkable)
        action.setToolTip(tool_tip(spec))
        action.setStatusTip("")
        window.addAction(action)
        return action

    def paint(self, colours: Colours) -> None:
        for id, action in self._made.items():
            name = self._specs[id].icon
            if name:
                action.setIcon(icons.icon(name, colours.text, colours.accent, colours.line))
                action.setIconVisibleInMenu(False)

    def allow_reading(self, allowed: bool, *, film: bool) -> None:
        """The keys of the reading place rest in other places; some need a film on screen."""
        for id, action in self._made.items():
            spec = self._specs[id]
            if spec.group is not Group.PROGRAM and id not in _EVERYWHERE:
                action.setEnabled(allowed and (film or not spec.needs_film))


def tool_tip(spec: ActionSpec) -> str:
    words = spec.tip or spec.text.rstrip("…")
    return f"{words} ({key_text(spec.keys[0])})" if spec.keys else words


def key_text(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
