"""Jobs: leased, fenced, failed and postponed; and one done by a real Celery from the ring to the document."""

import json
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from pydantic import ValidationError

from ir_platform.adapters.queue.bell import SILENCE_SECONDS, CeleryBell
from ir_platform.adapters.queue.celery_app import MESSAGE_LIFETIME_SECONDS, make_celery
from ir_platform.app.ids import new_id
from ir_platform.app.ingest_file import FileIngest
from ir_platform.app.jobs import (
    JobFailedError,
    LostLeaseError,
    Outcome,
    Progress,
    TryAgainError,
    Work,
    add_job,
)
from ir_platform.app.tools import locate_tshark
from ir_platform.app.wiring import make_bell, make_examination, make_opener, open_files
from ir_platform.app.worker import LEASE, MAX_ATTEMPTS, POSTPONEMENT, WAITING, Worker
from ir_platform.domain.alert import AlertId
from ir_platform.domain.document import Document, DocumentStatus
from ir_platform.domain.job import Job, JobId, JobKind, JobStatus
from ir_platform.incidents.repeats import fold
from ir_platform.ports import UnitOfWork
from tests.ir_platform.app.children import a_child
from tests.ir_platform.app.house import House
from tests.support.builders import NOON, a_detection
from tests.support.server import wait_for


@dataclass
class ScriptedWork:
    """Work that does what the test says, and notes for what it was called."""

    act: list[object] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    failed: list[JobId] = field(default_factory=list)

    def do(self, job: Job, progress: Progress) -> Outcome:
        self.done.append(job.attempt)
        step = self.act.pop(0) if self.act else None
        if callable(step):
            step(job, progress)
        elif isinstance(step, Exception):
            raise step
        return Outcome(result='{"ok": true}', finish=lambda uow: uow.checkpoints.put("finished", str(job.attempt)))

    def on_failure(self, uow: UnitOfWork, job: Job) -> None:
        self.failed.append(job.id)


def a_worker(house: House, work: object) -> Worker:
    return Worker(state=house.state, work=work, bell=house.bell, clock=lambda: house.clock[0])  # type: ignore[arg-type]


def a_job(house: House, kind: JobKind = JobKind.INGEST_FILE, **payload: str) -> JobId:
    with house.state.write() as uow:
        return add_job(uow, kind, payload, job_id=new_id(), now=house.clock[0])


def job_of(house: House, job_id: JobId) -> Job:
    with house.state.read() as uow:
        job = uow.jobs.get(job_id)
    assert job is not None
    return job


def finished_by(house: House) -> str | None:
    with house.state.read() as uow:
        return uow.checkpoints.get("finished")


def test_a_job_is_done_once_however_often_it_is_rung_for(house: House) -> None:
    work, job_id = ScriptedWork(), a_job(house)
    worker = a_worker(house, work)

    for _ in range(3):
        worker.run(job_id)

    job = job_of(house, job_id)
    assert work.done == [1]
    assert (job.status, job.percent, json.loads(job.result or "")) == (JobStatus.DONE, 100, {"ok": True})


def test_a_job_that_somebody_has_leased_is_left_to_him(house: House) -> None:
    work, job_id = ScriptedWork(), a_job(house)
    with house.state.write() as uow:
        uow.jobs.lease(job_id, now=NOON, until=NOON + LEASE)

    a_worker(house, work).run(job_id)
    house.clock[0] += LEASE
    a_worker(house, work).run(job_id)

    assert work.done == [2]


def test_a_stale_attempt_s_end_changes_nothing(house: House) -> None:
    job_id = a_job(house)

    def lose_the_lease(job: Job, progress: Progress) -> None:
        with house.state.write() as uow:
            assert uow.jobs.lease(job_id, now=NOON + LEASE, until=NOON + 2 * LEASE)

    a_worker(house, ScriptedWork(act=[lose_the_lease])).run(job_id)

    job = job_of(house, job_id)
    assert (job.status, job.attempt, job.result) == (JobStatus.RUNNING, 2, None)
    assert finished_by(house) is None


def test_an_attempt_that_lost_its_lease_stops_at_its_next_progress(house: House) -> None:
    job_id, seen = a_job(house), []

    def go_on(job: Job, progress: Progress) -> None:
        with house.state.write() as uow:
            uow.jobs.lease(job_id, now=NOON + LEASE, until=NOON + 2 * LEASE)
        with pytest.raises(LostLeaseError):
            progress("membaca", 50)
        seen.append(job.attempt)
        raise LostLeaseError

    a_worker(house, ScriptedWork(act=[go_on])).run(job_id)

    assert seen == [1]
    assert (job_of(house, job_id).phase, job_of(house, job_id).status) == ("", JobStatus.RUNNING)


