"""Words shown to people. The research-use sentence is said from here and nowhere else."""

from __future__ import annotations

import datetime
import unicodedata
from contextlib import suppress
from pathlib import Path

from xraydesk.film.film import Film, FilmIdentity, GateFinding, Severity, Voi, Window
from xraydesk.model.heatmap import MOSTLY
from xraydesk.model.prediction import INDETERMINATE

RESEARCH_USE = "For research, not for diagnosis."
RESEARCH_USE_LONG = (
    "XRayDesk is research software. It is not a medical device: its output is not a diagnosis and "
    "must not be used for one."
)
IDENTITY_HIDDEN = "Identity hidden"
INVERTED = "inverted"
OVERRIDDEN = "Classified all the same, as asked for."
AGREED = "✓"
EMPTY_VIEWER = ("No film open", "Drop films or folders here. To try it out: File, Open the sample film")

_BREAKS = ("Cc", "Zl", "Zp")  # control characters, line and paragraph separators
_CLASSES = {
    "COVID19": "COVID-19",
    "NORMAL": "Normal",
    "PNEUMONIA": "Pneumonia",
    INDETERMINATE: "Indeterminate",
}
_LONGEST_ABBREVIATION = 4  # letters
_FILM_STATES = {
    "waiting": "Waiting",
    "read": "Read",
    "refused": "Refused",
    "failed": "Could not be read",
}
_DEVICES = {"cpu": "CPU", "cuda": "NVIDIA GPU", "mps": "Apple GPU"}


def class_words(name: str) -> str:
    """A class of any model, for a reader: "COVID19" as "COVID-19", "viral_pneumonia" as "Viral pneumonia".

    Short capitals are an abbreviation, and capitals with a digit: "TB", "COPD", "COVID-19".
    """
    if name in _CLASSES:
        return _CLASSES[name]
    plain = " ".join(name.replace("_", " ").split())
    abbreviated = len(plain) <= _LONGEST_ABBREVIATION or any(letter.isdigit() for letter in plain)
    if plain == plain.upper() and abbreviated:
        return plain
    return plain.capitalize() if plain == plain.lower() or plain == plain.upper() else plain


def prediction_words(label: str | None) -> str:
    return "No result" if label is None else class_words(label)


def opinion_words(label: str, predicted: str) -> str:
    """ "You: agreed", or the class that the reader gave the film instead; empty where he said nothing."""
    if not label:
        return ""
    return "You: agreed" if label == predicted else f"You: {class_words(label)}"


def opinion_mark(label: str, predicted: str) -> str:
    """The same as a sign beside a reading, where room is short."""
    if not label:
        return ""
    return AGREED if label == predicted else f"→ {class_words(label)}"


def film_state_words(state: str) -> str:
    """How far a film of a batch is, for a reader."""
    return _FILM_STATES.get(state, state)


def count_words(count: int, noun: str) -> str:
    """ "1 film", "3,000 films"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def more_words(count: int) -> str:
    """What a list says of those that it does not show."""
    return f"and {count:,} more"


def percent_words(probability: float) -> str:
    """A probability in whole per cent; never a round 0 or 100, which a network cannot know."""
    if not 0.0 <= probability <= 1.0:
        return "–"
    if probability < 0.01:
        return "< 1 %"
    if probability > 0.99:
        return "> 99 %"
    return f"{round(100 * probability)} %"


def device_words(device: str, device_name: str = "") -> str:
    """ "cuda:0" and what the card calls itself to "NVIDIA GPU (GeForce …)"."""
    kind = _DEVICES.get(device.split(":", maxsplit=1)[0].lower(), device)
    return f"{kind} ({device_name})" if device_name and device_name.lower() != kind.lower() else kind


def seconds_words(seconds: float) -> str:
    """ "14 ms", "0.8 s", "12 s", "3 min 20 s", "2 h 05 min"."""
    if seconds < 0.0995:
        return f"{max(round(1000 * seconds), 1)} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def estimate_words(seconds: float) -> str:
    """ "40 s", "3 min", "2 h 05 min": an estimate is not known to the second where it is of minutes."""
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{round(seconds / 60)} min" if seconds < 3600 else seconds_words(seconds)


def warning_words(finding: GateFinding) -> str:
    """One line for the reader: what was found and what to do about it."""
    return f"{finding.message} {finding.hint}".strip()


def severity_words(severity: Severity) -> str:
    return "Refused" if severity is Severity.REFUSAL else "Warning"


def model_words(name: str, version: str) -> str:
    return f"{name} {version}".strip()


def legend_words(class_name: str) -> str:
    return f"low – high evidence for {class_words(class_name)}"


LUNGS_NOT_FOUND = "Where the lungs lie could not be told, nor how much of the heat lies in them."


def lung_share_words(share: float | None) -> str:
    """How much of a heatmap lies in the lungs; None: no heat at all, since nothing speaks for the class."""
    if share is None:
        return "Nothing on this film speaks for this class."
    if share < MOSTLY:
        return f"Only {percent_words(share)} of this heat lies in the lungs: most of it shows something else."
    return f"{percent_words(share)} of this heat lies in the lungs."


def window_words(voi: Voi) -> str:
    """ "C 2048  W 4096", or the name of a look-up table."""
    if isinstance(voi, Window):
        digits = 0 if voi.width >= 20 else 2
        return f"C {voi.center:.{digits}f}  W {voi.width:.{digits}f}"
    return f"LUT {voi.explanation}".strip()


def zoom_words(zoom: float) -> str:
    """ "42 %" of the film's own pixels."""
    return f"{100 * zoom:.0f} %" if zoom >= 0.1 else f"{100 * zoom:.1f} %"


