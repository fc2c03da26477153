"""Sigma correlations at work: matched events are placed by group and time, and what opens may count for others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from detections.closings import Closings
from detections.conditions import Count, DistinctValues, Sum, Together
from detections.hits import SUMMARY_CHARACTERS, Group, Hit, PlacedHit, Ref, Value, first_refs
from detections.lanes import LIVE, Lanes
from detections.open_window import OpenWindow, Window
from detections.sigma.correlation_rule import Correlation
from detections.sigma.fields import Field
from detections.sigma.view import EventView, texts_of
from detections.verdicts import Absence, AllThrough, Measured
from detections.windows import Opened, WindowCounters, Windows

__all__ = ["CorrelationEngine", "PlacedHit"]

MAX_HITS_OF_ALL = 200_000
"""Hits remembered over all rules: at most about 160 MB. Beyond it the rule with the most gives up silent groups."""

MAX_NUMBER = 2**63
"""Beyond it a number is a mistake or an attempt to make adding slow."""
MAX_DIGITS = 40


MAX_KNOWN_GROUPS = 20_000

GroupBy = tuple[tuple[str, Field], ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one correlation reads of the events of one rule."""

    correlation: str
    counted: tuple[Field, ...]
    is_numeric: bool
    carried: tuple[Field, ...]


