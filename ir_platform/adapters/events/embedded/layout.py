"""Where the embedded store keeps what, and how a place in it is written down.

    events/lock                          held by the one writer
    events/key                           16 random bytes: key of the hashes of event ids
    events/days/2026-11-21/00000007.seg  records, append-only; the durable truth
    events/days/2026-11-21/00000007.ids  made when the segment is sealed, made again where it is missing
    events/days/2026-11-21/index/        tantivy; made again from the segments where it is behind or damaged

    events/let-go/2025-11-21/            a day past its retention, no longer part of the store, about to be removed

A day is the UTC day on which events were received; deleting its folder lets the day go.
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ir_platform.ports import BadPositionError

FOLDER_NAME = "events"
"""In the data folder."""
FOLDER_MODE = 0o700
FILE_MODE = 0o600


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place between two records: every byte before it is in the store. Ordered as the store grew."""

    segment: int
    offset: int

    def __str__(self) -> str:
        return f"{self.segment:08d}:{self.offset}"


START = Position(0, 0)


def parse_position(text: str) -> Position:
    """Raises: BadPositionError."""
    segment, colon, offset = text.partition(":")
    if not colon or not (segment + offset).isascii() or not segment.isdigit() or not offset.isdigit():
        raise BadPositionError(position=text)
    return Position(int(segment), int(offset))


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where one event stands: packed into 64 bits as segment (20), offset of its record (32), line in it (12)."""

    segment: int
    offset: int
    line: int

    def packed(self) -> int:
        return self.segment << 44 | self.offset << 12 | self.line


def unpack_pointer(packed: int) -> Pointer:
    return Pointer(packed >> 44, packed >> 12 & 0xFFFFFFFF, packed & 0xFFF)


@dataclass(frozen=True, slots=True, order=True)
class SegmentFile:
    number: int
    day: date
    path: Path

    @property
    def ids_path(self) -> Path:
        return self.path.with_suffix(".ids")


def day_path(folder: Path, day: date) -> Path:
    return folder / "days" / day.isoformat()


def let_go_path(folder: Path) -> Path:
    return folder / "let-go"


def segment_path(folder: Path, day: date, number: int) -> Path:
    return folder / "days" / day.isoformat() / f"{number:08d}.seg"


def index_path(folder: Path, day: date) -> Path:
    return folder / "days" / day.isoformat() / "index"


def days(folder: Path) -> list[date]:
    """Return the days the store holds, oldest first."""
    root = folder / "days"
    if not root.is_dir():
        return []
    return sorted(date.fromisoformat(entry.name) for entry in root.iterdir() if entry.is_dir())


def segments(folder: Path, *, day: date | None = None) -> list[SegmentFile]:
    """Return the segment files in the order in which they were begun."""
    wanted = days(folder) if day is None else [day]
    return sorted(found for one_day in wanted for found in segments_in(day_path(folder, one_day)))


def segments_in(path: Path) -> list[SegmentFile]:
    """Return the segment files of one day's folder."""
    return [SegmentFile(int(file.stem), date.fromisoformat(path.name), file) for file in path.glob("*.seg")]


def make_folder(path: Path) -> None:
    """Create the folder and its parents so that they outlive a crash: each parent's entry is synced."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: Path, content: bytes) -> None:
    """Write a whole file under another name, sync, rename, sync the folder: it is there whole or not at all."""
    temporary = path.with_name(path.name + ".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)
