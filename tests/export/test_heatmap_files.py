from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.export.results import classified
from tests.presentation.films import film_of
from xraydesk.errors import OutputError
from xraydesk.export.heatmap_files import save_heatmap_file

FILM = film_of(np.full((64, 64), 2000))


def test_a_picture_is_named_after_the_film_and_its_content(tmp_path: Path) -> None:
    result = replace(classified("/ward/a.b.dcm"), sha256="0123456789abcdef")
    saved = save_heatmap_file(tmp_path / "new" / "folder", FILM, result)
    assert saved == tmp_path / "new/folder/a.b-01234567.png"
    with Image.open(saved) as picture:
        assert picture.format == "PNG"


@pytest.mark.parametrize("name", ["胸" * 84 + ".dcm", 'a:"b".dcm', "..", "x" * 255])
def test_any_name_makes_a_picture_in_the_folder(tmp_path: Path, name: str) -> None:
    saved = save_heatmap_file(tmp_path, FILM, classified(f"/ward/{name}"))
    assert [saved] == list(tmp_path.iterdir())


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "maps").write_text("")
    with pytest.raises(OutputError, match="There is a file named maps"):
        save_heatmap_file(tmp_path / "maps", FILM, classified())
