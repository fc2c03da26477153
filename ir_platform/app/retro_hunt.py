"""Rules over events that are stored already (`ports.RetroHunt`): read oldest first, bounded in time and number."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson
import structlog

from detections.detectors.base import Detector
from detections.retro import narrowed, rescan, usable_ids
from detections.sigma.ruleset import RuleSet
from detections.sigma.store_query import EVERYTHING, store_query
from ir_platform.domain.alert import Detection, EventRef
from ir_platform.domain.event import Event, EventBatch, batch_of, to_ns
from ir_platform.ports import BadQueryError, EventReader, FoundEvent, HuntedAgain, HuntResult

log = structlog.get_logger(__name__)

SLICE_EVENTS = 2_000
"""Events that are held at once, unless more than these share an instant."""
BUCKETS = 128
NARROWEST = timedelta(microseconds=BUCKETS)
"""A bucket of a microsecond is not divided further."""
MAX_ENTITIES = 200
OLDEST_SAMPLES, NEWEST_SAMPLES = 3, 2
SUMMARY_CHARACTERS = 300
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHunt:
    """`ports.RetroHunt` over an event store, with the rules in use now and a state of its own."""

    reader: EventReader
    rules: Callable[[], RuleSet]
    detectors: Callable[[], tuple[Detector, ...]]
    max_events: int
    max_seconds: float
    monotonic: Callable[[], float] = time.monotonic

    def usable(self, rule_ids: frozenset[str]) -> frozenset[str]:
        return rule_ids & usable_ids(self.rules(), self.detectors())

    def over_store(
        self,
        rule_ids: frozenset[str],
        *,
        time_from: datetime,
        time_to: datetime,
        on_progress: Callable[[int], None],
    ) -> HuntResult:
        reading = _Reading(hunt=self, time_from=time_from, time_to=time_to, on_progress=on_progress)
        return self._result(rule_ids, reading)

    def over_candidates(
        self,
        rule_ids: frozenset[str],
        *,
        time_from: datetime,
        time_to: datetime,
        on_progress: Callable[[int], None],
    ) -> HuntResult:
        """The same hits as `over_store`, from the events alone that the store says the rules can match.

        `events` of the result counts only these.
        """
        query = EVERYTHING if self._wanted_detectors(rule_ids) else store_query(narrowed(self.rules(), rule_ids))
        reading = _Reading(hunt=self, time_from=time_from, time_to=time_to, on_progress=on_progress, query=query)
        try:
            return self._result(rule_ids, reading)
        except BadQueryError as error:
            # A pattern that stands for too much: the store says so at the first question.
            log.info("hunt_reads_everything", reason=error.reason)
        return self.over_store(rule_ids, time_from=time_from, time_to=time_to, on_progress=on_progress)

    def _result(self, rule_ids: frozenset[str], reading: "_Reading") -> HuntResult:
        tally = self._tally(rule_ids, reading.batches())
        return tally.result(events=reading.events, checked_until=reading.checked_until, is_complete=reading.is_complete)

    def over_events(self, rule_ids: frozenset[str], events: Iterable[FoundEvent]) -> HuntResult:
        batch = _batch_of(events)
        end = max((event.at for event in batch), default=_EPOCH)
        return self._tally(rule_ids, (batch,)).result(events=len(batch), checked_until=end, is_complete=True)

    def _tally(self, rule_ids: frozenset[str], batches: Iterable[EventBatch]) -> "_Tally":
        tally = _Tally()
        for detection in rescan(narrowed(self.rules(), rule_ids), self._wanted_detectors(rule_ids), batches):
            if detection.rule_id in rule_ids:
                tally.count(detection)
        return tally

    def _wanted_detectors(self, rule_ids: frozenset[str]) -> tuple[Detector, ...]:
        return tuple(one for one in self.detectors() if any(info.id in rule_ids for info in one.infos))


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One pass over a range of the store; how far it came is said when its batches are used up."""

    hunt: StoreHunt
    time_from: datetime
    time_to: datetime
    on_progress: Callable[[int], None]
    query: str = EVERYTHING
    events: int = 0
    is_complete: bool = True
    checked_until: datetime = _EPOCH

    def batches(self) -> Iterator[EventBatch]:
        self.checked_until = self.time_from
        started = self.hunt.monotonic()
        for begin, end in slices(self.hunt.reader, self.time_from, self.time_to, query=self.query):
            room = self.hunt.max_events - self.events
            found = None if self.hunt.monotonic() - started > self.hunt.max_seconds else self._read(begin, end, room)
            if found is None:
                self.is_complete = False
                return
            self.events += len(found)
            yield _batch_of(found)
            self.checked_until = end
            self.on_progress(int(100 * ((end - self.time_from) / (self.time_to - self.time_from))))
        self.checked_until = self.time_to

    def _read(self, begin: datetime, end: datetime, room: int) -> list[FoundEvent] | None:
        """Return the events of a slice; None where there are more than there is room for."""
        found: list[FoundEvent] = []
        cursor: str | None = None
        while True:
            page = self.hunt.reader.search(self.query, time_from=begin, time_to=end, cursor=cursor, limit=SLICE_EVENTS)
            found += page.items
            if len(found) > room:
                return None
            if page.cursor is None:
                return found
            cursor = page.cursor


