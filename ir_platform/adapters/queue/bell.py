"""Rings a worker awake over Celery for a job that is committed already."""

import time
from collections.abc import Callable

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from ir_platform.adapters.queue.celery_app import MESSAGE_LIFETIME_SECONDS, RUN_JOB
from ir_platform.domain.job import JobId, JobKind

log = structlog.get_logger()

SILENCE_SECONDS = 30.0
"""After a failed ring: Redis' client tries for 6 s before it gives up, which nobody's request is to wait for twice."""


class CeleryBell:
    """`ports.JobBell`; a broker that is away only delays the job until the next sweep."""

    def __init__(self, app: Celery, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._monotonic = monotonic
        self._silent_until = 0.0

    def ring(self, job_id: JobId, kind: JobKind) -> None:
        if self._monotonic() < self._silent_until:
            return
        try:
            self._app.send_task(RUN_JOB, args=[job_id], expires=MESSAGE_LIFETIME_SECONDS, retry=False)
        except (OperationalError, OSError) as error:
            self._silent_until = self._monotonic() + SILENCE_SECONDS
            log.warning("job_ring_failed", job_id=job_id, kind=kind.value, error=type(error).__name__)
