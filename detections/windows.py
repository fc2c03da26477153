"""Counting in windows of event time: when enough has come together in one group, one window opens, and stays one.

The rule that decides how often something ongoing is told: going through a group's hits by event time, a hit with which
the condition is met within the time span opens a window that begins with the oldest hit of that span and lasts the
whole span. Every later hit inside it only raises its count. What comes after its end has to meet the condition anew.
So an attack that goes on gives one window per span.

Order: hits may come late. Up to an allowance (measured against the newest hit of the group) the outcome is the same as
if they had come in order: windows that a late hit would have begun earlier are taken apart and built again, under the
name they were told by. A hit that is later than that is placed as far as what is still remembered allows, and counted.
"""

from bisect import insort
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from detections.conditions import Condition, Tally
from detections.hits import Group, Hit, Identity, dump_hit, load_group, load_hit
from detections.open_window import OpenWindow, Telling, Window, keep_names
from detections.saved_windows import OLD_LENGTH, from_first_release

MAX_GROUPS = 10_000
"""Groups remembered per rule; beyond it the group that was silent longest is forgotten (and counted)."""
MAX_HITS = 50_000
"""Hits remembered per rule over all groups; with summaries cut to `hits.SUMMARY_CHARACTERS` at most about 40 MB."""
MAX_GROUP_HITS = 4_000
"""Hits remembered per group, or twice what its condition asks for; beyond it those that matter least are given up."""
MAX_WINDOWS_PER_GROUP = 32
KEPT_ANYWAY = 64
"""Hits of a group that stay although they are too old to count with anything that comes in time."""
MAX_OF_AN_INSTANT = 10_000
"""Hits of one instant among which one that is delivered twice is found."""


@dataclass(slots=True)
class _Late:
    waiting: list[Hit] = field(default_factory=list)
    """Hits that came late, and those that came after them."""
    withdrawn: list[Hit] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _GroupState:
    """The hits of one group that are in no window, by time, and its windows, by beginning."""

    tally: Tally
    """What the hits from `low` on amount to: those that count together with the newest."""
    free: list[Hit] = field(default_factory=list)
    low: int = 0
    windows: list[OpenWindow] = field(default_factory=list)
    newest_ns: int = -(2**63)
    of_newest: Hit | set[Identity] | None = None
    """Which hits are at `newest_ns`, to find what is delivered twice; a set where more than one has come."""
    late: "_Late | None" = None
    """What is placed when the group is settled; None: everything came in order."""
    held: int = 0
    """How many hits are remembered."""

    def identities_of_newest(self) -> set[Identity]:
        if not isinstance(self.of_newest, set):
            self.of_newest = set() if self.of_newest is None else {self.of_newest.identity}
        return self.of_newest


@dataclass(slots=True)
class WindowCounters:
    groups_forgotten: int = 0
    hits_forgotten: int = 0
    """Given up because a group had too many."""
    late: int = 0
    """Hits that came later than the allowance."""


@dataclass(slots=True)
class Opened:
    """Windows opened, and such that were told of before and taken apart; for correlations over this one."""

    new: list[tuple[Group, OpenWindow]] = field(default_factory=list)
    gone: list[tuple[Group, OpenWindow]] = field(default_factory=list)


