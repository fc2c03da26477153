"""Gives each detector the events it reads; each event's network facts are read once for all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from detections.detectors.base import EVERY, Detector, Observed
from detections.detectors.facts import Sort, connection_of, sort_of
from ir_platform.domain.alert import Detection


class Bank:
    """The detectors of one scanner."""

    def __init__(self, detectors: Iterable[Detector]) -> None:
        self._detectors = tuple(detectors)

    def observe(self, events: Sequence[Observed]) -> Iterator[Detection]:
        """Yield what the events, with those before them, amount to; they come by time within a batch."""
        if not self._detectors:
            return
        read = [*map(read_facts, events)]
        by_sort: dict[Sort, list[Observed]] = {}
        for event in read:
            by_sort.setdefault(event.sort, []).append(event)
        for detector in self._detectors:
            chosen = _chosen(detector.sorts, read, by_sort)
            if chosen:
                yield from detector.observe(chosen)

    @property
    def forgotten(self) -> int:
        return sum(one.forgotten for one in self._detectors)

    def snapshot(self) -> dict[str, Any]:
        return {one.name: one.snapshot() for one in self._detectors}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up the state of those that are in it."""
        for one in self._detectors:
            if one.name in saved:
                one.restore(saved[one.name])


def read_facts(event: Observed) -> Observed:
    """Return the event with its sort, and what it says of a connection."""
    sort = sort_of(event.view.fields)
    if sort is Sort.OTHER:
        return event
    connection = connection_of(event.view.fields, event.time_ns) if sort is Sort.FLOW else None
    return Observed(event.id, event.time_ns, event.view, sort, connection)


def _chosen(
    sorts: frozenset[Sort], events: Sequence[Observed], by_sort: Mapping[Sort, list[Observed]]
) -> Sequence[Observed]:
    if sorts == EVERY:
        return events
    here = [sort for sort in sorts if sort in by_sort]
    if len(here) <= 1:
        return by_sort[here[0]] if here else ()
    return [event for event in events if event.sort in sorts]
