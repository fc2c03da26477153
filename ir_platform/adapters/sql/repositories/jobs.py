"""Jobs in the database: the row is the queue, `attempt` the fencing token."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select, tuple_, update

from ir_platform.adapters.sql.cursors import make_cursor, read_cursor
from ir_platform.adapters.sql.statements import delete_oldest, insert_row, row_with
from ir_platform.adapters.sql.tables.verification import verifications
from ir_platform.adapters.sql.tables.work import IS_RECEIVED, jobs
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.job import OVER, Job, JobId, JobKind, JobStatus
from ir_platform.ports import Page

_RECEIVED = "received"


class SqlJobs:
    """`ports.Jobs`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, job: Job) -> None:
        insert_row(self._connection, jobs, _values(job))

    def get(self, job_id: JobId) -> Job | None:
        row = row_with(self._connection, jobs, id=job_id)
        return None if row is None else _job(row)

    def lease(self, job_id: JobId, *, now: datetime, until: datetime) -> Job | None:
        # One statement decides: a second worker's UPDATE waits for the first and then finds no row that is free.
        row = self._connection.execute(
            update(jobs)
            .where(jobs.c.id == job_id, _free(now))
            .values(status=JobStatus.RUNNING.value, attempt=jobs.c.attempt + 1, lease_until=until, updated_at=now)
            .returning(*jobs.c)
        ).first()
        return None if row is None else _job(row)

    def renew(self, job_id: JobId, *, attempt: int, until: datetime) -> bool:
        return self._change(job_id, attempt, {"lease_until": until})

    def progress(
        self, job_id: JobId, *, attempt: int, phase: str, percent: int, now: datetime, result: str | None = None
    ) -> bool:
        known = {} if result is None else {"result": result}
        return self._change(job_id, attempt, {"phase": phase, "percent": percent, "updated_at": now, **known})

    def ask_to_cancel(self, job_id: JobId, *, now: datetime) -> bool:
        waiting = (jobs.c.id == job_id, jobs.c.status == JobStatus.QUEUED.value)
        ended = {"status": JobStatus.CANCELLED.value, "cancel_at": now, "updated_at": now}
        if self._connection.execute(update(jobs).where(*waiting).values(ended)).rowcount == 1:
            return True
        running = (jobs.c.id == job_id, jobs.c.status == JobStatus.RUNNING.value, jobs.c.cancel_at.is_(None))
        return self._connection.execute(update(jobs).where(*running).values(cancel_at=now)).rowcount == 1

    def of_evidence(self, evidence_ids: Sequence[EvidenceId]) -> dict[EvidenceId, Job]:
        wanted = select(jobs).where(jobs.c.evidence_id.in_(evidence_ids)).order_by(jobs.c.created_at, jobs.c.id)
        return {EvidenceId(row.evidence_id): _job(row) for row in self._connection.execute(wanted)}

    def received(self, *, cursor: str | None, limit: int) -> Page[Job]:
        last = read_cursor(_RECEIVED, cursor) if cursor is not None else None
        older = () if last is None else (tuple_(jobs.c.created_at, jobs.c.id) < tuple_(*last),)
        rows = self._connection.execute(
            select(jobs)
            .where(IS_RECEIVED, *older)
            .order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
            .limit(limit + 1)
        ).all()
        shown = tuple(map(_job, rows[:limit]))
        end = make_cursor(_RECEIVED, shown[-1].created_at, shown[-1].id) if len(rows) > limit else None
        return Page(items=shown, cursor=end)

    def cancelled(self, job_id: JobId, *, attempt: int, now: datetime) -> bool:
        values = {"lease_until": None, "updated_at": now, "status": JobStatus.CANCELLED.value}
        return self._change(job_id, attempt, values)

    def finish(self, job_id: JobId, *, attempt: int, result: str | None, error: str | None, now: datetime) -> bool:
        values: dict[str, Any] = {"error": error, "lease_until": None, "updated_at": now}
        if result is not None:  # what was told on the way stays with a job that failed
            values["result"] = result
        if error is None:
            return self._change(job_id, attempt, {**values, "status": JobStatus.DONE.value, "percent": 100})
        return self._change(job_id, attempt, {**values, "status": JobStatus.FAILED.value})

    def waiting(self, *, now: datetime, limit: int) -> tuple[Job, ...]:
        rows = self._connection.execute(
            select(jobs).where(_free(now)).order_by(jobs.c.created_at, jobs.c.id).limit(limit)
        )
        return tuple(map(_job, rows))

    def newest_running(self, *, since: datetime) -> datetime | None:
        is_alive = (jobs.c.status == JobStatus.RUNNING.value, jobs.c.updated_at >= since)
        newest: datetime | None = self._connection.execute(
            select(func.max(jobs.c.created_at)).where(*is_alive)
        ).scalar()
        return newest

    def prune(self, *, before: datetime, limit: int) -> int:
        # One after the other, because the index of jobs begins with their status.
        return sum(self._prune(status, before, limit) for status in OVER)

    def _prune(self, status: JobStatus, before: datetime, limit: int) -> int:
        is_old = (jobs.c.status == status.value, jobs.c.updated_at < before)
        is_named = exists().where(verifications.c.job_id == jobs.c.id)
        return delete_oldest(
            self._connection, jobs, "created_at", before=before, limit=limit, only=(*is_old, ~is_named)
        )

    def _change(self, job_id: JobId, attempt: int, values: dict[str, Any]) -> bool:
        """Change the job if this attempt is the one that runs it."""
        mine = (jobs.c.id == job_id, jobs.c.attempt == attempt, jobs.c.status == JobStatus.RUNNING.value)
        return self._connection.execute(update(jobs).where(*mine).values(values)).rowcount == 1


def _free(now: datetime) -> ColumnElement[bool]:
    abandoned = and_(jobs.c.status == JobStatus.RUNNING.value, jobs.c.lease_until <= now)
    return or_(jobs.c.status == JobStatus.QUEUED.value, abandoned)


def _values(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.kind.value,
        "payload": job.payload,
        "status": job.status.value,
        "attempt": job.attempt,
        "lease_until": job.lease_until,
        "phase": job.phase,
        "percent": job.percent,
        "result": job.result,
        "error": job.error,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "cancel_at": job.cancel_at,
        "evidence_id": json.loads(job.payload).get("evidence_id"),
    }


def _job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        kind=JobKind(row.kind),
        payload=row.payload,
        status=JobStatus(row.status),
        attempt=row.attempt,
        lease_until=row.lease_until,
        phase=row.phase,
        percent=row.percent,
        result=row.result,
        error=row.error,
        created_at=row.created_at,
        updated_at=row.updated_at,
        cancel_at=row.cancel_at,
    )
