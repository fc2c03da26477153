"""Rings a worker awake over Celery for a job that is committed already."""

import time
from collections.abc import Callable

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from ir_platform.adapters.queue.celery_app import INGEST_QUEUE, MATCH_BATCH, MESSAGE_LIFETIME_SECONDS, RUN_JOB
from ir_platform.domain.job import JobId, JobKind
from ir_platform.domain.key_range import BatchNo

log = structlog.get_logger()

BATCH_SILENCE_SECONDS = 5.0
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


class CeleryBatchBell:
    """`ports.BatchBell`; a broker that is away only delays the batch until workers are told again."""

    def __init__(self, app: Celery, *, lifetime_seconds: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`lifetime_seconds`: a message that waited so long is followed by another, and dropped."""
        self._app, self._lifetime_seconds, self._monotonic = app, lifetime_seconds, monotonic
        self._silent_until = 0.0

    def ring(self, no: BatchNo) -> None:
        if self._monotonic() < self._silent_until:
            return
        try:
            self._app.send_task(MATCH_BATCH, args=[no], queue=INGEST_QUEUE, expires=self._lifetime_seconds, retry=False)
        except (OperationalError, OSError) as error:
            self._silent_until = self._monotonic() + BATCH_SILENCE_SECONDS
            log.warning("batch_ring_failed", batch_no=no, error=type(error).__name__)
