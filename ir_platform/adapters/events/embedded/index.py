"""The index follows the segments: one thread reads what was appended and adds it to the day's tantivy index."""

import shutil
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Final

import structlog
import tantivy

from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.documents import document
from ir_platform.adapters.events.embedded.layout import Position, SegmentFile, unpack_pointer
from ir_platform.adapters.events.embedded.schema import VERSION, build_schema, prepare
from ir_platform.adapters.events.embedded.seen import hash_ids, pointers_of
from ir_platform.adapters.events.embedded.segments import Record, read_records, read_whole_records
from ir_platform.adapters.events.query.forms import fields_of, forms_of

log = structlog.get_logger(__name__)

COMMIT_EVENTS: Final = 50_000
FEW_EVENTS: Final = 10_000
COMMIT_SECONDS: Final = 1.0
RETRY_SECONDS: Final = 5.0
MAX_BEHIND_EVENTS: Final = 100_000
"""An append waits while the index is further behind, so that what it takes to catch up stays a few seconds."""
CLOSE_SECONDS: Final = 8.0
"""How long closing goes on catching up; what is left then is indexed when the store is opened next."""
_HEAP_BYTES: Final = 100_000_000


class IndexStoppedError(Exception):
    """The index could not take in what was appended; the events themselves are safe in the segments."""


class DayIndex:
    """The tantivy index of one receive day, opened for writing."""

    def __init__(self, folder: Path, day: date, *, key: bytes) -> None:
        self.day, self._key = day, key
        self._index = open_or_renew(layout.index_path(folder, day))
        self.indexed = _indexed_until(self._index)
        """Pointer of the newest event in it; None: empty."""
        self._writer = self._index.writer(heap_size=_HEAP_BYTES, num_threads=1)
        self.pending = 0

    def add(self, record: Record) -> None:
        batch = record.batch
        pointers = pointers_of(record.start, len(batch)).tolist()
        if self.indexed is not None and pointers[0] <= self.indexed:
            return
        ties = hash_ids(batch.ids, key=self._key).tolist()
        add = self._writer.add_json
        for event_id, time_ns, body, pos, tie in zip(
            batch.ids, batch.times_ns, batch.bodies, pointers, ties, strict=True
        ):
            add(document(forms_of(event_id, time_ns, fields_of(body)), pos=pos, tie=tie))
        self.pending += len(batch)

    def commit(self) -> None:
        if self.pending:
            self._writer.commit()
            self.pending = 0

    def close(self) -> None:
        self.commit()
        self._writer.wait_merging_threads()


def open_or_renew(path: Path) -> tantivy.Index:
    """Open the index for writing; one that is missing, damaged or of another version is begun anew."""
    version = path / "VERSION"
    if version.is_file() and version.read_text() == str(VERSION):
        try:
            index = prepare(tantivy.Index.open(str(path)))
            index.searcher()
        except ValueError as error:  # tantivy reports damage as ValueError
            log.warning("index_damaged", path=path.name, day=path.parent.name, reason=str(error)[:200])
        else:
            return index
    shutil.rmtree(path, ignore_errors=True)
    layout.make_folder(path)
    index = prepare(tantivy.Index(build_schema(), path=str(path)))
    layout.write_file(version, str(VERSION).encode())
    return index


def _indexed_until(index: tantivy.Index) -> int | None:
    index.reload()
    newest = index.searcher().search(tantivy.Query.all_query(), limit=1, count=False, order_by_field="pos").hits
    return int(newest[0][0]) if newest else None


def _after(there: list[SegmentFile], indexed: int) -> Position:
    """Return where the record that holds the pointer ends."""
    pointer = unpack_pointer(indexed)
    for segment in there:
        if segment.number == pointer.segment:
            return next(read_records(segment, offset=pointer.offset)).end
    return Position(pointer.segment + 1, 0)


