"""`irp calendar due` as scripts use it."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import sqlite_url
from ir_platform.app.cli.calendar import calendar
from ir_platform.domain.calendar_day import DayKind, OfficeDay
from ir_platform.domain.office import HOME_OFFICE
from tests.support.builders import NOON


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No data of anybody's own plays a part."""
    monkeypatch.setenv("IRP_DATA_DIR", str(tmp_path / "var"))
    return tmp_path / "var"


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(calendar, ["due", *words])
    return result.exit_code, result.stdout, result.stderr


def test_a_limit_over_a_weekend_is_said_in_words() -> None:
    answer = run("--from", "2026-11-20T10:00", "--waktu", "2 hari", "--zona", "WITA")

    assert answer == (0, "24 November 2026 pukul 10.00 WITA\n", "")


def test_json_carries_the_instant_with_the_zones_offset() -> None:
    code, out, _ = run("--from", "2026-11-20T02:00:00Z", "--waktu", "2 hari kerja", "--zona", "WITA", "--json")

    assert code == 0
    assert json.loads(out)["due"] == "2026-11-24T10:00:00+08:00"


def test_local_closures_count_where_there_are_data_and_only_the_offices_own(folder: Path) -> None:
    folder.mkdir()
    state = SqlState(sqlite_url(folder / "state.sqlite3"))
    state.migrate()
    closed = OfficeDay(
        office_id=HOME_OFFICE,
        day=date(2026, 11, 23),
        kind=DayKind.LIBUR,
        what="Hari jadi",
        added_by="Admin",
        added_at=NOON,
    )
    with state.write() as uow:
        uow.calendar_days.put(closed)
    state.close()
    asked = ("--from", "2026-11-20T10:00", "--waktu", "1 hari")

    assert run(*asked) == (0, "24 November 2026 pukul 10.00 WITA\n", "")
    assert run(*asked, "--kantor", "dishub") == (0, "23 November 2026 pukul 10.00 WITA\n", "")


def test_a_question_makes_no_database(folder: Path) -> None:
    run("--from", "2026-11-20T10:00", "--waktu", "1 hari")

    assert not folder.exists()


def test_days_are_counted_as_the_setting_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRP_HARI", "akhir_hari_kerja")

    answer = run("--from", "2026-11-20T10:00", "--waktu", "1 hari")

    assert answer == (0, "23 November 2026 pukul 16.00 WITA\n", "")


@pytest.mark.parametrize(
    "words",
    [
        ("--from", "kemarin", "--waktu", "2 hari"),
        ("--from", "2026-11-20", "--waktu", "dua hari"),
        ("--from", "2026-11-20", "--waktu", "2 hari", "--zona", "Mars"),
        ("--from", "9999-12-31T23:00", "--waktu", "2 hari"),
        ("--from", "0001-01-01T00:00", "--waktu", "2 hari"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_2(words: tuple[str, ...]) -> None:
    code, out, err = run(*words)

    assert (code, out, err.count("\n")) == (2, "", 1)
