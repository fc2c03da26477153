"""Every log format by its name, how a file's format is told, and the one way to read a file's events."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from ingest.parsers.auth import open_auth
from ingest.parsers.base import (
    ORIGINAL_LIMIT_BYTES,
    Checkpoint,
    ParseContext,
    Parsed,
    Parser,
    Refusal,
    Rejection,
    Source,
    event_of,
)
from ingest.parsers.jsonl import JsonLinesParser
from ingest.parsers.syslog import SyslogParser
from ingest.sources.files import Line, open_content, origin_of, read_head, read_lines, skip_to

LINE_LIMIT_BYTES: Final = 1024 * 1024
HEAD_BYTES: Final = 64 * 1024
BEGINNING: Final = Checkpoint(offset=0, record=0)
CAPTURE: Final = "pcap"
"""What `detect_format` says of a packet capture, which `ingest.pcap` reads, not this catalogue."""


class UnknownFormatError(Exception):
    """A file that no parser knows, or a name that is no format; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFormat:
    """A format whose records are lines of text."""

    name: str
    title: str
    """Bahasa Indonesia, one line."""
    open: Callable[[ParseContext], Parser]


FORMATS: Final[dict[str, LineFormat]] = {
    known.name: known
    for known in (
        LineFormat(name="auth", title="Log autentikasi Linux (sshd, sudo, su, cron, akun)", open=open_auth),
        LineFormat(name="syslog", title="Syslog RFC 3164, RFC 5424, rsyslog, journald", open=SyslogParser),
        LineFormat(name="jsonl", title="JSON per baris, bersarang atau datar, ECS atau bukan", open=JsonLinesParser),
    )
}


def detect_format(path: Path) -> str:
    """Return the name of the format the file's first bytes speak for. Raises: UnknownFormatError, OSError."""
    head = read_head(path, size=HEAD_BYTES)
    lines = head.decode("utf-8", "replace").splitlines()
    return "jsonl" if any(line.startswith("{") for line in lines[:1]) else "auth"


def read_events(
    path: Path, *, format: str = "auto", timezone: ZoneInfo, year: int | None, start: Checkpoint | None = None
) -> Iterator[Parsed]:
    """Return the file's records in order, each an event or a rejection; lazily, in bounded memory.

    Reads on from `start`, a `Parsed.checkpoint` of an earlier reading of the same (grown) file.
    Raises: OSError, UnknownFormatError at once; afterwards a broken part is a rejection.
    """
    name = start.format if start is not None and start.format != "auto" else format
    if name == "auto":
        name = detect_format(path)
    known = FORMATS.get(name)
    if known is None:
        raise UnknownFormatError(path=str(path), reason=f"format tidak dikenal: {name}")
    begin = start or BEGINNING
    source = Source(
        origin=origin_of(path.name, read_head(path, size=HEAD_BYTES)), path=str(path), format=name, state=begin.state
    )
    context = ParseContext(timezone=timezone, year=year, reference_ns=path.stat().st_mtime_ns, state=begin.state)
    return _read_lines(path, known.open(context), source, begin)


def _read_lines(path: Path, parser: Parser, source: Source, begin: Checkpoint) -> Iterator[Parsed]:
    record = begin.record
    with open_content(path) as content:
        skip_to(content, begin.offset)
        for line in read_lines(content, start=begin.offset, limit_bytes=LINE_LIMIT_BYTES):
            parsed = _parse_line(parser, source, record, line)
            record += 1
            if parsed is not None:
                yield parsed


def _parse_line(parser: Parser, source: Source, record: int, line: Line) -> Parsed | None:
    offset, end, original, overlong = line
    if not original:
        return None
    if overlong:
        return _reject(source, record, line, f"baris lebih panjang dari {LINE_LIMIT_BYTES} byte")
    text = original.decode("utf-8", "replace")
    reading = parser.parse(text)
    if reading is None:
        return None
    if isinstance(reading, Refusal):
        return _reject(source, record, line, reading.reason)
    fields = reading.fields
    fields.setdefault("event.original", text)
    fields["log.file.path"] = source.path
    fields["log.offset"] = offset
    event = event_of(reading, origin=source.origin, record=record, original=original)
    if isinstance(event, Refusal):
        return _reject(source, record, line, event.reason)
    return Parsed(record, event, None, source, end, record + 1)


def _reject(source: Source, record: int, line: Line, reason: str) -> Parsed:
    rejection = Rejection(source.path, record, line.offset, reason, line.content[:ORIGINAL_LIMIT_BYTES])
    return Parsed(record, None, rejection, source, line.end, record + 1)
