"""The Celery worker: leases a job's row, does it, and ends it only if the lease is still its own."""

import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import structlog
from celery import Celery
from celery.signals import beat_embedded_init, worker_ready
from celery.worker import state as worker_state

from ir_platform.adapters.queue.celery_app import (
    MESSAGE_LIFETIME_SECONDS,
    REMIND,
    RUN_JOB,
    STAMP,
    SWEEP,
    SWEEP_SECONDS,
    UPKEEP,
    make_celery,
    prefork_worker,
)
from ir_platform.app import lifeline
from ir_platform.app.background import background, leftover
from ir_platform.app.jobs import CancelWishedError, JobFailedError, LostLeaseError, TryAgainError, Work
from ir_platform.app.stamping import Stamping
from ir_platform.app.upkeep import Upkeep
from ir_platform.config import Settings, load_settings
from ir_platform.domain.job import Job, JobId, JobKind
from ir_platform.ports import Clock, JobBell, State
from playbooks.reminders import Reminders

log = structlog.get_logger()

LEASE = timedelta(seconds=30)
RENEW_SECONDS = 10.0
TELL_SECONDS = 1.0
POSTPONEMENT = timedelta(seconds=2)
SWEEP_BATCH = 50
WORKER_PROCESSES = 2
"""A document need not wait behind a capture."""
BEAT_END_SECONDS = 5.0
MAX_ATTEMPTS = 10
"""A job that ended its worker so often is not tried again; it is shown as failed."""
WAITING = "menunggu"
"""Phase of a job that was postponed: its attempts did not end a worker, and do not count against it."""


@dataclass(slots=True, kw_only=True)
class Reporter:
    """`jobs.Progress` of one attempt: written when there is something new to say, and once a second at least.

    Who calls it learns so that somebody wants the job ended, or that another worker has it.
    """

    job: Job
    state: State
    clock: Clock
    monotonic: Callable[[], float] = time.monotonic
    _told: tuple[str, int] | None = None
    _told_at: float = 0.0

    def __call__(self, phase: str, percent: int, result: str | None = None, /) -> None:
        """Raises: LostLeaseError, CancelWishedError."""
        at = self.monotonic()
        if (phase, percent) == self._told and at - self._told_at < TELL_SECONDS:
            return
        self._told, self._told_at = (phase, percent), at
        attempt, now = self.job.attempt, self.clock()
        with self.state.write() as uow:
            if not uow.jobs.progress(
                self.job.id, attempt=attempt, phase=phase, percent=percent, now=now, result=result
            ):
                raise LostLeaseError
            known = uow.jobs.get(self.job.id)
        if known is not None and known.cancel_at is not None:
            raise CancelWishedError


