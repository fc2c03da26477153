"""Detection without a store: records of files in, alerts as JSON lines out; what `irp detect` prints.

Matching keeps no state, so files may be matched in several processes. Correlations are fed in one place, by event
time: a buffer puts hits from different files in order.
"""

import heapq
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from detections import hits
from detections.alert_lines import AlertLines, about_rule
from detections.flat_lines import FlatLines
from detections.hits import PlacedHit, Ref
from detections.lanes import LIVE
from detections.open_window import Window
from detections.rule import RuleInfo
from detections.sigma.correlate import CorrelationEngine
from detections.sigma.match import PartitionStore, decode
from detections.sigma.rule_set import RuleSet
from detections.sigma.view import RECORD, EventView
from ir_platform.domain.event import Event, EventId, isoformat_ns
from ir_platform.domain.flat_line import FlatLine

SETTLED_EVERY = 1_000
"""Hits after which spans that are over are judged, so that few wait at a time."""
MAX_HITS_IN_BUFFER = 500_000
"""How far hits may be out of order; what comes later than that many others counts in the order it comes (250 MB)."""


class Place(NamedTuple):
    """Where an event stands. A tuple, because one is made for every event that a rule matches."""

    file: str
    record: int

    def as_id(self) -> EventId:
        """Return an event id that says the place: it comes back in the references of a window."""
        return EventId(f"{self.record}:{self.file}")

    @staticmethod
    def of_id(event_id: EventId) -> "Place":
        record, _, file = event_id.partition(":")
        return Place(file=file, record=int(record))

    def as_json(self) -> dict[str, Any]:
        return {"file": self.file, "record": self.record}


class FileMatcher:
    """Matches single events. One per process."""

    def __init__(self, rules: RuleSet, store: PartitionStore | None = None) -> None:
        self._rules = rules
        self._matcher = rules.matcher(store)
        self._engine = CorrelationEngine(rules.correlations)
        self._lines = FlatLines(self._matcher.routing_names)
        self._wanted = frozenset(n for n, info in enumerate(rules.infos) if self._engine.wants(info.id))
        """Indexes of the rules that correlations count."""
        self.alerts = AlertLines(rules.infos, rules.silent)
        """What waits to be written."""

    def is_clean(self, line: bytes) -> bool:
        """Say whether a line of JSON surely is an event that no rule matches; if not, `match_line` follows."""
        return self._lines.is_clean(line)

    def skip_clean(self, lines: list[bytes], start: int) -> int:
        """Return the place of the first line from `start` on that is not clean, the number of lines where all are."""
        return self._lines.skip_clean(lines, start)

    @property
    def passed_bytes(self) -> int:
        """How long the lines were that `skip_clean` passed over last, with the ends of lines."""
        return self._lines.passed_bytes

    @property
    def document(self) -> dict[str, Any] | None:
        """The JSON object of the line last looked at; None where it is none."""
        return self._lines.fields

    @property
    def spans(self) -> FlatLine | None:
        """The line last looked at, taken apart; None where it was decoded."""
        return self._lines.spans

    def add_line(self, place: Place, event: Event) -> tuple[int, list[PlacedHit]]:
        """Do what `add` does, for the event of the line that was just found not to be clean."""
        found = self._lines.found
        if found is not None:
            return self._told(place, event, found, None)
        view = self._view_of(event)
        partition = None if view is None else self._matcher.partition_of(view)
        self._lines.learn(partition)
        if view is None or partition is None:
            return 0, []
        return self._told(place, event, self._matcher.match_in(partition, event.body, view), view)

    def add(self, place: Place, event: Event) -> tuple[int, list[PlacedHit]]:
        """Add the event's alerts to those that wait; return how many, and what it counts for in correlations."""
        view = decode(event.body)
        return (0, []) if view is None else self._told(place, event, self._matcher.match(event.body, view), view)

    def match_line(self, place: Place, event: Event) -> tuple[list[bytes], list[PlacedHit]]:
        """Return what `match` does, for the event of the line that was just found not to be clean."""
        _, hits = self.add_line(place, event)
        return self.alerts.take().splitlines(keepends=True), hits

    def match(self, place: Place, event: Event) -> tuple[list[bytes], list[PlacedHit]]:
        """Return the alerts of an event as JSON lines, and what it counts for in correlations."""
        _, hits = self.add(place, event)
        return self.alerts.take().splitlines(keepends=True), hits

    def _view_of(self, event: Event) -> EventView | None:
        """Return the view of the event of the line last looked at, with the line, which its alerts leave out."""
        view = decode(event.body)
        if view is not None and RECORD not in view.fields:
            view.fields[RECORD] = self._lines.line.removesuffix(b"\r").decode("utf-8", "replace")
        return view

    def _told(
        self, place: Place, event: Event, found: tuple[int, ...], view: EventView | None
    ) -> tuple[int, list[PlacedHit]]:
        if not found:
            return 0, []
        hits: list[PlacedHit] = []
        if not self._wanted.isdisjoint(found):
            view = view or self._view_of(event)
            assert view is not None
            ref = Ref(event.time_ns, place.as_id(), "")
            for index in found:
                if index in self._wanted:
                    rule_id = self._rules.infos[index].id
                    hits += self._engine.hits_of(rule_id, time_ns=event.time_ns, view=view, refs=(ref,))
        return self.alerts.add(found, place, event.time_ns, event.body), hits


