"""What the program was asked for on its command line, when it is to open its window."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from xraydesk.ui.one_window import Wanted

FIRST_SIGHT, WINDOW = "first-sight", "window"


@dataclass(frozen=True, slots=True)
class Asked:
    """`until`: for the benchmark, it says "painted" and leaves once the first sight or the window is painted."""

    wanted: Wanted
    headless: bool
    picture: Path
    until: str


def asked(arguments: list[str]) -> Asked:
    """`[PATH ...]`, `--batch PATH ...`, and for machines without a display `--headless [FILM]`.

    Ends the program with words and status 2 where that makes no sense.
    """
    parser = argparse.ArgumentParser(prog="xraydesk", description="Opens the window with these films.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a film or a folder of films")
    parser.add_argument(
        "--batch", nargs="+", type=Path, default=[], metavar="PATH", help="classify these folders as a batch"
    )
    parser.add_argument("--headless", action="store_true", help="no display: read one film, keep a picture")
    parser.add_argument("--picture", type=Path, default=Path("out", "window.png"), metavar="FILE")
    parser.add_argument("--until", choices=(FIRST_SIGHT, WINDOW), default="", help=argparse.SUPPRESS)
    found = parser.parse_args(arguments)
    films, batch = (tuple(path.absolute() for path in given) for given in (found.paths, found.batch))
    return Asked(Wanted(films, batch), found.headless, found.picture.absolute(), found.until)
