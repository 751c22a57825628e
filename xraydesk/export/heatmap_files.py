"""A folder of pictures: each film with its heatmap, named after the film."""

from __future__ import annotations

from pathlib import Path

from xraydesk.errors import OutputError
from xraydesk.export.atomic import output_error
from xraydesk.export.picture import save_picture
from xraydesk.export.safe_names import safe_name
from xraydesk.film.film import Film
from xraydesk.model.film_result import FilmResult

_LONGEST_STEM = 60  # letters; of three bytes each they still make a name


def save_heatmap_file(folder: Path, film: Film, result: FilmResult) -> Path:
    """`<stem>-<first 8 of the checksum>.png` in `folder`, made if need be; where it lies.

    Part of the checksum keeps films of the same name apart. Raises OutputError.
    """
    make_folder(folder)
    target = folder / f"{safe_name(result.path.stem)[:_LONGEST_STEM]}-{result.sha256[:8]}.png"
    save_picture(target, film, result)
    return target


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise OutputError(
            f"There is a file named {folder.name} where a folder should be made.",
            hint="Choose another folder.",
            path=folder,
        ) from error
    except OSError as error:
        raise output_error(folder, error) from error
