"""Quarantined records read once more, as their parsers read today."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from ingest.catalog import LINE_FORMATS
from ingest.documents import DocumentReader
from ingest.intake import EVENT_ID_FIELD, QUARANTINE_DATASET, SENDER_FIELD, MessageReader
from ingest.parsers.base import ORIGINAL_LIMIT_BYTES, ParseContext, Reading, Refusal, assemble_event, text_of
from ingest.sources.syslog import SyslogMessage
from ir_platform.domain.event import Event, EventId, derive_event_id

MENDED_FIELD: Final = "tanggap.reparsed_from"
"""The id of the quarantined record that an event was read from."""
_SYSLOG: Final = re.compile(r"syslog\+(udp|tcp|tls)://(.{1,100})")
_SENDER: Final = "source:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A quarantined record as it is stored."""

    id: EventId
    received_ns: int
    fields: dict[str, Any]

    @property
    def original(self) -> str:
        return str(self.fields.get("event.original", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparser:
    timezone: ZoneInfo
    zone_of: Callable[[str], ZoneInfo]
    """Of a sender's address."""
    layouts_of: Callable[[str], tuple[str, ...]] = lambda name: ()
    """Format strings of the source of this name."""
    format: str | None = None
    """Read everything as this; None: as it was read before."""

    def read(self, record: Quarantined) -> Event | Refusal:
        """Return the event, or why it still cannot be read. Never raises."""
        if record.fields.get("event.dataset") != QUARANTINE_DATASET:
            return Refusal("bukan catatan karantina")
        if len(record.original.encode("utf-8", "replace")) >= ORIGINAL_LIMIT_BYTES:
            return Refusal("hanya awalnya yang tersimpan; ambil lagi dari sumbernya")
        read = self._read(record)
        return read if isinstance(read, Refusal) else _mended(read, record)

    def _read(self, record: Quarantined) -> Event | Refusal:
        path = str(record.fields.get("log.file.path", ""))
        if path.startswith(_SENDER):
            return self._read_document(record, path.removeprefix(_SENDER))
        if self.format is None and (match := _SYSLOG.fullmatch(path)):
            return self._read_message(record, match[1], match[2])
        return self._read_line(record, path)

    def _read_document(self, record: Quarantined, sender: str) -> Event | Refusal:
        reader = DocumentReader(
            sender=sender,
            format=self.format or self._known_format(record) or "auto",
            timezone=self.timezone,
            received_ns=record.received_ns,
            layouts=self.layouts_of(sender),
        )
        content = record.original.encode()
        read = reader.read_line(content, record.id)
        return reader.read(content, record.id, defaults={}) if not isinstance(read, Event) else read

    def _read_message(self, record: Quarantined, transport: str, peer: str) -> Event | Refusal:
        number = record.fields.get("tanggap.record")
        message = SyslogMessage(
            record.original.encode(),
            False,
            record.received_ns,
            number if isinstance(number, int) else 0,
            peer,
            transport,
        )
        parsed = MessageReader(zone_of=self.zone_of).read(message)
        if parsed.event is not None:
            return parsed.event
        return Refusal(parsed.rejection.reason if parsed.rejection else "tidak terbaca")

    def _read_line(self, record: Quarantined, path: str) -> Event | Refusal:
        name = self.format or self._known_format(record)
        if name is None:
            return Refusal("formatnya tidak dikenal lagi; pilih dengan --format")
        context = ParseContext(
            timezone=self.timezone,
            year=None,
            reference_ns=record.received_ns,
            path=path,
            layouts=self.layouts_of(str(record.fields.get(SENDER_FIELD, ""))),
        )
        reading = LINE_FORMATS[name].open(context).parse(text_of(record.original.encode()))
        if not isinstance(reading, Reading):
            return reading or Refusal("baris ini tidak memuat kejadian")
        fields = {**reading.fields, "event.original": record.original, "log.file.path": path}
        try:
            return assemble_event(record.id, reading.time_ns, fields)
        except (TypeError, OverflowError):
            return Refusal("isi baris tidak dapat ditulis sebagai JSON")

    def _known_format(self, record: Quarantined) -> str | None:
        name = record.fields.get("tanggap.format")
        return name if name in LINE_FORMATS else None


def _mended(event: Event, record: Quarantined) -> Event:
    """Return the event under the id that it would have had at once, so that its file read anew doubles nothing."""
    given = record.fields.get(EVENT_ID_FIELD)
    event_id = EventId(given) if isinstance(given, str) and given else derive_event_id(f"reparse:{record.id}", 0, b"")
    fields = {**orjson.loads(event.body), MENDED_FIELD: record.id}
    fields.pop("@timestamp")
    return assemble_event(event_id, event.time_ns, fields)
