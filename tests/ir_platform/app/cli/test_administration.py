"""`irp user`, `audit`, `ingest`, `config` and `migrate`: what they do, and their exit statuses."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ir_platform.app.cli.main import irp

PASSWORD = "sandi-Uji-2026"


class Console:
    """`irp` with one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self, *arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(irp, [*arguments, "--data", str(self.data)], input=stdin)

    def add(self, name: str, *options: str, password: str = PASSWORD) -> Result:
        return self("user", "add", name, *options, "--password-stdin", stdin=f"{password}\n")


@pytest.fixture
def console(tmp_path: Path) -> Console:
    return Console(tmp_path / "var")


def refusal_of(result: Result) -> str:
    """The one line on stderr of a command that could not do its work."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    return line


def test_an_account_is_added_listed_and_disabled(console: Console) -> None:
    added = console.add("dewi", "--peran", "kasi_keamanan_jaringan", "--nama", "Dewi", "--json")
    disabled = console("user", "disable", "dewi")
    listed = json.loads(console("user", "list", "--json").stdout)

    assert (added.exit_code, disabled.exit_code) == (0, 0)
    assert json.loads(added.stdout)["peran"] == ["kasi_keamanan_jaringan"]
    assert [(one["username"], one["nama"], one["disabled"]) for one in listed] == [("dewi", "Dewi", True)]
    assert console.data.stat().st_mode & 0o777 == 0o700


def test_a_disabled_account_is_let_in_again_with_a_one_time_password(console: Console) -> None:
    console.add("dewi")
    console("user", "disable", "dewi")

    made = json.loads(console("user", "enable", "dewi", "--json").stdout)
    again = console("user", "enable", "dewi")

    assert len(made["password"]) == 19
    assert refusal_of(again) == "irp: Akun dewi tidak sedang nonaktif."
    assert [one["disabled"] for one in json.loads(console("user", "list", "--json").stdout)] == [False]


def test_a_new_one_time_password_is_shown_once(console: Console) -> None:
    console.add("dewi")

    made = json.loads(console("user", "passwd", "dewi", "--json").stdout)

    assert made["username"] == "dewi"
    assert len(made["password"]) == 19


@pytest.mark.parametrize(
    ("name", "options", "password", "said"),
    [
        ("Dewi!", (), PASSWORD, "Nama pengguna terdiri"),
        ("dewi", ("--peran", "raja"), PASSWORD, "peran tidak dikenal: raja"),
        ("dewi", (), "pendek", "paling sedikit 8"),
        ("dewi", (), "", "paling sedikit 8"),
        ("dewi", ("--admin", "--peran", "tim_teknis"), PASSWORD, "tidak boleh memegang peran SOP"),
        ("ada", (), PASSWORD, "nama sudah dipakai: ada"),
    ],
)
def test_a_refused_account_is_one_line_and_exit_2(
    console: Console, name: str, options: tuple[str, ...], password: str, said: str
) -> None:
    console.add("ada")

    result = console.add(name, *options, password=password)

    assert said in refusal_of(result)
    assert len(json.loads(console("user", "list", "--json").stdout)) == 1


@pytest.mark.parametrize("command", ["passwd", "disable", "enable"])
def test_an_unknown_account_is_one_line_and_exit_2(console: Console, command: str) -> None:
    assert "tidak-ada" in refusal_of(console("user", command, "tidak-ada"))


def test_a_whole_trail_is_proved(console: Console) -> None:
    console.add("dewi")
    console.add("bayu")

    plain, as_json = console("audit", "verify"), console("audit", "verify", "--json")

    assert (plain.exit_code, as_json.exit_code) == (0, 0)
    assert "utuh: 2 entri" in plain.stdout
    verdict = json.loads(as_json.stdout)
    assert (verdict["ok"], verdict["entries"], verdict["first_broken"]) == (True, 2, None)


@pytest.mark.parametrize(
    ("statement", "first_broken"),
    [
        ("UPDATE audit_entries SET actor_name = 'orang lain' WHERE seq = 2", 2),
        ("DELETE FROM audit_entries WHERE seq = 2", 2),
        ("DELETE FROM audit_entries WHERE seq = 3", 3),
        ("DELETE FROM audit_entries", 1),
    ],
)
def test_a_trail_changed_behind_the_program_s_back_is_found(
    console: Console, statement: str, first_broken: int
) -> None:
    for name in ("dewi", "bayu", "rina"):
        console.add(name)
    tamper(console.data / "state.sqlite3", statement)

    result = console("audit", "verify", "--json")

    verdict = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (verdict["ok"], verdict["first_broken"]) == (False, first_broken)


def tamper(database: Path, statement: str) -> None:
    """What somebody with the database's password can do."""
    with closing(sqlite3.connect(database)) as connection, connection:
        triggers = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for trigger in triggers:
            connection.execute(f'DROP TRIGGER "{trigger}"')
        assert connection.execute(statement).rowcount > 0


