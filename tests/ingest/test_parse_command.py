"""`irp parse` prints events, tells of rejected lines on stderr, and ends with 2 where nothing could be used."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ingest.catalog import FORMATS
from ir_platform.app.cli.parse import parse

LINE = "Nov 20 08:00:00 web-1 sshd[1]: Failed password for root from 203.0.113.9 port 4 ssh2\n"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(parse, [str(argument) for argument in arguments])


def test_list_names_every_format() -> None:
    result = _run("--list")

    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(FORMATS)


def test_events_go_to_stdout_and_rejected_lines_to_stderr_with_file_line_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "auth.log"
    path.write_text(LINE + "rusak\n")

    result = _run("--format", "auth", "--timezone", "Asia/Jayapura", "--year", "2026", path)

    assert result.exit_code == 0
    event = json.loads(result.stdout)
    assert event["@timestamp"] == "2026-11-19T23:00:00.000Z"
    assert event["event.original"] == LINE.rstrip("\n")
    told = json.loads(result.stderr)
    assert (told["file"], told["line"]) == (str(path), 2)
    assert told["reason"].startswith("bukan baris syslog")


def test_a_file_that_cannot_be_used_does_not_keep_others_from_being_read(tmp_path: Path) -> None:
    good, bad = tmp_path / "auth.log", tmp_path / "kosong.log"
    good.write_text(LINE)
    bad.write_text("")

    result = _run(bad, good)

    assert result.exit_code == 0
    assert json.loads(result.stderr)["reason"] == "berkas kosong"
    assert len(result.stdout.splitlines()) == 1


def test_a_format_string_of_the_office_reads_its_access_log(tmp_path: Path) -> None:
    path = tmp_path / "portal.log"
    path.write_text("portal|203.0.113.9|[20/Nov/2026:08:00:00 +0800]|GET /x HTTP/1.1|404\n")

    result = _run("--layout", "%v|%h|%t|%r|%s", path)

    assert result.exit_code == 0
    assert json.loads(result.stdout)["url.path"] == "/x"


@pytest.mark.parametrize("content", ["", "tak ada yang dikenal\n", "\n\n"])
def test_nothing_usable_ends_with_2_and_one_clear_line(content: str, tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text(content)

    result = _run(path)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("tidak-ada.log",),
        ("--format", "kabar", "x"),
        ("--timezone", "Bulan/Purnama", "--list"),
        ("--year", "1"),
        ("--layout", "%h%t", "x"),
    ],
)
def test_bad_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    result = _run(*arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
