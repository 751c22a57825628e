"""gdcm.py looks for the package _gdcm beside itself and loads its libraries from there."""

hiddenimports = ["_gdcm", "_gdcm.gdcmswig", "_gdcm._gdcmswig"]