def test_a_job_that_somebody_wants_ended_stops_at_its_next_step_and_keeps_what_it_told(house: House) -> None:
    job_id, seen = a_job(house), []

    def be_cancelled(job: Job, progress: Progress) -> None:
        progress("alur", 10, '{"events": 7}')
        with house.state.write() as uow:
            assert uow.jobs.ask_to_cancel(job_id, now=NOON)
            assert not uow.jobs.ask_to_cancel(job_id, now=NOON)
        progress("alur", 11, '{"events": 9}')
        seen.append("went on")

    a_worker(house, ScriptedWork(act=[be_cancelled])).run(job_id)

    job = job_of(house, job_id)
    assert (job.status, job.percent, json.loads(job.result or "")) == (JobStatus.CANCELLED, 11, {"events": 9})
    assert (seen, finished_by(house), job.lease_until) == ([], None, None)


def test_a_job_that_waits_is_ended_at_once_and_never_begun(house: House) -> None:
    work, job_id = ScriptedWork(), a_job(house)
    with house.state.write() as uow:
        assert uow.jobs.ask_to_cancel(job_id, now=NOON)

    a_worker(house, work).run(job_id)

    assert (work.done, job_of(house, job_id).status) == ([], JobStatus.CANCELLED)


def test_a_job_that_is_over_cannot_be_ended(house: House) -> None:
    job_id = a_job(house)
    a_worker(house, ScriptedWork()).run(job_id)

    with house.state.write() as uow:
        assert not uow.jobs.ask_to_cancel(job_id, now=NOON)

    assert job_of(house, job_id).status is JobStatus.DONE


def test_a_job_that_fails_keeps_what_it_told_before(house: House) -> None:
    job_id = a_job(house)

    def fail(job: Job, progress: Progress) -> None:
        progress("alur", 10, '{"events": 7}')
        raise JobFailedError(reason="Rusak.")

    a_worker(house, ScriptedWork(act=[fail])).run(job_id)

    job = job_of(house, job_id)
    assert (job.status, job.error, job.result) == (JobStatus.FAILED, "Rusak.", '{"events": 7}')


def test_a_job_that_cannot_be_done_is_shown_with_its_reason(house: House) -> None:
    work, job_id = ScriptedWork(act=[JobFailedError(reason="Berkas kosong.")]), a_job(house)

    a_worker(house, work).run(job_id)

    job = job_of(house, job_id)
    assert (job.status, job.error, work.failed) == (JobStatus.FAILED, "Berkas kosong.", [job_id])
    with house.state.read() as uow:
        assert [(change.topic, change.subject) for change in uow.changes.after(0, limit=10)] == [("job", job_id)]


def test_an_unexpected_error_fails_the_job_and_is_raised_for_the_log(house: House) -> None:
    job_id = a_job(house)

    with pytest.raises(ZeroDivisionError):
        a_worker(house, ScriptedWork(act=[ZeroDivisionError("rahasia")])).run(job_id)

    job = job_of(house, job_id)
    assert (job.status, job.error) == (JobStatus.FAILED, "Kesalahan tak terduga: ZeroDivisionError")


def test_a_postponed_job_waits_and_runs_again_however_often(house: House) -> None:
    often = 3 * MAX_ATTEMPTS
    work = ScriptedWork(act=[TryAgainError(reason="intake tidak menjawab") for _ in range(often)])
    worker, job_id = a_worker(house, work), a_job(house)

    for _ in range(often):
        worker.run(job_id)
        assert (job_of(house, job_id).status, job_of(house, job_id).phase) == (JobStatus.RUNNING, WAITING)
        worker.run(job_id)  # too early: its lease has not ended
        house.clock[0] += POSTPONEMENT
        worker.sweep()
    worker.run(job_id)

    assert job_of(house, job_id).status is JobStatus.DONE
    assert work.done == list(range(1, often + 2))
    assert [rung for rung, _ in house.bell.rings] == [job_id] * often


def test_a_job_that_ends_its_worker_again_and_again_is_given_up(house: House) -> None:
    work, job_id = ScriptedWork(), a_job(house)
    for _ in range(MAX_ATTEMPTS):
        with house.state.write() as uow:
            assert uow.jobs.lease(job_id, now=house.clock[0], until=house.clock[0] + LEASE)
        house.clock[0] += LEASE

    a_worker(house, work).run(job_id)

    assert (job_of(house, job_id).status, work.done) == (JobStatus.FAILED, [])


