"""The Scanner: batches of events in, Detections out; it owns the matching, the correlation state and the detectors."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detections import outcome
from detections.detectors.base import Detector, Observed
from detections.entities import group_of, reference_to
from detections.rule import RuleInfo
from detections.sigma.correlate import CorrelationEngine
from detections.sigma.match import decode
from detections.sigma.ruleset import RuleSet
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import EventBatch

SNAPSHOT_VERSION = 1


class SnapshotError(Exception):
    """A snapshot that cannot be taken up; `reason` says what is wrong with it."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanStats:
    """What the scanner has done since it was made."""

    events: int
    asked: int
    """Rules asked about an event after the prefilter."""
    hits: int
    """Rules that matched an event, those that only feed correlations included."""
    detections: int
    ungrouped: int
    """Matches that lack a group-by field of a correlation and count for nothing there."""
    groups_forgotten: int
    """Groups given up to stay within the memory limits of correlations and detectors."""


class Scanner:
    """Matches, correlates and detects. One owner, one thread; the same events give the same detection ids."""

    def __init__(self, rules: RuleSet, detectors: Sequence[Detector] = ()) -> None:
        self._rules = rules
        self._matcher = rules.matcher()
        self._engine = CorrelationEngine(rules.correlations)
        self._detectors = tuple(detectors)
        self._infos = {info.id: info for info in rules.infos}
        self._detections = 0

    def scan(self, batch: EventBatch, *, windows_ended_before_ns: int | None = None) -> tuple[Detection, ...]:
        """Return what the batch's events amount to, with those scanned before.

        An event that a rule matches gives one detection. A correlation gives one per window (`detections.windows`),
        with the count it has reached at the end of the batch in which it opened; with `windows_ended_before_ns` only
        once the window has ended before that time.
        """
        events = self._decoded(batch)
        found = [detection for event, body in events for detection in self._match(event, body)]
        windows = self._engine.take(ended_before_ns=windows_ended_before_ns)
        found += [outcome.of_window(self._infos[rule_id], window) for rule_id, window in windows]
        observed = [event for event, _ in events]
        found += [detection for detector in self._detectors for detection in detector.observe(observed)]
        self._detections += len(found)
        return tuple(found)

    def _decoded(self, batch: EventBatch) -> list[tuple[Observed, bytes]]:
        """Return the events to look at, by event time: late ones of a batch take their place."""
        views = ((event, decode(event.body)) for event in batch)
        events = [(Observed(event.id, event.time_ns, view), event.body) for event, view in views if view is not None]
        return sorted(events, key=lambda pair: pair[0].time_ns)

    def _match(self, event: Observed, body: bytes) -> Iterator[Detection]:
        for index in self._matcher.match(body, event.view):
            info = self._rules.infos[index]
            if self._engine.wants(info.id):
                self._correlate(info, event)
            if info.id not in self._rules.silent:
                ref = reference_to(event.id, event.time_ns, event.view)
                yield outcome.of_event(info, ref, group_of(event.view, self._rules.fields))

    def _correlate(self, info: RuleInfo, event: Observed) -> None:
        refs = (reference_to(event.id, event.time_ns, event.view),)
        for placed in self._engine.hits_of(info.id, time_ns=event.time_ns, view=event.view, refs=refs):
            self._engine.observe(placed)

    @property
    def stats(self) -> ScanStats:
        counters = self._matcher.counters
        return ScanStats(
            events=counters.events,
            asked=counters.asked,
            hits=counters.hits,
            detections=self._detections,
            ungrouped=self._engine.ungrouped,
            groups_forgotten=self._engine.groups_forgotten + sum(one.forgotten for one in self._detectors),
        )

    def snapshot(self) -> str:
        """Return the state of correlations and detectors as JSON; its size is bounded by their memory limits."""
        detectors = {detector.name: detector.snapshot() for detector in self._detectors}
        state = {"version": SNAPSHOT_VERSION, "correlations": self._engine.snapshot(), "detectors": detectors}
        return json.dumps(state, ensure_ascii=False, separators=(",", ":"))

    def restore(self, saved: str) -> None:
        """Take up a snapshot in place of the present state; rules that are no longer loaded are left out.

        Raises: SnapshotError, and then the state may be half taken up: make a new Scanner.
        """
        try:
            state = json.loads(saved)
            if state["version"] != SNAPSHOT_VERSION:
                raise SnapshotError(reason=f"version {state['version']}, this is {SNAPSHOT_VERSION}")
            self._engine.restore(state["correlations"])
            for detector in self._detectors:
                if detector.name in state["detectors"]:
                    detector.restore(state["detectors"][detector.name])
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise SnapshotError(reason=f"{type(error).__name__}: {error}") from error
