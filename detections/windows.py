"""Counting in windows of event time: when enough has come together in one group, one window opens, and stays one.

The rule that decides how often something ongoing is told: hits that meet the condition within the time span open a
window that begins with the oldest of them and lasts the whole span. Every later hit inside it only raises its count.
What comes after its end has to meet the condition anew. So an attack that goes on gives one window per span.

Order: hits may come late. They are kept by event time, and each may open a window around itself. A window, once open,
is never moved: a hit that would have moved its beginning counts towards another window.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, Protocol

from ir_platform.domain.alert import EventRef
from ir_platform.domain.event import EventId

MAX_EVENTS_SHOWN = 50
MAX_GROUPS = 10_000
"""Groups remembered per rule; beyond it the group that was silent longest is forgotten (and counted)."""
MAX_HITS = 50_000
"""Hits remembered per rule over all groups; with summaries cut to SUMMARY_CHARACTERS at most about 40 MB."""
MAX_WINDOWS_PER_GROUP = 32
SUMMARY_CHARACTERS = 300

Group = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something that counts: an event a rule matched, or a window of another correlation."""

    time_ns: int
    source: str
    """Which of the correlated rules it is a hit of."""
    group: Group
    value: str = ""
    """What is counted distinct, where values are counted."""
    refs: tuple[EventRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A condition met: `[start_ns, end_ns]`, both included."""

    group: Group
    start_ns: int
    end_ns: int
    reached_ns: int
    """Time of the hit that met the condition."""
    last_ns: int
    count: int
    refs: tuple[EventRef, ...]
    """The first of its events, oldest first, at most MAX_EVENTS_SHOWN."""

    def joined_by(self, hit: Hit) -> "Window":
        count, last_ns = self.count + len(hit.refs), max(self.last_ns, hit.time_ns)
        refs = self.refs
        if len(refs) < MAX_EVENTS_SHOWN or hit.refs[0].at < refs[-1].at:
            refs = tuple(sorted((*refs, *hit.refs), key=lambda ref: ref.at)[:MAX_EVENTS_SHOWN])
        return replace(self, count=count, last_ns=last_ns, refs=refs)


class Condition(Protocol):
    """What has to come together within one span."""

    def admit(self, pending: list[Hit], hit: Hit) -> int | None:
        """Put the hit among the group's pending hits, kept by time; return its place, None where it adds nothing."""

    def is_met(self, pending: Sequence[Hit], first: int, last: int) -> bool:
        """Say whether the hits from `first` to `last` (included) are enough."""

    @property
    def max_pending(self) -> int:
        """How many hits of one group can matter before the condition is met."""


def window_id(rule_id: str, window: Window) -> str:
    """Return the detection id of a window: the same for the same rule, group and beginning."""
    digest = blake2b(digest_size=16)
    for part in (rule_id, str(window.start_ns), *(text for pair in window.group for text in pair)):
        digest.update(part.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()


@dataclass(slots=True)
class _GroupState:
    pending: list[Hit] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)


@dataclass(slots=True)
class WindowCounters:
    groups_forgotten: int = 0
    hits_forgotten: int = 0


class Windows:
    """The pending hits and open windows of one rule, by group, in bounded memory."""

    def __init__(self, condition: Condition, *, span_ns: int) -> None:
        self._condition, self._span_ns = condition, span_ns
        self._groups: OrderedDict[Group, _GroupState] = OrderedDict()
        self._held = 0
        self._untold: dict[tuple[Group, int], Window] = {}
        """Opened and not taken yet, as they stood when last looked at; the group's own list has the newest."""
        self.counters = WindowCounters()

    def observe(self, hit: Hit) -> Window | None:
        """Count the hit; return the window it opened, None where it opened none."""
        state = self._groups.get(hit.group)
        if state is None:
            state = self._groups[hit.group] = _GroupState()
        self._groups.move_to_end(hit.group)
        if self._join_open_window(state, hit):
            return None
        window = self._open(state, hit)
        self._forget_beyond_limits()
        return window

    def take(self, *, ended_before_ns: int | None = None) -> tuple[Window, ...]:
        """Return the windows not told yet (all, or those that ended before a time) as they stand now."""
        taken: list[Window] = []
        for key, remembered in list(self._untold.items()):
            if ended_before_ns is None or remembered.end_ns < ended_before_ns:
                del self._untold[key]
                taken.append(self._newest(remembered))
        return tuple(taken)

    def _newest(self, window: Window) -> Window:
        state = self._groups.get(window.group)
        windows = state.windows if state is not None else []
        return next((other for other in windows if other.start_ns == window.start_ns), window)

    def _join_open_window(self, state: _GroupState, hit: Hit) -> bool:
        for place, window in enumerate(state.windows):
            if window.start_ns <= hit.time_ns <= window.end_ns:
                # Only a hit that is late or delivered twice is looked for among those shown.
                if hit.time_ns > window.last_ns or not set(hit.refs) <= set(window.refs):
                    state.windows[place] = window.joined_by(hit)
                return True
        return False

    def _open(self, state: _GroupState, hit: Hit) -> Window | None:
        before = len(state.pending)
        place = self._condition.admit(state.pending, hit)
        bounds = None if place is None else self._met_around(state.pending, place)
        window = None
        if bounds is not None:
            window = self._window_of(state, *bounds)
            self._untold[window.group, window.start_ns] = window
            state.windows.append(window)
            if len(state.windows) > MAX_WINDOWS_PER_GROUP:
                furthest = max(state.windows, key=lambda other: abs(other.start_ns - hit.time_ns))
                self._let_go(state, furthest)
        elif len(state.pending) > self._condition.max_pending:
            # Both ends are furthest from what comes in order, or late; the one further from this hit goes.
            far_first = hit.time_ns - state.pending[0].time_ns >= state.pending[-1].time_ns - hit.time_ns
            state.pending.pop(0 if far_first else -1)
            self.counters.hits_forgotten += 1
        self._held += len(state.pending) - before
        return window

    def _met_around(self, pending: list[Hit], place: int) -> tuple[int, int] | None:
        """Return first and last hit of a span that holds `place` and meets the condition: the earliest such span."""
        for last in range(place, len(pending)):
            if pending[last].time_ns - pending[place].time_ns > self._span_ns:
                return None
            first = bisect_left(pending, pending[last].time_ns - self._span_ns, key=_time)
            if self._condition.is_met(pending, first, last):
                return first, last
        return None

    def _window_of(self, state: _GroupState, first: int, last: int) -> Window:
        """Open the window, taking out of `pending` everything that lies within it."""
        pending = state.pending
        start_ns, reached_ns = pending[first].time_ns, pending[last].time_ns
        low = bisect_left(pending, start_ns, key=_time)
        high = bisect_right(pending, start_ns + self._span_ns, key=_time)
        inside, pending[low:high] = pending[low:high], []
        refs = sorted((ref for hit in inside for ref in hit.refs), key=lambda ref: ref.at)
        return Window(
            group=inside[0].group,
            start_ns=start_ns,
            end_ns=start_ns + self._span_ns,
            reached_ns=reached_ns,
            last_ns=inside[-1].time_ns,
            count=len(refs),
            refs=tuple(refs[:MAX_EVENTS_SHOWN]),
        )

    def _forget_beyond_limits(self) -> None:
        while len(self._groups) > 1 and (len(self._groups) > MAX_GROUPS or self._held > MAX_HITS):
            _, state = self._groups.popitem(last=False)
            self._held -= len(state.pending)
            self.counters.groups_forgotten += 1
            for window in tuple(state.windows):
                self._let_go(state, window)

    def _let_go(self, state: _GroupState, window: Window) -> None:
        """Stop counting into a window; where it was not told yet it will be told as it stands now."""
        state.windows.remove(window)
        key = (window.group, window.start_ns)
        if key in self._untold:
            self._untold[key] = window

    # --- keeping it over a restart ---------------------------------------------------------------------------------

    def snapshot(self) -> list[Any]:
        """Return the state as JSON values, the group that was silent longest first."""
        return [
            [
                [list(pair) for pair in group],
                [[h.time_ns, h.source, h.value, _dump_refs(h.refs)] for h in state.pending],
                [[w.start_ns, w.end_ns, w.reached_ns, w.last_ns, w.count, _dump_refs(w.refs)] for w in state.windows],
            ]
            for group, state in self._groups.items()
        ]

    def restore(self, saved: Sequence[Any]) -> None:
        """Take up what `snapshot` gave in place of the present state."""
        self._groups = OrderedDict((state_group, state) for state_group, state in map(_load_group, saved))
        self._held = sum(len(state.pending) for state in self._groups.values())
        self._untold = {}


def _time(hit: Hit) -> int:
    return hit.time_ns


def _dump_refs(refs: Sequence[EventRef]) -> list[list[str]]:
    return [[ref.id, ref.at.isoformat(), ref.summary] for ref in refs]


def _load_refs(saved: Sequence[Sequence[str]]) -> tuple[EventRef, ...]:
    return tuple(EventRef(id=EventId(id_), at=datetime.fromisoformat(at), summary=text) for id_, at, text in saved)


def _load_group(saved: Sequence[Any]) -> tuple[Group, _GroupState]:
    group = tuple((str(name), str(value)) for name, value in saved[0])
    pending = [
        Hit(time_ns=time_ns, source=source, group=group, value=value, refs=_load_refs(refs))
        for time_ns, source, value, refs in saved[1]
    ]
    windows = [
        Window(
            group=group,
            start_ns=start,
            end_ns=end,
            reached_ns=reached,
            last_ns=last,
            count=count,
            refs=_load_refs(refs),
        )
        for start, end, reached, last, count, refs in saved[2]
    ]
    return group, _GroupState(pending=pending, windows=windows)


# --- conditions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """At least so many hits."""

    at_least: int

    @property
    def max_pending(self) -> int:
        return max(4 * self.at_least, 64)

    def admit(self, pending: list[Hit], hit: Hit) -> int | None:
        return _insert(pending, hit)

    def is_met(self, pending: Sequence[Hit], first: int, last: int) -> bool:
        return last - first + 1 >= self.at_least


def _insert(pending: list[Hit], hit: Hit) -> int | None:
    """Put the hit behind those of the same time; None where it is there already (delivered twice)."""
    place = bisect_right(pending, hit.time_ns, key=_time)
    if hit in pending[bisect_left(pending, hit.time_ns, key=_time) : place]:
        return None
    pending.insert(place, hit)
    return place


@dataclass(frozen=True, slots=True, kw_only=True)
class DistinctValues:
    """At least so many different values; of each value only the newest hit is kept, so that one value costs one."""

    at_least: int

    @property
    def max_pending(self) -> int:
        return max(4 * self.at_least, 64)

    def admit(self, pending: list[Hit], hit: Hit) -> int | None:
        known = next((place for place, other in enumerate(pending) if other.value == hit.value), None)
        if known is not None:
            if pending[known].time_ns >= hit.time_ns:
                return None
            del pending[known]
        return _insert(pending, hit)

    def is_met(self, pending: Sequence[Hit], first: int, last: int) -> bool:
        return last - first + 1 >= self.at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Hits of all the sources, in any order or in the order of `sources`."""

    sources: tuple[str, ...]
    ordered: bool
    per_source: int = 100
    """How many hits of one source are kept for a group; the oldest go first."""

    @property
    def max_pending(self) -> int:
        return self.per_source * len(self.sources)

    def admit(self, pending: list[Hit], hit: Hit) -> int | None:
        same = [place for place, other in enumerate(pending) if other.source == hit.source]
        if len(same) >= self.per_source:
            del pending[same[0]]
        return _insert(pending, hit)

    def is_met(self, pending: Sequence[Hit], first: int, last: int) -> bool:
        if not self.ordered:
            return {pending[place].source for place in range(first, last + 1)}.issuperset(self.sources)
        if pending[last].source != self.sources[-1]:
            return False
        return _in_order((pending[place].source for place in range(first, last + 1)), self.sources)


def _in_order(found: Iterator[str], wanted: Sequence[str]) -> bool:
    # `in` reads the iterator on: each wanted source is looked for after the one before it.
    return all(source in found for source in wanted)
