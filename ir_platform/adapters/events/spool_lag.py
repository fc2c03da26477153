"""How much was received and waits to be read, told from outside by any process: what the page and Prometheus show."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ir_platform.adapters.events.spool import names_in, read_note
from ir_platform.adapters.events.spool_records import content_at, events_before, form_of, moment_at
from ir_platform.adapters.events.torn import torn_files
from ir_platform.ports import SpoolLag

_MOST_WALKED: Final = 100_000
"""Records looked at one by one, where a file's end does not tell how many events it holds."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    size_bytes: int
    events: int
    oldest_ns: int | None


def lag_of(folder: Path, *, store: Path) -> SpoolLag:
    """Return what waits by now; an earlier version's files count by their bytes alone. Raises: OSError.

    `store`: of the embedded event store, which sets torn ends aside too.
    """
    noted = read_note(folder)
    waiting = [_waiting_in(folder / name, noted.get(name, 0)) for name in names_in(folder)]
    moments = [one.oldest_ns for one in waiting if one.oldest_ns is not None]
    torn = [path.stat().st_size for path in torn_files(folder, store)]
    return SpoolLag(
        size_bytes=sum(one.size_bytes for one in waiting),
        events=sum(one.events for one in waiting),
        oldest_ns=min(moments, default=None),
        torn_files=len(torn),
        torn_bytes=sum(torn),
    )


def _waiting_in(path: Path, taken: int) -> _Waiting:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:  # taken to its end just now
        return _Waiting(0, 0, None)
    try:
        size = os.fstat(descriptor).st_size
        if size <= taken:
            return _Waiting(0, 0, None)
        events = _events_between(descriptor, taken, size, name=path.name)
        return _Waiting(size - taken, events, moment_at(descriptor, taken))
    finally:
        os.close(descriptor)


def _events_between(descriptor: int, begin: int, end: int, *, name: str) -> int:
    before = events_before(descriptor, begin)
    if before is None:
        return 0
    last = events_before(descriptor, end)
    if last is None:  # its last record is being written, or was when its writer was killed
        last = events_before(descriptor, _last_whole_end(descriptor, begin, name=name)) or before
    return max(last - before, 0)


def _last_whole_end(descriptor: int, offset: int, *, name: str) -> int:
    form = form_of(name)
    for _ in range(_MOST_WALKED):
        content = content_at(descriptor, offset, form)
        if content is None:
            break
        offset += form.size_of(content)
    return offset
