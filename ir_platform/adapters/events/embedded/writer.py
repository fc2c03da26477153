"""The one writer of an embedded store: drops what is there already, makes the rest durable, lets the index follow."""

import fcntl
import os
import threading
from collections.abc import Iterator
from datetime import UTC, date
from itertools import compress
from pathlib import Path

import numpy as np
import structlog

from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.index import IndexFollower
from ir_platform.adapters.events.embedded.index_board import IndexBoard
from ir_platform.adapters.events.embedded.index_process import IndexProcess
from ir_platform.adapters.events.embedded.layout import SegmentFile, parse_position
from ir_platform.adapters.events.embedded.seen import (
    Hashes,
    Seen,
    SegmentIds,
    hash_ids,
    load_key,
    load_segment_ids,
    pointers_of,
    read_segment_ids,
    save_segment_ids,
)
from ir_platform.adapters.events.embedded.segments import SEGMENT_BYTES, SegmentLog, read_after
from ir_platform.domain.event import EventBatch
from ir_platform.ports import Appended, Clock, StoreBusyError

log = structlog.get_logger(__name__)


class EmbeddedEventWriter:
    """`EventWriter` in a folder. An id is dropped if it was received today or in the `dedup_days` days before.

    Memory: 8 bytes for each event in that window (5 million: 40 MB), plus up to 100,000 ids in a set (10 MB).
    Events can be found about a second after `append` returns, or after `flush`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        dedup_days: int,
        clock: Clock,
        segment_bytes: int = SEGMENT_BYTES,
        board: IndexBoard | None = None,
    ) -> None:
        """`board`: shared with the process that keeps the index; None: a thread of this one does.

        Raises: StoreBusyError.
        """
        layout.make_folder(folder)
        self._folder, self._clock = folder, clock
        self._lock_descriptor: int | None = take_lock(folder)
        self._appending = threading.Lock()
        self._key = load_key(folder)
        self._log = SegmentLog(folder, segment_bytes=segment_bytes)
        self._seen = Seen(window_days=dedup_days)
        self._open_ids: list[tuple[Hashes, Hashes]] = []
        """(hashes, pointers) of the open segment, for its sidecar."""
        self._load_ids()
        self._index: IndexFollower | IndexProcess = (
            IndexFollower(folder, key=self._key, end=lambda: self._log.end)
            if board is None
            else IndexProcess(board, end=lambda: self._log.end)
        )

    def append(self, batch: EventBatch) -> Appended:
        """Durable when it returns. Raises: StoreFullError, NewlineInBodyError; then nothing of the batch is stored."""
        with self._appending:
            today = self._clock().astimezone(UTC).date()
            hashes = hash_ids(batch.ids, key=self._key)
            fresh = self._seen.fresh(hashes, today=today)
            new = batch if all(fresh) else _chosen(batch, fresh)
            if len(new):
                self._store(new, hashes[np.array(fresh, dtype=bool)], today)
            position = str(self._log.end)
        self._index.appended(len(new))
        return Appended(stored=len(new), duplicates=len(batch) - len(new), new=new, position=position)

    def read_from(self, position: str | None) -> Iterator[tuple[str, EventBatch]]:
        """Yield what was stored after `position` up to now. Raises: BadPositionError (a ValueError)."""
        start = layout.START if position is None else parse_position(position)
        for record in read_after(self._folder, start, end=self._log.end):
            yield str(record.end), record.batch

    def flush(self) -> None:
        """Return when everything appended so far can be found. Raises: IndexStoppedError."""
        self._index.flush()

    def close(self) -> None:
        with self._appending:
            self._index.close()
            self._log.close()
            if self._lock_descriptor is not None:
                os.close(self._lock_descriptor)
                self._lock_descriptor = None

    def _store(self, new: EventBatch, hashes: Hashes, today: date) -> None:
        sealing = self._log.open_segment if self._log.must_rotate(today) else None
        placed = self._log.append(new, day=today)
        if sealing is not None:
            self._seal(sealing)
            self._seen.forget_before(today)
        self._seen.add(hashes, day=today)
        self._open_ids.append((hashes, np.concatenate([pointers_of(start, count) for start, count in placed])))

    def _seal(self, segment: SegmentFile) -> None:
        ids = _merged(self._open_ids)
        self._open_ids = []
        save_segment_ids(segment, ids, key=self._key)
        log.info("segment_sealed", segment=segment.number, events=len(ids.hashes))

    def _load_ids(self) -> None:
        """Read the ids of the window; seal segments whose sidecar is missing or made with another key."""
        newest = self._log.open_segment
        for segment in layout.segments(self._folder):
            if segment == newest:
                ids = read_segment_ids(segment, key=self._key)
                self._open_ids.append((ids.hashes, ids.pointers))
            else:
                ids = load_segment_ids(segment, key=self._key) or self._sealed_again(segment)
            self._seen.add_sorted(ids.hashes, day=segment.day)
        self._seen.forget_before(self._clock().astimezone(UTC).date())

    def _sealed_again(self, segment: SegmentFile) -> SegmentIds:
        ids = read_segment_ids(segment, key=self._key)
        save_segment_ids(segment, ids, key=self._key)
        return ids


def take_lock(folder: Path) -> int:
    """Return the descriptor that holds the folder's lock; it goes with the process, however it ends.

    Raises: StoreBusyError.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, layout.FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise StoreBusyError(f"another process writes {folder}") from error
    return descriptor


def _chosen(batch: EventBatch, wanted: list[bool]) -> EventBatch:
    return EventBatch(
        tuple(compress(batch.ids, wanted)),
        tuple(compress(batch.times_ns, wanted)),
        tuple(compress(batch.bodies, wanted)),
    )


def _merged(parts: list[tuple[Hashes, Hashes]]) -> SegmentIds:
    hashes = np.concatenate([np.empty(0, np.uint64), *(hashes for hashes, _ in parts)])
    pointers = np.concatenate([np.empty(0, np.uint64), *(pointers for _, pointers in parts)])
    order = np.argsort(hashes, kind="stable")
    return SegmentIds(hashes[order], pointers[order])
