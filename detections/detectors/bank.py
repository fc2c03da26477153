"""Gives each detector the events it reads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from detections.detectors.base import Detector, Observed
from detections.detectors.facts import Sort, connection_of, sort_of
from ir_platform.domain.alert import Detection


class Bank:
    """The detectors of one scanner."""

    def __init__(self, detectors: Iterable[Detector]) -> None:
        self._detectors = tuple(detectors)
        self._choices = tuple(dict.fromkeys(one.sorts for one in self._detectors))
        """Several detectors choose alike."""
        self._sorts = frozenset(sort for sorts in self._choices for sort in sorts)

    def reads(self, event: Observed) -> bool:
        """Say whether there is a detector that reads such events; no other need be given to `observe`."""
        return event.sort in self._sorts

    def observe(self, events: Sequence[Observed]) -> Iterator[Detection]:
        """Yield what the events, with those before them, amount to; they come by time within a batch, facts read."""
        if not events:
            return
        chosen: dict[frozenset[Sort], list[Observed]] = {sorts: [] for sorts in self._choices}
        takers = {sort: [some.append for sorts, some in chosen.items() if sort in sorts] for sort in Sort}
        for event in events:
            for take in takers[event.sort]:
                take(event)
        for detector in self._detectors:
            some = chosen[detector.sorts]
            if some:
                yield from detector.observe(some)

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
    """Give the event its sort, and what it says of a connection; return it."""
    fields = event.view.fields
    event.sort = sort_of(fields)
    if event.sort is Sort.FLOW:
        event.connection = connection_of(fields, event.time_ns)
    return event