class IndexFollower:
    """Keeps the indexes up with the segments from a thread of its own; at most one day is open for writing."""

    def __init__(self, folder: Path, *, key: bytes, end: Callable[[], Position]) -> None:
        self._folder, self._key, self._end = folder, key, end
        self._changed = threading.Condition()
        self._stopping = False
        self._stop_at = float("inf")
        self._behind = 0
        self._done = layout.START
        self._committed = layout.START
        self._failure: str | None = None
        self._wants_commit = False
        self._day: DayIndex | None = None
        self._first_pending = 0.0
        self._thread = threading.Thread(target=self._run, name="event-index", daemon=True)
        self._thread.start()

    def appended(self, events: int) -> None:
        """Tell that events were appended; wait while the index is far behind, unless it is failing."""
        with self._changed:
            self._behind += events
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: self._behind <= MAX_BEHIND_EVENTS or self._failure is not None or self._stopping
            )

    def look(self) -> None:
        """Tell that something was appended, and go on."""
        with self._changed:
            self._changed.notify_all()

    def hurry(self) -> None:
        """Commit as soon as everything appended so far is added."""
        with self._changed:
            self._failure, self._wants_commit = None, True
            self._changed.notify_all()

    @property
    def is_running(self) -> bool:
        """Whether the thread is at work; it ends by `close`, or by a fault of the program."""
        return self._thread.is_alive()

    @property
    def done(self) -> Position:
        """Everything before it was added."""
        return self._done

    @property
    def failure(self) -> str | None:
        """Why nothing is added just now."""
        return self._failure

    @property
    def committed(self) -> Position:
        """Everything before it can be found."""
        return self._committed

    def flush(self) -> None:
        """Return when everything appended so far can be found. Raises: IndexStoppedError."""
        target = self._end()
        while not self.wait(target, seconds=0.5):
            pass

    def wait(self, target: Position, *, seconds: float) -> bool:
        """Wait so long at most; return whether everything before `target` can be found. Raises: IndexStoppedError."""
        with self._changed:
            if self._committed >= target:
                return True
            self._failure, self._wants_commit = None, True
            self._changed.notify_all()
            self._changed.wait(timeout=seconds)
            if self._failure is not None:
                raise IndexStoppedError(self._failure)
            return self._committed >= target

    def close(self) -> None:
        """Catch up for CLOSE_SECONDS at most, commit and stop."""
        with self._changed:
            self._stopping = True
            self._stop_at = time.monotonic() + CLOSE_SECONDS
            self._changed.notify_all()
        self._thread.join()

    # --- the thread ---

    def _run(self) -> None:
        while True:
            try:
                self._follow()
            except (ValueError, OSError) as error:  # tantivy reports a full disk, too, as ValueError
                log.error("index_failed", reason=str(error)[:500])
                self._drop(str(error))
                if self._pause(RETRY_SECONDS):
                    return
            else:
                return

    def _follow(self) -> None:
        """Add and commit until told to stop."""
        self._done = self._resume()
        with self._changed:
            self._failure = None
        while True:
            self._add_until(self._end())
            with self._changed:
                idle = self._done >= self._end()
                if self._stopping and (idle or time.monotonic() >= self._stop_at):
                    break
                wants = self._wants_commit
            if (idle and wants) or self._commit_due():
                self._commit()
            if idle:
                self._wait()
        self._close_day()

    def _wait(self) -> None:
        with self._changed:
            if not self._stopping and not self._wants_commit and self._done >= self._end():
                self._changed.wait(timeout=0.2 if self._day is not None and self._day.pending else None)

    def _add_until(self, end: Position) -> None:
        for segment in layout.segments(self._folder):
            if time.monotonic() >= self._stop_at:
                return
            if not self._done.segment <= segment.number <= end.segment:
                continue
            start = self._done.offset if segment.number == self._done.segment else 0
            stop = end.offset if segment.number == end.segment else None
            self._done = Position(segment.number, start)
            if self._add_records(read_whole_records(segment, offset=start, end=stop)):
                # Where the last records are damaged there is nothing more to wait for.
                self._done = Position(segment.number, segment.path.stat().st_size if stop is None else stop)

    def _add_records(self, records: Iterable[Record]) -> bool:
        """Return whether all were added; False: the time to close has come."""
        for record in records:
            self._index_of(record.day).add(record)
            self._done = record.end
            with self._changed:
                self._behind = max(0, self._behind - len(record.batch))
                self._changed.notify_all()
            if time.monotonic() >= self._stop_at:
                return False
            if self._is_worth_a_commit():
                self._commit()
        return True

    def _resume(self) -> Position:
        """Return the first place whose events are in no index."""
        # Read before looking round: what is appended from now on lies behind it, seen below or not.
        end = self._end()
        for day in layout.days(self._folder):
            there = layout.segments(self._folder, day=day)
            if not there:
                continue
            indexed = _indexed_until(open_or_renew(layout.index_path(self._folder, day)))
            if indexed is None:
                return Position(there[0].number, 0)
            after = _after(there, indexed)
            if after < Position(there[-1].number, there[-1].path.stat().st_size):
                return after
        return end

    def _drop(self, reason: str) -> None:
        """Let go of the writer without a commit; what it had not committed is read again from the segments."""
        self._day = None
        with self._changed:
            self._failure = reason
            self._changed.notify_all()

    def _pause(self, seconds: float) -> bool:
        """Wait; return whether to stop."""
        with self._changed:
            return self._changed.wait_for(lambda: self._stopping, timeout=seconds)

    def _index_of(self, day: date) -> DayIndex:
        if self._day is None or self._day.day != day:
            self._close_day()
            self._day = DayIndex(self._folder, day, key=self._key)
            self._first_pending = time.monotonic()
        elif not self._day.pending:
            self._first_pending = time.monotonic()
        return self._day

    def _is_worth_a_commit(self) -> bool:
        """While there is more to read: a commit a second of few events would leave many small parts."""
        if self._day is None or self._day.pending < FEW_EVENTS:
            return False
        return self._day.pending >= COMMIT_EVENTS or self._commit_due()

    def _commit_due(self) -> bool:
        if self._day is None or not self._day.pending:
            return False
        return time.monotonic() - self._first_pending >= COMMIT_SECONDS

    def _commit(self) -> None:
        if self._day is not None:
            self._day.commit()
        with self._changed:
            self._committed = self._done
            self._wants_commit = False
            self._changed.notify_all()

    def _close_day(self) -> None:
        if self._day is not None:
            self._day.close()
            self._day = None
        with self._changed:
            self._committed = self._done
            self._changed.notify_all()
