"""The durable truth: append-only segment files, written and synced before an append is acknowledged."""

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import structlog
import zstandard

from ir_platform.adapters.events.embedded import frames, layout
from ir_platform.adapters.events.embedded.frames import DamagedRecordError, Header
from ir_platform.adapters.events.embedded.layout import Position, SegmentFile
from ir_platform.domain.event import EventBatch
from ir_platform.ports import StoreFullError

log = structlog.get_logger(__name__)

SEGMENT_BYTES: Final = 64 * 1024 * 1024
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Record:
    """One record as read: where it begins, where the next one begins, its events."""

    day: date
    start: Position
    end: Position
    batch: EventBatch


class SegmentLog:
    """Appends to the newest segment and begins a new one at the size limit or on a new day. One thread at a time."""

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._folder, self._segment_bytes = folder, segment_bytes
        self._compressor = zstandard.ZstdCompressor(level=3)
        self._descriptor: int | None = None
        self._open: SegmentFile | None = None
        self._size = 0
        self._newest = self._reopen()
        # One value, so that another thread never sees the number of one segment with the size of another.
        self._end = Position(self._newest, self._size) if self._newest else layout.START

    @property
    def end(self) -> Position:
        """Everything before it is whole and on the disk; any thread may ask."""
        return self._end

    @property
    def open_segment(self) -> SegmentFile | None:
        return self._open

    def must_rotate(self, day: date) -> bool:
        """Return whether the next append to `day` begins a new segment."""
        return self._open is None or self._open.day != day or self._size >= self._segment_bytes

    def append(self, batch: EventBatch, *, day: date) -> list[tuple[Position, int]]:
        """Store the batch; return where each of its records begins and how many events it has.

        It is on the disk when this returns. Raises: StoreFullError, and then nothing of the batch is stored.
        """
        records = frames.encode(batch, compressor=self._compressor)
        try:
            if self.must_rotate(day):
                self._rotate(day)
            self._write(b"".join(raw for raw, _ in records))
        except OSError as error:
            if error.errno in _FULL:
                raise StoreFullError(f"no room in {self._folder}") from error
            raise
        return self._place(records)

    def _place(self, records: list[tuple[bytes, int]]) -> list[tuple[Position, int]]:
        placed = []
        for raw, events in records:
            placed.append((Position(self._newest, self._size), events))
            self._size += len(raw)
        self._end = Position(self._newest, self._size)
        return placed

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _write(self, raw: bytes) -> None:
        """Write and sync; on any error cut the file back, so that nothing of `raw` can be read later."""
        assert self._descriptor is not None
        try:
            view = memoryview(raw)
            while view:
                view = view[os.write(self._descriptor, view) :]
            os.fsync(self._descriptor)
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            os.lseek(self._descriptor, self._size, os.SEEK_SET)
            raise

    def _rotate(self, day: date) -> None:
        number = self._newest + 1
        path = layout.segment_path(self._folder, day, number)
        layout.make_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, layout.FILE_MODE)
        layout.sync_folder(path.parent)
        self.close()
        self._descriptor, self._newest, self._size = descriptor, number, 0
        self._open = SegmentFile(number, day, path)

    def _reopen(self) -> int:
        """Go on with the newest segment after cutting off what a crash left half-written; return its number."""
        there = layout.segments(self._folder)
        if not there:
            return 0
        newest = there[-1]
        self._size = cut_torn_tail(newest)
        self._descriptor = os.open(newest.path, os.O_RDWR)
        os.lseek(self._descriptor, self._size, os.SEEK_SET)
        self._open = newest
        return newest.number


