"""Looking after a store that no writer has open: is every record whole; the index anew from the segments."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.frames import DamagedRecordError
from ir_platform.adapters.events.embedded.index import IndexFollower
from ir_platform.adapters.events.embedded.layout import Position, SegmentFile
from ir_platform.adapters.events.embedded.seen import load_key
from ir_platform.adapters.events.embedded.segments import cut_torn_tail, next_whole_record, read_records
from ir_platform.adapters.events.embedded.writer import take_lock

_TELL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DamagedPlace:
    file: Path
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    segments: int
    events: int
    """In whole records."""
    damaged: tuple[DamagedPlace, ...]


def check_segments(folder: Path) -> Checked:
    """Read every record and say where one is not as it was written. Raises: StoreBusyError."""
    events, damaged = 0, []
    with _alone(folder):
        there = layout.segments(folder)
        for segment in there:
            for found in _checked(segment):
                if isinstance(found, int):
                    events += found
                else:
                    damaged.append(found)
    return Checked(segments=len(there), events=events, damaged=tuple(damaged))


def rebuild_index(folder: Path, *, on_progress: Callable[[int, int], None]) -> None:
    """Throw the index away and make it again; `on_progress` is told bytes of segments indexed, and of all.

    Where it is interrupted, the next writer goes on. Raises: StoreBusyError; IndexStoppedError where it cannot be
    written.
    """
    with _alone(folder):
        there = layout.segments(folder)
        if not there:
            return
        end = Position(there[-1].number, cut_torn_tail(there[-1]))
        for day in layout.days(folder):
            shutil.rmtree(layout.index_path(folder, day), ignore_errors=True)
        follower = IndexFollower(folder, key=load_key(folder), end=lambda: end)
        try:
            while not follower.wait(end, seconds=_TELL_SECONDS):
                on_progress(*_share(there, follower.committed))
        finally:
            follower.close()
        on_progress(*_share(there, end))


def _checked(segment: SegmentFile) -> Iterator[int | DamagedPlace]:
    """Yield the number of events of each whole record, and each damaged place."""
    offset, end = 0, segment.path.stat().st_size
    while offset < end:
        try:
            for record in read_records(segment, offset=offset, end=end):
                offset = record.end.offset
                yield len(record.batch)
        except DamagedRecordError as error:
            yield DamagedPlace(file=segment.path, offset=error.offset)
            offset = next_whole_record(segment, error.offset + 1, end=end) or end


def _share(there: list[SegmentFile], done: Position) -> tuple[int, int]:
    sizes = [(segment.number, segment.path.stat().st_size) for segment in there]
    indexed = sum(size if number < done.segment else done.offset for number, size in sizes if number <= done.segment)
    return indexed, sum(size for _, size in sizes)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Raises: StoreBusyError."""
    layout.make_folder(folder)
    lock = take_lock(folder)
    try:
        yield
    finally:
        os.close(lock)
