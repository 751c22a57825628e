"""pyjpegls: a thin package over one extension module at the top level."""

from PyInstaller.utils.hooks import copy_metadata

datas = copy_metadata("pyjpegls")
hiddenimports = ["_CharLS", "jpeg_ls.CharLS", "jpeg_ls.data_io"]
excludedimports = ["jpeg_ls.tests", "jpeg_ls.example"]
