"""Matching without state: a batch goes in, its parts for the owners of key ranges come out. Any process may do it."""

from collections.abc import Iterable, Sequence

from detections.detectors.base import Detector, Observed
from detections.detectors.facts import Sort
from detections.entities import group_of, reference_to
from detections.key_ranges import KeyPlaces
from detections.parts import Found, Part
from detections.scan import decoded, lane_of
from detections.sigma.correlate import CorrelationEngine
from detections.sigma.match import PartitionStore
from detections.sigma.rule_set import RuleSet
from ir_platform.domain.event import Event, EventBatch


class BatchMatcher:
    """One rule set against whole batches. One per process: see `RuleMatcher`."""

    def __init__(
        self,
        rules: RuleSet,
        detectors: Iterable[Detector] = (),
        *,
        ranges: int,
        rules_version: int = 0,
        store: PartitionStore | None = None,
    ) -> None:
        self._rules, self._rules_version, self._ranges = rules, rules_version, ranges
        self._matcher = rules.matcher(store)
        # Only to say what a matched event counts for: it is never fed.
        self._engine = CorrelationEngine(rules.correlations)
        self._places = KeyPlaces(rules.correlations, count=ranges)
        self._readers = _readers(detectors, self._places)

    def parts(self, batch: EventBatch) -> tuple[Part, ...]:
        """Return what each key range has to know of the batch, in the order of the ranges."""
        lane, newest_ns = lane_of(batch), max(batch.times_ns, default=None)
        parts = tuple(
            Part(lane=lane, newest_ns=newest_ns, rules_version=self._rules_version) for _ in range(self._ranges)
        )
        for event, body in decoded(batch):
            matched = self._matcher.match(body, event.view)
            if matched:
                self._add_matched(parts, event, matched, lane)
            self._add_observed(parts, event, body)
        return parts

    def _add_matched(self, parts: Sequence[Part], event: Observed, matched: Sequence[int], lane: str) -> None:
        refs = (event.ref,)
        for index in matched:
            info = self._rules.infos[index]
            for placed in self._engine.hits_of(info.id, time_ns=event.time_ns, view=event.view, refs=refs, lane=lane):
                parts[self._places.of_hit(placed)].hits.append(placed)
            if info.id not in self._rules.silent:
                self._add_found(parts, event, info.id)

    def _add_found(self, parts: Sequence[Part], event: Observed, rule_id: str) -> None:
        ref, group = reference_to(event.id, event.time_ns, event.view), group_of(event.view, self._rules.fields)
        parts[self._places.of_group(rule_id, group)].found.append(Found(rule_id, ref, group))

    def _add_observed(self, parts: Sequence[Part], event: Observed, body: bytes) -> None:
        if not self._readers:
            return
        for number, sorts in self._readers.items():
            if event.sort in sorts:
                parts[number].events.append(Event(event.id, event.time_ns, body))


def detectors_of(detectors: Iterable[Detector], places: KeyPlaces, range_no: int) -> tuple[Detector, ...]:
    """Return the detectors whose state is this range's."""
    return tuple(one for one in detectors if places.of_detector(one.name) == range_no)


def _readers(detectors: Iterable[Detector], places: KeyPlaces) -> dict[int, frozenset[Sort]]:
    """Return which sorts of events are read in each range."""
    readers: dict[int, frozenset[Sort]] = {}
    for one in detectors:
        number = places.of_detector(one.name)
        readers[number] = readers.get(number, frozenset()) | one.sorts
    return readers