def slices(
    reader: EventReader, time_from: datetime, time_to: datetime, *, query: str = EVERYTHING
) -> Iterator[tuple[datetime, datetime]]:
    """Yield parts of the range that hold events, oldest first, each small enough to be held at once.

    Both stores give the newest first; rules have to see the oldest first.
    """
    if time_to <= time_from:
        return
    buckets = reader.histogram(query, time_from=time_from, time_to=time_to, buckets=BUCKETS)
    ends = [*(one.start for one in buckets[1:]), time_to]
    begin, held = time_from, 0
    for bucket, end in zip(buckets, ends, strict=True):
        if held and held + bucket.count > SLICE_EVENTS:
            yield begin, bucket.start
            begin, held = bucket.start, 0
        if bucket.count > SLICE_EVENTS and end - bucket.start > NARROWEST:
            yield from slices(reader, max(bucket.start, time_from), end, query=query)
            begin, held = end, 0
            continue
        held += bucket.count
    if held:
        yield begin, time_to


@dataclass(slots=True)
class _Entity:
    """What one rule found about one entity."""

    first_detection: Detection
    detections: int = 0
    events: int = 0
    first: datetime | None = None
    last: datetime | None = None
    oldest: list[EventRef] = field(default_factory=list)
    newest: list[EventRef] = field(default_factory=list)

    def add(self, detection: Detection) -> None:
        self.detections += 1
        self.events += detection.event_count
        begin = min([detection.at, *(ref.at for ref in detection.events)])
        self.first = begin if self.first is None else min(self.first, begin)
        self.last = detection.at if self.last is None else max(self.last, detection.at)
        for ref in detection.events:
            if len(self.oldest) < OLDEST_SAMPLES:
                self.oldest.append(ref)
            elif ref not in self.oldest:
                self.newest = [*self.newest, ref][-NEWEST_SAMPLES:]


class _Tally:
    """Detections counted by rule and entity, in bounded memory."""

    def __init__(self) -> None:
        self._entities: dict[tuple[str, frozenset[tuple[str, str]]], _Entity] = {}
        self._others: set[int] = set()

    def count(self, detection: Detection) -> None:
        key = (detection.rule_id, frozenset(detection.group))
        entity = self._entities.get(key)
        if entity is None:
            if len(self._entities) >= MAX_ENTITIES:
                self._others.add(hash(key))
                return
            entity = self._entities[key] = _Entity(detection)
        entity.add(detection)

    def result(self, *, events: int, checked_until: datetime, is_complete: bool) -> HuntResult:
        return HuntResult(
            hits=tuple(_hunted(one) for one in self._entities.values()),
            further_entities=len(self._others),
            events=events,
            checked_until=checked_until,
            is_complete=is_complete,
        )


def _hunted(one: _Entity) -> HuntedAgain:
    assert one.first is not None
    assert one.last is not None
    detection = one.first_detection
    return HuntedAgain(
        rule_id=detection.rule_id,
        rule_title=detection.rule_title,
        group=detection.group,
        detections=one.detections,
        events=one.events,
        first=one.first,
        last=one.last,
        samples=(*one.oldest, *one.newest),
    )


def _batch_of(found: Iterable[FoundEvent]) -> EventBatch:
    events = [event for one in found if (event := _event_of(one)) is not None]
    return batch_of(sorted(events, key=lambda event: event.time_ns))


def _event_of(found: FoundEvent) -> Event | None:
    """Return the event as rules see it; None for a body that no rule could have been asked about either."""
    try:
        at = datetime.fromisoformat(str(found.fields.get("@timestamp")))
        body = orjson.dumps(found.fields)
    except (ValueError, TypeError):
        return None
    return Event(found.id, to_ns(at if at.tzinfo else at.replace(tzinfo=UTC)), body)


def hunt_to_json(found: HuntResult) -> dict[str, object]:
    """Return the result as it is printed, and kept with its job; summaries of events are cut."""
    return {
        "hits": [
            {
                "rule_id": one.rule_id,
                "rule_title": one.rule_title,
                "group": dict(one.group),
                "detections": one.detections,
                "events": one.events,
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "samples": [
                    {"id": ref.id, "at": ref.at.isoformat(), "summary": ref.summary[:SUMMARY_CHARACTERS]}
                    for ref in one.samples
                ],
            }
            for one in found.hits
        ],
        "further_entities": found.further_entities,
        "events": found.events,
        "checked_until": found.checked_until.isoformat(),
        "is_complete": found.is_complete,
    }


def _sample_to_json(ref: EventRef) -> dict[str, str]:
    return {"id": ref.id, "at": ref.at.isoformat(), "summary": ref.summary[:SUMMARY_CHARACTERS]}
