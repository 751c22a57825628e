"""A model file may come from anywhere: no code in it is ever run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture import sources

UNPICKLERS = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}


def _imported(module: ast.Module) -> Iterator[str]:
    """What the module can call; an exception's name alone (UnpicklingError) loads nothing."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and not _names_errors_only(node):
            yield (node.module or "").split(".")[0]


def _names_errors_only(node: ast.ImportFrom) -> bool:
    return all(alias.name.endswith("Error") for alias in node.names)


def _keywords(call: ast.Call) -> dict[str | None, object]:
    return {k.arg: k.value.value if isinstance(k.value, ast.Constant) else "?" for k in call.keywords}


def test_no_module_imports_an_unpickler() -> None:
    found = {
        sources.name(file): names
        for file in sources.python_files("xraydesk")
        if (names := UNPICKLERS & set(_imported(sources.tree(file))))
    }
    assert found == {}


def test_torch_load_and_numpy_load_take_weights_and_arrays_only() -> None:
    unsafe = []
    for file in sources.python_files("xraydesk"):
        for node in ast.walk(sources.tree(file)):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called == "torch.load" and _keywords(node).get("weights_only") is not True:
                unsafe.append(f"{sources.name(file)}:{node.lineno}")
            if (
                called in ("np.load", "numpy.load")
                and _keywords(node).get("allow_pickle", False) is not False
            ):
                unsafe.append(f"{sources.name(file)}:{node.lineno}")
    assert unsafe == []
