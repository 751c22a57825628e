"""Everything the reader can do, in one table: menus, toolbar, keys and the Help page are made from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Group(StrEnum):
    FILMS = "Films"
    BATCH = "Batch"
    VIEW = "View"
    BY_KEY = "Film by keyboard"
    HEATMAP = "Heatmap"
    OPINION = "Your opinion"
    TOOLS = "Left mouse button"
    PAGE = "Page"
    PROGRAM = "Program"


class Place(StrEnum):
    READ = "read"
    BATCH = "batch"
    TRAIN = "train"
    MODELS = "models"


class Do(StrEnum):
    OPEN_FILMS = "open_films"
    OPEN_FOLDER = "open_folder"
    OPEN_SAMPLE = "open_sample"
    NEXT_FILM = "next_film"
    PREVIOUS_FILM = "previous_film"
    REMOVE_FILM = "remove_film"
    CLEAR_FILMS = "clear_films"
    BATCH_FOLDER = "batch_folder"
    BATCH_WATCH = "batch_watch"
    BATCH_PAUSE = "batch_pause"
    BATCH_CANCEL = "batch_cancel"
    BATCH_RETRY = "batch_retry"
    BATCH_FIND = "batch_find"
    BATCH_WIDE = "batch_wide"
    BATCH_READ = "batch_read"
    EXPORT_CSV = "export_csv"
    EXPORT_XLSX = "export_xlsx"
    EXPORT_PDF = "export_pdf"
    EXPORT_HEATMAPS = "export_heatmaps"
    EXPORT_COPY = "export_copy"
    EXPORT_MOVE = "export_move"
    EXPORT_UNDO = "export_undo"
    EXPORT_SELECTED = "export_selected"
    EXPORT_IDENTITY = "export_identity"
    EXPORT_THUMBNAILS = "export_thumbnails"
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
    AGREE = "agree"
    TOOL_WINDOW = "tool_window"
    TOOL_PAN = "tool_pan"
    TOOL_ZOOM = "tool_zoom"
    SAVE_PNG = "save_png"
    SAVE_PDF = "save_pdf"
    COPY = "copy"
    PRINT = "print"
    PAGE_IDENTITY = "page_identity"
    PLACE_READ = "place_read"
    PLACE_BATCH = "place_batch"
    PLACE_TRAIN = "place_train"
    PLACE_MODELS = "place_models"
    AGREEMENT = "agreement"
    LIGHT_THEME = "light_theme"
    GUIDE = "guide"
    SHORTCUTS = "shortcuts"
    PLACES = "places"
    REPORT = "report"
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


def _does(id: Do, text: str, group: Group, *keys: str, icon: str = "", tip: str = "") -> ActionSpec:
    return ActionSpec(id, text, group, keys, icon, tip)


def _switch(id: Do, text: str, group: Group, *keys: str, icon: str = "", tip: str = "") -> ActionSpec:
    return ActionSpec(id, text, group, keys, icon, tip, checkable=True)


ACTIONS: tuple[ActionSpec, ...] = (
    _does(
        Do.OPEN_FILMS,
        "Open films…",
        Group.FILMS,
        "Ctrl+O",
        icon="open",
        tip="Open DICOM, PNG, JPEG, TIFF or BMP films",
    ),
    _does(
        Do.OPEN_FOLDER,
        "Open folder…",
        Group.FILMS,
        "Ctrl+Shift+O",
        icon="folder",
        tip="Open every film in a folder and the folders in it",
    ),
    _does(
        Do.OPEN_SAMPLE,
        "Open the sample film",
        Group.FILMS,
        tip="A drawing of a chest, nobody's film: to try the program with",
    ),
    _does(Do.NEXT_FILM, "Next film", Group.FILMS, "Down", "PgDown", tip="Go to the next film in the list"),
    _does(Do.PREVIOUS_FILM, "Previous film", Group.FILMS, "Up", "PgUp", tip="Go to the film before this one"),
    _does(
        Do.REMOVE_FILM,
        "Remove from list",
        Group.FILMS,
        "Del",
        icon="remove",
        tip="Take the film off the list; the file stays where it is",
    ),
    _does(
        Do.CLEAR_FILMS,
        "Clear list",
        Group.FILMS,
        "Ctrl+Del",
        icon="clear",
        tip="Take all films off the list; the files stay where they are",
    ),
    _does(
        Do.BATCH_FOLDER,
        "Classify a folder…",
        Group.BATCH,
        "Ctrl+B",
        icon="folder",
        tip="Classify every film in a folder and the folders in it",
    ),
    _does(
        Do.BATCH_WATCH,
        "Watch a folder…",
        Group.BATCH,
        tip="Classify films as they arrive in a folder, for as long as XRayDesk is open",
    ),
    _does(Do.BATCH_PAUSE, "Pause", Group.BATCH, "Ctrl+G", tip="Pause the batch, or go on with it"),
    _does(Do.BATCH_CANCEL, "Cancel", Group.BATCH, tip="End the batch for good; what is done stays"),
    _does(Do.BATCH_RETRY, "Retry failed", Group.BATCH, "Ctrl+R", tip="Try the films again that failed"),
    _does(
        Do.BATCH_FIND,
        "Find in the table",
        Group.BATCH,
        "Ctrl+F",
        tip="Films by name, folder, warning or error",
    ),
    _switch(
        Do.BATCH_WIDE, "Wide table", Group.BATCH, "Ctrl+T", icon="wide", tip="Give the table all the room"
    ),
    _does(
        Do.BATCH_READ, "Open in Read", Group.BATCH, "Ctrl+Return", tip="Put the film on the list in Read too"
    ),
    _does(Do.EXPORT_CSV, "Table as CSV…", Group.BATCH, "Ctrl+E"),
    _does(Do.EXPORT_XLSX, "Table for Excel…", Group.BATCH),
    _does(Do.EXPORT_PDF, "Summary as PDF…", Group.BATCH),
    _does(Do.EXPORT_HEATMAPS, "Heatmap pictures…", Group.BATCH),
    _does(Do.EXPORT_COPY, "Copy films into class folders…", Group.BATCH),
    _does(Do.EXPORT_MOVE, "Move films into class folders…", Group.BATCH),
    _does(Do.EXPORT_UNDO, "Undo sorting…", Group.BATCH, tip="Bring films back that were copied or moved"),
    _switch(Do.EXPORT_SELECTED, "Selected rows only", Group.BATCH),
    _switch(Do.EXPORT_IDENTITY, "With patient and study", Group.BATCH, tip="Off whenever the program starts"),
    _switch(Do.EXPORT_THUMBNAILS, "Small pictures in Excel", Group.BATCH),
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
    replace(
        _on_film(Do.INVERT, "Invert", Group.VIEW, "I", icon="invert", tip="Exchange black and white"),
        checkable=True,
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
    replace(
        _on_film(
            Do.AGREE,
            "Agree",
            Group.OPINION,
            "A",
            icon="agree",
            tip="The model is right about this film; once more takes it back",
        ),
        checkable=True,
    ),
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
    _switch(Do.PLACE_BATCH, "Batch", Group.PROGRAM, "Ctrl+2", icon="batch", tip="Classify folders of films"),
    _switch(
        Do.PLACE_TRAIN,
        "Train",
        Group.PROGRAM,
        "Ctrl+3",
        icon="train",
        tip="Train a network on your own films",
    ),
    _switch(Do.PLACE_MODELS, "Models", Group.PROGRAM, "Ctrl+4", icon="models", tip="Installed models"),
    _does(
        Do.AGREEMENT,
        "Agreement…",
        Group.PROGRAM,
        "Ctrl+Shift+A",
        tip="How often you and the models agree, and the films with your opinion",
    ),
    _switch(Do.LIGHT_THEME, "Light theme", Group.PROGRAM, "Ctrl+L", icon="theme", tip="For bright rooms"),
    _does(Do.GUIDE, "Help", Group.PROGRAM, "F1", icon="help", tip="How to, and what the figures mean"),
    _does(Do.SHORTCUTS, "Keyboard and mouse", Group.PROGRAM, "Shift+F1"),
    _does(Do.PLACES, "Where things are kept…", Group.PROGRAM),
    _does(Do.REPORT, "Report a problem…", Group.PROGRAM),
    _does(Do.ABOUT, "About XRayDesk", Group.PROGRAM),
    _does(Do.QUIT, "Quit", Group.PROGRAM, "Ctrl+Q"),
)
