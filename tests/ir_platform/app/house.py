"""The rooms joined as `ir_platform.app.wiring` joins them, in a folder of the test's own, with a clock that stands."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.handover import Carried
from ir_platform.app.ids import new_id
from ir_platform.app.pipeline import Pipeline
from ir_platform.app.triage import Triage
from ir_platform.app.wiring import (
    STATE_FILE,
    event_reader,
    event_writer,
    make_muting,
    make_opener,
    make_recurrences,
    open_state,
)
from ir_platform.config import Settings
from ir_platform.domain.alert import Alert, Detection, Level
from ir_platform.domain.event import EventBatch, batch_of
from ir_platform.domain.incident import Incident
from ir_platform.domain.job import JobId, JobKind
from ir_platform.ports import IncidentFilter
from tests.support.builders import NOON, an_event
from tests.support.sqlite import migrated


@dataclass
class ScriptedScanner:
    """Finds what each event says that it is: the field `tanggap.detects` names detections by number."""

    known: dict[str, Detection] = field(default_factory=dict)
    scanned: int = 0

    def scan(self, batch: EventBatch) -> tuple[Detection, ...]:
        self.scanned += len(batch)
        names = [event.fields().get("tanggap.detects") for event in batch]
        return tuple(self.known[name] for name in names if name)

    def grown(self) -> tuple[Detection, ...]:
        return ()

    def tick(self, now_ns: int) -> tuple[Detection, ...]:
        return ()

    def snapshot(self) -> str:
        return str(self.scanned)

    def restore(self, snapshot: str) -> None:
        self.scanned = int(snapshot)


class StoppedError(Exception):
    """The process ends here."""


@dataclass
class StopsBeforeAlerts:
    """A triage whose process ends once, after the events are durable and before anything is made of them."""

    triage: Triage
    stops: int = 1

    def record(self, detections: Iterable[Detection]) -> Carried:
        found = tuple(detections)
        if found and self.stops:
            self.stops -= 1
            raise StoppedError
        return self.triage.record(found)


@dataclass
class SilentBell:
    """A bell (`ports.JobBell`) that only notes what rang."""

    rings: list[tuple[JobId, JobKind]] = field(default_factory=list)

    def ring(self, job_id: JobId, kind: JobKind) -> None:
        self.rings.append((job_id, kind))


@dataclass
class House:
    settings: Settings
    state: SqlState
    scanner: Any
    bell: SilentBell
    clock: list[datetime]

    def triage(self) -> Triage:
        return Triage(
            state=self.state,
            opener=make_opener(self.settings),
            bell=self.bell,
            clock=lambda: self.clock[0],
            new_id=new_id,
            open_level=self.settings.open_level,
            recurrences=replace(make_recurrences(self.settings), clock=lambda: self.clock[0]),
            muting=replace(make_muting(self.settings), clock=lambda: self.clock[0]),
        )

    @contextmanager
    def pipeline(self, *, triage: Any = None) -> Iterator[Pipeline]:
        """A process that owns the event writer, until the block ends."""
        pipeline = Pipeline(
            writer=event_writer(self.settings),
            scanner=self.scanner,
            state=self.state,
            triage=triage or self.triage(),
            clock=lambda: self.clock[0],
        )
        try:
            yield pipeline
        finally:
            pipeline.close()

    def alerts(self) -> tuple[Alert, ...]:
        with self.state.read() as uow:
            return uow.alerts.page(status=None, level=None, text=None, cursor=None, limit=200).items

    def incidents(self) -> tuple[Incident, ...]:
        with self.state.read() as uow:
            return uow.incidents.page(IncidentFilter(), cursor=None, limit=200).items

    def stored(self) -> int:
        page = event_reader(self.settings).search("*", time_from=None, time_to=None, cursor=None, limit=1)
        return page.total or 0


@contextmanager
def a_house(
    folder: Path, *, scanner: Any = None, open_level: Level = Level.HIGH, database_url: str | None = None
) -> Iterator[House]:
    settings = Settings(data_dir=folder, open_level=open_level, database_url=database_url)
    folder.mkdir(mode=0o700, exist_ok=True)
    if database_url is None:
        (folder / STATE_FILE).write_bytes(migrated())
    state = open_state(settings)
    yield House(settings=settings, state=state, scanner=scanner or ScriptedScanner(), bell=SilentBell(), clock=[NOON])
    state.close()


def events_that_detect(house: House, *detections: Detection, at: datetime = NOON) -> EventBatch:
    """Events of which each makes the scripted scanner find one of the detections."""
    for detection in detections:
        house.scanner.known[detection.id] = detection
    events = [
        an_event(at, record=number, tanggap__detects=detection.id, host__name="web-1")
        for number, detection in enumerate(detections)
    ]
    return batch_of(events)


def numbered(detection: Detection, ids: Sequence[str]) -> list[Detection]:
    return [replace(detection, id=one) for one in ids]
