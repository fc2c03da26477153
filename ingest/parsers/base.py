"""What every parser speaks: what it is told, what it gives back, and how that becomes an Event."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import orjson

from ir_platform.domain.event import Event, EventId, derive_event_id, isoformat_ns

ORIGINAL_LIMIT_BYTES: Final = 8 * 1024
"""How much of a rejected record is kept."""

EARLIEST_NS: Final = -(2**63)
LATEST_NS: Final = 2**63 - 1
"""Times outside what 64 bits of nanoseconds hold (years 1677 to 2262) are refused: the event store keeps no others."""


class Reading(NamedTuple):
    """What a record says: its instant in nanoseconds since 1970 and its flat ECS fields."""

    time_ns: int
    fields: dict[str, Any]


class Refusal(NamedTuple):
    """Why a record cannot be read, in Bahasa Indonesia."""

    reason: str


ReadOwn = Callable[[str], Reading | Refusal | None]
"""Reads a line that a program writes into a file of its own; None for any other line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseContext:
    """What the lines themselves do not say."""

    timezone: ZoneInfo
    """For times without a zone."""
    year: int | None
    """For times without a year; None: the last year that does not put them after `reference_ns`."""
    reference_ns: int
    """When the source was last written (a file) or received (a message)."""
    path: str = ""
    """Where the lines come from; the folder often names the program (`/var/log/nginx/`)."""
    state: str = ""
    """`Parser.state` of the reader that stopped where this one begins."""
    layouts: tuple[str, ...] = ()
    """Format strings of the office's web servers, tried before the usual ones; each one that can be compiled."""


class Parser(Protocol):
    """Reads the records of one file in order."""

    def parse(self, text: str) -> Reading | Refusal | None:
        """Return what one record says; None for a record that carries no event (a heading, a comment).

        Never raises, whatever the text.
        """

    @property
    def state(self) -> str:
        """What a reader that resumes after the last record has to be told; empty where lines stand alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A place between two records of a file, to read on from."""

    offset: int
    """Bytes of (uncompressed) content read; for EVTX the number of records."""
    record: int
    """Number of the next record."""
    format: str = "auto"
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the records of one file have in common."""

    origin: str
    """Name for ids: the same wherever the file lies and however it grows."""
    path: str
    """As given by the caller; shown to people."""
    format: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that could not be read."""

    file: str
    record: int
    offset: int
    """Bytes from the start of the (uncompressed) file."""
    reason: str
    """Bahasa Indonesia."""
    original: bytes
    """Cut to ORIGINAL_LIMIT_BYTES."""


class Parsed(NamedTuple):
    """One record of a file: its event or its rejection, exactly one of them."""

    record: int
    """From 0. For text the number of the line on which the record begins; for EVTX the place in the file."""
    event: Event | None
    rejection: Rejection | None
    source: Source
    end: int
    """Offset of the byte after the record."""
    next_record: int

    @property
    def checkpoint(self) -> Checkpoint:
        """The place right after this record."""
        return Checkpoint(offset=self.end, record=self.next_record, format=self.source.format, state=self.source.state)


def text_of(original: bytes) -> str:
    """Return a line as parsers are given it."""
    # A machine that lost its power leaves runs of NUL before the next line.
    return original.lstrip(b"\0").decode("utf-8", "replace")


@lru_cache(maxsize=8192)
def _second_text(second: int) -> str:
    return isoformat_ns(second * 1_000_000_000)[:19]


def timestamp_text(time_ns: int) -> str:
    """Return what `isoformat_ns` returns; log lines share seconds, so their text is kept."""
    second, nanos = divmod(time_ns, 1_000_000_000)
    if nanos == 0:
        return f"{_second_text(second)}.000Z"
    if nanos % 1_000_000 == 0:
        return f"{_second_text(second)}.{nanos // 1_000_000:03d}Z"
    if nanos % 1_000 == 0:
        return f"{_second_text(second)}.{nanos // 1_000:06d}Z"
    return f"{_second_text(second)}.{nanos:09d}Z"


def assemble_event(event_id: EventId, time_ns: int, fields: dict[str, Any]) -> Event:
    """Return the event for these flat fields; the fast twin of `make_event`.

    Raises: TypeError for values JSON cannot hold (lone surrogates, integers beyond 64 bits).
    """
    body = {"@timestamp": None, **fields, "event.id": event_id}
    body["@timestamp"] = timestamp_text(time_ns)
    return Event(event_id, time_ns, orjson.dumps(body))


def parsed_of(said: Reading | Refusal, source: Source, *, record: int, original: bytes, end: int = 0) -> Parsed:
    """Return what became of a record that stands at no offset; `end`: as in `Parsed`."""
    if isinstance(said, Reading):
        event = event_of(said, origin=source.origin, record=record, original=original)
        if isinstance(event, Event):
            return Parsed(record, event, None, source, end, record + 1)
        said = event
    rejection = Rejection(source.path, record, 0, said.reason, original[:ORIGINAL_LIMIT_BYTES])
    return Parsed(record, None, rejection, source, end, record + 1)


def event_of(reading: Reading, *, origin: str, record: int, original: bytes) -> Event | Refusal:
    """Return the event of a reading, or why no store could hold it."""
    if not EARLIEST_NS <= reading.time_ns <= LATEST_NS:
        return Refusal("waktu di luar rentang tahun 1677 sampai 2262")
    event_id = derive_event_id(origin, record, original)
    try:
        return assemble_event(event_id, reading.time_ns, reading.fields)
    except TypeError:
        return Refusal("isi baris tidak dapat ditulis sebagai JSON")