def test_the_sweep_rings_for_what_waits_and_for_nothing_else(house: House) -> None:
    queued, leased, done = a_job(house), a_job(house), a_job(house)
    worker = a_worker(house, ScriptedWork())
    worker.run(done)
    with house.state.write() as uow:
        uow.jobs.lease(leased, now=NOON, until=NOON + LEASE)

    worker.sweep()

    assert [job_id for job_id, _ in house.bell.rings] == [queued]


def test_the_sweep_leaves_alone_what_waits_for_its_turn_until_its_message_has_expired(house: House) -> None:
    older, running = a_job(house), a_job(house)
    house.clock[0] += timedelta(seconds=1)
    younger = a_job(house)
    with house.state.write() as uow:
        uow.jobs.lease(running, now=house.clock[0], until=house.clock[0] + LEASE)
    worker = a_worker(house, ScriptedWork())

    worker.sweep()
    at_once = [job_id for job_id, _ in house.bell.rings]
    house.clock[0] += timedelta(seconds=MESSAGE_LIFETIME_SECONDS)
    with house.state.write() as uow:
        uow.jobs.progress(running, attempt=1, phase="", percent=1, now=house.clock[0])
    worker.sweep()

    assert at_once == [older]
    assert younger in [job_id for job_id, _ in house.bell.rings]


def real_work(house: House) -> Work:
    return Work(
        state=house.state,
        files=open_files(house.settings),
        ingest=FileIngest(settings=house.settings, find_tshark=locate_tshark),
        settings=house.settings,
        clock=lambda: house.clock[0],
        examination=make_examination(house.settings, house.state),
    )


def a_document(house: House) -> tuple[Document, JobId]:
    """The first document of an incident that a detection opened, still to be made."""
    with house.state.write() as uow:
        alert = fold(None, a_detection(), alert_id=AlertId(new_id()))
        opened = make_opener(house.settings).open_from_alert(uow, alert)
    with house.state.read() as uow:
        [document] = uow.documents.of_incident(opened.incident.id)
    return document, opened.jobs[0]


def state_of(house: House, document: Document) -> Document:
    with house.state.read() as uow:
        found = uow.documents.get(document.id)
    assert found is not None
    return found


def test_a_document_is_made_as_word_and_pdf(house: House) -> None:
    document, job_id = a_document(house)

    a_worker(house, real_work(house)).run(job_id)

    made, files = state_of(house, document), open_files(house.settings)
    assert made.status is DocumentStatus.READY
    assert files.path(made.docx_sha256 or "").read_bytes().startswith(b"PK")
    assert files.path(made.pdf_sha256 or "").read_bytes().startswith(b"%PDF-")


def test_a_failed_job_marks_its_document_failed(house: House) -> None:
    document, job_id = a_document(house)
    with house.state.write() as uow:
        uow.documents.save(replace(document, content="{}"))

    with pytest.raises(ValidationError):
        a_worker(house, real_work(house)).run(job_id)

    assert state_of(house, document).status is DocumentStatus.FAILED
    assert job_of(house, job_id).status is JobStatus.FAILED


def test_a_job_for_a_document_that_is_not_there_fails_with_a_reason(house: House) -> None:
    job_id = a_job(house, JobKind.RENDER_DOCUMENT, document_id="unknown")

    a_worker(house, real_work(house)).run(job_id)

    assert job_of(house, job_id).error == "Dokumen tidak ditemukan."


def test_a_file_waits_for_the_intake_process(house: House) -> None:
    stored = open_files(house.settings).put([b"apa saja\n"], limit_bytes=100)
    job_id = a_job(house, sha256=stored.sha256, name="auth.log")

    a_worker(house, real_work(house)).run(job_id)

    assert (job_of(house, job_id).status, job_of(house, job_id).phase) == (JobStatus.RUNNING, WAITING)


def test_a_real_celery_without_a_server_makes_a_document(house: House) -> None:
    document, job_id = a_document(house)

    with a_child(house.settings, "worker"):
        make_bell(house.settings).ring(job_id, JobKind.RENDER_DOCUMENT)
        wait_for(lambda: state_of(house, document).status is DocumentStatus.READY)

    assert job_of(house, job_id).attempt == 1


def test_a_broker_that_is_away_stops_nobody_who_rings_nor_is_asked_until_the_silence_is_over(tmp_path: Path) -> None:
    app = make_celery(broker_url="redis://127.0.0.1:1/0", data_dir=tmp_path)
    seconds = iter([100.0, 100.0, 101.0, 101.0 + SILENCE_SECONDS, 200.0])
    bell = CeleryBell(app, monotonic=lambda: next(seconds))

    with structlog.testing.capture_logs() as said:
        for _ in range(3):
            bell.ring(JobId("job-1"), JobKind.INGEST_FILE)

    app.close()
    assert [entry["event"] for entry in said] == ["job_ring_failed", "job_ring_failed"]
