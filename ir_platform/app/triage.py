"""What becomes of a detection: a repeat on an open alert, a new alert, and at the configured level an incident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import structlog

from ir_platform.app.handover import Carried
from ir_platform.app.muting import Listening, Muting
from ir_platform.domain.alert import Alert, AlertId, Detection, Level
from ir_platform.domain.incident import Incident, TimelineEntry
from ir_platform.domain.job import JobId, JobKind
from ir_platform.domain.tie import Proposal
from ir_platform.incidents.grouping import JOIN_WITHIN, hosts_of, may_join
from ir_platform.incidents.repeats import fold, grow
from ir_platform.ports import Clock, ConflictError, JobBell, NewId, State, UnitOfWork
from playbooks.opening import Opener
from playbooks.record import add_audit
from playbooks.recurring import Recurrences
from playbooks.words import SYSTEM

log = structlog.get_logger(__name__)

DETECTIONS_PER_TRANSACTION = 100
MAX_TRIES = 10
"""Of one transaction, where somebody else changed the same alert or incident meanwhile; then it is no coincidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    """What one transaction did with the first `count` detections."""

    count: int
    carried: Carried
    jobs: tuple[JobId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    state: State
    opener: Opener
    bell: JobBell
    clock: Clock
    new_id: NewId
    open_level: Level
    recurrences: Recurrences
    muting: Muting

    def record(self, detections: Iterable[Detection]) -> Carried:
        """Commit alerts and incidents of these detections.

        One that was recorded before changes nothing, but for the events it has had since: these are counted.
        """
        waiting = tuple(detections)
        total = Carried()
        while waiting:
            taken = self._record_first(waiting)
            for job_id in taken.jobs:
                self.bell.ring(job_id, JobKind.RENDER_DOCUMENT)
            total += taken.carried
            waiting = waiting[taken.count :]
        return total

    def _record_first(self, waiting: Sequence[Detection]) -> _Taken:
        """Record the first detections anew from what is there now, where a person was faster. Raises: ConflictError."""
        for tries_left in reversed(range(MAX_TRIES)):
            try:
                with self.state.write() as uow:
                    return self._record_some(uow, waiting)
            except ConflictError as conflict:
                if not tries_left:
                    raise
                log.info("triage_repeated", subject=conflict.subject)
        raise AssertionError("the last try returns or raises")

    def _record_some(self, uow: UnitOfWork, waiting: Sequence[Detection]) -> _Taken:
        """Take detections up to the first that reaches an incident, which is last in its transaction.

        An incident's audit entry locks the head of the chain; whatever other rows a transaction needs, it takes before.
        """
        total, count = Carried(), 0
        jobs: tuple[JobId, ...] = ()
        touched: list[Alert] = []
        proposals: list[Proposal] = []
        listening = self.muting.begin(uow)
        for detection in waiting[:DETECTIONS_PER_TRANSACTION]:
            count += 1
            before, after = self._fold(uow, listening, detection)
            if after is None:
                continue
            touched.append(after)
            if before is None and (proposal := self.recurrences.propose(uow, after)) is not None:
                proposals.append(proposal)
            if before is None or after.count > before.count:
                total += Carried(detections=1, alerts=int(before is None))
            if after.incident_id is None and after.level.reaches(self.open_level):
                opened, jobs = self._reach_incident(uow, after)
                total += Carried(incidents=int(opened))
                break
        self.recurrences.tell(uow, proposals)
        listening.tell(uow)
        for alert_id in dict.fromkeys(alert.id for alert in touched):
            uow.changes.add("alert", alert_id, self.clock())
        return _Taken(count=count, carried=total, jobs=jobs)

    def _fold(self, uow: UnitOfWork, listening: Listening, found: Detection) -> tuple[Alert | None, Alert | None]:
        """Return the open alert before and after the detection; (…, None) where it changed nothing."""
        detection = listening.placed(uow, found)
        before = uow.alerts.open_for(detection.rule_id, detection.group)
        alert_id = before.id if before else AlertId(self.new_id())
        if not uow.alerts.claim_detection(detection, alert_id, now=self.clock()):
            return self._recount(uow, found)
        listening.counted(uow, detection)
        after = fold(before, detection, alert_id=alert_id)
        if before is None:
            uow.alerts.add(after)
            return None, after
        uow.alerts.save(after, expected_version=before.version)
        return before, replace(after, version=before.version + 1)

    def _recount(self, uow: UnitOfWork, detection: Detection) -> tuple[Alert | None, Alert | None]:
        """Count what a window that was told before has had since; where its alert is closed by now, nothing."""
        recounted = uow.alerts.recount_detection(detection)
        if recounted is None:
            return None, None
        alert_id, more_events = recounted
        before = uow.alerts.get(alert_id, lock=True)
        while before is not None and before.merged_into is not None:
            before = uow.alerts.get(before.merged_into, lock=True)
        if before is None or not before.status.is_open:
            return before, None
        after = grow(before, detection, more_events=more_events)
        uow.alerts.save(after, expected_version=before.version)
        return before, replace(after, version=before.version + 1)

    def _reach_incident(self, uow: UnitOfWork, alert: Alert) -> tuple[bool, tuple[JobId, ...]]:
        """Join the open incident about the same host, or open one; whether it was opened, and its jobs."""
        hosts = hosts_of(alert)
        related = uow.incidents.open_about(hosts, since=alert.first_seen - JOIN_WITHIN) if hosts else None
        if related is not None and may_join(alert, related):
            self._save_with_incident(uow, alert, related)
            self._join(uow, alert, related)
            return False, ()
        opened = self.opener.open_from_alert(uow, alert)
        self._save_with_incident(uow, alert, opened.incident)
        return True, opened.jobs

    def _save_with_incident(self, uow: UnitOfWork, alert: Alert, incident: Incident) -> None:
        uow.alerts.save(replace(alert, incident_id=incident.id), expected_version=alert.version)

    def _join(self, uow: UnitOfWork, alert: Alert, incident: Incident) -> None:
        facts = (("temuan", alert.rule_title), ("tingkat", alert.level.value), ("jumlah", str(alert.event_count)))
        now = self.clock()
        seen = max(incident.last_alert_at or alert.last_seen, alert.last_seen)
        uow.incidents.save(replace(incident, last_alert_at=seen), expected_version=incident.version)
        uow.incidents.add_timeline(incident.id, TimelineEntry(at=now, kind="alert_joined", actor=SYSTEM, facts=facts))
        add_audit(
            uow,
            at=now,
            actor=("system", SYSTEM),
            action="alert.joined",
            subject=f"incident:{incident.id}",
            details={"temuan": alert.id, "nomor": incident.nomor},
        )
        uow.changes.add("incident", incident.id, now)
