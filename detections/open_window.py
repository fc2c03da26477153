"""A window of event time: while it counts (OpenWindow), and as it is told (Window)."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from detections.hits import (
    MAX_EVENTS_SHOWN,
    Group,
    Hit,
    PlacedHit,
    Ref,
    dump_hit,
    dump_refs,
    first_refs,
    load_hit,
    load_refs,
    merge_refs,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A condition met: `[start_ns, end_ns]`, both included."""

    group: Group
    start_ns: int
    end_ns: int
    reached_ns: int
    """Time at which the condition was met."""
    last_ns: int
    """Time of its newest hit."""
    count: int
    """How many events it has."""
    refs: tuple[Ref, ...]
    """The first of its events, oldest first, at most `hits.MAX_EVENTS_SHOWN`."""
    named_ns: int
    """What its id is made of: the beginning it had when it was first told."""


def window_id(rule_id: str, window: Window) -> str:
    """Return the detection id of a window: the same for the same rule, group and beginning."""
    digest = blake2b(digest_size=16)
    for part in (rule_id, str(window.named_ns), *(text for pair in window.group for text in pair)):
        digest.update(part.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()


@dataclass(slots=True, kw_only=True, eq=False)
class OpenWindow:
    """A window that still counts. Not frozen: a long attack adds thousands of events to one."""

    start_ns: int
    end_ns: int
    reached_ns: int
    last_ns: int
    count: int
    refs: list[Ref]
    hits: list[Hit] | None
    """What is in it, by time, for as long as a late hit may change where it begins; None afterwards."""
    named_ns: int
    told: int = 0
    """The count it was last told with; 0: not told yet."""
    fed: tuple[PlacedHit, ...] = ()
    """What correlations over this one were fed with it."""

    @classmethod
    def of_hits(cls, hits: list[Hit], *, span_ns: int, reached_ns: int) -> "OpenWindow":
        """Return the window that begins with the first of these."""
        start_ns = hits[0].time_ns
        return cls(
            start_ns=start_ns,
            end_ns=start_ns + span_ns,
            reached_ns=reached_ns,
            last_ns=hits[-1].time_ns,
            count=sum(len(hit.refs) for hit in hits),
            refs=first_refs(hits),
            hits=hits,
            named_ns=start_ns,
        )

    def join(self, hit: Hit) -> None:
        """Count a hit that is not in the window yet."""
        if self.hits is not None:
            if hit.time_ns >= self.hits[-1].time_ns:
                self.hits.append(hit)
            else:
                insort(self.hits, hit, key=_time)
        self.count += len(hit.refs)
        self.last_ns = max(hit.time_ns, self.last_ns)
        if len(self.refs) < MAX_EVENTS_SHOWN or hit.refs[0] < self.refs[-1]:
            merge_refs(self.refs, hit.refs)

    def has(self, hit: Hit) -> bool:
        """Say whether the hit is known to be in the window already: it was delivered twice."""
        if hit.time_ns > self.last_ns:
            return False
        if self.hits is None:
            return all(ref in self.refs for ref in hit.refs)
        low = bisect_left(self.hits, hit.time_ns, key=_time)
        high = bisect_right(self.hits, hit.time_ns, key=_time)
        return any(other.identity == hit.identity for other in self.hits[low:high])

    def leave(self, hit: Hit) -> None:
        """Take out a hit that joined after the condition was met; what is not remembered stays."""
        if self.hits is not None and hit in self.hits:
            self.hits.remove(hit)
            self.count -= len(hit.refs)
            self.refs = first_refs(self.hits)
            self.last_ns = self.hits[-1].time_ns

    def first_hits(self) -> Sequence[Hit]:
        """Return the hits up to the time at which the condition was met: what correlations over this one are fed."""
        return () if self.hits is None else self.hits[: bisect_right(self.hits, self.reached_ns, key=_time)]

    def frozen(self, group: Group) -> Window:
        return Window(
            group=group,
            start_ns=self.start_ns,
            end_ns=self.end_ns,
            reached_ns=self.reached_ns,
            last_ns=self.last_ns,
            count=self.count,
            refs=tuple(self.refs),
            named_ns=self.named_ns,
        )

    def dump(self) -> list[Any]:
        """Return the window as JSON values."""
        hits = None if self.hits is None else [dump_hit(hit) for hit in self.hits]
        times = [self.start_ns, self.end_ns, self.reached_ns, self.last_ns, self.named_ns]
        return [times, self.count, self.told, dump_refs(self.refs), hits]

    @classmethod
    def load(cls, saved: Sequence[Any], *, group: Group) -> "OpenWindow":
        """Return what `dump` gave."""
        times, count, told, refs, hits = saved
        start_ns, end_ns, reached_ns, last_ns, named_ns = map(int, times)
        return cls(
            start_ns=start_ns,
            end_ns=end_ns,
            reached_ns=reached_ns,
            last_ns=last_ns,
            count=int(count),
            refs=list(load_refs(refs)),
            hits=None if hits is None else [load_hit(hit, group=group) for hit in hits],
            named_ns=named_ns,
            told=int(told),
        )


class Telling:
    """Windows that were not told yet, or not with the count they have reached."""

    __slots__ = ("_changed",)

    def __init__(self) -> None:
        self._changed: dict[int, tuple[Group, OpenWindow]] = {}

    def __bool__(self) -> bool:
        return bool(self._changed)

    def note(self, group: Group, window: OpenWindow) -> None:
        self._changed[id(window)] = group, window

    def forget(self, window: OpenWindow) -> None:
        self._changed.pop(id(window), None)

    def take(self, *, ended_before_ns: int | None = None) -> tuple[Window, ...]:
        """Return the windows not told yet (all, or those that ended before a time) as they stand now."""
        return self._tell(
            [
                pair
                for pair in self._changed.values()
                if pair[1].told == 0 and (ended_before_ns is None or pair[1].end_ns < ended_before_ns)
            ]
        )

    def grown(self) -> tuple[Window, ...]:
        """Return those that have more events than they were told with."""
        return self._tell([pair for pair in self._changed.values() if 0 < pair[1].told < pair[1].count])

    def _tell(self, pairs: Sequence[tuple[Group, OpenWindow]]) -> tuple[Window, ...]:
        for _, window in pairs:
            window.told = window.count
            self.forget(window)
        return tuple(window.frozen(group) for group, window in pairs)


def keep_names(gone: Sequence[OpenWindow], new: Sequence[OpenWindow]) -> None:
    """Give each new window the name of the told one that it takes the place of, so that it is told as the same."""
    told = [window for window in gone if window.told]
    for window in new:
        before = next((old for old in told if old.start_ns <= window.end_ns and window.start_ns <= old.end_ns), None)
        if before is not None:
            told.remove(before)
            window.named_ns, window.told = before.named_ns, before.told


def _time(hit: Hit) -> int:
    return hit.time_ns
