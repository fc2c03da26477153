"""Records become batches; what was rejected is kept as a document and counted by its reason."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.intake import IntakeBatch, MessageReader, batches
from ingest.reading import read_events
from ingest.sources.syslog import SyslogMessage
from ir_platform.domain.event import to_ns
from tests.support.builders import NOON

GOOD = b"Nov 20 08:00:00 web-1 app: baik\n"
BAD = b"bukan syslog \xff\n"


def _batches(path: Path, *, max_events: int = 100, clock: list[float] | None = None) -> list[IntakeBatch]:
    records = read_events(path, format="syslog", timezone=ZoneInfo("UTC"), year=2026)
    ticks = iter(clock or [])
    return list(
        batches(records, received_ns=lambda: to_ns(NOON), monotonic=lambda: next(ticks, 0.0), max_events=max_events)
    )


def _file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "x.log"
    path.write_bytes(content)
    return path


def test_a_batch_counts_events_and_rejections_with_their_reasons(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD + BAD + GOOD + BAD)

    (batch,) = _batches(path)

    assert (batch.events, batch.rejected, len(batch.batch)) == (2, 2, 4)
    assert batch.reasons == (("bukan baris syslog: tidak ada waktu dan nama host di awal", 2),)
    assert batch.checkpoint.offset == path.stat().st_size


def test_a_rejection_becomes_a_quarantine_document(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD + BAD)

    (batch,) = _batches(path)

    fields = batch.batch[1].fields()
    del fields["event.id"], fields["tanggap.event_id"]
    assert fields == {
        "@timestamp": "2026-11-20T04:00:00.000Z",
        "event.kind": "pipeline_error",
        "event.dataset": "quarantine",
        "error.message": "bukan baris syslog: tidak ada waktu dan nama host di awal",
        "log.file.path": str(path),
        "log.offset": len(GOOD),
        "tanggap.record": 1,
        "tanggap.format": "syslog",
        "event.original": "bukan syslog \ufffd",
    }


def test_the_same_bad_line_read_twice_is_one_document_and_two_bad_lines_are_two(tmp_path: Path) -> None:
    path = _file(tmp_path, BAD + BAD)

    (first,) = _batches(path)
    (again,) = _batches(path)

    assert first.batch.ids == again.batch.ids
    assert len(set(first.batch.ids)) == 2


def test_a_quarantined_original_is_cut_to_eight_kibibytes(tmp_path: Path) -> None:
    path = _file(tmp_path, b"x" * 100_000 + b"\n")

    (batch,) = _batches(path)

    assert len(batch.batch[0].fields()["event.original"]) == 8192


def test_batches_are_bounded_in_number_and_each_can_be_read_on_from(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD * 10)

    found = _batches(path, max_events=4)

    assert [len(batch.batch) for batch in found] == [4, 4, 2]
    rest = list(read_events(path, timezone=ZoneInfo("UTC"), year=2026, start=found[1].checkpoint))
    assert [parsed.event for parsed in rest] == list(found[2].batch)


def test_a_batch_is_closed_when_its_time_is_up(tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD * 4)

    found = _batches(path, clock=[0.0, 0.1, 1.5, 1.5, 1.6, 9.9])

    assert [len(batch.batch) for batch in found] == [2, 2]


def test_nothing_read_is_no_batch(tmp_path: Path) -> None:
    assert _batches(_file(tmp_path, b"")) == []


# --- messages from the network ---------------------------------------------------------------------------------------


def _message(content: bytes, *, sequence: int = 0, is_cut: bool = False) -> SyslogMessage:
    return SyslogMessage(content, is_cut, to_ns(NOON), sequence, "10.20.0.1", "udp")


def test_a_message_becomes_an_event_that_names_its_sender() -> None:
    reader = MessageReader(zone_of=lambda _: ZoneInfo("Asia/Makassar"))

    parsed = reader.read(
        _message(b"<34>Nov 20 11:59:00 fw-1 sshd[1]: Failed password for a from 203.0.113.9 port 1 ssh2")
    )

    assert parsed.event is not None
    fields = parsed.event.fields()
    assert fields["@timestamp"] == "2026-11-20T03:59:00.000Z"
    assert fields["log.source.address"] == fields["observer.ip"] == "10.20.0.1"
    assert fields["source.ip"] == "203.0.113.9"
    assert fields["log.syslog.severity.name"] == "critical"


def test_two_equal_messages_are_two_events() -> None:
    reader = MessageReader(zone_of=lambda _: ZoneInfo("UTC"))
    content = b"<34>Nov 20 03:59:00 fw-1 app: sama"

    first, second = (reader.read(_message(content, sequence=number)) for number in (1, 2))

    assert first.event is not None
    assert second.event is not None
    assert first.event.id != second.event.id


def test_a_message_without_heading_gets_the_time_and_address_of_its_receipt() -> None:
    reader = MessageReader(zone_of=lambda _: ZoneInfo("UTC"))

    parsed = reader.read(_message(b"<189>date=2026-11-20 devname=fw type=traffic"))

    assert parsed.event is not None
    fields = parsed.event.fields()
    assert fields["@timestamp"] == "2026-11-20T04:00:00.000Z"
    assert fields["host.name"] == "10.20.0.1"
    assert fields["message"] == "date=2026-11-20 devname=fw type=traffic"


@pytest.mark.parametrize(
    ("content", "at", "expected"),
    [
        (
            b'<189>date=2026-11-20 time=11:59:00 devname="FGT-1" tz="+0800" logid="0100020090" type="event" '
            b'subtype="system" logdesc="Interface link status changed" intf="wan1" status="DOWN"',
            "2026-11-20T03:59:00.000Z",
            {"host.name": "FGT-1", "event.action": "link_down"},
        ),
        (
            b"<189>101: SW-1: *Nov 20 11:59:00.000 WITA: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down",
            "2026-11-20T03:59:00.000Z",
            {"host.name": "SW-1", "event.action": "link_down"},
        ),
        (
            b"<189>101: *Nov 20 11:59:00.000 WITA: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down",
            "2026-11-20T03:59:00.000Z",
            {"host.name": "10.20.0.1", "event.action": "link_down"},
        ),
        (
            b"<189>101: 00:00:46: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down",
            "2026-11-20T04:00:00.000Z",
            {"host.name": "10.20.0.1", "event.action": "link_down"},
        ),
        (
            b"system,error,critical login failure for user admin from 203.0.113.9 via ssh",
            "2026-11-20T04:00:00.000Z",
            {"host.name": "10.20.0.1", "event.action": "admin_login", "source.ip": "203.0.113.9"},
        ),
    ],
)
def test_a_network_device_is_read_as_it_sends(content: bytes, at: str, expected: dict[str, str]) -> None:
    """FortiGate and IOS write no syslog heading but a time; RouterOS and an IOS without a clock not even that."""
    reader = MessageReader(zone_of=lambda _: ZoneInfo("Asia/Makassar"))

    parsed = reader.read(_message(content))

    assert parsed.event is not None
    fields = parsed.event.fields()
    assert fields["@timestamp"] == at
    assert {name: fields[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b'<190>Nov 20 11:59:00 web-1 nginx: 203.0.113.9 - - [20/Nov/2026:11:59:00 +0800] "GET /a?b=1" 200 5',
            {"event.dataset": "nginx.access", "url.original": "/a?b=1", "source.ip": "203.0.113.9"},
        ),
        (
            b"<187>Nov 20 11:59:00 web-1 apache-error: [Fri Nov 20 11:59:00 2026] [error] [client 203.0.113.9] ditolak",
            {"event.dataset": "apache.error", "message": "ditolak", "source.ip": "203.0.113.9"},
        ),
        (
            b"<187>Nov 20 11:59:00 web-1 nginx[7]: reload selesai",
            {"event.dataset": "system.syslog", "message": "reload selesai", "process.name": "nginx"},
        ),
    ],
)
def test_a_web_server_that_logs_by_syslog_is_read_as_its_files_are(content: bytes, expected: dict[str, str]) -> None:
    reader = MessageReader(zone_of=lambda _: ZoneInfo("Asia/Makassar"))

    parsed = reader.read(_message(content))

    assert parsed.event is not None
    fields = parsed.event.fields()
    assert fields["@timestamp"] == "2026-11-20T03:59:00.000Z"
    assert fields["host.name"] == "web-1"
    assert {name: fields[name] for name in expected} == expected


def test_a_message_that_was_cut_or_says_nothing_known_is_a_rejection() -> None:
    reader = MessageReader(zone_of=lambda _: ZoneInfo("UTC"))

    cut = reader.read(_message(b"<34>Nov 20 03:59:00 fw-1 app: panjang", is_cut=True))
    unknown = reader.read(_message(b"GET / HTTP/1.0"))

    assert cut.rejection is not None
    assert cut.rejection.reason == "pesan lebih panjang dari batas"
    assert unknown.rejection is not None
    assert unknown.source.path == "syslog+udp://10.20.0.1"


def test_a_time_without_a_zone_is_read_in_the_zone_of_its_sender() -> None:
    zones = {"10.0.0.1": ZoneInfo("Asia/Jayapura")}
    reader = MessageReader(
        zone_of=lambda address: zones.get(address, ZoneInfo("Asia/Jakarta")),
        name_of=lambda address: "router-timur" if address in zones else None,
    )

    def read(address: str) -> dict[str, object]:
        content = b"<34>Nov 20 12:00:00 r1 app: hai"
        event = reader.read(SyslogMessage(content, False, to_ns(NOON), 0, address, "udp")).event
        assert event is not None
        return event.fields()

    east, other = read("10.0.0.1"), read("10.0.0.2")
    assert (east["@timestamp"], other["@timestamp"]) == ("2026-11-20T03:00:00.000Z", "2026-11-20T05:00:00.000Z")
    assert east["tanggap.source"] == "router-timur"
    assert "tanggap.source" not in other


@pytest.mark.parametrize(
    ("format_name", "content", "expected"),
    [
        # Behind a heading, and without one.
        (
            "access",
            b'<134>Nov 20 12:00:00 web-1 portal: 203.0.113.9 - - [20/Nov/2026:12:00:01 +0700] "GET /x HTTP/1.1" 404 5',
            {"event.dataset": "web.access", "url.path": "/x", "host.name": "web-1", "log.syslog.priority": 134},
        ),
        (
            "gelf",
            b'{"version":"1.1","host":"app-1","short_message":"hai","timestamp":1795132800}',
            {"event.dataset": "gelf.log", "host.name": "app-1", "@timestamp": "2026-11-20T00:00:00.000Z"},
        ),
        # What the format cannot read, and what speaks for itself, stays what it is.
        ("access", b"<134>Nov 20 12:00:00 web-1 portal: mulai", {"event.dataset": "system.syslog", "message": "mulai"}),
        (
            "access",
            b"<34>Nov 20 12:00:00 web-1 sshd[1]: Failed password for root from 203.0.113.9 port 4 ssh2",
            {"event.dataset": "system.auth", "event.outcome": "failure"},
        ),
    ],
)
def test_a_sender_with_a_format_of_its_own_is_read_in_it(
    format_name: str, content: bytes, expected: dict[str, object]
) -> None:
    reader = MessageReader(zone_of=lambda _: ZoneInfo("Asia/Jakarta"), format_of=lambda _: format_name)

    parsed = reader.read(_message(content))

    assert parsed.event is not None
    fields = parsed.event.fields()
    assert {name: fields[name] for name in expected} == expected


def test_a_sender_with_a_format_string_of_its_own_is_read_by_it() -> None:
    reader = MessageReader(
        zone_of=lambda _: ZoneInfo("Asia/Jakarta"),
        format_of=lambda _: "access",
        layouts_of=lambda address: ('%t %>s "%r" %h',) if address == "192.0.2.7" else (),
    )
    content = b'<134>Nov 20 08:00:00 web-1 nginx: [20/Nov/2026:08:00:00 +0700] 404 "GET /a.php HTTP/1.1" 203.0.113.9'

    own = reader.read(_message(content)._replace(peer="192.0.2.7"))
    other = reader.read(_message(content)._replace(peer="192.0.2.8"))

    assert own.event is not None
    assert other.event is not None
    fields = own.event.fields()
    assert (fields["source.ip"], fields["http.response.status_code"]) == ("203.0.113.9", 404)
    assert "http.response.status_code" not in other.event.fields()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf<34>Nov 20 12:00:00 r1 app: hai",
        b"<34>1 2026-11-20T12:00:00Z r1 app - - - \xef\xbb\xbfhai",
    ],
)
def test_a_byte_order_mark_is_no_part_of_a_message(content: bytes) -> None:
    reader = MessageReader(zone_of=lambda _: ZoneInfo("UTC"))

    event = reader.read(SyslogMessage(content, False, to_ns(NOON), 0, "10.0.0.1", "tls", "fw-utama")).event

    assert event is not None
    fields = event.fields()
    assert (fields["host.name"], fields["message"], fields["tls.client.subject"]) == ("r1", "hai", "CN=fw-utama")