class CorrelationEngine:
    """All correlations of a rule set with their state. `correlations`: each after those it refers to."""

    def __init__(self, correlations: Iterable[Correlation], *, allowance_ns: int = 0) -> None:
        self._correlations = {correlation.rule_id: correlation for correlation in correlations}
        self._lanes = Lanes(allowance_ns=allowance_ns)
        fed = {source for correlation in self._correlations.values() for source in correlation.sources}
        self._counting: dict[str, Windows | Closings] = {
            name: _counting(correlation, allowance_ns=allowance_ns, feeds=name in fed)
            for name, correlation in self._correlations.items()
        }
        self._closings = {name: one for name, one in self._counting.items() if isinstance(one, Closings)}
        self._carried = _carried_fields(self._correlations)
        self._readings = self._readings_by_group()
        self._known_groups: dict[tuple[GroupBy, tuple[str, ...]], Group] = {}
        self._busy: dict[str, None] = {}
        """Rules with windows to tell."""
        self._touched: set[str] = set()
        """Rules that were fed since they were settled."""
        self.ungrouped = 0
        """Matched events without one of the group-by or counted fields: they count for nothing."""

    def _readings_by_group(self) -> dict[str, list[tuple[GroupBy, list[_Reading]]]]:
        """Return what is read of the events of each rule, with what many correlations group by alike read once."""
        found: dict[str, dict[GroupBy, list[_Reading]]] = {}
        for correlation in self._correlations.values():
            for source in correlation.sources:
                reading = _Reading(
                    correlation=correlation.rule_id,
                    counted=correlation.counted[source],
                    is_numeric=correlation.is_numeric,
                    carried=self._carried[correlation.rule_id],
                )
                found.setdefault(source, {}).setdefault(correlation.group_by[source], []).append(reading)
        return {source: list(groups.items()) for source, groups in found.items()}

    def __bool__(self) -> bool:
        return bool(self._correlations)

    def wants(self, rule_id: str) -> bool:
        return rule_id in self._readings

    def hits_of(
        self, rule_id: str, *, time_ns: int, view: EventView, refs: tuple[Ref, ...], lane: str = LIVE
    ) -> list[PlacedHit]:
        """Return what a matched event counts for. Reads no state: it may run in another process than `observe`."""
        fields = view.fields
        found: list[PlacedHit] = []
        for group_by, readings in self._readings.get(rule_id, ()):
            group = self._group_of(fields, group_by)
            for reading in readings:
                value = _value_of(view, reading) if reading.counted else ""
                if group is None or value is None:
                    self.ungrouped += 1
                    continue
                carried = tuple([_text_of(fields, field.names) for field in reading.carried])
                found.append(PlacedHit(reading.correlation, Hit(time_ns, rule_id, group, refs, value, carried, lane)))
        return found

    def _group_of(self, fields: Mapping[str, Any], group_by: GroupBy) -> Group | None:
        values = tuple([_text_of(fields, field.names) for _, field in group_by])
        known = self._known_groups.get((group_by, values))
        if known is None and all(values):
            if len(self._known_groups) >= MAX_KNOWN_GROUPS:
                self._known_groups.clear()
            known = tuple((name, value) for (name, _), value in zip(group_by, values, strict=True))
            self._known_groups[group_by, values] = known
        return known

    def observe(self, placed: PlacedHit) -> None:
        """Count a hit; a window it opens is at once a hit of the correlations over that correlation."""
        name, hit = placed
        counting = self._counting[name]
        self._touched.add(name)
        if isinstance(counting, Closings):
            counting.observe(hit, self._lanes)
            return
        window = counting.observe(hit)
        if window is not None and self.wants(name):
            window.fed = self._fed_by(name, hit.group, window)
            for fed in window.fed:
                self.observe(fed)

    def moved(self, lane: str, time_ns: int) -> None:
        """Note how far the events of a lane have come, matched or not."""
        self._lanes.moved(lane, time_ns)

    def tick(self, now_ns: int) -> None:
        """Note the time by the clock, and judge what is over by it."""
        self._lanes.tick(now_ns)
        self.settle(by_clock=True)

    def settle(self, *, by_clock: bool = False) -> None:
        """Place what came late and judge the spans that are over."""
        for name in self._to_settle():
            counting = self._counting[name]
            if isinstance(counting, Closings):
                opened = counting.close(self._lanes, by_clock=by_clock)
            else:
                opened = counting.settle()
            self._feed(name, opened)
            if counting.is_untold:
                self._busy[name] = None
        self._touched.clear()
        self._forget_beyond_limit()

    def finish(self) -> None:
        """Judge everything, as there will be no more events."""
        until_ns = self._lanes.newest_of_all()
        self.settle()
        for name, counting in self._counting.items():
            opened = counting.finish(until_ns=until_ns) if isinstance(counting, Closings) else counting.settle()
            self._feed(name, opened)
            if counting.is_untold:
                self._busy[name] = None
        self._touched.clear()

    def take(self, *, ended_before_ns: int | None = None) -> Iterator[tuple[str, Window]]:
        """Yield rule id and window for each window not told yet: all, or those that ended before a time."""
        self.settle()
        for name in tuple(self._busy):
            counting = self._counting[name]
            for window in counting.take(ended_before_ns=ended_before_ns):
                yield name, window
            if not counting.is_untold:
                del self._busy[name]

    def grown(self, *, factor: int = 1) -> Iterator[tuple[str, Window]]:
        """Yield the windows that have more events than they were told with, and at least `factor` times as many."""
        self.settle()
        for name in tuple(self._busy):
            counting = self._counting[name]
            for window in counting.grown(factor=factor):
                yield name, window
            if not counting.is_untold:
                del self._busy[name]

    def counters(self) -> WindowCounters:
        """Return what was forgotten and what came late, over all rules."""
        every = [counting.counters for counting in self._counting.values()]
        return WindowCounters(
            groups_forgotten=sum(one.groups_forgotten for one in every),
            hits_forgotten=sum(one.hits_forgotten for one in every),
            late=sum(one.late for one in every),
        )

    def snapshot(self) -> dict[str, Any]:
        """Return the state as JSON values, by rule. What was not told yet stays to be told."""
        self.settle()
        return {name: state for name, counting in self._counting.items() if (state := counting.snapshot())}

    def lanes(self) -> Mapping[str, int]:
        """Return how far the events of each lane have come; part of the state."""
        return self._lanes.snapshot()

    def restore(self, saved: Mapping[str, Any], *, lanes: Mapping[str, Any]) -> None:
        """Take up a snapshot; what belongs to rules that are no longer loaded, or judged otherwise, is left out."""
        self._lanes.restore(lanes)
        for name, counting in self._counting.items():
            state = saved.get(name)
            if isinstance(counting, Closings):
                counting.restore(state if isinstance(state, Mapping) else {"waiting": ()})
            else:
                counting.restore(state if isinstance(state, Sequence) else ())
            if counting.is_untold:
                self._busy[name] = None

    # --- correlations of correlations --------------------------------------------------------------------------------

    def _to_settle(self) -> Iterator[str]:
        """Yield, each after those it refers to, the rules that have something to settle; it may grow on the way."""
        for name in self._correlations:
            if name in self._touched or name in self._closings:
                yield name

    def _feed(self, name: str, opened: Opened) -> None:
        """Tell the correlations above of windows opened, and take back what they were told of windows taken apart."""
        if self.wants(name):
            before = [
                placed
                for group, window in opened.gone
                for placed in (self._fed_by(name, group, window) if window.fed is None else window.fed)
            ]
            after: list[PlacedHit] = []
            for group, window in opened.new:
                window.fed = self._fed_by(name, group, window)
                after += window.fed
            for placed in before:
                if placed not in after:
                    self._counting[placed.correlation].withdraw(placed.hit)
                    self._touched.add(placed.correlation)
            for placed in after:
                if placed not in before:
                    self.observe(placed)
        if name in self._closings:
            for _, window in opened.new:
                window.hits = None

    def _fed_by(self, name: str, group: Group, window: OpenWindow) -> tuple[PlacedHit, ...]:
        """Return what a window counts for in the correlations over its own.

        They may group by a field that this one's group does not have: then it counts once for each value that it had
        in the events that met the condition.
        """
        hits = window.first_hits()
        refs, names = tuple(first_refs(hits)), [field.names[0] for field in self._carried[name]]
        placed: dict[PlacedHit, None] = {}
        for values in sorted({hit.carried for hit in hits}):
            view = EventView({**dict(zip(names, values, strict=True)), **dict(group)})
            placed |= dict.fromkeys(
                self.hits_of(name, time_ns=window.reached_ns, view=view, refs=refs, lane=hits[0].lane)
            )
        return tuple(placed)

    # --- limits ------------------------------------------------------------------------------------------------------

    def _forget_beyond_limit(self) -> None:
        held = sum(counting.held for counting in self._counting.values())
        while held > MAX_HITS_OF_ALL:
            most = max(self._counting.values(), key=lambda counting: counting.held)
            before = most.held
            most.forget_silent_group()
            held -= before - most.held


