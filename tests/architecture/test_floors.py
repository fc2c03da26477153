"""Imports go down, never up or sideways, and each library has one place."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, importers, modules
from tests.support.require import REPOSITORY

PLACES: dict[str, tuple[str, ...]] = {
    "pyshark": ("ingest/pcap/",),
    "evtx": ("ingest/parsers/",),
    "yara": ("detections/yara/",),
    "maxminddb": ("detections/places.py",),
    "sigma": ("detections/sigma/",),
    "hyperscan": ("detections/sigma/",),
    "jose": ("ir_platform/identity/",),
    "argon2": ("ir_platform/identity/",),
    "holidays": ("ir_platform/calendar/",),
    "hijridate": ("ir_platform/calendar/",),
    "celery": ("ir_platform/adapters/queue/", "ir_platform/app/"),
    "kombu": ("ir_platform/adapters/queue/",),
    "pyarrow": ("ir_platform/app/event_parquet.py",),
    "tantivy": ("ir_platform/adapters/events/",),
    "elasticsearch": ("ir_platform/adapters/events/",),
    "sqlalchemy": ("ir_platform/adapters/sql/",),
    "alembic": ("ir_platform/adapters/sql/",),
    "docxtpl": ("ir_platform/documents/",),
    "pyhanko": ("ir_platform/documents/pades.py",),
    "pyhanko_certvalidator": ("ir_platform/documents/pades.py",),
    "segno": ("ir_platform/documents/qr.py",),
    "typst": ("ir_platform/documents/",),
    "jinja2": ("ir_platform/documents/",),
}
"""Library -> the only folders that may import it."""


def test_the_floors_hold() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("library", sorted(PLACES))
def test_a_library_is_imported_in_its_one_place(library: str) -> None:
    strays = [path for path in importers()[library] if not path.startswith(PLACES[library])]

    assert strays == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_top_level_package_is_ours_and_not_a_namesake(package: str) -> None:
    module = importlib.import_module(package)

    assert module.__file__ is not None
    assert Path(module.__file__).is_relative_to(REPOSITORY / package)


def test_no_init_file_holds_logic() -> None:
    with_logic = [
        f"{path}:{statement.lineno}"
        for path, tree in modules()
        if path.endswith("/__init__.py")
        for statement in tree.body
        if not isinstance(statement, ast.Import | ast.ImportFrom) and not _is_words(statement)
    ]

    assert with_logic == []


def _is_words(statement: ast.stmt) -> bool:
    """A docstring or `__all__`."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "__all__"
