"""Lines of a plain file in blocks, for readers that look at most of them in passing; and where to cut it in parts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ingest.sources.files import BLOCK_BYTES


class Block(NamedTuple):
    """Lines that follow one another, without their `\\n`."""

    offset: int
    """Of the first line, in bytes from the start of the file."""
    record: int
    """The number of the first line."""
    lines: list[bytes]
    """A line longer than the limit stands alone, cut after one byte more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of a file's lines."""

    start: int = 0
    end: int | None = None
    """None: to the end of the file."""
    record: int = 0
    """The number of its first line."""


def read_line_blocks(file: BinaryIO, part: Part, *, limit_bytes: int) -> Iterator[Block]:
    """Yield the part's lines; memory holds one block and one line of at most `limit_bytes`."""
    file.seek(part.start)
    offset, record = part.start, part.record
    pending, pending_bytes = b"", 0
    for content in _contents(file, part):
        lines = content.split(b"\n")
        if len(lines) == 1:
            pending_bytes += len(content)
            pending = (pending + content)[: limit_bytes + 1]
            continue
        yield Block(offset, record, [(pending + lines[0])[: limit_bytes + 1]])
        offset += pending_bytes + len(lines[0]) + 1
        record += 1
        pending = lines.pop()
        pending_bytes = len(pending)
        del lines[0]
        if lines:
            yield Block(offset, record, lines)
            offset += sum(map(len, lines)) + len(lines)
            record += len(lines)
    if pending_bytes:
        yield Block(offset, record, [pending])


def _contents(file: BinaryIO, part: Part) -> Iterator[bytes]:
    left = None if part.end is None else part.end - part.start
    while left is None or left > 0:
        content = file.read(BLOCK_BYTES if left is None else min(BLOCK_BYTES, left))
        if not content:
            return
        yield content
        left = None if left is None else left - len(content)


def parts_of(path: Path, *, part_bytes: int) -> Iterator[Part]:
    """Yield the file cut at line ends into parts of about the same size, none under `part_bytes`.

    Each comes as soon as the lines before it were counted. Raises: OSError.
    """
    size = path.stat().st_size
    count = max(1, size // part_bytes)
    start = record = 0
    with path.open("rb") as file:
        for number in range(1, count + 1):
            end = size if number == count else _line_start(file, size * number // count)
            if start < end < size or number == count:
                part = Part(start=start, end=end, record=record)
                yield part
                file.seek(start)
                record += sum(content.count(b"\n") for content in _contents(file, part))
                start = end


def _line_start(file: BinaryIO, offset: int) -> int:
    """Return where the first line begins that does not begin before `offset`."""
    file.seek(offset - 1)
    at = offset - 1
    while content := file.read(BLOCK_BYTES):
        found = content.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(content)
    return at
