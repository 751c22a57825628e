"""Where things lie: what the program ships with, and each user's own places."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("XRayDesk", appauthor=False)


def _shipped(name: str) -> Path:
    """`resources` and `weights` lie beside the package in a checkout and inside it when installed."""
    frozen = getattr(sys, "_MEIPASS", None)
    package = Path(__file__).resolve().parent
    places = [Path(frozen) / name] if frozen else [package.parent / name, package / f"_{name}"]
    return next((place for place in places if place.is_dir()), places[0])


def resources() -> Path:
    return _shipped("resources")


def shipped_weights() -> Path:
    return _shipped("weights")


def _own(kind: str, default: str) -> Path:
    """A place of the user's own; XRAYDESK_HOME moves all of them, to a network drive say."""
    home = os.environ.get("XRAYDESK_HOME")
    return Path(home) / kind if home else Path(default)


def user_models() -> Path:
    return _own("data", _DIRS.user_data_dir) / "models"


def user_journal() -> Path:
    return _own("data", _DIRS.user_data_dir) / "journal.sqlite"


def user_runs() -> Path:
    """Training runs: their settings, checkpoints and what came of them."""
    return _own("data", _DIRS.user_data_dir) / "runs"


def user_settings() -> Path:
    return _own("config", _DIRS.user_config_dir) / "settings.ini"


def user_cache() -> Path:
    return _own("cache", _DIRS.user_cache_dir)


def user_log() -> Path:
    return _own("log", _DIRS.user_log_dir) / "xraydesk.log"
