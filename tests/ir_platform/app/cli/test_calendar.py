"""`irp calendar due` as scripts use it."""

import json

import pytest
from click.testing import CliRunner

from ir_platform.app.cli.calendar import calendar


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