def read_records(segment: SegmentFile, *, offset: int = 0, end: int | None = None) -> Iterator[Record]:
    """Yield the records from `offset` to `end` (None: the end of the file now). Raises: DamagedRecordError."""
    with segment.path.open("rb") as file:
        limit = os.fstat(file.fileno()).st_size if end is None else end
        file.seek(offset)
        while offset < limit:
            header = frames.read_header(file.read(frames.HEADER_BYTES), offset=offset)
            batch = frames.decode(header, file.read(header.frame_bytes), offset=offset)
            after = offset + frames.HEADER_BYTES + header.frame_bytes
            yield Record(segment.day, Position(segment.number, offset), Position(segment.number, after), batch)
            offset = after


def read_whole_records(segment: SegmentFile, *, offset: int = 0, end: int | None = None) -> Iterator[Record]:
    """Yield the records from `offset` to `end` whose bytes are as they were written; what lies between is passed over.

    Only a disk that loses bytes, or a crash at the very end, makes others.
    """
    limit = segment.path.stat().st_size if end is None else end
    while offset < limit:
        try:
            for record in read_records(segment, offset=offset, end=limit):
                yield record
                offset = record.end.offset
        except DamagedRecordError as error:
            after = next_whole_record(segment, error.offset + 1, end=limit)
            log.error("segment_damaged", segment=segment.number, offset=error.offset, goes_on_at=after)
            if after is None:
                return
            offset = after


def next_whole_record(segment: SegmentFile, offset: int, *, end: int) -> int | None:
    """Return where the first whole record at or after `offset` begins; None: there is none before `end`."""
    with segment.path.open("rb") as file:
        file.seek(offset)
        rest = file.read(end - offset)
    place = rest.find(frames.MAGIC)
    while place >= 0:
        try:
            frames.decode_at(rest, place)
        except DamagedRecordError:
            place = rest.find(frames.MAGIC, place + 1)
        else:
            return offset + place
    return None


def read_after(folder: Path, position: Position, *, end: Position) -> Iterator[Record]:
    """Yield every record after `position` and before `end`, in the order in which they were stored.

    A position in a segment that was let go means the beginning of the next one.
    """
    for segment in layout.segments(folder):
        if not position.segment <= segment.number <= end.segment:
            continue
        start = position.offset if segment.number == position.segment else 0
        stop = end.offset if segment.number == end.segment else None
        yield from read_whole_records(segment, offset=start, end=stop)


def written_until(folder: Path) -> Position:
    """Return where the store ends, from a process that does not write it: a record that is just being written is out.

    Lengths alone are looked at: a record whose bytes were lost counts as written.
    """
    there = layout.segments(folder)
    if not there:
        return layout.START
    offset = 0
    with there[-1].path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        while offset + frames.HEADER_BYTES <= size:
            file.seek(offset)
            try:
                header = frames.read_header(file.read(frames.HEADER_BYTES), offset=offset)
            except DamagedRecordError:
                return Position(there[-1].number, size)
            after = offset + frames.HEADER_BYTES + header.frame_bytes
            if after > size:
                break
            offset = after
    return Position(there[-1].number, offset)


def read_record_at(path: Path, offset: int) -> EventBatch:
    """Return the events of the record at `offset`. Raises: DamagedRecordError, FileNotFoundError."""
    with path.open("rb", buffering=0) as file:
        file.seek(offset)
        header: Header = frames.read_header(file.read(frames.HEADER_BYTES), offset=offset)
        return frames.decode(header, file.read(header.frame_bytes), offset=offset)


def cut_torn_tail(segment: SegmentFile) -> int:
    """Cut the segment after its last whole record and return its size; what is cut off is kept beside it as `.torn`.

    Only a crash leaves such a tail, and nothing in it was acknowledged; it is kept in case the disk did it.
    """
    size = 0
    for record in read_whole_records(segment):
        size = record.end.offset
    if segment.path.stat().st_size > size:
        log.warning("segment_tail_cut", segment=segment.number, offset=size)
        with segment.path.open("r+b") as file:
            file.seek(size)
            layout.write_file(segment.path.with_suffix(".torn"), file.read())
            file.truncate(size)
            os.fsync(file.fileno())
    return size
