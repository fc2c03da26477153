"""Quarantined records read once more: as their parser reads today, under the id that their event would have had."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.documents import DocumentReader, id_of
from ingest.intake import MessageReader, batches
from ingest.parsers.base import Refusal
from ingest.reading import read_events
from ingest.reparse import MENDED_FIELD, Quarantined, Reparser
from ingest.sources.syslog import SyslogMessage
from ir_platform.domain.event import Event, EventId, to_ns
from tests.support.builders import NOON

UTC = ZoneInfo("UTC")
LINE = "Nov 20 08:00:00 web-1 app: terbaca"


def reparser(format_name: str | None = None) -> Reparser:
    return Reparser(timezone=UTC, zone_of=lambda _: ZoneInfo("Asia/Jayapura"), format=format_name)


def quarantined(event: Event, **changes: object) -> Quarantined:
    fields = event.fields()
    assert fields["event.kind"] == "pipeline_error"
    return Quarantined(id=event.id, received_ns=to_ns(NOON), fields={**fields, **changes})


def of_file(path: Path, format_name: str) -> list[Event]:
    records = read_events(path, format=format_name, timezone=UTC, year=None)
    return [
        event
        for batch in batches(records, received_ns=lambda: to_ns(NOON), monotonic=lambda: 0.0)
        for event in batch.batch
    ]


def test_a_line_of_a_file_gets_the_id_that_reading_the_file_anew_gives_it(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text(f"{LINE}\n{LINE}\n")
    [first, second] = of_file(tmp_path / "x.log", "jsonl")

    mended = [reparser("syslog").read(quarantined(one)) for one in (first, second)]

    anew = of_file(tmp_path / "x.log", "syslog")
    assert [one.id for one in mended if isinstance(one, Event)] == [one.id for one in anew]
    assert {one.id for one in (first, second)}.isdisjoint(one.id for one in anew)
    assert isinstance(mended[0], Event)
    fields = mended[0].fields()
    assert (fields["message"], fields["log.file.path"], fields[MENDED_FIELD]) == (
        "terbaca",
        str(tmp_path / "x.log"),
        first.id,
    )


def test_a_line_of_a_source_is_read_again_by_the_format_string_that_the_office_has_given_it_since() -> None:
    received_ns = to_ns(NOON)
    reader = DocumentReader(sender="web-1", format="access", timezone=UTC, received_ns=received_ns)
    line = b'[20/Nov/2026:08:00:00 +0700] 404 "GET /a.php HTTP/1.1" 203.0.113.9'
    read = reader.read_line(line, EventId("e1"))
    assert isinstance(read, Refusal)
    record = quarantined(reader.rejected(line, EventId("e1"), read.reason))
    known = {"web-1": ('%t %>s "%r" %h',)}
    mending = Reparser(timezone=UTC, zone_of=lambda _: UTC, layouts_of=lambda name: known.get(name, ()))

    mended = mending.read(record)

    assert isinstance(reparser().read(record), Refusal)
    assert isinstance(mended, Event)
    assert (mended.id, mended.fields()["url.path"]) == ("e1", "/a.php")


def test_what_still_cannot_be_read_stays_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text("bukan\n")
    [rejected] = of_file(tmp_path / "x.log", "jsonl")

    assert reparser().read(quarantined(rejected)) == Refusal("bukan JSON yang sah")


def test_a_message_is_read_as_messages_are_in_the_zone_of_its_sender() -> None:
    reader = MessageReader(zone_of=lambda _: UTC)
    parsed = reader.read(SyslogMessage(b"bukan", False, to_ns(NOON), 3, "10.0.0.1", "udp"))
    [batch] = batches([parsed], received_ns=lambda: to_ns(NOON), monotonic=lambda: 0.0)

    mended = reparser().read(quarantined(batch.batch[0], **{"event.original": f"<34>{LINE}"}))

    assert isinstance(mended, Event)
    fields = mended.fields()
    assert (fields["@timestamp"], fields["observer.ip"]) == ("2026-11-19T23:00:00.000Z", "10.0.0.1")


def test_a_shippers_document_keeps_its_id_and_its_source() -> None:
    event_id = id_of("s1", place="a", given="7")
    reader = DocumentReader(sender="web-1", format="auto", timezone=UTC, received_ns=to_ns(NOON))
    rejected = reader.rejected(b"bukan", event_id, "bukan JSON yang sah")

    mended = reparser().read(quarantined(rejected, **{"event.original": '{"message": "kini terbaca"}'}))

    assert isinstance(mended, Event)
    assert (mended.id, mended.fields()["tanggap.source"]) == (event_id, "web-1")


@pytest.mark.parametrize(
    "changes",
    [
        {"event.original": "x" * 8192},
        {"tanggap.format": "tiada"},
        {"tanggap.format": 7},
        {"event.dataset": "system.syslog"},
        {"event.original": None},
        {"log.file.path": "syslog+udp://\x00"},
    ],
)
def test_what_is_cut_unknown_or_no_quarantine_is_refused_and_never_raises(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    (tmp_path / "x.log").write_text("bukan\n")
    [rejected] = of_file(tmp_path / "x.log", "jsonl")

    assert isinstance(reparser().read(quarantined(rejected, **changes)), Refusal)


def test_a_record_quarantined_before_ids_were_kept_gets_one_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text(f"{LINE}\n")
    [rejected] = of_file(tmp_path / "x.log", "jsonl")
    old = quarantined(rejected, **{"tanggap.event_id": None})

    first, second = reparser("syslog").read(old), reparser("syslog").read(old)

    assert isinstance(first, Event)
    assert isinstance(second, Event)
    assert first.id == second.id != rejected.id