def value_words(value: float) -> str:
    """A modality value: whole where it is whole."""
    return f"{value:.0f}" if abs(value - round(value)) < 1e-6 else f"{value:.4g}"


def pixel_words(x: int, y: int, value: float) -> str:
    return f"x {x}  y {y}  value {value_words(value)}"


def length_words(length_mm: float) -> str:
    return f"{length_mm / 10:g} cm" if length_mm >= 10 else f"{length_mm:g} mm"


def person_words(name: str) -> str:
    """A DICOM person name (PS3.5 6.2.1) for a reader: "DOE^JANE^^Dr" to "DOE, JANE".

    Of its alphabetic, ideographic and phonetic groups the first that holds a name.
    """
    return next(filter(None, map(_group_words, name.split("="))), "")


def _group_words(group: str) -> str:
    parts = [part.strip() for part in group.split("^")]
    given = " ".join(part for part in parts[1:3] if part)
    return ", ".join(part for part in (parts[0], given) if part)


def date_words(date: str) -> str:
    """A DICOM date (PS3.5 6.2) "20210715" to "2021-07-15"; anything else, and no day of a calendar, as it is."""
    digits = date.replace(".", "").replace("-", "").strip()
    words = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    with suppress(ValueError):
        return datetime.date.fromisoformat(words).isoformat()
    return date.strip()


def identity_lines(identity: FilmIdentity) -> tuple[str, ...]:
    """Patient and study in up to three lines, most important first; empty lines are left out."""
    patient = (person_words(identity.patient_name), identity.patient_id)
    born = f"born {date_words(identity.birth_date)}" if identity.birth_date else ""
    study = (date_words(identity.study_date), identity.study_description)
    place = (identity.institution, identity.accession_number)
    lines = (patient, (born, identity.sex), study, place)
    joined = ("  ·  ".join(part.strip() for part in line if part.strip()) for line in lines)
    return tuple(line for line in joined if line)


def patient_words(identity: FilmIdentity) -> str:
    """Name and number of the patient in one line."""
    parts = (person_words(identity.patient_name), identity.patient_id.strip())
    return "  ·  ".join(part for part in parts if part)


def study_words(identity: FilmIdentity) -> str:
    """Date and description of the study in one line."""
    parts = (date_words(identity.study_date), identity.study_description.strip())
    return "  ·  ".join(part for part in parts if part)


def film_lines(film: Film) -> tuple[str, ...]:
    """What the film is, without whose it is: kind and view, then size."""
    header = film.header
    kind = header.modality or film.format
    view = (header.view_position, header.body_part.capitalize())
    first = "  ·  ".join(part for part in (kind, *view) if part)
    return first, f"{film.full_width} × {film.full_height}"


def film_name(path: Path) -> str:
    """The name of a film in lists and sentences: in one line, also where the file's own has line breaks
    or bytes that are no letters."""
    return _one_line(path.name or str(path))


def path_words(path: Path) -> str:
    """A whole path, as `film_name` shows a name."""
    return _one_line(str(path))


def _one_line(text: str) -> str:
    if text.isprintable():  # most names are, and a table asks for dozens in a turn
        return text
    shown = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if unicodedata.category(letter) in _BREAKS else letter for letter in shown)