def test_a_trail_without_its_checkpoint_is_not_called_whole(console: Console) -> None:
    console.add("dewi")
    (console.data / "audit" / "checkpoint.jsonl").unlink()

    result = console("audit", "verify", "--json")

    assert result.exit_code == 1
    assert "titik periksa" in json.loads(result.stdout)["reason"]


def test_there_is_nothing_to_prove_where_there_is_no_data(console: Console) -> None:
    assert str(console.data) in refusal_of(console("audit", "verify"))


def test_a_log_is_ingested_once(console: Console, tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    line = "Nov 20 12:00:{:02d} web-1 sshd[{}]: Failed password for root from 203.0.113.9 port 5 ssh2\n"
    log.write_text("".join(line.format(number, number) for number in range(30)))

    first = json.loads(console("ingest", "--year", "2026", "--json", str(log)).stdout)["files"][0]
    again = json.loads(console("ingest", "--year", "2026", "--json", str(log)).stdout)["files"][0]

    assert (first["stored"], first["alerts"], first["incidents"], first["rejected"]) == (30, 1, 1, 0)
    assert (again["stored"], again["duplicates"], again["incidents"]) == (0, 30, 0)
    assert console("audit", "verify").exit_code == 0


def test_records_changed_behind_the_trail_are_found_where_they_are_asked_for(console: Console, tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    line = "Nov 20 12:00:{:02d} web-1 sshd[{}]: Failed password for root from 203.0.113.9 port 5 ssh2\n"
    log.write_text("".join(line.format(number, number) for number in range(30)))
    console("ingest", "--year", "2026", str(log))
    untouched = console("audit", "verify", "--records", "--json")
    tamper(console.data / "state.sqlite3", "UPDATE incidents SET judul = 'Bukan apa-apa'")

    alone, result = console("audit", "verify", "--json"), console("audit", "verify", "--records")

    assert (untouched.exit_code, json.loads(untouched.stdout)["ok"]) == (0, True)
    assert (alone.exit_code, json.loads(alone.stdout)["ok"]) == (0, True)
    assert result.exit_code == 1
    assert "RUSAK pada entri 1: catatan insiden berbeda dari yang dicatat entri ini (INS/" in result.stdout


def test_a_file_that_is_not_there_is_one_line_and_exit_2(console: Console, tmp_path: Path) -> None:
    missing = tmp_path / "tidak-ada.log"

    assert str(missing) in refusal_of(console("ingest", str(missing)))


def test_usable_files_are_done_although_another_is_not(console: Console, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "tidak-ada.log"
    good.write_text('{"@timestamp": "2026-11-20T04:00:00Z", "message": "ada"}\n')

    result = console("ingest", "--json", str(good), str(bad))

    assert result.exit_code == 0
    assert str(bad) in result.stderr
    assert json.loads(result.stdout)["files"][0]["stored"] == 1


def test_an_unwritable_folder_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    console = Console(tmp_path / "file" / "var")

    for arguments in (("migrate",), ("user", "list")):
        assert "folder data tidak dapat ditulis" in refusal_of(console(*arguments))


def test_tables_are_brought_up_to_date_as_often_as_asked(console: Console) -> None:
    assert [console("migrate").exit_code for _ in range(2)] == [0, 0]
    assert console("user", "list").exit_code == 0


def test_the_settings_in_force_are_shown(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRP_DATABASE_URL", "postgresql://irp:rahasia@db/irp")

    shown = json.loads(console("config", "show", "--json").stdout)

    assert shown["IRP_DATA_DIR"] == str(console.data)
    assert "rahasia" not in json.dumps(shown)
