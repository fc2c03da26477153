"""Files, or parts of large ones, through a matcher: alerts written, hits handed over, what cannot be read told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from detections.hits import PlacedHit
from detections.standalone import FileMatcher, Place
from ingest.cutting import Stretch, stretches_of
from ingest.detecting import UnknownFormatError, detect_format
from ingest.parsers.base import Rejection
from ingest.reading import LINE_LIMIT_BYTES, LineReader, read_events
from ingest.sources.blocks import Part, read_line_blocks
from ingest.sources.files import is_compressed
from ir_platform.domain.event import Event

JSON_LINES = "jsonl"
"""Its lines may be looked at before they are read."""
WRITTEN_AT_ONCE_BYTES = 96 * 1024
"""Below what malloc asks the kernel for anew each time (128 KiB)."""
PART_BYTES = 2 * 1024 * 1024
"""About a twentieth of a second's work: at the end no process waits long for another."""


Tell = Callable[[dict[str, object]], None]
"""Takes a problem: its `file`, its `line` (None: the whole file), the `reason`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How files are read."""

    format: str
    zone: ZoneInfo
    year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What came of files."""

    events: int = 0
    rejected: int = 0
    alerts: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(
            events=self.events + other.events,
            rejected=self.rejected + other.rejected,
            alerts=self.alerts + other.alerts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A file, or some lines of one."""

    path: Path
    format: str
    """A format's name, or `auto` where none could be told."""
    stretch: Stretch | None
    """None: the whole file, in whatever way its format is read."""


class DetectionProcessError(Exception):
    """A process ended before its work was done."""

    def __init__(self, *, exit_code: int) -> None:
        super().__init__(f"process ended with {exit_code}")
        self.exit_code = exit_code


class Output(Protocol):
    def write(self, content: bytes) -> int:
        """Raises an error that is no OSError: those are of the file that is read."""


def pieces_of(files: Iterable[Path], reading: Reading, *, jobs: int, tell: Tell) -> Iterator[Piece]:
    """Yield the files in order, large ones of plain lines in parts where several processes read them.

    Lazy: a part is found by counting the lines before it. What cannot be read is told.
    """
    for path in files:
        try:
            yield from _pieces(path, reading, jobs)
        except OSError as error:
            _tell_unread(tell, path, error)


def _pieces(path: Path, reading: Reading, jobs: int) -> Iterator[Piece]:
    name = reading.format if reading.format != "auto" else _format_of(path)
    stretches = _stretches(path, name, reading, jobs)
    if stretches is None:
        yield Piece(path=path, format=name, stretch=None)
        return
    for stretch in stretches:
        yield Piece(path=path, format=name, stretch=stretch)


def _stretches(path: Path, name: str, reading: Reading, jobs: int) -> Iterable[Stretch] | None:
    if jobs > 1:
        return stretches_of(path, format=name, timezone=reading.zone, part_bytes=PART_BYTES)
    return (Stretch(part=Part()),) if name == JSON_LINES and not is_compressed(path) else None


def _tell_unread(tell: Tell, path: Path, error: OSError) -> None:
    tell({"file": str(path), "line": None, "reason": error.strerror or str(error)})


def _format_of(path: Path) -> str:
    try:
        return detect_format(path)
    except UnknownFormatError:
        return "auto"  # told once more, and then said, when the file is read


