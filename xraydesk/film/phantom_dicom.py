"""The phantom as a DICOM film (PS3.3 A.26, Digital X-Ray Image Storage - For Presentation)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from openjpeg.utils import encode_array
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, DigitalXRayImageStorageForPresentation, JPEG2000Lossless

# Fixed, so that the same phantom is the same file; below 2.25, the root for UIDs made from UUIDs.
_UID = "2.25.303163519875402941738470412217713402"


def phantom_data_set(pixels: NDArray[np.uint16]) -> Dataset:
    """12-bit `pixels` (H, W) as a whole data set with a patient who plainly is none."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = JPEG2000Lossless
    ds.file_meta.MediaStorageSOPClassUID = DigitalXRayImageStorageForPresentation
    ds.file_meta.MediaStorageSOPInstanceUID = UID(f"{_UID}1")
    _identity(ds)
    _film_elements(ds)
    _pixels(ds, pixels)
    return ds


def _identity(ds: Dataset) -> None:
    ds.SOPClassUID = DigitalXRayImageStorageForPresentation
    ds.SOPInstanceUID = UID(f"{_UID}1")
    ds.SeriesInstanceUID = UID(f"{_UID}2")
    ds.StudyInstanceUID = UID(f"{_UID}3")
    ds.PatientName = "Phantom^Synthetic"
    ds.PatientID = "PHANTOM"
    ds.QualityControlSubject = "YES"
    ds.PatientBirthDate = ds.PatientSex = ds.StudyTime = ds.AccessionNumber = ""
    ds.ReferringPhysicianName = ds.StudyID = ""
    ds.StudyDate = "20250101"
    ds.StudyDescription = "Synthetic chest phantom"
    ds.Manufacturer = "XRayDesk"
    ds.SeriesNumber = ds.InstanceNumber = 1


def _film_elements(ds: Dataset) -> None:
    ds.Modality = "DX"
    ds.PresentationIntentType = "FOR PRESENTATION"
    ds.SeriesDescription = "Chest PA, drawn by code"
    ds.BodyPartExamined = "CHEST"
    ds.ViewPosition = "PA"
    ds.ImageLaterality = "U"
    ds.PatientOrientation = ["L", "F"]
    ds.ImageType = ["ORIGINAL", "PRIMARY", ""]
    ds.BurnedInAnnotation = "YES"
    ds.LossyImageCompression = "00"
    ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = "LOG", 1
    ds.PresentationLUTShape = "IDENTITY"
    ds.RescaleSlope, ds.RescaleIntercept, ds.RescaleType = "1", "0", "US"
    ds.WindowCenter, ds.WindowWidth = "2048", "4096"


def _pixels(ds: Dataset, pixels: NDArray[np.uint16]) -> None:
    ds.Rows, ds.Columns = pixels.shape
    ds.ImagerPixelSpacing = [round(400.0 / pixels.shape[0], 4)] * 2  # the film is 40 cm high
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    stream = encode_array(np.ascontiguousarray(pixels), bits_stored=12, photometric_interpretation=2)
    ds.PixelData = encapsulate([stream])
