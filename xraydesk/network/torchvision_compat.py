"""torchvision beside a torch without CUDA, on Linux.

The Linux wheels of torchvision on the package index are CUDA builds. Beside a CPU-only torch their
library of operators cannot be loaded, and torchvision then fails on import, because it describes two
operators that are not there: "operator torchvision::nms does not exist". Classification networks and
transforms use neither, so declaring both by name is enough for torchvision to import.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import torch

_DECLARATIONS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
# The declarations live as long as the Library object does: never let it be collected.
_libraries: list[torch.library.Library] = []


def import_torchvision() -> ModuleType:
    """torchvision, imported so that it works beside this torch. ImportError where it is not installed."""
    if sys.platform == "linux" and "torchvision" not in sys.modules and not _real_operators_load():
        _declare_operators()
    return importlib.import_module("torchvision")


def _real_operators_load() -> bool:
    """Whether torchvision's own operators can be used; if so they are loaded, as it would do itself."""
    spec = importlib.util.find_spec("torchvision")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for library in Path(folder).glob("_C*.so"):
            try:
                torch.ops.load_library(library)
            except OSError:
                continue
            return True
    return False


def _declare_operators() -> None:
    if _libraries:
        return
    library = torch.library.Library("torchvision", "FRAGMENT")
    for declaration in _DECLARATIONS:
        library.define(declaration)
    _libraries.append(library)
