"""Files that grow: which are to be read under a path, which one each is whatever it is called, and how far it is whole.

A file is known by its inode and its first line, with the headings before it, so that one that was rotated (`auth.log`
to `auth.log.1`) is read on to its end under its new name, and one that was emptied and begun anew (copytruncate) is
read from its beginning.
"""

import glob
import os
import re
import stat
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from ingest.sources.files import FINGERPRINT_BYTES, GZIP_MAGIC, ZSTD_MAGIC

MAX_FILES: Final = 1_000
"""Of one path; more are not looked at."""
ABANDONED_NS: Final = 60_000_000_000
"""A line without its end is whole when nobody has written for so long."""
_BLOCK_BYTES: Final = 64 * 1024
_UNFINISHED: Final = re.compile(r"^\.|~$|\.(?:part|tmp|swp|filepart|crdownload)$", re.IGNORECASE)
_ROTATED: Final = re.compile(r"(?:\.\d{1,3}|-\d{8}(?:-\d{1,10})?)$")
CAPTURE_MAGICS: Final = tuple(
    bytes.fromhex(magic)
    for magic in ("a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1", "0a0d0d0a", "a1b2cd34", "34cdb2a1")
)
"""Of pcap in every byte order and resolution, and of pcapng."""
_HEADINGS_AND_FIRST_LINE: Final = re.compile(rb"((?:#[^\n]*\n)*(?:[^#\n][^\n]*)?)\n")
_BINARY: Final = (GZIP_MAGIC, ZSTD_MAGIC, b"ElfFile\0", *CAPTURE_MAGICS)


class Watched(NamedTuple):
    """One file as it stands now."""

    path: Path
    file: str
    """Which file it is."""
    size: int
    modified_ns: int
    is_rotated: bool
    """It has the name of a file that was put aside: to be read on only where it was being read."""


def files_under(place: str, *, now_ns: int) -> Iterator[Watched]:
    """Yield the regular files of a path, a folder or a pattern, by name, and what was rotated away beside a path.

    A file without one whole line is left out until nobody goes on with it: it cannot be told which one it is.
    """
    for path, is_rotated in _paths(place):
        found = _looked_at(path, is_rotated=is_rotated, now_ns=now_ns)
        if found is not None:
            yield found


def _paths(place: str) -> list[tuple[Path, bool]]:
    if glob.has_magic(place):
        return [(Path(one), False) for one in sorted(glob.glob(place, recursive=True))[:MAX_FILES]]
    path = Path(place)
    if path.is_dir():
        return [(one, False) for one in sorted(path.iterdir())[:MAX_FILES]]
    try:
        beside = sorted(path.parent.iterdir())
    except OSError:
        return []
    rotated = [one for one in beside if one != path and _ROTATED.sub("", one.name) == path.name]
    return [*((one, True) for one in rotated[:MAX_FILES]), (path, False)]


def _looked_at(path: Path, *, is_rotated: bool, now_ns: int) -> Watched | None:
    if _UNFINISHED.search(path.name):
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        about = os.fstat(descriptor)
        head = os.pread(descriptor, FINGERPRINT_BYTES, 0) if stat.S_ISREG(about.st_mode) else b""
    except OSError:
        return None
    finally:
        os.close(descriptor)
    line = _HEADINGS_AND_FIRST_LINE.match(head)
    is_open = line is None and len(head) < FINGERPRINT_BYTES and not head.startswith(_BINARY)
    if not head or (is_open and now_ns - about.st_mtime_ns < ABANDONED_NS):
        return None
    # Zeek's and IIS's files begin alike, every one of them; a new one may even have the inode of the one before it.
    known_by = blake2b(head if line is None else line[1], digest_size=8).hexdigest()
    return Watched(path, f"{about.st_dev}:{about.st_ino}:{known_by}", about.st_size, about.st_mtime_ns, is_rotated)


def is_read_whole(path: Path) -> bool:
    """Whether the file is one that is not read line by line as it grows: compressed, EVTX, a capture.

    Raises: OSError.
    """
    with path.open("rb") as file:
        return file.read(8).startswith(_BINARY)


def is_capture(path: Path) -> bool:
    """Raises: OSError."""
    with path.open("rb") as file:
        return file.read(4).startswith(CAPTURE_MAGICS)


def end_of_lines(path: Path, *, after: int, size: int) -> int:
    """Return the offset behind the last newline between `after` and `size`; `after` where there is none.

    Raises: OSError.
    """
    with path.open("rb") as file:
        end = size
        while end > after:
            start = max(after, end - _BLOCK_BYTES)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return after