class Correlator:
    """Feeds hits to the correlations by event time and tells each window when it is over."""

    def __init__(self, rules: RuleSet) -> None:
        self._engine = CorrelationEngine(rules.correlations)
        self._infos = {info.id: info for info in rules.infos}
        self._waiting: list[tuple[int, int, PlacedHit]] = []
        self._taken = 0

    def add(self, hit: PlacedHit) -> Iterator[bytes]:
        """Take a hit; yield the alerts of windows that ended before the oldest hit still waiting."""
        self._taken += 1
        heapq.heappush(self._waiting, (hit.hit.time_ns, self._taken, hit))
        if len(self._waiting) > MAX_HITS_IN_BUFFER:
            yield from self._alerts(ended_before_ns=self._observe_oldest())

    def finish(self) -> Iterator[bytes]:
        """Yield every alert that is left, ordered by the time at which its window began."""
        while self._waiting:
            self._observe_oldest()
            if len(self._waiting) % SETTLED_EVERY == 0:
                self._engine.settle()
        self._engine.finish(knows_end=False)
        yield from self._alerts(ended_before_ns=None)

    def _observe_oldest(self) -> int:
        time_ns, _, oldest = heapq.heappop(self._waiting)
        self._engine.observe(oldest)
        self._engine.moved(LIVE, time_ns)
        return time_ns

    def _alerts(self, *, ended_before_ns: int | None) -> Iterator[bytes]:
        for rule_id, window in sorted(self._engine.take(ended_before_ns=ended_before_ns), key=_began):
            sources = [Place.of_id(ref.id).as_json() for ref in window.refs]
            yield _alert(self._infos[rule_id], window.last_ns, {"source": sources[-1], "events": sources})


def _began(found: tuple[str, Window]) -> tuple[int, str]:
    return found[1].start_ns, found[0]


def _alert(info: RuleInfo, time_ns: int, about: dict[str, Any]) -> bytes:
    alert = {**about_rule(info), "timestamp": isoformat_ns(time_ns), **about}
    return orjson.dumps(alert) + b"\n"


def dump_hit(placed: PlacedHit) -> bytes:
    """Return a hit as one JSON line, to be handed from one process to another."""
    hit = placed.hit
    return orjson.dumps([placed.correlation, hit.group, hits.dump_hit(hit)]) + b"\n"


def load_hit(line: bytes) -> PlacedHit:
    """Return what `dump_hit` wrote."""
    correlation, group, hit = orjson.loads(line)
    return PlacedHit(correlation, hits.load_hit(hit, group=hits.load_group(group)))
