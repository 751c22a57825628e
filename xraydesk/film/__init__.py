"""From a file to a film: decoding, DICOM's pixel value transformations, and the gate."""
