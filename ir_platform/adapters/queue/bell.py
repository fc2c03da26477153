"""Rings a worker awake over Celery for a job that is committed already."""

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from ir_platform.adapters.queue.celery_app import MESSAGE_LIFETIME_SECONDS, RUN_JOB
from ir_platform.domain.job import JobId, JobKind

log = structlog.get_logger()


class CeleryBell:
    """`ports.JobBell`; a broker that is away only delays the job until the next sweep."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def ring(self, job_id: JobId, kind: JobKind) -> None:
        try:
            self._app.send_task(RUN_JOB, args=[job_id], expires=MESSAGE_LIFETIME_SECONDS, retry=False)
        except (OperationalError, OSError) as error:
            log.warning("job_ring_failed", job_id=job_id, kind=kind.value, error=type(error).__name__)