class Run:
    """Takes pieces one after another; one per process."""

    def __init__(
        self,
        matcher: FileMatcher,
        reading: Reading,
        *,
        take_hits: Callable[[list[PlacedHit]], None],
        tell: Tell,
    ) -> None:
        self._matcher = matcher
        self._reading = reading
        self._take_hits = take_hits
        self._tell = tell
        self._reader: tuple[Path, LineReader] | None = None
        """Of the file last read line by line: what it has learnt of its events serves the file's other pieces."""

    def match(self, piece: Piece, output: Output) -> Counts:
        """Write the piece's alerts and hand over what counts for correlations; tell what cannot be read.

        Raises what writing and handing over raise, which is no OSError.
        """
        try:
            if piece.stretch is not None and piece.format == JSON_LINES:
                return self._match_lines(piece, piece.stretch.part, output)
            return self._match_file(piece, output)
        except UnknownFormatError as error:
            self._tell({"file": str(piece.path), "line": None, "reason": error.reason})
        except OSError as error:
            _tell_unread(self._tell, piece.path, error)
        return Counts()

    def _match_file(self, piece: Piece, output: Output) -> Counts:
        events = rejected = alerts = 0
        name, reading, stretch = str(piece.path), self._reading, piece.stretch
        records = read_events(
            piece.path,
            format=piece.format,
            timezone=reading.zone,
            year=reading.year,
            start=stretch.checkpoint(piece.format) if stretch else None,
            end=stretch.part.end if stretch else None,
        )
        for parsed in records:
            if parsed.event is None:
                rejected += 1
                self._say_rejected(parsed.rejection)
                continue
            events += 1
            alerts += self._count(self._matcher.add(Place(name, parsed.record), parsed.event), output)
        self._write(output)
        return Counts(events=events, rejected=rejected, alerts=alerts)

    def _match_lines(self, piece: Piece, part: Part, output: Output) -> Counts:
        reader = self._line_reader(piece)
        name, matcher = str(piece.path), self._matcher
        limit = WRITTEN_AT_ONCE_BYTES
        waiting = matcher.alerts
        events = rejected = alerts = 0
        with piece.path.open("rb") as file:
            for block in read_line_blocks(file, part, limit_bytes=LINE_LIMIT_BYTES):
                lines, place, counted, offset = block.lines, 0, 0, block.offset
                while (place := matcher.skip_clean(lines, place)) < len(lines):
                    line, record = lines[place], block.record + place
                    offset += matcher.passed_bytes
                    events += place - counted
                    event = self._read_line(reader, line, offset=offset, record=record)
                    if isinstance(event, Event):
                        events += 1
                        found, hits = matcher.add_line(Place(name, record), event)
                        alerts += found
                        if hits:
                            self._take_hits(hits)
                        if waiting.waiting_bytes > limit:
                            self._write(output)
                    elif event is not None:
                        rejected += 1
                        self._say_rejected(event)
                    offset += len(line) + 1
                    place = counted = place + 1
                events += len(lines) - counted
        self._write(output)
        return Counts(events=events, rejected=rejected, alerts=alerts)

    def _line_reader(self, piece: Piece) -> LineReader:
        """Raises: OSError."""
        if self._reader is None or self._reader[0] != piece.path:
            reading = self._reading
            reader = LineReader(piece.path, format=piece.format, timezone=reading.zone, year=reading.year)
            self._reader = piece.path, reader
        return self._reader[1]

    def _read_line(self, reader: LineReader, line: bytes, *, offset: int, record: int) -> Event | Rejection | None:
        """Return what the line that was just found not to be clean says; None for a blank one."""
        spans = self._matcher.spans
        event = None if spans is None else reader.read_spans(spans, offset=offset, record=record)
        if event is not None:
            return event
        document = self._matcher.document
        event = None if document is None else reader.read_document(document, line, offset=offset, record=record)
        if event is not None:
            return event
        parsed = reader.read(line, offset=offset, record=record)
        return None if parsed is None else parsed.event or parsed.rejection

    def _count(self, found: tuple[int, list[PlacedHit]], output: Output) -> int:
        alerts, hits = found
        if hits:
            self._take_hits(hits)
        if self._matcher.alerts.waiting_bytes > WRITTEN_AT_ONCE_BYTES:
            self._write(output)
        return alerts

    def _write(self, output: Output) -> None:
        output.write(self._matcher.alerts.take())

    def _say_rejected(self, rejection: Rejection | None) -> None:
        if rejection is not None:
            line, reason = rejection.record + 1, rejection.reason
            self._tell({"file": rejection.file, "line": line, "record": rejection.record, "reason": reason})
