"""What the first release wrote of a group's windows, read as what is written now: an update keeps what was counted."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from ir_platform.domain.event import to_ns

OLD_LENGTH = 3
"""Items of a saved group then: group, pending hits, windows."""


def from_first_release(saved: Sequence[Any]) -> list[Any]:
    """Return a group as `Windows.snapshot` gives it now. Its windows count as told with the count they had."""
    group, pending, windows = saved
    hits = [[time_ns, source, _refs(refs), value, [], ""] for time_ns, source, value, refs in pending]
    newest_ns = max((*(hit[0] for hit in hits), *(window[3] for window in windows)), default=-(2**63))
    return [group, hits, [_window(*window) for window in windows], newest_ns, []]


def _window(start_ns: int, end_ns: int, reached_ns: int, last_ns: int, count: int, refs: Sequence[Any]) -> list[Any]:
    return [[start_ns, end_ns, reached_ns, last_ns, start_ns], count, count, _refs(refs), None]


def _refs(refs: Iterable[Sequence[str]]) -> list[list[Any]]:
    return [[to_ns(datetime.fromisoformat(at)), id_, summary] for id_, at, summary in refs]
