"""Which event ids the store holds: 64-bit keyed hashes, sorted, 8 bytes each in memory.

The key is random per store, so that nobody outside can make an event whose id collides with another's (which would hide
it). By chance, two of 5 million ids collide with a probability of 7e-7.
"""

import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ir_platform.adapters.events.embedded import layout, segments
from ir_platform.adapters.events.embedded.layout import Pointer, Position, SegmentFile

Hashes = npt.NDArray[np.uint64]

KEY_BYTES: Final = 16
_SPILL: Final = 100_000
"""Ids held in a set (about 100 bytes each) before they are merged into the day's sorted array."""
_HEADER: Final = struct.Struct("<4s8sQQI")
"""magic, fingerprint of the key, size of the segment, number of ids, CRC-32 of what follows."""
_MAGIC: Final = b"TGI1"


def load_key(folder: Path) -> bytes:
    """Return the store's key; make one where there is none (sidecars made with another are made again)."""
    path = folder / "key"
    if path.is_file() and len(key := path.read_bytes()) == KEY_BYTES:
        return key
    fresh = os.urandom(KEY_BYTES)
    layout.write_file(path, fresh)
    return fresh


def hash_ids(ids: Sequence[str], *, key: bytes) -> Hashes:
    joined = b"".join([blake2b(one.encode(), digest_size=8, key=key).digest() for one in ids])
    return np.frombuffer(joined, dtype="<u8").astype(np.uint64)


class Seen:
    """The ids received in the window: today and the `window_days` days before."""

    def __init__(self, *, window_days: int) -> None:
        self._window = timedelta(days=window_days)
        self._sorted: dict[date, Hashes] = {}
        self._recent: set[int] = set()
        self._recent_day: date | None = None

    def fresh(self, hashes: Hashes, *, today: date) -> list[bool]:
        """Return for each id whether it is new: not in the window and not earlier in the same batch."""
        known = np.zeros(len(hashes), dtype=bool)
        for day, held in self._sorted.items():
            if abs(today - day) <= self._window and len(held):
                places = np.searchsorted(held, hashes)
                known |= held[np.minimum(places, len(held) - 1)] == hashes
        recent, batch, answer = self._recent, set[int](), []
        for one, is_known in zip(hashes.tolist(), known.tolist(), strict=True):
            is_new = not is_known and one not in recent and one not in batch
            if is_new:
                batch.add(one)
            answer.append(is_new)
        return answer

    def add(self, hashes: Hashes, *, day: date) -> None:
        if self._recent_day != day or len(self._recent) >= _SPILL:
            self._spill()
            self._recent_day = day
        self._recent.update(hashes.tolist())

    def add_sorted(self, hashes: Hashes, *, day: date) -> None:
        held = self._sorted.get(day)
        self._sorted[day] = hashes if held is None else np.sort(np.concatenate((held, hashes)), kind="stable")

    def forget_before(self, today: date) -> None:
        """Let go of the days that have left the window."""
        for day in [day for day in self._sorted if day < today - self._window]:
            del self._sorted[day]

    def _spill(self) -> None:
        if self._recent_day is not None and self._recent:
            fresh = np.fromiter(self._recent, dtype=np.uint64, count=len(self._recent))
            self.add_sorted(np.sort(fresh), day=self._recent_day)
        self._recent.clear()


@dataclass(frozen=True, slots=True)
class SegmentIds:
    """The ids of one sealed segment, sorted by hash, and where each event stands."""

    hashes: Hashes
    pointers: Hashes

    def find(self, wanted: int) -> int | None:
        """Return the packed pointer of the event with this hash."""
        place = int(np.searchsorted(self.hashes, np.uint64(wanted)))
        if place == len(self.hashes) or int(self.hashes[place]) != wanted:
            return None
        return int(self.pointers[place])


def read_segment_ids(segment: SegmentFile, *, key: bytes) -> SegmentIds:
    """Return the ids of a segment from the segment itself."""
    hashes, pointers = [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    for record in segments.read_whole_records(segment):
        hashes.append(hash_ids(record.batch.ids, key=key))
        pointers.append(pointers_of(record.start, len(record.batch)))
    found, places = np.concatenate(hashes), np.concatenate(pointers)
    order = np.argsort(found, kind="stable")
    return SegmentIds(found[order], places[order])


def pointers_of(start: Position, events: int) -> Hashes:
    return np.uint64(Pointer(start.segment, start.offset, 0).packed()) + np.arange(events, dtype=np.uint64)


def save_segment_ids(segment: SegmentFile, ids: SegmentIds, *, key: bytes) -> None:
    """Write the sidecar that seals the segment."""
    body = ids.hashes.astype("<u8").tobytes() + ids.pointers.astype("<u8").tobytes()
    size = segment.path.stat().st_size
    header = _HEADER.pack(_MAGIC, _fingerprint(key), size, len(ids.hashes), zlib.crc32(body))
    layout.write_file(segment.ids_path, header + body)


def load_segment_ids(segment: SegmentFile, *, key: bytes) -> SegmentIds | None:
    """Return the sidecar's ids; None where it is missing, damaged, or made for another key or size of the segment."""
    try:
        raw = segment.ids_path.read_bytes()
    except FileNotFoundError:
        return None
    if len(raw) < _HEADER.size:
        return None
    magic, fingerprint, size, count, checksum = _HEADER.unpack_from(raw)
    body = memoryview(raw)[_HEADER.size :]
    if (magic, fingerprint) != (_MAGIC, _fingerprint(key)) or size != segment.path.stat().st_size:
        return None
    if len(body) != 16 * count or zlib.crc32(body) != checksum:
        return None
    both = np.frombuffer(body, dtype="<u8").astype(np.uint64)
    return SegmentIds(both[:count], both[count:])


def sealed_events(segment: SegmentFile) -> int | None:
    """Return how many events the segment's sidecar says it has; None where there is no whole one."""
    try:
        with segment.ids_path.open("rb") as file:
            raw = file.read(_HEADER.size)
    except FileNotFoundError:
        return None
    if len(raw) < _HEADER.size:
        return None
    _, _, _, count, _ = _HEADER.unpack(raw)
    return int(count)


def _fingerprint(key: bytes) -> bytes:
    return blake2b(key, digest_size=8, person=b"fingerprint").digest()
