"""Which receive days an embedded store lets go, and how: a whole day at once, never the newest."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import structlog

from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.seen import sealed_events
from ir_platform.ports import DayLetGo

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    days: int | None
    """How many whole days before today stay; None: any number."""
    size_bytes: int | None
    """Of segments and index together; None: any size."""


@dataclass(frozen=True, slots=True)
class KeptDay:
    day: date
    size_bytes: int


class EmbeddedRetention:
    """`EventRetention` over a store's folder, from any process: the writer is at work in the newest day alone.

    A day is first moved out of the store in one step, so that readers see it whole or not at all.
    """

    def __init__(self, folder: Path, *, limits: Limits) -> None:
        self._folder, self._limits = folder, limits

    def take_out(self, *, today: date) -> tuple[DayLetGo, ...]:
        """Return what is past the limits and no longer part of the store; also what a stopped turn left behind."""
        kept = [KeptDay(day, _size_of(layout.day_path(self._folder, day))) for day in layout.days(self._folder)]
        for day in days_to_let_go(kept, limits=self._limits, today=today):
            self._move_out(day)
        aside = layout.let_go_path(self._folder)
        return tuple(_described(path) for path in sorted(aside.iterdir())) if aside.is_dir() else ()

    def remove(self, gone: DayLetGo) -> None:
        """Give the room back."""
        shutil.rmtree(layout.let_go_path(self._folder) / gone.day.isoformat(), ignore_errors=True)
        log.info("event_day_removed", day=gone.day.isoformat(), events=gone.events, size_bytes=gone.size_bytes)

    def _move_out(self, day: date) -> None:
        aside = layout.let_go_path(self._folder)
        layout.make_folder(aside)
        with suppress(FileNotFoundError):  # another turn took it at the same moment
            layout.day_path(self._folder, day).rename(aside / day.isoformat())
        layout.sync_folder(aside)
        layout.sync_folder(layout.day_path(self._folder, day).parent)


def days_to_let_go(kept: Sequence[KeptDay], *, limits: Limits, today: date) -> tuple[date, ...]:
    """Return the days past the limits, oldest first. The newest stays: it is being written, or was written last.

    Age is counted from the newest day where that is before today: a clock that jumps ahead must not empty the store.
    """
    if not kept:
        return ()
    *older, newest = sorted(kept, key=lambda one: one.day)
    now, size = min(today, newest.day), sum(one.size_bytes for one in kept)
    going = []
    for one in older:
        is_old = limits.days is not None and now - one.day > timedelta(days=limits.days)
        is_too_much = limits.size_bytes is not None and size > limits.size_bytes
        if is_old or is_too_much:
            going.append(one.day)
            size -= one.size_bytes
    return tuple(going)


def _described(path: Path) -> DayLetGo:
    there = layout.segments_in(path)
    counts = [sealed_events(segment) for segment in there]
    known = [count for count in counts if count is not None]
    return DayLetGo(
        day=date.fromisoformat(path.name),
        events=sum(known) if len(known) == len(counts) else None,
        size_bytes=_size_of(path),
    )


def _size_of(folder: Path) -> int:
    """Return what the files take; one that goes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += path.stat().st_size if path.is_file() else 0
    return total
