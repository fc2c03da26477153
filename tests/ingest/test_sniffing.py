"""A line of a sender that nobody has described is read by the parser it speaks for, also among others, also hostile."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.catalog import LINE_FORMATS
from ingest.detecting import UnknownFormatError, detect_format
from ingest.parsers.base import Reading, Refusal
from ingest.sniffing import SniffingParser
from tests.ingest.parsers.test_any_input import CONTEXT, HERE

HEADED = ("csv", "iis", "zeek", "modsecurity", "auditd", "snmptrap", "winxml")
"""Their records need lines before them, or are more lines than one."""
CLIENT = "203.0.113.9 - - [20/Nov/2026:08:00:00 +0800]"
ALONE = sorted(name for name in LINE_FORMATS if name not in HEADED)


def _lines(name: str) -> list[str]:
    return (HERE / name / "sample.log").read_bytes().decode("utf-8", "replace").splitlines()


def _read(name: str, line: str) -> Reading | None:
    said = LINE_FORMATS[name].open(CONTEXT).parse(line)
    return said if isinstance(said, Reading) and LINE_FORMATS[name].is_typical(said) else None


@pytest.mark.parametrize("name", ALONE)
def test_a_line_alone_is_read_as_its_own_format_reads_it(name: str) -> None:
    lines = [line for line in _lines(name) if name != "access" or not line.startswith("{")]
    wanted = [(line, said) for line in lines if (said := _read(name, line)) is not None]

    found = [SniffingParser(CONTEXT).parse(line) for line, _ in wanted]

    same = [
        isinstance(said, Reading) and said.fields["event.dataset"] == expected.fields["event.dataset"]
        for said, (_, expected) in zip(found, wanted, strict=True)
    ]
    assert wanted
    # What jsonl and syslog read was often meant for others, and an `auth` line is one of syslog's; access lines in JSON
    # stay documents, with all that they say.
    assert name in ("jsonl", "syslog", "auth") or sum(same) == len(same)


def test_senders_of_many_kinds_on_one_line_are_told_apart_line_by_line() -> None:
    parser = SniffingParser(CONTEXT)
    mixed = [_lines("squid")[0], _lines("gelf")[0], _lines("panos")[1], _lines("webhook")[0], _lines("access")[0]]

    said = [parser.parse(line) for line in mixed]

    assert [one.fields["event.dataset"] for one in said if isinstance(one, Reading)] == [
        "squid.access",
        "gelf.log",
        "panw.panos",
        "uptimekuma.monitoring",
        "web.access",
    ]


def test_a_parser_told_what_another_found_last_reads_on_as_that_one_would() -> None:
    first = SniffingParser(CONTEXT)
    first.parse(_lines("squid")[0])

    second = SniffingParser(replace(CONTEXT, state=first.state))

    assert second.found == "squid"
    assert second.parse(_lines("gelf")[0]) == first.parse(_lines("gelf")[0])


def _detected(path: Path) -> str | None:
    try:
        return detect_format(path)
    except UnknownFormatError:
        return None


@given(st.one_of(st.text(max_size=300), st.sampled_from(["{", "<134>", "CEF:", "a=b c=d"]).map(lambda head: head * 50)))
def test_any_line_is_read_or_refused(line: str) -> None:
    said = SniffingParser(CONTEXT).parse(line)

    assert isinstance(said, Reading | Refusal)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # Prose with an equals sign, tables of numbers, HTML: nothing that a log has.
        (["hasil = baik, nilai = 7", "catatan = tidak ada"], None),
        (["1;2;3", "4;5;6"], None),
        (["<html>", "<body>masuk</body>"], None),
        # A request whose words are another format's.
        ([f'{CLIENT} "GET /?q=CEF:0|a|b|c|1|n|5|src=1.1.1.1 HTTP/1.1" 200 5'], "access"),
        ([CLIENT + r' "GET /?{\"event_type\":1} HTTP/1.1" 200 5'], "access"),
        # A person's words at sshd's door that look like a firewall's.
        (["Nov 20 08:00:00 web-1 sshd[1]: Invalid user date=1 logid=1 type=event from 203.0.113.9 port 4"], "auth"),
        # JSON that is of nobody's kind, and JSON that has another's keys with other things in them.
        (['{"time":"2026-11-20T00:00:00Z","a":1}'], "jsonl"),
        (['{"time":"2026-11-20T00:00:00Z","version":"1.1","host":7,"short_message":[]}'], "jsonl"),
        (['{"time":"2026-11-20T00:00:00Z","transaction":"beli"}'], "jsonl"),
        (['{"time":"2026-11-20T00:00:00Z","heartbeat":1,"monitor":"x"}'], "jsonl"),
    ],
)
def test_a_file_is_told_by_what_its_lines_are_and_not_by_words_within_them(
    lines: list[str], expected: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "x.log"
    path.write_text("\n".join(lines * 3) + "\n", encoding="utf-8")

    found = _detected(path)

    assert found == expected
