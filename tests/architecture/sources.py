"""The program's own Python files, read as trees; nothing of them is run."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.require import REPOSITORY

PACKAGES = ("ir_platform", "ingest", "detections", "playbooks", "api")


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Each module as its path inside the repository, with `/`, and its tree."""
    for package in PACKAGES:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            yield path.relative_to(REPOSITORY).as_posix(), ast.parse(path.read_bytes(), filename=str(path))


@cache
def importers() -> dict[str, list[str]]:
    """The paths of the modules that import a library, by its name."""
    found: dict[str, list[str]] = {}
    for path, tree in modules():
        for library in set(imported(tree)):
            found.setdefault(library, []).append(path)
    return found


def imported(tree: ast.Module) -> Iterator[str]:
    """The top-level names a module imports, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module.partition(".")[0]


def files(folder: str, *suffixes: str) -> list[Path]:
    """Files of a folder of the repository, by suffix, sorted; none where the folder is absent."""
    root: Path = REPOSITORY / folder
    return sorted(path for path in root.rglob("*") if path.suffix in suffixes)
