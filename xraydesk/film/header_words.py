"""What the words in a film's header mean: modalities, body parts, views, species."""

from __future__ import annotations

import re

from xraydesk.film.film import FilmHeader

# DICOM PS3.3 C.7.3.1.1.1. Chest films also travel as OT and SC, and as RF from dual-use rooms.
RADIOGRAPHS = frozenset({"CR", "DX", "DR", "RG", "RF", "OT", "SC", "HC", "CX", "XR", "DF", "RX"})

NOT_RADIOGRAPHS = {
    "CT": "a CT slice",
    "MR": "an MR image",
    "US": "an ultrasound image",
    "IVUS": "an intravascular ultrasound image",
    "MG": "a mammogram",
    "PT": "a PET image",
    "NM": "a scintigram",
    "ST": "a SPECT image",
    "XA": "an angiogram",
    "OCT": "an optical coherence tomogram",
    "OPT": "an ophthalmic tomogram",
    "OP": "a photograph of the eye",
    "OAM": "an eye measurement",
    "ES": "an endoscopic image",
    "GM": "a microscopic image",
    "SM": "a microscopic slide",
    "XC": "a photograph",
    "DMS": "a dermoscopic image",
    "PX": "a panoramic film of the jaws",
    "IO": "a dental film",
    "BMD": "a bone density scan",
    "BDUS": "a bone ultrasound image",
    "TG": "a thermogram",
    "ECG": "an electrocardiogram",
    "RTIMAGE": "a radiotherapy image",
    "RTDOSE": "a radiotherapy dose",
    "SEG": "a segmentation",
    "REG": "a registration",
    "DOC": "a document",
    "SR": "a report",
    "PR": "a presentation state",
}

# The class of the object, where the modality is missing.
_SOP_CLASS_MODALITY = (
    ("CT Image", "CT"),
    ("MR Image", "MR"),
    ("Ultrasound", "US"),
    ("Mammography", "MG"),
    ("Positron", "PT"),
    ("Nuclear Medicine", "NM"),
    ("X-Ray Angiographic", "XA"),
    ("Intra-Oral", "IO"),
    ("Ophthalmic", "OP"),
    ("Endoscopic", "ES"),
    ("Microscopic", "SM"),
)

# Beginnings of words, so that CHESTABDOMEN, THORACIC, TÓRAX and PULMONES count.
_CHEST = re.compile(
    r"CHEST|THORA|TORAX|TÓRAX|TORAC|LUNG|PULM|\bRIBS?\b|\bCXR|HEART|PECTUS|POUMON|BRUST|BORST|KLATK|ГРУД|胸",
    re.IGNORECASE,
)
_SPINE_OF_THE_CHEST = re.compile(r"SPINE|COLUMNA|RACHIS|WIRBEL", re.IGNORECASE)
# In a description the chest may be meant beside a spine: "Chest and T-spine", but not "thoracic spine".
_THORACIC_SPINE = re.compile(
    r"(?:THORAC|TORAC|TÓRAC)\w*(?:[ -]+\w+){0,2}?[ -]+SPINE"
    r"|(?:SPINE|COLUMNA|RACHIS)[ -]+(?:THORAC|TORAC|TÓRAC)\w*|BRUSTWIRBEL\w*",
    re.IGNORECASE,
)

_PARTS = (
    r"ABDOMEN|PELVIS|HIPS?|EXTREMITY|LEGS?|THIGH|FEMUR|KNEES?|PATELLA|TIBIA|FIBULA|ANKLES?|FOOT|FEET"
    r"|TOES?|CALCANEUS|HEEL|HANDS?|WRISTS?|FINGERS?|THUMB|FOREARM|ELBOWS?|HUMERUS|ARM|RADIUS|ULNA"
    r"|SHOULDERS?|SCAPULA|CLAVICLE|SKULL|HEAD|BRAIN|FACE|SINUS(?:ES)?|ORBITS?|JAWS?|MANDIBLE|MAXILLA"
    r"|TEETH|TOOTH|DENTAL|NECK|SPINE|[CTL]-?SPINE|LSSPINE|SACRUM|COCCYX|KIDNEYS?|BLADDER|LIVER|UTERUS"
    r"|BREASTS?|STERNUM|ACJOINT|SIJOINT|COLUMNA|RACHIS|(?:HALS|BRUST|LENDEN)?WIRBEL(?:S(?:Ä|AE)ULE)?"
)
_OTHER_PARTS = re.compile(rf"\b(?:{_PARTS})\b", re.IGNORECASE)
# Codes of a body part (PS3.16 annex L, and makers' own); a description may mean something else by them.
_OTHER_PARTS_AS_CODES = re.compile(
    rf"\b(?:(?:RT|LT|RIGHT|LEFT|BOTH|UPPER|LOWER|FORE)?(?:{_PARTS})|(?:S|CT|TL)-?SPINE|ABDOMENPELVIS|HEADNECK"
    r"|STOMACH|COLON|TMJ|ZYGOMA|WRISTHAND|(?:UP|LOW|UPPER|LOWER) ?EXM|(?:META)?(?:CARP|TARS)(?:US|AL|ALS))\b",
    re.IGNORECASE,
)
# Words that a description may hold without meaning the part: a C-arm, a film taken by hand.
_NO_PART_IN_A_DESCRIPTION = frozenset({"ARM", "HAND", "HEAD", "FACE", "NECK", "RADIUS"})

