"""The one way to read a file's events, and single lines of it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from ingest.catalog import EVTX, LINE_FORMATS, LineFormat
from ingest.detecting import HEAD_BYTES, UnknownFormatError, detect_format
from ingest.evtx_records import open_evtx
from ingest.parsers.base import (
    ORIGINAL_LIMIT_BYTES,
    Checkpoint,
    ParseContext,
    Parsed,
    Parser,
    Reading,
    Refusal,
    Rejection,
    Source,
    event_of,
    text_of,
)
from ingest.parsers.flat_windows import FlatWindowsReader
from ingest.parsers.windows_spans import WindowsSpansReader
from ingest.records import records_of
from ingest.sources.files import (
    DamagedArchiveError,
    Line,
    UpTo,
    line_of,
    open_content,
    origin_of,
    read_head,
    read_lines,
    skip_to,
)
from ir_platform.domain.event import Event
from ir_platform.domain.flat_line import FlatLine

LINE_LIMIT_BYTES: Final = 1024 * 1024
BEGINNING: Final = Checkpoint(offset=0, record=0)


def read_events(
    path: Path,
    *,
    format: str = "auto",
    timezone: ZoneInfo,
    year: int | None,
    start: Checkpoint | None = None,
    end: int | None = None,
    called: Path | None = None,
    layouts: tuple[str, ...] = (),
) -> Iterator[Parsed]:
    """Return the file's records in order, each an event or a rejection; lazily, in bounded memory.

    Reads on from `start`, a `Parsed.checkpoint` of an earlier reading of the same (grown) file. `timezone` is for
    times without a zone; without `year`, times that have none are put in the last year that fits the file's age.
    `end`: an offset where a record of plain text begins, to stop before. `called`: the file's own name, where it is
    kept under another. `layouts`: format strings of web servers, as in `ParseContext`.
    Raises: OSError, UnknownFormatError, BadLayoutError at once; afterwards a broken part is a rejection.
    """
    begin = start or BEGINNING
    name = begin.format if begin.format != "auto" else format
    if name == "auto":
        name = detect_format(path)
    head = read_head(path, size=HEAD_BYTES)
    if name == EVTX:
        return open_evtx(path, head, begin, called=called or path)
    known = LINE_FORMATS.get(name)
    if known is None:
        raise UnknownFormatError(path=str(path), reason=f"format tidak dikenal: {name}")
    named = called or path
    source = Source(origin=origin_of(named.name, head), path=str(named), format=name, state=begin.state)
    context = ParseContext(
        timezone=timezone,
        year=year,
        reference_ns=path.stat().st_mtime_ns,
        path=str(named),
        state=begin.state,
        layouts=layouts,
    )
    return _read_text(path, known, known.open(context), source, begin, end)


class LineReader:
    """Reads single lines of a file whose format keeps nothing from one line to the next."""

    def __init__(self, path: Path, *, format: str, timezone: ZoneInfo, year: int | None) -> None:
        """Raises: OSError."""
        head = read_head(path, size=HEAD_BYTES)
        self._source = Source(origin=origin_of(path.name, head), path=str(path), format=format)
        reference_ns = path.stat().st_mtime_ns
        context = ParseContext(timezone=timezone, year=year, reference_ns=reference_ns, path=str(path))
        self._parser = LINE_FORMATS[format].open(context)
        self._quick = FlatWindowsReader(context, self._source) if format == "jsonl" else None
        self._quickest = WindowsSpansReader(self._source) if format == "jsonl" else None

    def read(self, content: bytes, *, offset: int, record: int) -> Parsed | None:
        """Return what the line number `record` at `offset` says; None for a blank one."""
        line = line_of(content, offset=offset, record=record, limit_bytes=LINE_LIMIT_BYTES)
        return _parse_line(self._parser, self._source, line)

    def read_document(self, document: dict[str, Any], content: bytes, *, offset: int, record: int) -> Event | None:
        """Return the event of a line that was found to be this JSON object; None where `read` has to be asked.

        It says each field of the line as it came, so it is without `event.original`; the same below.
        """
        if self._quick is None or len(content) > LINE_LIMIT_BYTES:
            return None
        return self._quick.read(document, content.removesuffix(b"\r"), offset, record)

    def read_spans(self, line: FlatLine, *, offset: int, record: int) -> Event | None:
        """Return the event of a line that was taken apart; None where `read_document` or `read` has to be asked."""
        if self._quickest is None or len(line.line) > LINE_LIMIT_BYTES:
            return None
        return self._quickest.read(line, offset, record)


def _read_text(
    path: Path, known: LineFormat, parser: Parser, source: Source, begin: Checkpoint, end: int | None
) -> Iterator[Parsed]:
    with closing(open_content(path)) as content:
        try:
            skip_to(content, begin.offset)
            wanted = content if end is None else UpTo(content, end - begin.offset)
            lines = read_lines(wanted, start=begin.offset, record=begin.record, limit_bytes=LINE_LIMIT_BYTES)
            lines = records_of(lines, known, limit_bytes=LINE_LIMIT_BYTES)
            last = Line(begin.offset, begin.offset, b"", False, begin.record, begin.record)
            for last in lines:
                parsed = _parse_line(parser, source, last)
                if parser.state != source.state:
                    source = Source(origin=source.origin, path=source.path, format=source.format, state=parser.state)
                if parsed is not None:
                    yield parsed
        except DamagedArchiveError as error:
            broken = Line(last.end, last.end, b"", False, last.next_record, last.next_record + 1)
            yield _reject(source, broken, f"berkas terkompresi rusak setelah byte {error.offset}")


def _parse_line(parser: Parser, source: Source, line: Line) -> Parsed | None:
    original = line.content
    if not line.overlong and (not original or original.isspace()):
        return None
    text = text_of(original)
    reading = parser.parse(text) if text and not line.overlong else _unreadable(line)
    if reading is None:
        return None
    if isinstance(reading, Reading):
        fields = reading.fields
        fields.setdefault("event.original", text)
        fields["log.file.path"] = source.path
        fields["log.offset"] = line.offset
        event = event_of(reading, origin=source.origin, record=line.record, original=original)
        if isinstance(event, Event):
            return Parsed(line.record, event, None, source, line.end, line.next_record)
        reading = event
    return _reject(source, line, reading.reason)


def _unreadable(line: Line) -> Refusal:
    if line.overlong:
        return Refusal(f"baris lebih panjang dari {LINE_LIMIT_BYTES} byte")
    return Refusal("baris hanya berisi byte NUL")


def _reject(source: Source, line: Line, reason: str) -> Parsed:
    rejection = Rejection(source.path, line.record, line.offset, reason, line.content[:ORIGINAL_LIMIT_BYTES])
    return Parsed(line.record, None, rejection, source, line.end, line.next_record)
