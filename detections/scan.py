"""The Scanner: batches of events in, Detections out; it owns the matching, the correlation state and the detectors."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from operator import itemgetter
from typing import Any

import orjson
import structlog

from detections import outcome
from detections.detectors.bank import Bank, read_facts
from detections.detectors.base import Detector, Observed
from detections.entities import group_of, reference_to
from detections.lanes import LIVE
from detections.open_window import Window
from detections.parts import Found, Part
from detections.sigma.correlate import CorrelationEngine
from detections.sigma.match import PartitionStore, decode
from detections.sigma.rule_set import RuleSet
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import Event, EventBatch, EventId

log = structlog.get_logger(__name__)

SNAPSHOT_VERSION = 2
READABLE_VERSIONS = (1, 2)
ALLOWANCE = timedelta(seconds=60)
"""How late an event may come and still be counted as if it had come in time; the setting IRP_LATE_SECONDS."""


class SnapshotError(Exception):
    """A snapshot that cannot be taken up; `reason` says what is wrong with it."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanStats:
    """What the scanner has done since it was made."""

    events: int
    asked: int
    """Rules asked about an event after the prefilter."""
    hits: int
    """Rules that matched an event, those that only feed correlations included."""
    detections: int
    ungrouped: int
    """Matches that lack a group-by or counted field of a correlation and count for nothing there."""
    groups_forgotten: int
    """Groups given up to stay within the memory limits of correlations and detectors."""
    hits_forgotten: int
    """Matches given up because a group of a correlation had too many."""
    late: int
    """Matches that came later than the allowance, and were counted as far as could be."""


