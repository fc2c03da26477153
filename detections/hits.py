"""What correlations count: a hit is an event that a rule matched, or a window of another correlation."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ir_platform.domain.alert import EventRef
from ir_platform.domain.event import EventId, to_datetime

MAX_EVENTS_SHOWN = 50
SUMMARY_CHARACTERS = 300

Group = tuple[tuple[str, str], ...]
Value = str | int | float
Identity = tuple[str, Value, str]

# Named tuples, not dataclasses: one of each is made for every event that a correlation counts.


class Ref(NamedTuple):
    """An event by its place in time; sorts by time, then id."""

    time_ns: int
    id: EventId
    summary: str


class Hit(NamedTuple):
    """Something that counts."""

    time_ns: int
    source: str
    """Which of the correlated rules it is a hit of."""
    group: Group
    refs: tuple[Ref, ...]
    """Its events; of a window of another correlation those that met its condition."""
    value: Value = ""
    """What is counted distinct, added up or averaged."""
    carried: tuple[str, ...] = ()
    """Values that correlations over this one group by or count, which this one's group does not have."""
    lane: str = ""
    """The file it was read from; live events share ''. Time passes in each by itself (see `detections.lanes`)."""

    @property
    def identity(self) -> Identity:
        """What tells it from the others of its instant and group."""
        return self.source, self.value, self.refs[0].id


class PlacedHit(NamedTuple):
    """A hit with the correlation it counts for: plain values, so that another process may have found it."""

    correlation: str
    hit: Hit


def merge_refs(into: list[Ref], more: Iterable[Ref]) -> None:
    """Add the events that are among the oldest `MAX_EVENTS_SHOWN`; the list stays in order."""
    for ref in more:
        if not into or ref > into[-1]:
            if len(into) < MAX_EVENTS_SHOWN:
                into.append(ref)
        elif ref not in into:
            into.append(ref)
            into.sort()
            del into[MAX_EVENTS_SHOWN:]


def first_refs(hits: Iterable[Hit]) -> list[Ref]:
    """Return the oldest events of the hits, each once."""
    return sorted({ref for hit in hits for ref in hit.refs})[:MAX_EVENTS_SHOWN]


def event_ref(ref: Ref) -> EventRef:
    """Return the event as an alert keeps it."""
    return EventRef(id=ref.id, at=to_datetime(ref.time_ns), summary=ref.summary)


def dump_hit(hit: Hit) -> list[Any]:
    """Return the hit as JSON values, without its group."""
    return [hit.time_ns, hit.source, dump_refs(hit.refs), hit.value, hit.carried, hit.lane]


def load_hit(saved: Sequence[Any], *, group: Group) -> Hit:
    time_ns, source, refs, value, carried, lane = saved
    return Hit(int(time_ns), source, group, load_refs(refs), value, tuple(carried), lane)


def dump_refs(refs: Iterable[Ref]) -> list[list[Any]]:
    return [[*ref] for ref in refs]


def load_refs(saved: Iterable[Sequence[Any]]) -> tuple[Ref, ...]:
    return tuple(Ref(int(time_ns), EventId(id_), summary) for time_ns, id_, summary in saved)


def load_group(saved: Iterable[Sequence[str]]) -> Group:
    return tuple((str(name), str(value)) for name, value in saved)