@dataclass(slots=True, kw_only=True)
class Worker:
    state: State
    work: Work
    bell: JobBell
    clock: Clock
    background: ThreadPoolExecutor = field(default_factory=background)
    leftover: ThreadPoolExecutor = field(default_factory=leftover)

    def run(self, job_id: str) -> None:
        """Do the job if nobody else is at it; a second message for the same job changes nothing."""
        now = self.clock()
        with self.state.write() as uow:
            job = uow.jobs.lease(JobId(job_id), now=now, until=now + LEASE)
        if job is None:
            return
        bound = log.bind(job_id=job.id, kind=job.kind.value, attempt=job.attempt)
        if job.attempt > MAX_ATTEMPTS and job.phase != WAITING:
            self._fail(job, "Pekerjaan dihentikan setelah beberapa kali gagal di tengah jalan.")
            return
        try:
            with self._renewed(job):
                self._do(job)
        except JobFailedError as error:
            self._fail(job, error.reason)
            bound.warning("job_failed", reason=error.reason)
        except TryAgainError as error:
            self._postpone(job)
            bound.warning("job_postponed", reason=error.reason)
        except LostLeaseError:
            bound.warning("job_lease_lost")
        except CancelWishedError:
            self._cancel(job)
            bound.info("job_cancelled")
        except Exception as error:
            self._fail(job, f"Kesalahan tak terduga: {type(error).__name__}")
            bound.exception("job_crashed")
            raise
        else:
            bound.info("job_done")

    def sweep(self) -> None:
        """Ring again for what waits and is not rung for any more, such as a job whose worker died."""
        now = self.clock()
        with self.state.read() as uow:
            waiting = uow.jobs.waiting(now=now, limit=SWEEP_BATCH)
            newest = uow.jobs.newest_running(since=now - timedelta(seconds=SWEEP_SECONDS))
        for job in waiting:
            if is_message_gone(job, newest_running=newest, now=now):
                self.bell.ring(job.id, job.kind)

    def _do(self, job: Job) -> None:
        """Raises: JobFailedError, TryAgainError, LostLeaseError."""

        progress = Reporter(job=job, state=self.state, clock=self.clock)
        if job.phase == WAITING:
            progress("", 0)  # from here on, an end of the worker counts
        # A document is drawn without writing anything to the database: nobody is kept from it, however long it takes.
        thread = self.leftover if job.kind is JobKind.RENDER_DOCUMENT else self.background
        outcome = thread.submit(self.work.do, job, progress).result()
        now = self.clock()
        with self.state.write() as uow:
            if not uow.jobs.finish(job.id, attempt=job.attempt, result=outcome.result, error=None, now=now):
                raise LostLeaseError
            outcome.finish(uow)
            uow.changes.add("job", job.id, now)

    def _postpone(self, job: Job) -> None:
        """Let the lease end soon: the sweep rings again then."""
        now = self.clock()
        with self.state.write() as uow:
            uow.jobs.progress(job.id, attempt=job.attempt, phase=WAITING, percent=0, now=now)
            uow.jobs.renew(job.id, attempt=job.attempt, until=now + POSTPONEMENT)

    def _cancel(self, job: Job) -> None:
        now = self.clock()
        with self.state.write() as uow:
            if uow.jobs.cancelled(job.id, attempt=job.attempt, now=now):
                self.work.on_failure(uow, job)
                uow.changes.add("job", job.id, now)

    def _fail(self, job: Job, reason: str) -> None:
        now = self.clock()
        with self.state.write() as uow:
            if uow.jobs.finish(job.id, attempt=job.attempt, result=None, error=reason, now=now):
                self.work.on_failure(uow, job)
                uow.changes.add("job", job.id, now)

    @contextmanager
    def _renewed(self, job: Job) -> Iterator[None]:
        """Keep the lease while the block runs; a lease that is lost shows at the next progress or at the end."""
        done = threading.Event()

        def renew() -> None:
            while not done.wait(RENEW_SECONDS):
                with self.state.write() as uow:
                    if not uow.jobs.renew(job.id, attempt=job.attempt, until=self.clock() + LEASE):
                        return

        thread = threading.Thread(target=renew, name=f"lease-{job.id}", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()


def is_message_gone(job: Job, *, newest_running: datetime | None, now: datetime) -> bool:
    """Whether nothing rings for a waiting job any more: none is taken, one as young was taken, or it has expired.

    Where jobs come faster than they are done, each waits for its turn behind messages that are there: to ring again
    for all of them would double the work of those who are at it.
    """
    expired = now - timedelta(seconds=MESSAGE_LIFETIME_SECONDS)
    return newest_running is None or job.created_at <= max(newest_running, expired)


@cache
def worker_of_this_process() -> Worker:
    """Made in the process that runs the tasks: Celery forks, and database connections must not cross a fork."""
    from ir_platform.app.wiring import make_worker  # noqa: PLC0415  wiring builds on this module

    return make_worker(load_settings())


@cache
def stamping_of_this_process() -> Stamping:
    from ir_platform.app.wiring import make_stamping, open_state  # noqa: PLC0415  wiring builds on this module

    settings = load_settings()
    return make_stamping(settings, open_state(settings))


@cache
def upkeep_of_this_process() -> Upkeep:
    from ir_platform.app.wiring import make_upkeep, open_state  # noqa: PLC0415  wiring builds on this module

    settings = load_settings()
    return make_upkeep(settings, open_state(settings))


@cache
def reminders_of_this_process() -> Reminders:
    from ir_platform.app.wiring import make_reminders  # noqa: PLC0415  wiring builds on this module

    return make_reminders(load_settings())


def register_tasks(app: Celery) -> None:
    @app.task(name=STAMP)  # type: ignore[untyped-decorator]
    def stamp() -> None:
        stamping_of_this_process().run()

    @app.task(name=UPKEEP)  # type: ignore[untyped-decorator]
    def keep_up() -> None:
        upkeep_of_this_process().run()

    @app.task(name=RUN_JOB)  # type: ignore[untyped-decorator]
    def run_job(job_id: str) -> None:
        worker_of_this_process().run(job_id)

    @app.task(name=REMIND)  # type: ignore[untyped-decorator]
    def remind() -> None:
        reminders_of_this_process().sweep()

    @app.task(name=SWEEP)  # type: ignore[untyped-decorator]
    def sweep() -> None:
        worker_of_this_process().sweep()


def run_celery(settings: Settings) -> None:
    """Run worker and beat until SIGTERM; embedded, one process group does both."""
    # Celery warns a worker of root because of pickled messages; ours are JSON, and only ids are in them.
    warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
    app = make_celery(broker_url=settings.broker_url, data_dir=settings.data_dir)
    register_tasks(app)
    # Beat is a forked process that nothing tells when the worker was killed; it would ring for ever.
    beat_embedded_init.connect(lambda **_: lifeline.follow_parent(), weak=False)
    worker = prefork_worker(app, concurrency=WORKER_PROCESSES, beat=True)

    def follow_beat(**_: object) -> None:
        log.info("child_started", child="beat", pid=worker.beat.pid)
        lifeline.follow_child("beat", is_alive=worker.beat.is_alive, is_stopping=is_worker_stopping)

    # Celery does not look after its beat: without one nothing would be reminded of or swept, and nobody would notice.
    worker_ready.connect(follow_beat, weak=False)
    worker.start()
    worker.beat.join(BEAT_END_SECONDS)  # Celery tells it to end and does not wait: it would outlive the server


def is_worker_stopping() -> bool:
    """Whether Celery has been told to end this worker; the word for it is an exit status, which may be 0."""
    return worker_state.should_stop is not None and worker_state.should_stop is not False