def _counting(correlation: Correlation, *, allowance_ns: int, feeds: bool) -> Windows | Closings:
    asks = correlation.asks
    match asks:
        case Measured() | AllThrough() | Absence():
            return Closings(asks, span_ns=correlation.span_ns)
        case Count() | DistinctValues() | Sum() | Together():
            return Windows(asks, span_ns=correlation.span_ns, allowance_ns=allowance_ns, feeds=feeds)


def _carried_fields(correlations: Mapping[str, Correlation]) -> dict[str, tuple[Field, ...]]:
    """Return for each correlation the fields that those over it need and that are not in its group."""
    needed: dict[str, dict[Field, None]] = {name: {} for name in correlations}
    for name, above in reversed(list(correlations.items())):
        for source in above.sources:
            below = correlations.get(source)
            if below is None:
                continue
            grouped = {group_name for group_name, _ in next(iter(below.group_by.values()))}
            wanted = (*(field for _, field in above.group_by[source]), *above.counted[source], *needed[name])
            needed[source] |= dict.fromkeys(field for field in wanted if grouped.isdisjoint(field.names))
    return {name: tuple(fields) for name, fields in needed.items()}


def short_ref(ref: Ref) -> Ref:
    """Return the reference with as much of its line as a correlation remembers."""
    return ref if len(ref.summary) <= SUMMARY_CHARACTERS else ref._replace(summary=ref.summary[:SUMMARY_CHARACTERS])


def _text_of(fields: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return the value under the first of the names that has one, as text; '' where none has."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str):
            if value:
                return value
        elif value is not None and (texts := texts_of(value)):
            return ",".join(texts)
    return ""


def _value_of(view: EventView, reading: _Reading) -> Value | None:
    if reading.is_numeric:
        return _number_of(view.value(reading.counted[0]))
    values = [_text_of(view.fields, field.names).lower() for field in reading.counted]
    if len(values) == 1:
        return values[0] or None
    return "\0".join(values) if all(values) else None


def _number_of(value: object) -> int | float | None:
    """Return the value as a number; a list of one counts as that one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        value = _number_in(value)
    return value if value is not None and isfinite(value) and abs(value) <= MAX_NUMBER else None


def _number_in(text: str) -> int | float | None:
    if len(text) > MAX_DIGITS:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None
