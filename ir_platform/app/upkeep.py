"""Upkeep as work of the worker: removes what is kept for a time only; the data folder must not grow for ever."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from ir_platform.audit.record import record
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.upload import UploadId, UploadStatus
from ir_platform.ports import Clock, DayLetGo, EventRetention, Files, PartialFiles, State, UnitOfWork

log = structlog.get_logger()

BATCH: Final = 500
"""Rows removed in one transaction: on SQLite everybody's steps wait for it."""
MOST_BATCHES: Final = 200
"""Of one kind in one turn; what is left over waits for the next."""
ABANDONED: Final = timedelta(days=1)
"""A file that nobody has written to for so long is not being written any more."""
LATE_ROW: Final = timedelta(minutes=10)
"""An upload's file is there a moment before its row."""
SHOWN_AS_EXPIRED: Final = timedelta(days=30)
"""After its end an upload is known to be expired, and what became of it can be asked; its file goes at once."""

HOURS_COUNTED: Final = timedelta(days=7)
"""An hour of events in which nothing was found for so long is not counted on: the rule would be told anew at most."""

RATES_COUNTED: Final = timedelta(hours=25)
KEPT_UNNAMED: Final = timedelta(days=30)
"""A sender without a name that was not heard for so long is no longer listed."""
KEPT_TAILED: Final = timedelta(days=30)
"""How far a watched file was read is known so long after it is gone."""

KEPT_TORN: Final = timedelta(days=30)
"""What was being written when a process was killed may be looked at so long; nobody was told that it is kept."""

Remove = Callable[[UnitOfWork, datetime], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long each is kept."""

    changes: timedelta
    answers: timedelta
    notices: timedelta
    jobs: timedelta
    detections: timedelta
    failures: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    state: State
    files: Files
    partials: PartialFiles
    keeping: Keeping
    clock: Clock
    remove_torn: Callable[[datetime], int]
    """Remove what was torn before then, and return how many files."""
    retention: EventRetention | None = None
    """None: events stay, or their store lets them go by itself."""

    def run(self) -> dict[str, int]:
        """Remove what is past its time and return how much of each kind. Two at once only share the work."""
        now = self.clock()
        removed = {name: self._remove(remove, now - kept) for name, kept, remove in self._kinds()}
        removed["unfinished_files"] = self.files.remove_unfinished(before=now - ABANDONED)
        removed["abandoned_uploads"] = self.partials.sweep(is_wanted=self._is_upload_open, before=now - LATE_ROW)
        removed["torn_files"] = self.remove_torn(now - KEPT_TORN)
        removed["event_days"] = self._let_go_of_events()
        log.info("upkeep_done", **removed)
        return removed

    def _kinds(self) -> tuple[tuple[str, timedelta, Remove], ...]:
        keeping = self.keeping
        return (
            ("changes", keeping.changes, lambda uow, end: uow.changes.prune(before=end, limit=BATCH)),
            ("answers", keeping.answers, lambda uow, end: uow.idempotency.prune(before=end, limit=BATCH)),
            ("notices", keeping.notices, self._let_go_of_notices),
            ("jobs", keeping.jobs, lambda uow, end: uow.jobs.prune(before=end, limit=BATCH)),
            (
                "detections",
                keeping.detections,
                lambda uow, end: uow.alerts.prune_detections(claimed_before=end, limit=BATCH),
            ),
            ("uploads", SHOWN_AS_EXPIRED, lambda uow, end: uow.uploads.prune(before=end, limit=BATCH)),
            ("rule_hours", HOURS_COUNTED, lambda uow, end: uow.rules.prune_findings(before=end, limit=BATCH)),
            ("source_rates", RATES_COUNTED, lambda uow, end: uow.sources.prune_rates(before=end, limit=BATCH)),
            ("unnamed_sources", KEPT_UNNAMED, lambda uow, end: uow.sources.prune_unnamed(before=end, limit=BATCH)),
            ("tailed_files", KEPT_TAILED, lambda uow, end: uow.sources.prune_tailed(before=end, limit=BATCH)),
            ("failures", keeping.failures, lambda uow, end: uow.sign_in_failures.prune(before=end, limit=BATCH)),
        )

    def _let_go_of_notices(self, uow: UnitOfWork, end: datetime) -> int:
        """The audit trail holds what was told, so it has to hold too until when that was let go."""
        removed = uow.notices.prune(before=end, limit=BATCH)
        if removed:
            record(uow, pruning_of(end, removed, at=self.clock()))
        return removed

    def _let_go_of_events(self) -> int:
        """Remove the days of events past their time, each only once the audit trail holds that it goes."""
        if self.retention is None:
            return 0
        now = self.clock()
        going = self.retention.take_out(today=now.astimezone(UTC).date())
        for day in going:
            with self.state.write() as uow:
                record(uow, removal_of(day, at=now))
            self.retention.remove(day)
        return len(going)

    def _is_upload_open(self, name: str) -> bool:
        with self.state.read() as uow:
            upload = uow.uploads.get(UploadId(name))
        return upload is not None and upload.status is UploadStatus.OPEN and not upload.is_expired(self.clock())

    def _remove(self, remove: Remove, end: datetime) -> int:
        total = 0
        for _ in range(MOST_BATCHES):
            with self.state.write() as uow:
                removed = remove(uow, end)
            total += removed
            if removed == 0:
                break
        return total


def pruning_of(end: datetime, removed: int, *, at: datetime) -> AuditFact:
    return AuditFact(
        at=at,
        actor="system",
        actor_name="Sistem",
        action="notices.pruned",
        subject="notices",
        details=json.dumps({"sebelum": end.astimezone(UTC).isoformat(), "jumlah": removed}, sort_keys=True),
    )


def removal_of(gone: DayLetGo, *, at: datetime) -> AuditFact:
    details = {"hari": gone.day.isoformat(), "kejadian": gone.events, "byte": gone.size_bytes}
    return AuditFact(
        at=at,
        actor="system",
        actor_name="Sistem",
        action="store.day_removed",
        subject=f"events:{gone.day.isoformat()}",
        details=json.dumps(details, sort_keys=True),
    )
