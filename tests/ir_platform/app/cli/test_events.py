"""`irp events` over a store on the disk."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ir_platform.adapters.events.embedded import layout
from ir_platform.app.cli.events import events
from ir_platform.app.wiring import open_state
from ir_platform.config import Settings
from ir_platform.domain.event import batch_of
from tests.ir_platform.adapters.events.elastic.server import a_server
from tests.ir_platform.adapters.events.embedded.stores import a_writer
from tests.support.builders import an_event


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with a_writer(tmp_path / "events") as writer:
        writer.append(
            batch_of([an_event(record=number, user__name=f"=user{number % 2}", source__port=7) for number in range(5)])
        )
    return tmp_path


def _events(data: Path, command: str, *arguments: str) -> Result:
    return CliRunner().invoke(events, [command, "--data", str(data), *arguments])


def test_fields_and_frequent_values_are_listed(data: Path) -> None:
    fields = json.loads(_events(data, "fields", "--json").stdout)
    values = json.loads(_events(data, "top", "user.name", "source.port:7", "--json").stdout)

    assert {"name": "source.port", "kind": "number", "events": 5} in fields["items"]
    assert values["items"] == [{"value": "=user0", "events": 3}, {"value": "=user1", "events": 2}]


def test_an_export_is_written_whole_and_noted_in_the_audit_trail(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"

    done = _events(data, "export", "--format", "csv", "--column", "user.name", "--out", str(target))

    rows = list(csv.reader(io.StringIO(target.read_text("utf-8-sig"))))
    with open_state(Settings(data_dir=data)).read() as uow:
        actions = [entry.fact.action for entry in uow.audit.entries(after=0)]
    assert (done.exit_code, rows[0], len(rows)) == (0, ["user.name", "_id"], 6)
    assert {row[0] for row in rows[1:]} == {"'=user0", "'=user1"}
    assert actions == ["store.exported"]


def test_lines_go_to_stdout_where_no_file_is_named(data: Path) -> None:
    done = _events(data, "export", "user.name:=user1")

    assert [json.loads(line)["user.name"] for line in done.stdout.splitlines()] == ["=user1", "=user1"]


@pytest.mark.parametrize(
    "arguments", [("export", "a:("), ("fields", "a:("), ("top", "user.name", "("), ("top", "message")]
)
def test_what_cannot_be_asked_is_said_in_one_line_and_leaves_no_file(data: Path, arguments: tuple[str, ...]) -> None:
    done = _events(data, *arguments)

    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)


def test_a_sound_store_is_said_to_be_sound_and_a_damaged_one_where(data: Path) -> None:
    sound = _events(data, "check", "--json")
    segment = layout.segments(data / "events")[0].path
    segment.write_bytes(segment.read_bytes()[:-1] + b"?")

    damaged = _events(data, "check", "--json")

    assert (sound.exit_code, json.loads(sound.stdout)["events"]) == (0, 5)
    assert (damaged.exit_code, json.loads(damaged.stdout)["damaged"]) == (1, [{"file": str(segment), "offset": 0}])


def test_the_index_is_made_anew_with_progress(data: Path) -> None:
    done = _events(data, "rebuild")

    assert (done.exit_code, "100 %" in done.stderr) == (0, True)
    assert json.loads(_events(data, "top", "source.port", "--json").stdout)["items"][0]["events"] == 5


def test_a_copy_needs_a_target_and_says_where_it_goes_on_when_that_is_gone(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = _events(data, "copy")
    monkeypatch.setenv("IRP_EVENTS_URL", "http://127.0.0.1:1")

    gone = _events(data, "copy")

    assert (nowhere.exit_code, "IRP_EVENTS_URL" in nowhere.stderr) == (2, True)
    assert (gone.exit_code, "perintah yang sama melanjutkan" in gone.stderr) == (2, True)


def test_a_store_is_copied_with_progress(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_server() as server:
        monkeypatch.setenv("IRP_EVENTS_URL", server.url)
        done = _events(data, "copy")

    assert (done.exit_code, len(server.stored)) == (0, 5)
    assert "100 % disalin" in done.stderr
    assert "5 kejadian terbaca, 5 di antaranya belum ada di tujuan" in done.stderr


@pytest.mark.parametrize("command", ["check", "rebuild"])
def test_a_store_that_is_being_written_is_left_alone(data: Path, command: str) -> None:
    with a_writer(data / "events"):
        done = _events(data, command)

    assert (done.exit_code, "hentikan server" in done.stderr) == (2, True)


@pytest.mark.parametrize("command", ["check", "rebuild", "fields"])
def test_where_there_is_no_store_nothing_is_made(tmp_path: Path, command: str) -> None:
    done = _events(tmp_path / "none", command)

    assert done.exit_code == 2
    assert not (tmp_path / "none").exists()
