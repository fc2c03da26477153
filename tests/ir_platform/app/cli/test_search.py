"""`irp search` over a store on the disk."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.app.cli.search import search
from ir_platform.domain.event import batch_of
from tests.support.builders import NOON, an_event

EVENTS = [
    an_event(
        at=NOON + timedelta(hours=number), record=number, user__name="root", event__original=f"line {number}\x1b[2J"
    )
    for number in range(3)
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    writer = EmbeddedEventWriter(tmp_path / "events", dedup_days=7, clock=lambda: NOON)
    writer.append(batch_of(EVENTS))
    writer.close()
    return tmp_path


def _search(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(search, ["--data", str(data), *arguments])


def test_the_oldest_may_come_first(data: Path) -> None:
    found = json.loads(_search(data, "*", "--json", "--oldest-first", "--limit", "1").stdout)

    assert [one["_id"] for one in found["items"]] == [EVENTS[0].id]


def test_json_is_one_document_with_the_events_newest_first(data: Path) -> None:
    done = _search(data, "user.name:root", "--json", "--limit", "2")

    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["total"] == 3
    assert found["items"] == [{**event.fields(), "_id": event.id} for event in (EVENTS[2], EVENTS[1])]
    assert found["cursor"] is not None


def test_from_and_to_bound_the_time(data: Path) -> None:
    done = _search(data, "*", "--json", "--from", "2026-11-20T13:00:00+08:00", "--to", "2026-11-20T06:00:00Z")

    assert [item["_id"] for item in json.loads(done.stdout)["items"]] == [EVENTS[1].id]


def test_a_line_of_text_has_no_control_characters(data: Path) -> None:
    done = _search(data, "line")

    assert done.stdout.count("\n") == 3
    assert "\x1b" not in done.stdout
    assert "3 dari 3 kejadian" in done.stderr


@pytest.mark.parametrize("arguments", [("user.name:(root",), ("*", "--from", "kemarin"), ("*", "--limit", "0")])
def test_what_cannot_be_read_ends_with_status_2_and_a_reason(data: Path, arguments: tuple[str, ...]) -> None:
    done = _search(data, *arguments)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr != ""


def test_a_data_folder_that_is_not_there_is_said_so_and_not_answered_with_nothing_found(tmp_path: Path) -> None:
    missing = tmp_path / "salah-ketik"

    done = _search(missing, "*", "--json")

    assert done.exit_code == 2
    assert done.stdout == ""
    assert str(missing) in done.stderr
    assert not missing.exists()


def test_a_data_folder_into_which_nothing_was_received_yet_answers_that_nothing_was_found(tmp_path: Path) -> None:
    done = _search(tmp_path, "*", "--json")

    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"total": 0, "items": [], "cursor": None}
