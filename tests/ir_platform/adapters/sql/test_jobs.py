"""Jobs on both databases: leases, fencing tokens, what waits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ir_platform.domain.job import Job, JobId, JobKind, JobStatus
from ir_platform.ports import State
from tests.support.builders import NOON

LATER = NOON + timedelta(minutes=1)
MUCH_LATER = NOON + timedelta(minutes=2)


def a_job(number: int = 1) -> Job:
    return Job(
        id=JobId(f"job-{number}"),
        kind=JobKind.RENDER_DOCUMENT,
        payload='{"document_id": "d"}',
        status=JobStatus.QUEUED,
        attempt=0,
        lease_until=None,
        phase="",
        percent=0,
        result=None,
        error=None,
        created_at=NOON + timedelta(seconds=number),
        updated_at=NOON,
    )


@pytest.fixture
def job(state: State) -> Job:
    with state.write() as uow:
        uow.jobs.add(a_job())
    return a_job()


def lease(state: State, job: Job, *, now_is: object = NOON) -> Job | None:
    with state.write() as uow:
        return uow.jobs.lease(job.id, now=now_is, until=now_is + timedelta(minutes=1))  # type: ignore[operator,arg-type]


def test_a_job_read_back_is_equal(state: State, job: Job) -> None:
    with state.read() as uow:
        assert uow.jobs.get(job.id) == job
        assert uow.jobs.get(JobId("other")) is None


def test_a_leased_job_runs_under_a_raised_attempt(state: State, job: Job) -> None:
    leased = lease(state, job)

    assert leased == replace(job, status=JobStatus.RUNNING, attempt=1, lease_until=LATER, updated_at=NOON)


def test_a_job_with_a_living_lease_is_not_given_twice(state: State, job: Job) -> None:
    lease(state, job)

    assert lease(state, job, now_is=LATER - timedelta(microseconds=1)) is None


def test_a_job_whose_lease_has_ended_is_given_again(state: State, job: Job) -> None:
    lease(state, job)

    again = lease(state, job, now_is=LATER)

    assert again is not None
    assert again.attempt == 2


def test_the_attempt_that_runs_may_renew_report_and_finish(state: State, job: Job) -> None:
    lease(state, job)

    with state.write() as uow:
        renewed = uow.jobs.renew(job.id, attempt=1, until=MUCH_LATER)
        reported = uow.jobs.progress(job.id, attempt=1, phase="unduh", percent=40, now=LATER)
        halfway = uow.jobs.get(job.id)
        finished = uow.jobs.finish(job.id, attempt=1, result="{}", error=None, now=MUCH_LATER)

    assert (renewed, reported, finished) == (True, True, True)
    assert halfway is not None
    assert (halfway.lease_until, halfway.phase, halfway.percent) == (MUCH_LATER, "unduh", 40)
    with state.read() as uow:
        done = uow.jobs.get(job.id)
    assert done is not None
    assert (done.status, done.percent, done.result, done.lease_until) == (JobStatus.DONE, 100, "{}", None)


def test_a_job_finished_with_an_error_has_failed(state: State, job: Job) -> None:
    lease(state, job)

    with state.write() as uow:
        uow.jobs.finish(job.id, attempt=1, result=None, error="berkas rusak", now=LATER)

    with state.read() as uow:
        failed = uow.jobs.get(job.id)
    assert failed is not None
    assert (failed.status, failed.error, failed.percent) == (JobStatus.FAILED, "berkas rusak", 0)


def test_a_stale_attempt_changes_nothing(state: State, job: Job) -> None:
    lease(state, job)
    current = lease(state, job, now_is=LATER)

    with state.write() as uow:
        answers = (
            uow.jobs.renew(job.id, attempt=1, until=MUCH_LATER),
            uow.jobs.progress(job.id, attempt=1, phase="x", percent=1, now=LATER),
            uow.jobs.finish(job.id, attempt=1, result="{}", error=None, now=LATER),
        )

    assert answers == (False, False, False)
    with state.read() as uow:
        assert uow.jobs.get(job.id) == current


def test_a_finished_job_cannot_be_finished_or_leased_again(state: State, job: Job) -> None:
    lease(state, job)
    with state.write() as uow:
        uow.jobs.finish(job.id, attempt=1, result="1", error=None, now=NOON)

    with state.write() as uow:
        again = uow.jobs.finish(job.id, attempt=1, result="2", error=None, now=NOON)

    assert not again
    assert lease(state, job, now_is=MUCH_LATER) is None


def test_what_waits_are_queued_and_abandoned_jobs_oldest_first(state: State) -> None:
    with state.write() as uow:
        for number in (3, 1, 2, 4):
            uow.jobs.add(a_job(number))
        uow.jobs.lease(JobId("job-1"), now=NOON, until=LATER)
        uow.jobs.lease(JobId("job-2"), now=NOON, until=MUCH_LATER)

    with state.read() as uow:
        waiting = uow.jobs.waiting(now=LATER, limit=10)
        first = uow.jobs.waiting(now=LATER, limit=1)

    assert [job.id for job in waiting] == ["job-1", "job-3", "job-4"]
    assert first == waiting[:1]


def test_the_newest_job_that_runs_is_known_while_it_tells_of_itself(state: State) -> None:
    with state.write() as uow:
        for number in (1, 2, 3):
            uow.jobs.add(a_job(number))
        uow.jobs.lease(JobId("job-1"), now=NOON, until=MUCH_LATER)
        uow.jobs.lease(JobId("job-2"), now=NOON, until=MUCH_LATER)
        uow.jobs.finish(JobId("job-2"), attempt=1, result=None, error=None, now=LATER)

    with state.read() as uow:
        running, silent = uow.jobs.newest_running(since=NOON), uow.jobs.newest_running(since=LATER)

    assert (running, silent) == (a_job(1).created_at, None)


def test_files_of_the_intake_are_listed_newest_first_and_none_that_is_evidence(state: State) -> None:
    files = [replace(a_job(number), kind=JobKind.INGEST_FILE, payload='{"sha256": "a"}') for number in range(5)]
    evidence = replace(a_job(7), kind=JobKind.INGEST_FILE, payload='{"evidence_id": "e"}')
    with state.write() as uow:
        for one in (*files, evidence, a_job(8)):
            uow.jobs.add(one)

    with state.read() as uow:
        first = uow.jobs.received(cursor=None, limit=3)
        rest = uow.jobs.received(cursor=first.cursor, limit=3)

    assert [one.id for one in (*first.items, *rest.items)] == [one.id for one in reversed(files)]
    assert (len(first.items), rest.cursor) == (3, None)
    with state.read() as uow, pytest.raises(ValueError, match="cursor"):
        uow.jobs.received(cursor="x", limit=3)
