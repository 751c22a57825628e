"""What keeps the house easy to find one's way in."""

from __future__ import annotations

import ast

from tests.architecture import sources

TOP_LEVEL_FOLDERS = {"xraydesk", "resources", "weights", "tests", "packaging"}
MADE_BY_TOOLS = {"build", "dist", "out", "htmlcov", "__pycache__", "xraydesk.egg-info"}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def test_no_top_level_folder_beyond_the_five() -> None:
    folders = {
        entry.name for entry in sources.ROOT.iterdir() if entry.is_dir() and not entry.name.startswith(".")
    }
    assert folders <= TOP_LEVEL_FOLDERS | MADE_BY_TOOLS


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {
        sources.name(file): len(file.read_text(encoding="utf-8").splitlines())
        for file in sources.python_files("xraydesk", "tests", "packaging")
    }
    assert {file: lines for file, lines in lengths.items() if lines > 400} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    lengths = {
        f"{sources.name(file)}: {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for file in sources.python_files("xraydesk", "tests", "packaging")
        for node in ast.walk(sources.tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {function: lines for function, lines in lengths.items() if lines > 50} == {}


def test_every_file_has_a_name_that_says_something() -> None:
    parts = {
        part: sources.name(file)
        for file in sources.python_files("xraydesk")
        for part in file.with_suffix("").relative_to(sources.ROOT).parts
    }
    assert parts.keys() & NAMES_THAT_SAY_NOTHING == set()
