"""Which backing indices of our data streams go, so that events take no more room than they may: the oldest first.

By age the server's lifecycle policy lets events go (see `lifecycle`); it knows no limit of size over all streams, so
that is kept here, by plain APIs that every server has: statistics, rollover, and the deletion of an index.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

import structlog
from elasticsearch import AuthorizationException, Elasticsearch, NotFoundError

from ir_platform.adapters.events.elastic.connection import data_streams, unreachable_named
from ir_platform.ports import DayLetGo

log = structlog.get_logger(__name__)

_WANTED: Final = "*.data_stream,*.settings.index.creation_date"
_SHARE: Final = 8
"""An index is closed once it takes this part of the room: what goes at a time is no more."""
_WRITTEN_FOR: Final = timedelta(days=7)
"""As the lifecycle policy has it, for servers without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """One index of a data stream."""

    name: str
    stream: str
    began: date
    is_written: bool
    events: int
    size_bytes: int
    """On the disk, its copies too."""


class Plan(NamedTuple):
    """What is to be done now."""

    close: tuple[str, ...]
    """Streams that go on in another index."""
    let_go: tuple[Backing, ...]


def plan(backing: Sequence[Backing], *, size_bytes: int, today: date) -> Plan:
    """Return what brings the streams to `size_bytes`, oldest first.

    What is being written stays, and so does the newest index that no longer is: a limit that was just set must not
    empty the store.
    """
    close = tuple(one.stream for one in backing if one.is_written and _is_due(one, size_bytes, today))
    closed = sorted((one for one in backing if not one.is_written), key=lambda one: (one.began, one.name))
    left = sum(one.size_bytes for one in backing)
    going = []
    for one in closed[:-1]:
        if left <= size_bytes:
            break
        going.append(one)
        left -= one.size_bytes
    return Plan(close, tuple(going))


def _is_due(one: Backing, size_bytes: int, today: date) -> bool:
    return one.events > 0 and (one.size_bytes * _SHARE > size_bytes or today - one.began > _WRITTEN_FOR)


class ElasticRetention:
    """`EventRetention` over data streams; an index stands for the day on which it was begun."""

    def __init__(self, client: Elasticsearch, *, size_bytes: int, namespace: str = "default") -> None:
        self._client, self._size_bytes, self._namespace = client, size_bytes, namespace
        self._going: dict[date, tuple[Backing, ...]] = {}

    def take_out(self, *, today: date) -> tuple[DayLetGo, ...]:
        """Close what is large or old, and return what goes; it can be found until `remove`.

        Nothing goes where our key may not. Raises: StoreUnreachableError.
        """
        with unreachable_named():
            try:
                planned = plan(tuple(self._backing()), size_bytes=self._size_bytes, today=today)
                for stream in planned.close:
                    self._client.indices.rollover(alias=stream)
                    log.info("event_stream_rolled_over", stream=stream)
            except AuthorizationException as error:
                log.warning("event_room_not_ours", status=error.status_code)
                return ()
        by_day = groupby(planned.let_go, key=lambda one: one.began)
        self._going = {day: tuple(of_day) for day, of_day in by_day}
        return tuple(_described(day, of_day) for day, of_day in self._going.items())

    def remove(self, gone: DayLetGo) -> None:
        """Delete what `take_out` named of this day. Raises: StoreUnreachableError."""
        for one in self._going.pop(gone.day, ()):
            with unreachable_named():
                try:
                    self._client.indices.delete(index=one.name)
                except NotFoundError:  # another turn took it at the same moment
                    continue
            log.info("event_index_removed", index=one.name, events=one.events, size_bytes=one.size_bytes)

    def _backing(self) -> Iterator[Backing]:
        pattern = data_streams(self._namespace)
        known = self._client.indices.get(index=pattern, filter_path=_WANTED).body
        stats = self._client.indices.stats(index=pattern, metric=["docs", "store"])["indices"]
        streams = {name: said["data_stream"] for name, said in known.items() if "data_stream" in said}
        written = {max(names, key=_generation) for names in _by_stream(streams).values()}
        for name in streams.keys() & stats.keys():
            began_ms = int(known[name]["settings"]["index"]["creation_date"])
            yield Backing(
                name=name,
                stream=streams[name],
                began=datetime.fromtimestamp(began_ms / 1000, UTC).date(),
                is_written=name in written,
                events=stats[name]["primaries"]["docs"]["count"],
                size_bytes=stats[name]["total"]["store"]["size_in_bytes"],
            )


def _by_stream(streams: Mapping[str, str]) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, stream in streams.items():
        names.setdefault(stream, []).append(name)
    return names


def _generation(name: str) -> int:
    """Return which index of its stream this is: `.ds-logs-x-default-2026.11.20-000003` is the third."""
    return int(name.rpartition("-")[2])


def _described(day: date, of_day: Iterable[Backing]) -> DayLetGo:
    there = tuple(of_day)
    return DayLetGo(day=day, events=sum(one.events for one in there), size_bytes=sum(one.size_bytes for one in there))
