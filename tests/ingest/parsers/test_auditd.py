"""Linux audit records: joined though others stand between them, by syslog one by one, and never more than bounded."""

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingest.parsers.auditd import AuditdParser
from ingest.parsers.base import ParseContext, Reading
from ingest.reading import read_events

ZONE = ZoneInfo("Asia/Makassar")
CONTEXT = ParseContext(timezone=ZONE, year=2026, reference_ns=1_795_200_000_000_000_000)
HEAD = "msg=audit(1795147201.250:{}): "


def events_of(folder: Path, *lines: str, format: str = "auditd") -> list[dict[str, Any]]:
    path = folder / "audit.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = read_events(path, format=format, timezone=ZONE, year=2026)
    return [parsed.event.fields() for parsed in found if parsed.event is not None]


def test_records_of_one_event_become_one_and_those_of_another_do_not(tmp_path: Path) -> None:
    first, second = HEAD.format(1), HEAD.format(2)

    found = events_of(
        tmp_path,
        f'type=SYSCALL {first}syscall=59 arch=c000003e comm="ls"',
        f'type=EXECVE {first}argc=1 a0="ls"',
        f"type=CWD {second}cwd=2F6120",
        f'type=PATH {first}name="/bin/ls"',
    )

    assert [(one["auditd.sequence"], one["auditd.message_type"]) for one in found] == [
        (1, ["SYSCALL", "EXECVE", "PATH"]),
        (2, "CWD"),
    ]
    assert found[0]["file.path"] == "/bin/ls"
    assert found[1]["process.working_directory"] == "/a"


def test_a_record_that_comes_by_syslog_is_read_as_from_the_file(tmp_path: Path) -> None:
    record = f"type=ADD_USER {HEAD.format(7)}pid=1 uid=0 msg='op=adding user acct=\"toor\" res=success'"
    line = f"Nov 20 12:00:01 web-1 audispd: node=web-1 {record}"

    [found] = events_of(tmp_path, line, format="syslog")

    assert (found["event.dataset"], found["event.action"], found["user.name"]) == ("auditd.log", "add_user", "toor")
    assert found["host.name"] == "web-1"


def test_what_an_attacker_writes_into_a_command_does_not_become_a_field(tmp_path: Path) -> None:
    words = 'x" res=success acct="root'
    encoded = words.encode().hex().upper()

    [found] = events_of(tmp_path, f'type=EXECVE {HEAD.format(1)}argc=2 a0="sh" a1={encoded}')

    assert found["process.args"] == ["sh", words]
    assert "user.name" not in found
    assert "event.outcome" not in found


def test_a_record_with_endless_names_costs_bounded_memory() -> None:
    pairs = " ".join(f"n{number}=1" for number in range(20_000))
    words = " ".join(f'a{number}="x"' for number in range(20_000))

    reading = AuditdParser(CONTEXT).parse(f"type=SYSCALL {HEAD.format(1)}{pairs}\ntype=EXECVE {HEAD.format(1)}{words}")

    assert isinstance(reading, Reading)
    assert len(reading.fields) < 400
    assert len(reading.fields["process.args"]) <= 128
