"""Where a large log may be cut, so that several processes read it and find the records that one would find."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

from ingest.catalog import LINE_FORMATS, LineFormat
from ingest.parsers.base import Checkpoint, ParseContext, Parser, text_of
from ingest.reading import LINE_LIMIT_BYTES
from ingest.sources.blocks import Part, parts_of, read_line_blocks
from ingest.sources.files import Line, is_compressed, line_of, read_lines
from ingest.sources.gathering import WINDOW_LINES, runs_of

MAX_MOVED_BYTES = 16 * 1024 * 1024
"""How far a cut is moved on to where a record begins; further than that it is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Some of a file's records, and what a reader of them has to know of those before."""

    part: Part
    state: str = ""

    def checkpoint(self, format_name: str) -> Checkpoint:
        return Checkpoint(offset=self.part.start, record=self.part.record, format=format_name, state=self.state)


def stretches_of(path: Path, *, format: str, timezone: ZoneInfo, part_bytes: int) -> Iterator[Stretch] | None:
    """Return the file cut into stretches of about the same size, none much under `part_bytes`, each found when asked.

    None: a file that is read in one go only, because it is compressed or its records cannot be told apart in the
    middle (EVTX, CSV). Reads the file once or twice. Raises: OSError, also when a stretch is asked for.
    """
    known = LINE_FORMATS.get(format)
    if known is None or not known.can_be_cut or is_compressed(path):
        return None
    parts = _at_records(path, known, parts_of(path, part_bytes=part_bytes))
    if not known.directives:
        return (Stretch(part=part) for part in parts)
    context = ParseContext(timezone=timezone, year=None, reference_ns=path.stat().st_mtime_ns, path=str(path))
    return _with_states(path, known.directives, known.open(context), parts)


def _at_records(path: Path, known: LineFormat, parts: Iterator[Part]) -> Iterator[Part]:
    """Yield the parts with each beginning moved on to where a record begins."""
    if known.continues is None and known.mark_of is None:
        yield from parts
        return
    begins = _moved if known.mark_of is None else _moved_past_mixed
    begun = end = None
    with path.open("rb") as file:
        for part in parts:
            end = part.end
            moved = part if begun is None else begins(file, known, part)
            if moved is None or (begun is not None and moved.start <= begun.start):
                continue
            if begun is not None:
                yield Part(start=begun.start, end=moved.start, record=begun.record)
            begun = moved
    if begun is not None:
        yield Part(start=begun.start, end=end, record=begun.record)


def _moved(file: BinaryIO, known: LineFormat, part: Part) -> Part | None:
    assert known.continues is not None
    file.seek(part.start)
    offset, record = part.start, part.record
    before: Line | None = None
    while offset - part.start < MAX_MOVED_BYTES:
        content = file.readline(LINE_LIMIT_BYTES + 1)
        if not content.endswith(b"\n"):
            return None  # the end of the file, or a line that is too long to be moved over
        line = line_of(content[:-1], offset=offset, record=record, limit_bytes=LINE_LIMIT_BYTES)
        if not known.continues(line, False, before):
            return Part(start=offset, end=None, record=record)
        before = line
        offset += len(content)
        record += 1
    return None


def _moved_past_mixed(file: BinaryIO, known: LineFormat, part: Part) -> Part | None:
    """Return where a run of mixed lines begins with which no line before the part has to do."""
    assert known.mark_of is not None
    file.seek(part.start)
    lines = read_lines(file, start=part.start, record=part.record, limit_bytes=LINE_LIMIT_BYTES)
    for run in runs_of(lines, mark_of=known.mark_of):
        first, _ = run[0]
        # A line before the part may belong to one of the first WINDOW_LINES.
        if first.record - part.record >= WINDOW_LINES:
            return Part(start=first.offset, end=None, record=first.record)
        if first.offset - part.start > MAX_MOVED_BYTES:
            return None
    return None


def _with_states(path: Path, mark: bytes, parser: Parser, parts: Iterator[Part]) -> Iterator[Stretch]:
    """Yield the parts with what the directives before each have said."""
    before: Part | None = None
    with path.open("rb") as file:
        for part in parts:
            if before is not None:
                _read_directives(file, mark, parser, before)
            yield Stretch(part=part, state=parser.state)
            before = part


def _read_directives(file: BinaryIO, mark: bytes, parser: Parser, part: Part) -> None:
    for block in read_line_blocks(file, part, limit_bytes=LINE_LIMIT_BYTES):
        for line in block.lines:
            if line.lstrip(b"\0\xef\xbb\xbf").startswith(mark) and len(line) <= LINE_LIMIT_BYTES:
                parser.parse(text_of(line.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\r")))