class Scanner:
    """Matches, correlates and detects. One owner, one thread; the same events give the same detection ids."""

    def __init__(
        self,
        rules: RuleSet,
        detectors: Sequence[Detector] = (),
        *,
        allowance: timedelta = ALLOWANCE,
        keys: Mapping[str, str] | None = None,
        store: PartitionStore | None = None,
    ) -> None:
        """`store` keeps what is built of exactly these rules.

        `keys`: what each correlation means (`detections.in_use.correlation_keys`); a snapshot's state that was
        gathered under another key is not taken up. None: state goes by the correlation's id alone.
        """
        self._rules, self._keys = rules, keys
        self._matcher = rules.matcher(store)
        allowance_ns = allowance // timedelta(microseconds=1) * 1000
        self._engine = CorrelationEngine(rules.correlations, allowance_ns=allowance_ns)
        self._detectors = Bank(detectors)
        self._infos = {info.id: info for info in rules.infos}
        self._detections = 0
        self._limits_noted = self._engine.counters()

    def scan(self, batch: EventBatch, *, windows_ended_before_ns: int | None = None) -> tuple[Detection, ...]:
        """Return what the batch's events amount to, with those scanned before.

        An event that a rule matches gives one detection. A correlation gives one per window (`detections.windows`),
        with the count it has at the end of the batch in which it opened; later ones come from `grown`. With
        `windows_ended_before_ns` a window is told only once it has ended before that time.
        """
        lane = lane_of(batch)
        observed: list[Observed] = []
        found: list[Detection] = []
        for event, body in decoded(batch):
            matched = self._matcher.match(body, event.view)
            if matched:
                found += self._matched(event, matched, lane)
            if self._detectors.reads(event):
                event.put_away()
                observed.append(event)
        if batch:
            self._engine.moved(lane, max(batch.times_ns))
        found += self._told(self._engine.take(ended_before_ns=windows_ended_before_ns))
        found += self._detectors.observe(observed)
        self._detections += len(found)
        return tuple(found)

    def judge(self, part: Part) -> tuple[Detection, ...]:
        """Return what `scan` does of a batch that was matched elsewhere, for the keys that are here.

        What belongs to rules that are not in use any more counts for nothing.
        """
        found = [outcome.of_event(self._infos[one.rule_id], one.ref, one.group) for one in self._known(part)]
        for placed in part.hits:
            if self._engine.counts(placed.correlation):
                self._engine.observe(placed)
        if part.newest_ns is not None:
            self._engine.moved(part.lane, part.newest_ns)
        found += self._told(self._engine.take())
        found += self._detectors.observe([event for event, _ in decoded(part.events) if self._detectors.reads(event)])
        self._detections += len(found)
        return tuple(found)

    def _known(self, part: Part) -> Iterator[Found]:
        return (one for one in part.found if one.rule_id in self._infos)

    def grown(self) -> tuple[Detection, ...]:
        """Return the windows told before, under their ids, that have had more events since."""
        return tuple(self._told(self._engine.grown()))

    def tick(self, now_ns: int) -> tuple[Detection, ...]:
        """Tell the time: return what is over by it. `now_ns`: the clock; spans of live events are judged by it too."""
        self._engine.tick(now_ns)
        self._note_limits()
        found = tuple(self._told(self._engine.take()))
        self._detections += len(found)
        return found

    def finish(self) -> tuple[Detection, ...]:
        """Return what is left to tell when there are no more events; what rests on silence only where they went on."""
        self._engine.finish()
        found = tuple(self._told(self._engine.take()))
        self._detections += len(found)
        return found

    def _note_limits(self) -> None:
        """Say in the log, once for each time it is worse, that memory limits were reached or events came too late."""
        reached = self._engine.counters()
        if reached != self._limits_noted:
            self._limits_noted = reached
            log.warning("correlation_limits_reached", **asdict(reached))

    def _told(self, windows: Iterable[tuple[str, Window]]) -> Iterator[Detection]:
        return (outcome.of_window(self._infos[rule_id], window) for rule_id, window in windows)

    def _matched(self, event: Observed, matched: Sequence[int], lane: str) -> list[Detection]:
        refs = (event.ref,)
        found: list[Detection] = []
        for index in matched:
            info = self._rules.infos[index]
            for placed in self._engine.hits_of(info.id, time_ns=event.time_ns, view=event.view, refs=refs, lane=lane):
                self._engine.observe(placed)
            if info.id not in self._rules.silent:
                ref = reference_to(event.id, event.time_ns, event.view)
                found.append(outcome.of_event(info, ref, group_of(event.view, self._rules.fields)))
        return found

    @property
    def stats(self) -> ScanStats:
        counters, limits = self._matcher.counters, self._engine.counters()
        return ScanStats(
            events=counters.events,
            asked=counters.asked,
            hits=counters.hits,
            detections=self._detections,
            ungrouped=self._engine.ungrouped,
            groups_forgotten=limits.groups_forgotten + self._detectors.forgotten,
            hits_forgotten=limits.hits_forgotten,
            late=limits.late,
        )

    def snapshot(self) -> str:
        """Return the state of correlations and detectors as JSON; its size is bounded by their memory limits."""
        state = {
            "version": SNAPSHOT_VERSION,
            "correlations": self._engine.snapshot(),
            "keys": self._keys,
            "lanes": self._engine.lanes(),
            "detectors": self._detectors.snapshot(),
        }
        return orjson.dumps(state).decode()

    def restore(self, saved: str) -> None:
        """Take up a snapshot in place of the present state, without what belongs to rules that are gone or changed.

        Raises: SnapshotError, and then the state may be half taken up: make a new Scanner.
        """
        try:
            state = orjson.loads(saved)
            if state["version"] not in READABLE_VERSIONS:
                raise SnapshotError(reason=f"version {state['version']}, this is {SNAPSHOT_VERSION}")
            # Snapshots of earlier versions have no keys.
            known = _unchanged(state["correlations"], state.get("keys"), self._keys)
            self._engine.restore(known, lanes=state.get("lanes", {}))
            self._detectors.restore(state["detectors"])
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise SnapshotError(reason=f"{type(error).__name__}: {error}") from error


def _unchanged(
    saved: Mapping[str, Any], saved_keys: Mapping[str, str] | None, keys: Mapping[str, str] | None
) -> Mapping[str, Any]:
    """Return the state of the correlations that mean what they meant when it was saved."""
    if saved_keys is None or keys is None:
        return saved
    return {name: state for name, state in saved.items() if saved_keys.get(name) == keys.get(name)}


def decoded(events: Iterable[Event]) -> Iterator[tuple[Observed, bytes]]:
    """Yield the events to look at with their bodies, by event time: late ones of a batch take their place.

    What detectors ask of each is read.
    """
    columns: Iterable[tuple[EventId, int, bytes]]
    if isinstance(events, EventBatch):
        columns = zip(events.ids, events.times_ns, events.bodies, strict=True)
    else:
        columns = ((one.id, one.time_ns, one.body) for one in events)
    # One at a time: of a thousand that are decoded together, none is in the processor's cache when its turn comes.
    for event_id, time_ns, body in sorted(columns, key=_time):
        view = decode(body)
        if view is not None:
            yield read_facts(Observed(event_id, time_ns, view, body)), body


_time = itemgetter(1)


def lane_of(batch: EventBatch) -> str:
    """Return the file that the batch was read from; '' for one that came in live or is of several."""
    if not batch:
        return LIVE
    first, last = _file_of(batch.bodies[0]), _file_of(batch.bodies[-1])
    return first if first == last else LIVE


def _file_of(body: bytes) -> str:
    return str(orjson.loads(body).get("log.file.path") or LIVE)
