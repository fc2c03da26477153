"""Reads watched files as they grow, each from where it was left: what was carried is noted with the place behind it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from ingest.detecting import UnknownFormatError
from ingest.intake import SENDER_FIELD, IntakeBatch, batches
from ingest.parsers.base import Checkpoint
from ingest.reading import read_events
from ingest.sources.watched import ABANDONED_NS, Watched, end_of_lines, files_under, is_capture, is_read_whole
from ir_platform.app.source_watch import SourceWatch
from ir_platform.domain.event import EventBatch
from ir_platform.domain.source import Source
from ir_platform.ports import Clock, FileTooLargeError, State, StoreFullError, TailedFile

log = structlog.get_logger(__name__)

POLL_SECONDS: Final = 1.0
SETTLE_NS: Final = 300_000_000
"""A file is read when nobody has written to it for so long: what belongs together is then there as a whole."""
HURRY_BYTES: Final = 1024 * 1024
"""So much is read at once in any case."""
WHOLE_NS: Final = 3_000_000_000
"""A file that has to be whole (compressed, EVTX) is read when nobody has written to it for so long."""
TOUCH_SECONDS: Final = 24 * 3600
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Carry = Callable[[EventBatch], object]


@dataclass(slots=True, kw_only=True)
class Tailing:
    """One thread calls `step`."""

    state: State
    sources: SourceWatch
    carry: Carry
    """Raises: StoreFullError."""
    queue_capture: Callable[[Path], None]
    """Keep the file and have it analysed. Raises: OSError, FileTooLargeError."""
    clock: Clock
    timezone: str
    wall_ns: Callable[[], int] = time.time_ns
    _unreadable: dict[str, int] = field(default_factory=dict)
    """Files that could not be read, with the size they had then."""

    def step(self) -> int:
        """Read what is new in every watched file; return how many events were carried."""
        with self.state.read() as uow:
            watched = [one for one in uow.sources.all() if one.path and not one.disabled]
        return sum(self._read_source(one) for one in watched)

    def _read_source(self, source: Source) -> int:
        assert source.path is not None
        with self.state.read() as uow:
            known = {one.file: one for one in uow.sources.tailed(source.id)}
        carried = 0
        for found in files_under(source.path, now_ns=self.wall_ns()):
            before = known.get(found.file)
            if before is None and found.is_rotated:
                continue
            try:
                carried += self._read_file(source, found, before)
            except StoreFullError:
                log.error("store_full", source=source.name)
                return carried  # nothing was noted: it is read again from the same place
            except OSError as error:
                log.warning("watched_file_unreadable", source=source.name, error=type(error).__name__)
        return carried

    def _read_file(self, source: Source, found: Watched, before: TailedFile | None) -> int:
        """Raises: StoreFullError, OSError."""
        is_whole = is_read_whole(found.path)
        tailed = before if before is not None and (is_whole or before.offset <= found.size) else blank(found)
        if is_whole and before is not None and before.state == whole_mark(found):
            return self._touch(source, tailed)
        if not is_whole and tailed.offset >= found.size:
            return self._touch(source, tailed)
        if self._unreadable.get(found.file) == found.size or not self._is_settled(found, tailed, is_whole=is_whole):
            return 0
        if is_whole and is_capture(found.path):
            return self._queue(source, found, tailed)
        end = None if is_whole else self._end(found, tailed)
        if end == tailed.offset:
            return 0
        return self._carry_from(source, found, tailed, end)

    def _is_settled(self, found: Watched, tailed: TailedFile, *, is_whole: bool) -> bool:
        quiet_ns = self.wall_ns() - found.modified_ns
        # A file from the future, by a clock that was set back, is taken for quiet.
        if is_whole:
            return quiet_ns < 0 or quiet_ns >= WHOLE_NS
        return quiet_ns < 0 or quiet_ns >= SETTLE_NS or found.size - tailed.offset >= HURRY_BYTES

    def _end(self, found: Watched, tailed: TailedFile) -> int:
        """Return up to where there are whole lines; a last one without its newline is one once nobody goes on."""
        if self.wall_ns() - found.modified_ns >= ABANDONED_NS:
            return found.size
        return end_of_lines(found.path, after=tailed.offset, size=found.size)

    def _queue(self, source: Source, found: Watched, tailed: TailedFile) -> int:
        """Have a capture analysed by the worker, which takes minutes; its events are the job's."""
        try:
            self.queue_capture(found.path)
        except FileTooLargeError:
            log.warning("watched_capture_too_large", source=source.name)
        self._noted(source, replace(tailed, path=str(found.path), state=whole_mark(found)))
        return 0

    def _carry_from(self, source: Source, found: Watched, tailed: TailedFile, end: int | None) -> int:
        try:
            records = read_events(
                found.path,
                format=source.format,
                timezone=ZoneInfo(source.timezone or self.timezone),
                year=None,
                start=None if end is None else place_of(tailed),
                end=end,
                layouts=source.layouts,
            )
        except UnknownFormatError as error:
            log.warning("watched_file_unknown", source=source.name, reason=error.reason)
            self._unreadable[found.file] = found.size
            return 0
        carried = 0
        for intake in batches(records, received_ns=self.wall_ns, monotonic=time.monotonic):
            self.carry(named(intake.batch, source.name))
            self.sources.heard(source.id, events=intake.events, rejected=intake.rejected)
            carried += intake.events
            if end is not None:
                tailed = self._noted(source, after(tailed, found, intake))
        if end is None:
            self._noted(source, replace(tailed, path=str(found.path), state=whole_mark(found)))
        elif tailed.offset < end:
            # Blank lines and headings at the end carry nothing, and need not be read again.
            self._noted(source, replace(tailed, offset=end))
        return carried

    def _noted(self, source: Source, tailed: TailedFile) -> TailedFile:
        noted = replace(tailed, read_at=self.clock())
        with self.state.write() as uow:
            uow.sources.note_tailed(source.id, noted)
        return noted

    def _touch(self, source: Source, tailed: TailedFile) -> int:
        """Keep from being forgotten how far a file was read that is still there."""
        if (self.clock() - tailed.read_at).total_seconds() > TOUCH_SECONDS:
            self._noted(source, tailed)
        return 0


def blank(found: Watched) -> TailedFile:
    return TailedFile(file=found.file, path=str(found.path), offset=0, record=0, format="auto", state="", read_at=EPOCH)


def place_of(tailed: TailedFile) -> Checkpoint:
    return Checkpoint(offset=tailed.offset, record=tailed.record, format=tailed.format, state=tailed.state)


def after(tailed: TailedFile, found: Watched, intake: IntakeBatch) -> TailedFile:
    place = intake.checkpoint
    return replace(
        tailed,
        path=str(found.path),
        offset=place.offset,
        record=place.record,
        format=place.format,
        state=place.state,
    )


def whole_mark(found: Watched) -> str:
    """Return what tells a file that was read whole from the same file written anew."""
    return f"whole:{found.size}:{found.modified_ns}"


def named(batch: EventBatch, name: str) -> EventBatch:
    """Return the events with the name of their source, which is plain ASCII."""
    mark = f',"{SENDER_FIELD}":"{name}"}}'.encode()
    return EventBatch(batch.ids, batch.times_ns, tuple(body[:-1] + mark for body in batch.bodies))