_NO_PART_IN_A_STUDY = frozenset({"ARM", "FACE", "RADIUS"})

_NO_PART_AT_ALL = frozenset(
    {"OTHER", "UNKNOWN", "UNDEFINED", "UNSPECIFIED", "NOT SPECIFIED", "NONE", "NA", "N A", "DEFAULT"}
    | {"BODY", "WHOLEBODY", "WHOLE BODY", "TRUNK", "TORSO", "-"}
)

_LATERAL_CODES = frozenset({"LL", "RL", "LAT", "LATERAL", "LLAT", "RLAT", "LT LAT", "RT LAT"})
_LATERAL = re.compile(r"\b(LAT|LATERAL|LATERALE|LATERALLY|PROFILE?|PROFIL|PERFIL|SEITLICH)\b", re.IGNORECASE)
_LATERAL_OF_A_CHEST = re.compile(r"\b(LL|RL|LLAT|RLAT)\b", re.IGNORECASE)  # of a leg, LL is the lower limb
_OBLIQUE = re.compile(r"\b(LLO|RLO|LAO|RAO|LPO|RPO|OBLI?|OBLI[QC]\w*|SCHRÄG)\b", re.IGNORECASE)
_FRONTAL = re.compile(
    r"\b(PA|AP|P\.A\.|A\.P\.|FRONTAL|FACE|DECUB\w*|POSTERO\w*|ANTERO\w*|PORTABLE)\b", re.IGNORECASE
)

_HUMAN = re.compile(r"HOMO SAPIENS|HUMAN|MENSCH", re.IGNORECASE)


def modality_of(header: FilmHeader) -> str:
    """The modality, from the class of the object where the header names none; "" if unknown."""
    if header.modality:
        return header.modality
    return next((code for words, code in _SOP_CLASS_MODALITY if words in header.sop_class), "")


def other_body_part(header: FilmHeader) -> str:
    """The body part the header names if it is not the chest; "" if it is, or nothing is known.

    The description is believed only where the body part is empty, and only whole words of it.
    """
    part = _spaced(header.body_part)
    if part:
        if _CHEST.search(part) and not _SPINE_OF_THE_CHEST.search(part):
            return ""
        found = _OTHER_PARTS_AS_CODES.search(part)
        return found.group(0) if found else ""  # no more of it: whatever else stands there may be a name
    description = _spaced(header.description)
    if _says_chest(description):
        return ""
    names = (found.group(0) for found in _OTHER_PARTS.finditer(description))
    return next((name for name in names if name.upper() not in _NO_PART_IN_A_DESCRIPTION), "")


def other_part_of_study(header: FilmHeader) -> str:
    """The body part the study is named after where neither it nor the film itself says chest; else "".

    Weaker than what the film says of itself: a study may hold films of several parts.
    """
    if any(_says_chest(_spaced(words)) for words in (header.body_part, header.description, header.study)):
        return ""
    names = (found.group(0) for found in _OTHER_PARTS.finditer(_spaced(header.study)))
    return next((name for name in names if name.upper() not in _NO_PART_IN_A_STUDY), "")


def unknown_body_part(header: FilmHeader) -> bool:
    """Whether the header names a body part that is neither the chest nor any other known here."""
    part = _spaced(header.body_part)
    named = bool(part) and part.upper() not in _NO_PART_AT_ALL
    return named and not _CHEST.search(part) and not _OTHER_PARTS_AS_CODES.search(part)


def is_lateral(header: FilmHeader) -> bool:
    """By view position, else by other words, else by the direction of the rows (PS3.3 C.7.6.1.1.1)."""
    view = _spaced(header.view_position).upper()
    if view in _LATERAL_CODES:
        return True
    if view:
        return bool(_LATERAL.search(view)) and not _FRONTAL.search(view)
    for words in (_spaced(header.description), _spaced(header.body_part)):
        if _FRONTAL.search(words):
            return False
        if _LATERAL.search(words) or (_CHEST.search(words) and _LATERAL_OF_A_CHEST.search(words)):
            return True
    rows = header.patient_orientation[0].upper() if header.patient_orientation else ""
    return rows[:1] in ("A", "P")


def is_oblique(header: FilmHeader) -> bool:
    """By view position, else by description or body part."""
    view = _spaced(header.view_position)
    if view:
        return bool(_OBLIQUE.search(view))
    words = _spaced(f"{header.description} {header.body_part}")
    return bool(_OBLIQUE.search(words)) and not _FRONTAL.search(words)


def _says_chest(words: str) -> bool:
    """Whether the chest is named other than by its spine."""
    return bool(_CHEST.search(_THORACIC_SPINE.sub(" ", words)))


def is_human(species: str) -> bool:
    return bool(_HUMAN.search(species))


def _spaced(words: str) -> str:
    """Underscores and slashes part words in headers."""
    return re.sub(r"[_/^,;:]+", " ", words).strip()
