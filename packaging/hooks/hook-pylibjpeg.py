"""pylibjpeg finds its decoders by their entry points: without the metadata it has none."""

from PyInstaller.utils.hooks import copy_metadata

datas = [
    file for name in ("pylibjpeg", "pylibjpeg-openjpeg", "pylibjpeg-rle") for file in copy_metadata(name)
]
hiddenimports = ["openjpeg", "openjpeg.utils", "_openjpeg", "rle", "rle.utils", "rle.rle"]
excludedimports = ["openjpeg.tests", "rle.tests", "rle.benchmarks", "pylibjpeg.tests"]
