"""What a Job is: bulk work whose database row is the queue; a Celery message only carries its id."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

JobId = NewType("JobId", str)


class JobKind(StrEnum):
    RENDER_DOCUMENT = "render_document"
    INGEST_FILE = "ingest_file"
    VERIFY_INCIDENT = "verify_incident"
    HUNT_RULES = "hunt_rules"


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    """Ended because somebody wanted it ended; what it had done by then is kept."""


OVER = (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    id: JobId
    kind: JobKind
    payload: str
    """JSON, small: ids and paths, never content."""
    status: JobStatus
    attempt: int
    """Fencing token: raised at each lease; a final write names the attempt it belongs to."""
    lease_until: datetime | None
    phase: str
    percent: int
    result: str | None
    """JSON."""
    error: str | None
    created_at: datetime
    updated_at: datetime
    cancel_at: datetime | None = None
    """When somebody wanted it ended; whoever runs it looks here."""

    @property
    def is_over(self) -> bool:
        return self.status in OVER


def queued_job(kind: JobKind, payload: dict[str, Any], *, job_id: str, now: datetime) -> Job:
    """Return a job as it is before anybody has taken it."""
    return Job(
        id=JobId(job_id),
        kind=kind,
        payload=json.dumps(payload, sort_keys=True),
        status=JobStatus.QUEUED,
        attempt=0,
        lease_until=None,
        phase="",
        percent=0,
        result=None,
        error=None,
        created_at=now,
        updated_at=now,
    )
