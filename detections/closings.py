"""Spans that are judged when they are over (`verdicts`): the counterpart of `windows`, which tells at once.

The first hit of a group that may begin a span does, and the span is judged when time has come past its end and the
allowance (`lanes`), with everything that arrived until then. So the order of arrival within the allowance does not
matter, and what is told is final.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from detections.hits import Group, Hit, Value, dump_hit, load_group, load_hit
from detections.lanes import Lanes
from detections.open_window import OpenWindow, Telling, Window
from detections.verdicts import Verdict
from detections.windows import MAX_GROUPS, MAX_HITS, Opened, WindowCounters

BY_CLOCK = "\0"
"""The lane of a hit that came when its span was over already by the events of its own: only the clock can tell."""

_Known = tuple[int, str, Value, str]
IsOver = Callable[[str, int, int | None], bool]
"""Says of lane, end of a span and when the group was last added to, whether the span may be judged."""


@dataclass(slots=True)
class _GroupState:
    hits: list[Hit] = field(default_factory=list)
    """By time; of one instant those first that may begin a span."""
    added_ns: int | None = None
    """The clock when the last was added."""
    known: set[_Known] | None = None
    """What is in `hits`, to find what is delivered twice; None: nobody has asked, as most groups have one hit."""

    def known_hits(self) -> set[_Known]:
        if self.known is None:
            self.known = set(map(_known_as, self.hits))
        return self.known


class Closings:
    """The hits of one rule, by group, that wait for the end of their span, in bounded memory."""

    __slots__ = ("_back_ns", "_ends", "_groups", "_span_ns", "_telling", "_verdict", "counters", "held")

    def __init__(self, verdict: Verdict, *, span_ns: int) -> None:
        self._verdict, self._span_ns = verdict, span_ns
        self._back_ns = span_ns if verdict.looks_back else 0
        self._groups: OrderedDict[Group, _GroupState] = OrderedDict()
        self._ends: dict[str, list[tuple[int, Group]]] = {}
        """Of each lane, a heap of the ends of the spans begun there; some are out of date."""
        self._telling = Telling()
        self.held = 0
        self.counters = WindowCounters()

    def observe(self, hit: Hit, lanes: Lanes) -> None:
        """Keep the hit until its span can be judged."""
        if lanes.passed(hit.lane, hit.time_ns + self._span_ns):
            self.counters.late += 1
            hit = hit._replace(lane=BY_CLOCK)
        state = self._groups.get(hit.group)
        if state is None:
            self._begin(hit, lanes.now_ns)
        else:
            self._groups.move_to_end(hit.group)
            self._add(state, hit, lanes.now_ns)
        while len(self._groups) > 1 and (len(self._groups) > MAX_GROUPS or self.held > MAX_HITS):
            self.forget_silent_group()

    def _begin(self, hit: Hit, now_ns: int | None) -> None:
        self._groups[hit.group] = _GroupState([hit], now_ns)
        self.held += 1
        span_ns = self._span_ns if self._verdict.may_begin(hit) else self._back_ns
        heappush(self._ends.setdefault(hit.lane, []), (hit.time_ns + span_ns, hit.group))

    def _add(self, state: _GroupState, hit: Hit, now_ns: int | None) -> None:
        if _known_as(hit) in state.known_hits():
            return
        self._insert(state, hit)
        state.added_ns = now_ns
        if len(state.hits) > self._verdict.max_hits:
            self._thin(state)
        if state.hits and self._is_decisive(state, hit):
            self._await_end(state)

    def withdraw(self, hit: Hit) -> None:
        """Take back a hit that was observed; one that was judged already stays."""
        state = self._groups.get(hit.group)
        if state is None or _known_as(hit) not in state.known_hits():
            return
        state.known_hits().remove(_known_as(hit))
        state.hits = [other for other in state.hits if _known_as(other) != _known_as(hit)]
        self.held -= 1
        self._await_end(state)

    def close(self, lanes: Lanes, *, by_clock: bool) -> Opened:
        """Judge the spans that are over by their events, or by the clock too; return the windows that came of it."""

        def is_over(lane: str, end_ns: int, added_ns: int | None) -> bool:
            if lanes.passed(lane, end_ns):
                return True
            return by_clock and lanes.passed_by_clock(lane, end_ns, added_ns=added_ns)

        due: list[Group] = []
        for lane, heap in list(self._ends.items()):
            while heap and is_over(lane, heap[0][0], None):
                due.append(heappop(heap)[1])
            if not heap:
                del self._ends[lane]
        return self._judge_all(due, is_over)

    @property
    def first_end_ns(self) -> int | None:
        """The earliest end of a span, whatever the lane; None: there is none."""
        return min([heap[0][0] for heap in self._ends.values()], default=None)

    def finish(self, *, until_ns: int | None) -> Opened:
        """Judge what is left, as there will be no more events.

        `until_ns`: how far the events went. What rests on something not coming is judged only where they went past it;
        None: nobody knows, so all is judged.
        """
        cut_short = self._verdict.rests_on_silence and until_ns is not None

        def is_over(lane: str, end_ns: int, added_ns: int | None) -> bool:
            return not cut_short or until_ns is None or end_ns < until_ns

        return self._judge_all(list(self._groups), is_over)

    def take(self, *, ended_before_ns: int | None = None) -> tuple[Window, ...]:
        """Return the windows not told yet (all, or those that ended before a time)."""
        return self._telling.take(ended_before_ns=ended_before_ns)

    def grown(self) -> tuple[Window, ...]:
        """Return nothing: what is judged at its end does not grow."""
        return ()

    @property
    def is_untold(self) -> bool:
        return bool(self._telling)

    # --- one group ---------------------------------------------------------------------------------------------------

    def _is_decisive(self, state: _GroupState, hit: Hit) -> bool:
        """Say whether the hit brings forward when there is something to do."""
        place = self._first_that_begins(state) if self._verdict.may_begin(hit) else 0
        return state.hits[place or 0] is hit

    def _insert(self, state: _GroupState, hit: Hit) -> None:
        place = bisect_right(state.hits, hit.time_ns, key=_time)
        if self._verdict.may_begin(hit):
            while place and state.hits[place - 1].time_ns == hit.time_ns and not self._may_begin(state, place - 1):
                place -= 1
        state.known_hits().add(_known_as(hit))
        state.hits.insert(place, hit)
        self.held += 1

    def _may_begin(self, state: _GroupState, place: int) -> bool:
        return self._verdict.may_begin(state.hits[place])

    def _thin(self, state: _GroupState) -> None:
        before = len(state.hits)
        state.hits = self._verdict.thin(state.hits, keep=self._verdict.max_hits * 3 // 4)
        state.known = None
        self.held -= before - len(state.hits)
        self.counters.hits_forgotten += before - len(state.hits)
        self._await_end(state)

    def _await_end(self, state: _GroupState) -> None:
        if state.hits:
            first = state.hits[self._first_that_begins(state) or 0]
            heappush(self._ends.setdefault(first.lane, []), (self._due_ns(state), first.group))

    def _due_ns(self, state: _GroupState) -> int:
        """Return when there is something to do: a span is over, or what begins none is too old to matter."""
        place = self._first_that_begins(state)
        return state.hits[0].time_ns + self._back_ns if place is None else state.hits[place].time_ns + self._span_ns

    def _first_that_begins(self, state: _GroupState) -> int | None:
        may_begin = self._verdict.may_begin
        for place, hit in enumerate(state.hits):
            if may_begin(hit):
                return place
        return None

    def _judge_all(self, groups: Sequence[Group], is_over: IsOver) -> Opened:
        opened = Opened()
        for group in dict.fromkeys(groups):
            state = self._groups.get(group)
            if state is not None:
                self._judge(group, state, is_over, opened)
        return opened

    def _judge(self, group: Group, state: _GroupState, is_over: IsOver, opened: Opened) -> None:
        while state.hits:
            place = self._first_that_begins(state)
            first = state.hits[place or 0]
            due_ns = self._due_ns(state)
            if not is_over(first.lane, due_ns, state.added_ns):
                self._await_end(state)
                return
            if place is None:
                self._drop(state, 1)
                continue
            self._drop(state, bisect_left(state.hits, first.time_ns - self._back_ns, hi=place, key=_time))
            self._judge_span(group, state, self._first_that_begins(state) or 0, opened)
        del self._groups[group]

    def _judge_span(self, group: Group, state: _GroupState, place: int, opened: Opened) -> None:
        end_ns = state.hits[place].time_ns + self._span_ns
        before, inside = state.hits[:place], state.hits[place : bisect_right(state.hits, end_ns, key=_time)]
        if self._verdict.is_met(inside, before=before, span_ns=self._span_ns):
            window = OpenWindow.of_hits(inside, span_ns=self._span_ns, reached_ns=end_ns)
            self._telling.note(group, window)
            opened.new.append((group, window))
            self._drop(state, len(inside), after=place)
        else:
            self._drop(state, self._verdict.done_with(inside), after=place)

    def _drop(self, state: _GroupState, number: int, *, after: int = 0) -> None:
        """Forget so many hits after the first so many."""
        if state.known is not None:
            state.known.difference_update(map(_known_as, state.hits[after : after + number]))
        del state.hits[after : after + number]
        self.held -= number

    def forget_silent_group(self) -> None:
        """Give up the group that was silent longest."""
        _, state = self._groups.popitem(last=False)
        self.held -= len(state.hits)
        self.counters.groups_forgotten += 1

    # --- keeping it over a restart -----------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """Return the state as JSON values, the group that was silent longest first."""
        return {"waiting": [[group, [dump_hit(hit) for hit in state.hits]] for group, state in self._groups.items()]}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up what `snapshot` gave in place of the present state."""
        self._groups, self._ends, self._telling, self.held = OrderedDict(), {}, Telling(), 0
        for pairs, hits in saved["waiting"]:
            group = load_group(pairs)
            state = self._groups[group] = _GroupState()
            for hit in hits:
                self._insert(state, load_hit(hit, group=group))
            self._await_end(state)


def _known_as(hit: Hit) -> _Known:
    return hit.time_ns, *hit.identity


def _time(hit: Hit) -> int:
    return hit.time_ns
