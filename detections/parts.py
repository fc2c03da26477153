"""A matched batch in parts, one for each key range: what its owner has to know, as plain values that can travel."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from detections import hits
from detections.hits import Group, PlacedHit, Ref
from ir_platform.domain.event import Event, EventId


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that matched one event."""

    rule_id: str
    ref: Ref
    group: Group


@dataclass(slots=True, kw_only=True)
class Part:
    """What one key range is to know of a batch; filled while the batch is matched."""

    lane: str
    newest_ns: int | None
    """How far the batch takes its lane; None: it is empty."""
    rules_version: int
    """Of the rules that it was matched with."""
    found: list[Found] = field(default_factory=list)
    hits: list[PlacedHit] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    """For the detectors of this range, by time."""


def dump_part(part: Part) -> bytes:
    document = {
        "lane": part.lane,
        "newest_ns": part.newest_ns,
        "rules": part.rules_version,
        "found": [[one.rule_id, one.ref, one.group] for one in part.found],
        "hits": [[placed.correlation, placed.hit.group, hits.dump_hit(placed.hit)] for placed in part.hits],
        "events": [[event.id, event.time_ns, event.body.decode()] for event in part.events],
    }
    return orjson.dumps(document, default=list)


def load_part(content: bytes) -> Part:
    """Return what `dump_part` gave."""
    document = orjson.loads(content)
    return Part(
        lane=document["lane"],
        newest_ns=document["newest_ns"],
        rules_version=document["rules"],
        found=[*_found(document["found"])],
        hits=[*_hits(document["hits"])],
        events=[Event(EventId(id_), time_ns, body.encode()) for id_, time_ns, body in document["events"]],
    )


def _found(saved: Iterable[Any]) -> Iterator[Found]:
    for rule_id, ref, group in saved:
        yield Found(rule_id, next(iter(hits.load_refs([ref]))), hits.load_group(group))


def _hits(saved: Iterable[Any]) -> Iterator[PlacedHit]:
    for correlation, group, hit in saved:
        yield PlacedHit(correlation, hits.load_hit(hit, group=hits.load_group(group)))
