"""What the data set says of the film, and apart from it whose film it is."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.uid import UID

from xraydesk.film.dicom_dataset import each, items, number, numbers, text
from xraydesk.film.film import FilmHeader, FilmIdentity


def film_header(ds: Dataset) -> FilmHeader:
    syntax = UID(ds.file_meta.TransferSyntaxUID)
    return FilmHeader(
        modality=text(ds, "Modality").upper(),
        body_part=text(ds, "BodyPartExamined") or _meaning(ds, "AnatomicRegionSequence"),
        view_position=text(ds, "ViewPosition") or _meaning(ds, "ViewCodeSequence"),
        laterality=text(ds, "ImageLaterality") or text(ds, "Laterality"),
        description=text(ds, "SeriesDescription") or text(ds, "ProtocolName"),
        study=text(ds, "StudyDescription"),
        frames=max(1, int(number(ds, "NumberOfFrames", 1))),
        patient_orientation=_all_text(ds, "PatientOrientation"),
        transfer_syntax=syntax.name,
        sop_class=UID(text(ds, "SOPClassUID")).name,
        species=text(ds, "PatientSpeciesDescription") or _meaning(ds, "PatientSpeciesCodeSequence"),
        of_a_test_object=text(ds, "QualityControlSubject").upper() == "YES",  # PS3.3 C.7.1.1
        pixel_aspect=_pixel_aspect(ds),
    )


def film_identity(ds: Dataset) -> FilmIdentity:
    return FilmIdentity(
        patient_name=text(ds, "PatientName"),
        patient_id=text(ds, "PatientID"),
        birth_date=text(ds, "PatientBirthDate"),
        sex=text(ds, "PatientSex"),
        study_date=text(ds, "StudyDate"),
        study_description=text(ds, "StudyDescription"),
        accession_number=text(ds, "AccessionNumber"),
        institution=text(ds, "InstitutionName"),
    )


def spacing_mm(ds: Dataset) -> tuple[float, float] | None:
    """Pixel spacing, else that at the imager; row, column. None where it is absent or no length."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        found = numbers(ds, keyword)
        if len(found) == 2 and min(found) > 0.0:
            return found[0], found[1]
    return None


def _pixel_aspect(ds: Dataset) -> float:
    """Height of a pixel over its width."""
    found = numbers(ds, "PixelAspectRatio")
    if len(found) == 2 and min(found) > 0.0:
        return found[0] / found[1]
    spacing = spacing_mm(ds)
    return spacing[0] / spacing[1] if spacing else 1.0


def _all_text(ds: Dataset, keyword: str) -> tuple[str, ...]:
    return tuple(str(part) for part in each(ds, keyword))


def _meaning(ds: Dataset, keyword: str) -> str:
    """Code meaning of the first item of a code sequence."""
    return next((text(item, "CodeMeaning") for item in items(ds, keyword)), "")
