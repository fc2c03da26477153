"""Documents that shippers send, each a JSON object, and single lines that scripts send: read into events."""

import re
import secrets
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from ingest.catalog import LINE_FORMATS
from ingest.intake import SENDER_FIELD, quarantine_event
from ingest.parsers.base import (
    EARLIEST_NS,
    LATEST_NS,
    ORIGINAL_LIMIT_BYTES,
    ParseContext,
    Parser,
    Reading,
    Refusal,
    Rejection,
    Source,
    assemble_event,
    text_of,
)
from ingest.parsers.flat import TIME_FIELDS
from ingest.parsers.jsonl import JsonLinesParser, read_object
from ingest.sniffing import SniffingParser
from ir_platform.domain.event import Event, EventId, derive_event_id

JSON_FORMATS: Final = frozenset({"auto", "jsonl"})
WEBHOOK: Final = "webhook"
_STREAM: Final = re.compile(r"(?:logs|metrics|traces)-([^-]+)-[^-]+")
_MAX_PLAIN_BYTES: Final = 20_000
_MAX_PLAIN_PARTS: Final = 200
_TIMES: Final = frozenset(name.lower().partition(".")[0] for name in TIME_FIELDS)
_NOBODY: Final = EventId("0" * 32)


class DocumentReader:
    """Reads what one sender sends at one time. Its `message` is read as the sender's format says, if it says one."""

    def __init__(
        self, *, sender: str, format: str, timezone: ZoneInfo, received_ns: int, layouts: tuple[str, ...] = ()
    ) -> None:
        """`format`: a name of `LINE_FORMATS` or `auto`; `layouts`: as in `ParseContext`. Raises: BadLayoutError."""
        place = f"source:{sender}"
        context = ParseContext(timezone=timezone, year=None, reference_ns=received_ns, path=place, layouts=layouts)
        self._sender, self._format, self._received_ns = sender, format, received_ns
        self._documents = JsonLinesParser(context)
        self._lines: Parser | None = None if format in JSON_FORMATS else LINE_FORMATS[format].open(context)
        self._sniffer = SniffingParser(context) if format == "auto" else None

    def read(self, document: bytes, event_id: EventId, *, defaults: dict[str, Any]) -> Event | Refusal:
        """Return the event of one JSON object; `defaults` are fields for what it does not say itself. Never raises."""
        text = text_of(document)
        found = read_object(text)
        if isinstance(found, Refusal):
            return found
        reading = self._documents.shape({**defaults, **found})
        if isinstance(reading, Refusal):
            return reading
        message = found.get("message")
        if self._lines is not None:
            reading = _merged(reading, self._lines.parse(message if isinstance(message, str) else text), message)
        return self._event(reading, event_id)

    def refusal_of(self, document: bytes, *, target: str, given: str | None) -> Refusal | None:
        """Return why `read` would not read a document, at a fraction of the cost of reading it. Never raises.

        One thing is not seen here: a time that no store can hold (before 1677, after 2262) in a place where another
        one that is no time at all hides it. `read` sees it.
        """
        try:
            found = orjson.loads(document)
        except ValueError:  # a byte that is no UTF-8 is forgiven by `read`
            found = None
        if type(found) is dict and _is_surely_readable(found, document):
            return None
        read = self.read(document, _NOBODY, defaults=document_fields(target, given))
        return read if isinstance(read, Refusal) else None

    def read_line(self, line: bytes, event_id: EventId) -> Event | Refusal | None:
        """Return the event of one line in the sender's format; None for a heading. Never raises."""
        text = text_of(line)
        lines = self._lines or self._sniffer
        reading = None if lines is None else lines.parse(text)
        # A document that is nobody's in particular keeps its own id and every field that it came with.
        if lines is None or (lines is self._sniffer and self._sniffer.found in ("", "jsonl")):
            return self.read(line, event_id, defaults={})
        if not isinstance(reading, Reading):
            return reading
        reading.fields["event.original"] = text
        return self._event(reading, event_id)

    def rejected(self, document: bytes, event_id: EventId, reason: str) -> Event:
        """Return what is quarantined: once for one id, however often that is sent."""
        place = f"source:{self._sender}"
        source = Source(origin=place, path=place, format=self._format)
        rejection = Rejection(place, 0, 0, reason, document[:ORIGINAL_LIMIT_BYTES])
        return quarantine_event(source, rejection, received_ns=self._received_ns, event_id=event_id)

    def _event(self, reading: Reading, event_id: EventId) -> Event | Refusal:
        if not EARLIEST_NS <= reading.time_ns <= LATEST_NS:
            return Refusal("waktu di luar rentang tahun 1677 sampai 2262")
        reading.fields[SENDER_FIELD] = self._sender
        try:
            return assemble_event(event_id, reading.time_ns, reading.fields)
        except TypeError:
            return Refusal("isi baris tidak dapat ditulis sebagai JSON")


def _is_surely_readable(found: dict[str, Any], document: bytes) -> bool:
    """Say whether it has a value, few enough in few enough depth, and a time that can be kept, or none."""
    if len(document) > _MAX_PLAIN_BYTES or document.count(b"{") + document.count(b"[") > _MAX_PLAIN_PARTS:
        return False
    stamp = found.get("@timestamp")
    if stamp is not None:
        return type(stamp) is str and "1678" <= stamp[:4] <= "2261" and stamp[4:5] == "-" and "Event" not in found
    if not _TIMES.isdisjoint([name.lower().partition(".")[0] for name in found]):
        return False
    return any(type(value) is str or type(value) is int for value in found.values())


def document_fields(target: str, given: str | None) -> dict[str, Any]:
    """Return what is known of a document that was sent to the index `target`, with an id if it was given one."""
    stream = _STREAM.fullmatch(target)
    fields: dict[str, Any] = {"event.dataset": stream[1]} if stream else {}
    if given is not None:
        fields["tanggap.document_id"] = given
    return fields


def _merged(document: Reading, line: Reading | Refusal | None, message: object) -> Reading:
    """Return the document's fields with those of its line over them; a line that cannot be read adds nothing."""
    if not isinstance(line, Reading):
        return document
    fields = {**document.fields, **line.fields}
    if isinstance(message, str):
        fields.setdefault("event.original", message)
    has_time = "tanggap.time_source" not in line.fields
    if has_time:
        fields.pop("tanggap.time_source", None)
    return Reading(line.time_ns if has_time else document.time_ns, fields)


def id_of(sender_id: str, *, place: str, given: str | None) -> EventId:
    """Return the id of a document: the same for the same `given` one, so that what is sent again is stored once.

    Without one every document is new, whatever it says: two equal lines may be two events.
    """
    if given is None:
        return EventId(secrets.token_hex(16))
    return derive_event_id(f"source:{sender_id}:{place}", 0, given.encode("utf-8", "surrogatepass"))


def is_of_monitor(post: bytes) -> bool:
    """Whether a webhook's post is one that the monitors we know send."""
    context = ParseContext(timezone=ZoneInfo("UTC"), year=None, reference_ns=0)
    return isinstance(LINE_FORMATS[WEBHOOK].open(context).parse(text_of(post)), Reading)
