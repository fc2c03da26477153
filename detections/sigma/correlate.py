"""Sigma correlations at work: matched events are placed by group and time, and what opens may count for others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from typing import Any

from detections.closings import Closings
from detections.conditions import Count, DistinctValues, Sum, Together
from detections.hits import Group, Hit, PlacedHit, Ref, first_refs
from detections.lanes import LIVE, Lanes
from detections.open_window import OpenWindow, Window
from detections.sigma.correlation import Correlation
from detections.sigma.fields import Field
from detections.sigma.reading import groupings
from detections.sigma.view import EventView
from detections.verdicts import Absence, AllThrough, Measured
from detections.windows import Opened, WindowCounters, Windows

__all__ = ["CorrelationEngine", "PlacedHit"]

MAX_HITS_OF_ALL = 200_000
"""Hits remembered over all rules: at most about 160 MB. Beyond it the rule with the most gives up silent groups."""

CHECKED_EVERY = 1_000
"""Hits after which the memory of all rules is looked at; a thousand rules are many to ask."""

NEVER_NS = 2**63


class CorrelationEngine:
    """All correlations of a rule set with their state. `correlations`: each after those it refers to."""

    def __init__(self, correlations: Iterable[Correlation], *, allowance_ns: int = 0) -> None:
        self._correlations = {correlation.rule_id: correlation for correlation in correlations}
        self._lanes = Lanes(allowance_ns=allowance_ns)
        fed = {source for correlation in self._correlations.values() for source in correlation.sources}
        self._counting: dict[str, Windows | Closings] = {
            name: _counting(
                correlation,
                allowance_ns=allowance_ns,
                feeds=name in fed,
                is_fed=not self._correlations.keys().isdisjoint(correlation.sources),
            )
            for name, correlation in self._correlations.items()
        }
        self._place = {name: place for place, name in enumerate(self._correlations)}
        self._carried = _carried_fields(self._correlations)
        self._groupings = groupings(list(self._correlations.values()), self._carried)
        self._tied_ns = NEVER_NS
        """When windows were opened of which correlations above do not know every event: settled before time goes on."""
        self._observed = 0
        """Hits since the memory of all rules was looked at."""
        self._busy: dict[str, None] = {}
        """Rules with windows to tell."""
        self._touched: set[str] = set()
        """Rules that were fed since they were settled."""
        self._waiting: set[str] = set()
        """Rules with spans that are not over."""
        self._ends: list[tuple[int, str]] = []
        """A heap of when a span of a waiting rule may be over; some are out of date, none is missing."""
        self._first_end_ns: dict[str, int] = {}
        """The earliest of these, by rule."""
        self._is_settling = False
        """What is fed by what was judged is looked at in the same round."""
        self._may_be_due = False
        """Whether time has gone on, or a rule begun to wait, since that was looked at."""
        self.ungrouped = 0
        """Matched events without one of the group-by or counted fields: they count for nothing."""

    def __bool__(self) -> bool:
        return bool(self._correlations)

    def wants(self, rule_id: str) -> bool:
        return rule_id in self._groupings

    def counts(self, rule_id: str) -> bool:
        """Say whether there is such a correlation."""
        return rule_id in self._counting

    def hits_of(
        self, rule_id: str, *, time_ns: int, view: EventView, refs: tuple[Ref, ...], lane: str = LIVE
    ) -> list[PlacedHit]:
        """Return what a matched event counts for. Reads no state: it may run in another process than `observe`."""
        found: list[PlacedHit] = []
        for grouping in self._groupings.get(rule_id, ()):
            group = grouping.group_of(view.fields)
            for reading in grouping.readings:
                value = reading.value_of(view) if reading.counted else ""
                if group is None or value is None:
                    self.ungrouped += 1
                    continue
                carried = reading.carried_of(view.fields) if reading.carried else ()
                hit = Hit(time_ns, rule_id, group, refs, value, carried, lane)
                found.append(PlacedHit(reading.correlation, hit))
        return found

    def observe(self, placed: PlacedHit) -> None:
        """Count a hit; a window it opens is at once a hit of the correlations over that correlation."""
        name, hit = placed
        if hit.time_ns > self._tied_ns:
            self.settle()
        counting = self._counting[name]
        self._observed += 1
        if isinstance(counting, Closings):
            counting.observe(hit, self._lanes)
            self._waiting.add(name)
            self._await_end(name, counting)
            self._may_be_due = True
            if self._is_settling:
                self._touched.add(name)
            return
        window = counting.observe(hit)
        if counting.is_quiet:
            return
        self._touched.add(name)
        if counting.is_tied:
            self._tied_ns = min(hit.time_ns, self._tied_ns)
        if window is not None and name in self._groupings:
            window.fed = self._fed_by(name, hit.group, window)
            for fed in window.fed:
                self.observe(fed)

    def moved(self, lane: str, time_ns: int) -> None:
        """Note how far the events of a lane have come, matched or not."""
        self._lanes.moved(lane, time_ns)
        self._may_be_due = True

    def tick(self, now_ns: int) -> None:
        """Note the time by the clock, and judge what is over by it."""
        self._lanes.tick(now_ns)
        self.settle(by_clock=True)

    def settle(self, *, by_clock: bool = False) -> None:
        """Place what came late and judge the spans that are over."""
        self._tied_ns = NEVER_NS
        if self._may_be_due or by_clock:
            self._touched |= self._waiting if by_clock else self._due()
            self._may_be_due = False
        self._is_settling = True
        while self._touched:
            # What is fed on the way comes after in this order, or in the next round.
            for name in sorted(self._touched, key=self._place.__getitem__):
                self._touched.discard(name)
                counting = self._counting[name]
                if isinstance(counting, Closings):
                    self._settled(name, counting.close(self._lanes, by_clock=by_clock))
                elif not counting.is_settled:
                    self._settled(name, counting.settle())
                elif counting.is_untold:
                    self._busy[name] = None
        self._is_settling = False
        self._forget_beyond_limit()

    def _await_end(self, name: str, counting: Closings) -> None:
        """Note when a span of the rule may be over, where that is sooner than was known."""
        end_ns = counting.first_end_ns
        if end_ns is not None and end_ns < self._first_end_ns.get(name, NEVER_NS):
            self._first_end_ns[name] = end_ns
            heappush(self._ends, (end_ns, name))

    def _due(self) -> set[str]:
        """Return the rules of which a span may be over."""
        due: set[str] = set()
        horizon_ns = self._lanes.horizon_ns()
        while horizon_ns is not None and self._ends and self._ends[0][0] < horizon_ns:
            name = heappop(self._ends)[1]
            self._first_end_ns.pop(name, None)
            due.add(name)
        return due

    def finish(self, *, knows_end: bool = True) -> None:
        """Judge everything, as there will be no more events.

        `knows_end`: `moved` was told of every event, not of those that matched alone. Then what rests on silence is
        judged only where events went on past the end of its span.
        """
        until_ns = self._lanes.newest_of_all() if knows_end else None
        self.settle()
        for name, counting in self._counting.items():
            if isinstance(counting, Closings):
                self._settled(name, counting.finish(until_ns=until_ns))
            else:
                self._settled(name, counting.settle())
        self._touched.clear()

    def _settled(self, name: str, opened: Opened) -> None:
        self._feed(name, opened)
        counting = self._counting[name]
        if counting.is_untold:
            self._busy[name] = None
        if isinstance(counting, Closings):
            self._await_end(name, counting)
        if counting.held == 0:
            self._waiting.discard(name)

    def take(self, *, ended_before_ns: int | None = None) -> Iterator[tuple[str, Window]]:
        """Yield rule id and window for each window not told yet: all, or those that ended before a time."""
        self.settle()
        for name in tuple(self._busy):
            counting = self._counting[name]
            for window in counting.take(ended_before_ns=ended_before_ns):
                yield name, window
            if not counting.is_untold:
                del self._busy[name]

    def grown(self) -> Iterator[tuple[str, Window]]:
        """Yield the windows that have more events than they were told with."""
        self.settle()
        for name in tuple(self._busy):
            counting = self._counting[name]
            for window in counting.grown():
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
        self._ends, self._first_end_ns, self._may_be_due = [], {}, True
        for name, counting in self._counting.items():
            state = saved.get(name)
            if isinstance(counting, Closings):
                counting.restore(state if isinstance(state, Mapping) else {"waiting": ()})
                continue
            counting.restore(state if isinstance(state, Sequence) else ())
            for group, window in counting.changeable() if self.wants(name) else ():
                window.fed = self._fed_by(name, group, window)
        for name, counting in self._counting.items():
            if counting.is_untold:
                self._busy[name] = None
            if isinstance(counting, Closings) and counting.held:
                self._waiting.add(name)
                self._await_end(name, counting)

    # --- correlations of correlations --------------------------------------------------------------------------------

    def _feed(self, name: str, opened: Opened) -> None:
        """Tell the correlations above of windows opened, and take back what they were told of windows taken apart."""
        if self.wants(name):
            before = [placed for group, window in opened.gone for placed in window.fed]
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
        if isinstance(self._counting[name], Closings):
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
        if self._observed < CHECKED_EVERY:
            return
        self._observed = 0
        held = sum(counting.held for counting in self._counting.values())
        while held > MAX_HITS_OF_ALL:
            most = max(self._counting.values(), key=lambda counting: counting.held)
            before = most.held
            most.forget_silent_group()
            held -= before - most.held


def _counting(correlation: Correlation, *, allowance_ns: int, feeds: bool, is_fed: bool) -> Windows | Closings:
    asks = correlation.asks
    match asks:
        case Measured() | AllThrough() | Absence():
            return Closings(asks, span_ns=correlation.span_ns)
        case Count() | DistinctValues() | Sum() | Together():
            return Windows(asks, span_ns=correlation.span_ns, allowance_ns=allowance_ns, feeds=feeds, is_fed=is_fed)


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
