"""What a row of the batch table says, cell by cell and as a whole."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from xraydesk.journal.records import FilmRecord, FilmState
from xraydesk.model.prediction import Prediction
from xraydesk.presentation.wording import (
    class_words,
    count_words,
    film_name,
    film_state_words,
    path_words,
    patient_words,
    percent_words,
    prediction_words,
    seconds_words,
    study_words,
    warning_words,
)
from xraydesk.ui.batch.columns import OF_IDENTITY, Column


def _prediction(film: FilmRecord) -> str:
    return prediction_words(film.prediction.label) if film.prediction else ""


def _probabilities(film: FilmRecord) -> str:
    return probabilities_words(film.prediction) if film.prediction else ""


def _seconds(film: FilmRecord) -> str:
    return seconds_words(film.seconds) if film.state is FilmState.READ else ""


_TEXTS: dict[Column, Callable[[FilmRecord], str]] = {
    Column.FILM: lambda film: film_name(film.path),
    Column.PREDICTION: _prediction,
    Column.PROBABILITIES: _probabilities,
    Column.WARNINGS: lambda film: "  ".join(warning.message for warning in film.warnings),
    Column.FOLDER: lambda film: path_words(film.path.parent),
    Column.PATIENT: lambda film: patient_words(film.identity) if film.identity else "",
    Column.STUDY: lambda film: study_words(film.identity) if film.identity else "",
    Column.STATE: lambda film: film_state_words(film.state),
    Column.SECONDS: _seconds,
    Column.NUMBER: lambda film: f"{film.number:,}",
}


def cell_words(column: Column, film: FilmRecord, *, identity_hidden: bool = False) -> str:
    """The text of one cell, on one line."""
    return "" if identity_hidden and column in OF_IDENTITY else _TEXTS[column](film)


def state_line(film: FilmRecord) -> str:
    """The state, and the reason where there is no reading."""
    state = film_state_words(film.state)
    return f"{state}: {film.error.message}" if film.error else state


def probabilities_words(prediction: Prediction) -> str:
    """ "COVID-19 6 %, Normal 3 %, Pneumonia 91 %"."""
    each = zip(prediction.classes, prediction.probabilities, strict=True)
    return ", ".join(f"{class_words(name)} {percent_words(probability)}" for name, probability in each)


def other_words(film: FilmRecord) -> str:
    """What the batch compared with says of the same content."""
    if film.other is None:
        return "not read there"
    return f"there: {prediction_words(film.other.label)}"


def differs(film: FilmRecord) -> bool:
    """Both were read, and not as the same."""
    both = film.prediction is not None and film.other is not None
    return both and film.prediction.label != film.other.label  # type: ignore[union-attr]


def row_words(film: FilmRecord, *, comparing: bool = False) -> str:
    """The whole row in words, for a screen reader: nothing is said by colour alone."""
    parts = [film_name(film.path)]
    if film.prediction is not None:
        parts += [prediction_words(film.prediction.label), probabilities_words(film.prediction)]
    else:
        parts.append(state_line(film))
    if comparing:
        parts.append(f"other reading {other_words(film)}" + (", differs" if differs(film) else ""))
    if film.warnings:
        parts.append(f"{count_words(len(film.warnings), 'warning')}: {cell_words(Column.WARNINGS, film)}")
    return ", ".join(parts)


def tool_tip(
    column: Column, film: FilmRecord, *, identity_hidden: bool = False, comparing: bool = False
) -> str:
    """All that a cell could not show for want of room, as text of Qt's rich kind."""
    match column:
        case Column.FILM | Column.STATE:
            lines = [path_words(film.path), str(film.error) if film.error else film_state_words(film.state)]
        case Column.FOLDER:
            lines = [path_words(film.path)]
        case Column.WARNINGS:
            lines = [warning_words(warning) for warning in film.warnings]
        case Column.PREDICTION | Column.PROBABILITIES:
            lines = _reading_lines(film, comparing=comparing)
        case _:
            lines = [cell_words(column, film, identity_hidden=identity_hidden)]
    words = "<br>".join(escape(line) for line in lines if line)
    return f"<qt>{words}</qt>" if words else ""


def _reading_lines(film: FilmRecord, *, comparing: bool) -> list[str]:
    if film.prediction is None:
        lines = [state_line(film)]
    else:
        lines = [prediction_words(film.prediction.label), probabilities_words(film.prediction)]
    if comparing:
        lines.append(f"Other reading {other_words(film)}")
        lines += [probabilities_words(film.other)] if film.other else []
    return lines
