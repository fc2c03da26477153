"""A log cut into stretches gives the records that reading it in one go gives, whatever stands in it."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import cutting
from ingest.catalog import LINE_FORMATS
from ingest.cutting import Stretch, stretches_of
from ingest.reading import read_events
from ingest.sources import gathering
from ingest.sources.blocks import Part

ZONE = ZoneInfo("Asia/Makassar")
SYSLOG = [
    b"Nov 20 12:00:00 web-1 sshd[1]: Failed password for root from 203.0.113.9 port 22 ssh2",
    b"  lanjutan baris",
    b"\tlanjutan lagi",
    b"",
    b"bukan syslog",
    b"<34>1 2026-11-20T12:00:00Z web-1 app 1 - - pesan",
]
ZEEK = [
    b"#separator \\x09",
    b"#path\tconn",
    b"#fields\tts\tuid\tid.orig_h",
    b"#fields\tts\tid.orig_h\tuid",
    b"\0#types\ttime\tstring\taddr",
    b"1763600400.0\tCabc\t203.0.113.9",
    b'{"ts":1763600400.0,"uid":"C1","_path":"dns"}',
    b"#close\t2026-11-20-12-00-00\r",
    b"kurang\tkolom",
]
EVE = [
    b'{"timestamp":"2026-11-20T12:00:00.000000+0800","event_type":"dns","src_ip":"10.0.0.1"}',
    b"{",
    b"",
]
WEBERROR = [
    b"[Fri Nov 20 12:00:00.000001 2026] [php:error] [pid 1] [client 203.0.113.9:4000] PHP Fatal error:  x",
    b"Stack trace:",
    b"#0 /var/www/a.php(1): x()",
    b"2026/11/20 12:00:00 [error] 77#77: *1 open() failed",
    b'"ditutup',
]

AUDITD = [
    b'type=SYSCALL msg=audit(1795147201.250:1): syscall=59 comm="ls"',
    b'type=EXECVE msg=audit(1795147201.250:1): argc=1 a0="ls"',
    b"type=CWD msg=audit(1795147201.250:2): cwd=/",
    b"",
    b"bukan audit",
]
IIS = [
    b"#Fields: date time c-ip cs-method cs-uri-stem",
    b"#Date: 2026-11-20 04:00:00",
    b"#Fields: time c-ip",
    b"2026-11-20 04:00:01 203.0.113.9 GET /",
    b"04:00:01 203.0.113.9",
]


def logs() -> st.SearchStrategy[tuple[str, bytes]]:
    samples = {"syslog": SYSLOG, "zeek": ZEEK, "eve": EVE, "weberror": WEBERROR, "auditd": AUDITD, "iis": IIS}
    return st.sampled_from(sorted(samples)).flatmap(
        lambda name: st.tuples(
            st.just(name), st.lists(st.sampled_from(samples[name]), min_size=1, max_size=25).map(b"\n".join)
        )
    )


def read(path: Path, format_name: str, stretches: tuple[Stretch, ...]) -> Iterator[object]:
    for one in stretches:
        found = read_events(
            path,
            format=format_name,
            timezone=ZONE,
            year=2026,
            start=one.checkpoint(format_name),
            end=one.part.end,
        )
        for parsed in found:
            yield parsed.record, parsed.event, parsed.rejection, parsed.end


@given(log=logs(), count=st.integers(2, 6))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_stretches_of_a_log_together_give_its_records(tmp_path: Path, log: tuple[str, bytes], count: int) -> None:
    format_name, content = log
    path = tmp_path / "conn.log"
    path.write_bytes(content)
    whole = [
        (one.record, one.event, one.rejection, one.end)
        for one in read_events(path, format=format_name, timezone=ZONE, year=2026)
    ]

    found = stretches_of(path, format=format_name, timezone=ZONE, part_bytes=max(1, -(-len(content) // count)))

    assert found is not None
    stretches = tuple(found)
    assert list(read(path, format_name, stretches)) == whole
    assert len(stretches) <= count


@given(serials=st.lists(st.sampled_from([0, 1, 1, 2, 3, 4, 5, 6]), min_size=1, max_size=60), count=st.integers(2, 6))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_log_of_mixed_events_is_cut_between_them(tmp_path: Path, serials: list[int], count: int) -> None:
    lines = [b"type=CWD msg=audit(1795147201.250:%d): cwd=/%d" % (serial, n) for n, serial in enumerate(serials)]
    content = b"\n".join(line if b":0)" not in line else b"" for line in lines)
    path = tmp_path / "audit.log"
    path.write_bytes(content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "WINDOW_LINES", 3)
        patch.setattr(cutting, "WINDOW_LINES", 3)
        whole = list(read(path, "auditd", (Stretch(part=Part(end=len(content))),)))
        found = stretches_of(path, format="auditd", timezone=ZONE, part_bytes=max(1, -(-len(content) // count)))
        assert found is not None
        cut = list(read(path, "auditd", tuple(found)))

    assert cut == whole


def test_a_large_log_of_single_audit_events_really_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    lines = [b"type=CWD msg=audit(1795147201.250:%d): cwd=/" % number for number in range(1_000)]
    path.write_bytes(b"\n".join(lines))

    found = stretches_of(path, format="auditd", timezone=ZONE, part_bytes=path.stat().st_size // 4)

    assert found is not None
    assert len(tuple(found)) == 4


def test_a_large_log_really_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "conn.log"
    path.write_bytes(b"\n".join([*ZEEK[:3], *[ZEEK[5]] * 200]))

    found = stretches_of(path, format="zeek", timezone=ZONE, part_bytes=path.stat().st_size // 4)

    assert found is not None
    stretches = tuple(found)
    assert len(stretches) == 4
    assert {one.state for one in stretches[1:]} != {""}


@pytest.mark.parametrize("what", ["csv", "evtx", "compressed", "unknown"])
def test_what_can_only_be_read_in_one_go_is_not_cut(tmp_path: Path, what: str) -> None:
    path = tmp_path / "log"
    path.write_bytes(gzip.compress(SYSLOG[0]) if what == "compressed" else SYSLOG[0] * 20)
    format_name = "syslog" if what == "compressed" else what

    assert stretches_of(path, format=format_name, timezone=ZONE, part_bytes=1) is None


@pytest.mark.parametrize("name", [name for name, known in LINE_FORMATS.items() if known.can_be_cut])
def test_a_format_that_may_be_cut_keeps_nothing_but_what_its_directives_say(name: str, tmp_path: Path) -> None:
    known = LINE_FORMATS[name]
    path = tmp_path / "log"
    path.write_bytes(b"\n".join([*SYSLOG, *EVE, *WEBERROR] * 3))

    states = {
        parsed.source.state for parsed in read_events(path, format=name, timezone=ZONE, year=2026) if parsed.source
    }

    assert states <= {""} or known.directives