class Windows:
    """The pending hits and open windows of one rule, by group, in bounded memory."""

    __slots__ = (
        "_allowance_ns",
        "_condition",
        "_feeds",
        "_groups",
        "_is_fed",
        "_max_group_hits",
        "_needs_several",
        "_span_ns",
        "_telling",
        "_tied",
        "_unsettled",
        "counters",
        "held",
    )

    def __init__(
        self, condition: Condition, *, span_ns: int, allowance_ns: int = 0, feeds: bool = False, is_fed: bool = False
    ) -> None:
        """`feeds`: there are correlations over this one; `is_fed`: it is one over others."""
        self._is_fed = is_fed
        self._condition, self._span_ns, self._allowance_ns = condition, span_ns, allowance_ns
        self._max_group_hits = max(MAX_GROUP_HITS, 2 * condition.least_hits)
        self._needs_several = condition.least_hits > 1
        self._groups: OrderedDict[Group, _GroupState | Hit] = OrderedDict()
        """A group that has had one hit, which does not meet the condition, is that hit: most never have more."""
        self._unsettled: dict[Group, _Late] = {}
        self._telling = Telling()
        self._feeds = feeds
        self._tied: dict[int, tuple[Group, OpenWindow]] = {}
        """Windows joined at the very instant at which they were opened: what correlations were fed is incomplete."""
        self.held = 0
        self.counters = WindowCounters()

    def observe(self, hit: Hit) -> OpenWindow | None:
        """Count the hit; return the window it opened, None where it opened none or has to wait for `settle`."""
        known = self._groups.get(hit.group)
        if known is None:
            if self._needs_several or not self._condition.is_met_by(hit):
                self._begin(hit)
                return None
            state = self._groups[hit.group] = _GroupState(tally=self._condition.new_tally())
        else:
            self._groups.move_to_end(hit.group)
            state = self._grown(known) if isinstance(known, Hit) else known
        time_ns = hit.time_ns
        if time_ns > state.newest_ns:
            state.newest_ns = time_ns
            state.of_newest = hit
        elif time_ns < state.newest_ns:
            self._put_off(state, hit)
            return None
        elif self._came_twice(state, hit):
            return None
        if state.late is not None:
            state.late.waiting.append(hit)
            self._hold(state, 1)
            return None
        window = self._step(state, hit)
        if len(state.free) > 2 * KEPT_ANYWAY or state.held > self._max_group_hits:
            self._trim(state)
        if self.held > MAX_HITS or len(self._groups) > MAX_GROUPS:
            self._forget_groups()
        return window

    def _begin(self, hit: Hit) -> None:
        self._groups[hit.group] = hit
        self.held += 1
        if self.held > MAX_HITS or len(self._groups) > MAX_GROUPS:
            self._forget_groups()

    def _grown(self, first: Hit) -> _GroupState:
        """Return the state of the group that was this one hit; `self.held` counts it already."""
        state = _GroupState(tally=self._condition.new_tally(), newest_ns=first.time_ns, of_newest=first, held=1)
        self._groups[first.group] = state
        self._add_free(state, first)
        return state

    def withdraw(self, hit: Hit) -> None:
        """Take back a hit that was observed; one that cannot be changed any more stays."""
        state = self._groups.get(hit.group)
        if isinstance(state, Hit):
            state = self._grown(state)
        if state is not None:
            self._late_of(state, hit.group).withdrawn.append(hit)
            if hit.time_ns == state.newest_ns:
                # The same may come again with other events, when the window that it stands for has changed.
                state.identities_of_newest().discard(hit.identity)

    def settle(self) -> Opened:
        """Place what came late; return the windows that were opened and taken apart by it."""
        opened = Opened()
        for group, late in self._unsettled.items():
            state = self._groups.get(group)
            if isinstance(state, _GroupState) and state.late is late:
                self._replay(group, state, late, opened)
                self._trim(state)
        self._unsettled.clear()
        for pair in self._tied.values():
            opened.gone.append(pair)
            opened.new.append(pair)
        self._tied.clear()
        self._forget_groups()
        return opened

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to settle and nothing to tell."""
        return not (self._telling or self._unsettled or self._tied)

    @property
    def is_settled(self) -> bool:
        return not self._unsettled and not self._tied

    @property
    def is_tied(self) -> bool:
        """Whether a window was joined at the very instant at which it was opened."""
        return bool(self._tied)

    @property
    def is_untold(self) -> bool:
        """Whether there are windows that were not told yet, or not with the count they have reached."""
        return bool(self._telling)

    def take(self, *, ended_before_ns: int | None = None) -> tuple[Window, ...]:
        """Return the windows not told yet (all, or those that ended before a time) as they stand now."""
        self.settle()
        return self._telling.take(ended_before_ns=ended_before_ns)

    def grown(self) -> tuple[Window, ...]:
        """Return told windows that have more events than they were told with."""
        self.settle()
        return self._telling.grown()

    def changeable(self) -> Iterator[tuple[Group, OpenWindow]]:
        """Yield the windows that a late hit may still take apart."""
        for group, state in self._groups.items():
            if isinstance(state, _GroupState):
                yield from ((group, window) for window in state.windows if window.hits is not None)

    # --- one group ---------------------------------------------------------------------------------------------------

    def _came_twice(self, state: _GroupState, hit: Hit) -> bool:
        """Say whether the hit is there already, and remember it; it is one of the newest instant."""
        known = state.identities_of_newest()
        if hit.identity in known:
            return True
        if len(known) < MAX_OF_AN_INSTANT:
            known.add(hit.identity)
        return False

    def _step(self, state: _GroupState, hit: Hit) -> OpenWindow | None:
        """Place a hit that is not older than those placed before; return the window it opened."""
        within = _window_at(state.windows, hit.time_ns) if state.windows else None
        if within is None:
            self._hold(state, 1)
            self._add_free(state, hit)
            return self._open(state, hit) if state.tally.is_met() else None
        if within.told == within.count:
            self._telling.note(hit.group, within)
        within.join(hit)
        if within.hits is not None:
            self._hold(state, 1)
            if self._is_settled_for_good(state, within):
                self._close_to_changes(state, within)
            elif self._feeds and hit.time_ns == within.reached_ns:
                self._tied[id(within)] = hit.group, within
        return None

    def _add_free(self, state: _GroupState, hit: Hit) -> None:
        state.free.append(hit)
        state.tally.add(hit)
        oldest_ns = hit.time_ns - self._span_ns
        while state.free[state.low].time_ns < oldest_ns:
            state.tally.drop(state.free[state.low])
            state.low += 1

    def _open(self, state: _GroupState, hit: Hit) -> OpenWindow:
        window = OpenWindow.of_hits(state.free[state.low :], span_ns=self._span_ns, reached_ns=hit.time_ns)
        del state.free[state.low :]
        state.tally = self._condition.new_tally()
        state.low = len(state.free)
        for other in state.windows:
            if other.hits is not None and self._is_settled_for_good(state, other):
                self._close_to_changes(state, other)
        insort(state.windows, window, key=_start)
        self._telling.note(hit.group, window)
        if len(state.windows) > MAX_WINDOWS_PER_GROUP:
            # One that was not told yet will be told nevertheless: `_telling` has it.
            furthest = max(state.windows, key=lambda one: abs(one.start_ns - hit.time_ns))
            state.windows.remove(furthest)
            self._hold(state, -len(furthest.hits or ()))
        return window

    def _is_settled_for_good(self, state: _GroupState, window: OpenWindow) -> bool:
        """Say whether nothing that comes within the allowance changes what is in the window but for joining it."""
        # What a correlation below has told may be taken back for as long as that one's window may change.
        last_ns = window.end_ns if self._is_fed else window.reached_ns
        return last_ns < state.newest_ns - self._allowance_ns

    def _close_to_changes(self, state: _GroupState, window: OpenWindow) -> None:
        """Keep no more of a window than its count and first events, once correlations over this one know them all."""
        if id(window) in self._tied:
            return
        self._hold(state, -len(window.hits or ()))
        window.hits = None

    def _hold(self, state: _GroupState, more: int) -> None:
        state.held += more
        self.held += more

    # --- hits that come late -----------------------------------------------------------------------------------------

    def _put_off(self, state: _GroupState, hit: Hit) -> None:
        if hit.time_ns < state.newest_ns - self._allowance_ns:
            self.counters.late += 1
        self._late_of(state, hit.group).waiting.append(hit)
        self._hold(state, 1)

    def _late_of(self, state: _GroupState, group: Group) -> _Late:
        if state.late is None:
            state.late = self._unsettled[group] = _Late()
        return state.late

    def _replay(self, group: Group, state: _GroupState, late: _Late, opened: Opened) -> None:
        """Take the windows apart that may change, and go on from there by time."""
        withdrawn = late.withdrawn
        cut_ns = min(hit.time_ns for hit in (*late.waiting, *withdrawn))
        # A window that met its condition before then stays as it is: the hit joins it, or has nothing to do with it.
        gone = [
            one
            for one in state.windows
            if one.hits is not None and (one.reached_ns > cut_ns or (withdrawn and one.reached_ns == cut_ns))
        ]
        state.windows = [one for one in state.windows if one not in gone]
        for window in state.windows:
            for hit in withdrawn:
                window.leave(hit)
        known = [hit for hit in (*state.free, *_hits_of(gone)) if hit not in withdrawn]
        more = _unlike((hit for hit in late.waiting if hit not in withdrawn), known)
        hits = sorted((*known, *more), key=_time)
        self._clear(state)
        new = list(self._go_on(state, hits, cut_ns))
        keep_names(gone, new)
        for one in gone:
            self._telling.forget(one)
            self._tied.pop(id(one), None)
        opened.gone += [(group, one) for one in gone]
        opened.new += [(group, one) for one in new]

    def _clear(self, state: _GroupState) -> None:
        """Forget what is in no window."""
        self._hold(state, sum(len(one.hits or ()) for one in state.windows) - state.held)
        state.free, state.low, state.tally = [], 0, self._condition.new_tally()
        state.late = None

    def _go_on(self, state: _GroupState, hits: Iterable[Hit], cut_ns: int) -> Iterator[OpenWindow]:
        kept = set(map(id, state.windows))
        for hit in hits:
            within = _window_at(state.windows, hit.time_ns)
            if within is not None and id(within) in kept and within.has(hit):
                continue
            if hit.time_ns < cut_ns:
                self._hold(state, 1)
                self._add_free(state, hit)
            elif (window := self._step(state, hit)) is not None:
                yield window

    # --- limits ------------------------------------------------------------------------------------------------------

    def _trim(self, state: _GroupState) -> None:
        """Let go of what is too old to count, and where the group has too much, of what matters least."""
        useless_before_ns = state.newest_ns - self._span_ns - self._allowance_ns
        old = 0
        while old < min(state.low, len(state.free) - KEPT_ANYWAY) and state.free[old].time_ns < useless_before_ns:
            old += 1
        del state.free[:old]
        state.low -= old
        self._hold(state, -old)
        if state.held <= self._max_group_hits:
            return
        for window in state.windows:
            self._close_to_changes(state, window)
        if len(state.free) > self._max_group_hits:
            before, kept = len(state.free), self._condition.thin(state.free, keep=self._max_group_hits * 3 // 4)
            self.counters.hits_forgotten += before - len(kept)
            self._clear(state)
            for hit in kept:
                self._hold(state, 1)
                self._add_free(state, hit)

    def _forget_groups(self) -> None:
        while len(self._groups) > 1 and (len(self._groups) > MAX_GROUPS or self.held > MAX_HITS):
            self.forget_silent_group()

    def forget_silent_group(self) -> None:
        """Give up the group that was silent longest; its windows that were not told yet will be told."""
        _, state = self._groups.popitem(last=False)
        self.held -= 1 if isinstance(state, Hit) else state.held
        self.counters.groups_forgotten += 1

    # --- keeping it over a restart -----------------------------------------------------------------------------------

    def snapshot(self) -> list[Any]:
        """Return the state as JSON values, the group that was silent longest first."""
        self.settle()
        return [_dumped(group, state) for group, state in self._groups.items()]

    def restore(self, saved: Sequence[Any]) -> None:
        """Take up what `snapshot` gave in place of the present state."""
        self._groups, self._unsettled, self._telling, self.held = OrderedDict(), {}, Telling(), 0
        self._tied = {}
        for one in saved:
            pairs, free, windows, newest_ns, of_newest = one if len(one) > OLD_LENGTH else from_first_release(one)
            group = load_group(pairs)
            state = self._groups[group] = _GroupState(tally=self._condition.new_tally(), newest_ns=int(newest_ns))
            state.of_newest = {(source, value, id_) for source, value, id_ in of_newest}
            state.windows = [OpenWindow.load(window, group=group) for window in windows]
            self._clear(state)
            for hit in free:
                self._hold(state, 1)
                self._add_free(state, load_hit(hit, group=group))
            for window in state.windows:
                if window.told < window.count:
                    self._telling.note(group, window)


def _dumped(group: Group, state: _GroupState | Hit) -> list[Any]:
    if isinstance(state, Hit):
        return [group, [dump_hit(state)], [], state.time_ns, [state.identity]]
    free, windows = [dump_hit(hit) for hit in state.free], [window.dump() for window in state.windows]
    return [group, free, windows, state.newest_ns, [*state.identities_of_newest()]]


def _hits_of(windows: Iterable[OpenWindow]) -> Iterator[Hit]:
    return (hit for window in windows for hit in window.hits or ())


def _window_at(windows: Sequence[OpenWindow], time_ns: int) -> OpenWindow | None:
    for window in reversed(windows):
        if window.start_ns <= time_ns:
            return window if time_ns <= window.end_ns else None
    return None


def _unlike(late: Iterable[Hit], known: Iterable[Hit]) -> Iterator[Hit]:
    """Yield each late hit once, but none that is known already (delivered twice)."""
    seen = {(hit.time_ns, *hit.identity) for hit in known}
    for hit in late:
        identity = (hit.time_ns, *hit.identity)
        if identity not in seen:
            seen.add(identity)
            yield hit


def _start(window: OpenWindow) -> int:
    return window.start_ns


def _time(hit: Hit) -> int:
    return hit.time_ns
