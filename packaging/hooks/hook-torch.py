"""torch without its tests, headers and sources; the stock hook takes all of them.

Kept although they look spare: `torch_shm_manager` (shared memory between processes), `torch._dynamo` (every
optimiser's step asks it), sympy behind it, and the sources of the files below.
"""

from pathlib import Path

from PyInstaller.compat import is_linux
from PyInstaller.utils.hooks import (
    PY_DYLIB_PATTERNS,
    collect_dynamic_libs,
    collect_submodules,
    get_package_paths,
)

_torch = Path(get_package_paths("torch")[1])

# These call `install_config_module`, which reads the file's own comments when it is imported.
_READ_THEIR_OWN_SOURCE = [
    f"torch.{name}"
    for name in (
        "_functorch.config",
        "_export.config",
        "fx.experimental._config",
        "distributed.config",
        "_dynamo.config",
        "compiler.config",
        "utils.serialization.config",
        "_inductor.config",
        "_inductor.config_comms",
    )
]
# Functions with several signatures, which torch.jit reads from the source when they are imported.
_OVERLOADED = ["torch.functional", "torch.nn.functional", "torch.nn.modules.rnn"]
module_collection_mode = {"torch": "pyz"} | dict.fromkeys(_READ_THEIR_OWN_SOURCE + _OVERLOADED, "pyz+py")

warn_on_missing_hiddenimports = False
hiddenimports = [
    *collect_submodules("torch._dynamo"),
    *collect_submodules("torch._refs"),
    *collect_submodules("torch._prims"),
    "torch.testing._internal.logging_tensor",
]

_TESTS = ("test", "aoti_custom_ops", "backend_with_compiler")
binaries = [
    (library, folder)
    for library, folder in collect_dynamic_libs("torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"])
    if not any(word in Path(library).name for word in _TESTS)
]
if (_torch / "bin" / "torch_shm_manager").exists():
    binaries.append((str(_torch / "bin" / "torch_shm_manager"), "torch/bin"))

# A CUDA build of torch finds its libraries in packages of their own; those have stock hooks.
if is_linux:
    from importlib.metadata import distribution

    from _pyinstaller_hooks_contrib.utils.nvidia_cuda import infer_hiddenimports_from_requirements
    from packaging.requirements import Requirement

    _wanted = [Requirement(line) for line in distribution("torch").requires or []]
    hiddenimports += infer_hiddenimports_from_requirements(
        [each.name for each in _wanted if each.marker is None or each.marker.evaluate()]
    )
    # torch looks for its libraries beside the library that asks; a link at the top would mislead it.
    bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
