"""`irp source`: what a script reads of it, and what it refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ir_platform.app.cli.main import irp
from tests.support.sqlite import migrated


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "state.sqlite3").write_bytes(migrated())
    return tmp_path / "var"


def run(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(irp, ["source", *arguments, "--data", str(data)])


def test_a_source_is_added_changed_listed_given_a_new_key_and_turned_off(data: Path) -> None:
    added = json.loads(run(data, "add", "web-1", "--alamat", "10.0.0.9", "--json").stdout)
    changed = run(data, "set", "web-1", "--batas-diam", "15", "--alamat", "", "--berkas", "/srv/*.log", "--json")
    renewed = json.loads(run(data, "key", "web-1", "--json").stdout)
    disabled = run(data, "disable", "web-1")
    [listed] = json.loads(run(data, "list", "--json").stdout)

    assert set(added) == {"name", "api_key", "username", "password", "webhook_secret"}
    assert added["username"] == "web-1"
    assert renewed["api_key"] != added["api_key"]
    assert json.loads(changed.stdout)["address"] is None
    assert (listed["silent_minutes"], listed["path"], listed["disabled"]) == (15, "/srv/*.log", True)
    assert (listed["events"], listed["last_seen"], disabled.exit_code) == (0, None, 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "Nama Salah"),
        ("add", "web-1", "--format", "tiada"),
        ("add", "web-1", "--zona", "Mars/Olympus"),
        ("add", "web-1", "--alamat", "x"),
        ("add", "web-1", "--format-string", "%h %t %r"),
        ("add", "web-1", "--format", "access", "--format-string", "%h %t %r %Z"),
        ("set", "tiada", "--batas-diam", "5"),
        ("key", "tiada"),
        ("disable", "tiada"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(data: Path, arguments: tuple[str, ...]) -> None:
    result = run(data, *arguments)

    assert result.exit_code == 2
    assert result.stderr.startswith("irp: ")
    assert len(result.stderr.splitlines()) == 1


def test_a_name_is_added_once(data: Path) -> None:
    run(data, "add", "web-1")

    assert "sudah dipakai" in run(data, "add", "web-1").stderr
    assert "web-1" in run(data, "list").stdout
