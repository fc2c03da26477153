"""`docs/settings.md` and `ir_platform/config.py` say the same."""

from dataclasses import dataclass
from pathlib import Path

from ir_platform.config import Settings
from tests.support.require import REPOSITORY

PAGE = REPOSITORY / "docs" / "settings.md"


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    type: str
    unit: str
    default: str
    meaning: str


def test_each_setting_has_a_row_and_each_row_a_setting() -> None:
    documented = [row.name for row in _rows()]

    assert documented == [f"IRP_{name.upper()}" for name in Settings.model_fields]


def test_a_row_names_the_default_the_program_uses() -> None:
    documented = {row.name: row.default for row in _rows()}

    fields = Settings.model_fields.items()
    assert documented == {f"IRP_{name.upper()}": _in_words(field.default) for name, field in fields}


def test_a_row_says_type_unit_and_meaning() -> None:
    incomplete = [row.name for row in _rows() if not (row.type and row.unit and row.meaning)]

    assert incomplete == []


def _rows() -> list[Row]:
    program, _, _tests = PAGE.read_text(encoding="utf-8").partition("\n## ")
    lines = [line for line in program.splitlines() if line.startswith("| `IRP_")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return [Row(*row) for row in cells]


def _in_words(default: object) -> str:
    return "–" if default is None else default.as_posix() if isinstance(default, Path) else str(default)
