"""An ingest worker: takes a batch by its number, matches it and hands each key range its part, once.

The parts are written in the transaction that removes the batch: of two workers at the same batch, or one that was
killed and its successor, one writes them. A message is acknowledged only after that (`acks_late`).
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import structlog
from celery import Celery

from detections.batch_matching import BatchMatcher
from ir_platform.adapters.queue.celery_app import INGEST_QUEUE, MATCH_BATCH, make_celery, prefork_worker
from ir_platform.app.batch_content import pack_part, unpack_batch
from ir_platform.config import Settings, load_settings
from ir_platform.domain.event import EventBatch
from ir_platform.domain.key_range import AcceptedBatch, BatchNo
from ir_platform.ports import Clock, State

log = structlog.get_logger()

MAX_ATTEMPTS = 10
"""A batch that ended its worker so often is not matched; its events are stored, and rules can be run over them."""


@dataclass(slots=True, kw_only=True)
class IngestWorker:
    state: State
    matcher: Callable[[], BatchMatcher]
    """Return one with the rules of the office's newest decisions."""
    clock: Clock
    takeover: timedelta

    def run(self, no: BatchNo) -> None:
        """Match the batch and keep what came of it, unless somebody did; a second message changes nothing."""
        now = self.clock()
        with self.state.write() as uow:
            batch = uow.batches.begin(no, due_at=now + self.takeover)
        if batch is None:
            return
        contents = [pack_part(part) for part in self.matcher().parts(self._events(batch))]
        with self.state.write() as uow:
            if uow.batches.finish(no):
                uow.ranges.add_parts(no, accepted_at=batch.accepted_at, contents=contents)

    def _events(self, batch: AcceptedBatch) -> EventBatch:
        if batch.attempts <= MAX_ATTEMPTS:
            return unpack_batch(batch.content)
        log.error("batch_given_up", batch_no=batch.no, attempts=batch.attempts)
        return EventBatch()  # the batches behind it must not wait for ever


@cache
def ingest_worker_of_this_process() -> IngestWorker:
    """Made in the process that runs the tasks: database connections must not cross Celery's fork."""
    from ir_platform.app.wiring_scaled_out import make_ingest_worker  # noqa: PLC0415  wiring builds on this module

    return make_ingest_worker(load_settings())


def register_task(app: Celery) -> None:
    # A child of Celery's pool that was killed gives its message back at once; one whose whole worker died is told of
    # again by the broker (RabbitMQ) or by the intake.
    @app.task(name=MATCH_BATCH, acks_late=True, reject_on_worker_lost=True)  # type: ignore[untyped-decorator]
    def match_batch(no: int) -> None:
        ingest_worker_of_this_process().run(BatchNo(no))


def run_ingest_workers(settings: Settings) -> None:
    """Run this machine's ingest workers until SIGTERM."""
    app = make_celery(broker_url=settings.broker_url, data_dir=settings.data_dir)
    # A process that has loaded its rules is worth keeping.
    app.conf.worker_max_tasks_per_child = None
    register_task(app)
    name = f"ingest-{os.getpid()}@%h"
    prefork_worker(app, concurrency=settings.ingest_workers, queues=[INGEST_QUEUE], hostname=name, beat=False).start()
